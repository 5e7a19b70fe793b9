"""Dtypes read back from built models, and held against the scheme."""

import numpy as np
import pytest

from lowprec import framework
from lowprec.errors import PrecisionError
from lowprec.record.record import DtypeReport, LayerDtypes
from lowprec.rows.models import MODELS, Model
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES
from lowprec.training.dtypes import check_dtypes, read_dtypes
from lowprec.training.paper_model import build
from lowprec.training.precision import precision
from tests.training.tiny_inputs import inputs

PAPER_PAIRS = [(model, scheme) for model in MODELS for scheme in PAPER_SCHEMES]


def read_back(model, scheme):
    with precision(scheme, seed=1):
        return read_dtypes(build(model, scheme), inputs(model).train.example())


@pytest.mark.parametrize(("model", "scheme"), PAPER_PAIRS)
def test_every_layer_has_the_schemes_dtypes(model, scheme):
    row = SCHEMES[scheme]
    report = read_back(MODELS[model], row)
    lstm_stays = model == "RNN-T-published" and scheme in ("double", "half")
    assert report.variable == (
        "+".join(sorted({row.variable_dtype, "float32"})) if lstm_stays else row.variable_dtype
    )
    assert report.compute == (
        "+".join(sorted({row.compute_dtype, "float32"})) if lstm_stays else row.compute_dtype
    )
    is_text = MODELS[model].dataset == "imdb_reviews"
    assert report.inputs == ("int32" if is_text else row.variable_dtype,)
    check_dtypes(report, model, row, MODELS[model].float32_layers)


def test_wrapped_lstm_and_its_cells_are_read_back():
    report = read_back(MODELS["RNN-T"], SCHEMES["half"])
    cells = [layer for layer in report.layers if layer.layer == "LSTMCell"]
    assert [(cell.compute, cell.weights) for cell in cells] == [("float16", ("float16",))] * 2


def test_wrong_dtypes_are_an_error_that_names_the_layer():
    forgetful = Model(
        "RNN-T",
        "imdb_reviews",
        classes=2,
        batch_size=64,
        layers=MODELS["RNN-T-published"].layers,
    )
    report = read_back(forgetful, SCHEMES["half"])
    with pytest.raises(PrecisionError, match=r"RNN-T half: layer \w*lstm\w* .*float32.*expected"):
        check_dtypes(report, "RNN-T", SCHEMES["half"])


def report_of(variable, compute, *weights, layer="Dense"):
    """The report of a model with one layer."""
    layers = (LayerDtypes("last", layer, variable, compute, weights),)
    return DtypeReport.of(inputs=("float16",), loss="float32", layers=layers)


@pytest.mark.parametrize(
    ("scheme", "report", "observed", "expected"),
    [
        (
            "half",
            report_of("float32", "float16"),
            "variables in float32 and computes in float16",
            "float16 and float16",
        ),
        (
            "half",
            report_of("float16", "float32", "float16"),
            "variables in float16 and computes in float32",
            "float16 and float16",
        ),
        (
            "mixed",
            report_of("float32", "float16", "float16", "float32"),
            "variables in float16, float32 and computes in float16",
            "float32 and float16",
        ),
    ],
    ids=["variables", "computation", "a weight"],
)
def test_what_is_not_the_schemes_is_told_beside_what_is(scheme, report, observed, expected):
    with pytest.raises(PrecisionError) as caught:
        check_dtypes(report, "NN-I", SCHEMES[scheme])
    assert str(caught.value) == (
        f"NN-I {scheme}: layer last has {observed}, expected {expected}; give it the dtype that "
        "the builder is called with, or name it in float32_layers"
    )


def test_a_float32_layer_stays_so_only_where_the_scheme_gives_each_layer_its_dtype():
    published = MODELS["RNN-T-published"].float32_layers
    lstm = report_of("float32", "float32", "float32", layer="LSTM")
    check_dtypes(lstm, "RNN-T", SCHEMES["half"], published)
    for classes, scheme in ((published, "mixed"), ((), "half")):
        with pytest.raises(PrecisionError):
            check_dtypes(lstm, "RNN-T", SCHEMES[scheme], classes)


@pytest.mark.parametrize("scheme", ["half", "mixed", "double"])
def test_a_layer_that_is_named_may_stay_in_float32_under_any_scheme(scheme):
    row = SCHEMES[scheme]
    own = report_of(row.variable_dtype, row.compute_dtype, row.variable_dtype)
    for report in (report_of("float32", "float32", "float32"), own):
        check_dtypes(report, "mine", row, ["last"])
    halfway = report_of("float32", "float16", "float16")
    with pytest.raises(PrecisionError):
        check_dtypes(halfway, "mine", row, ["last"])


def test_a_layer_that_computes_no_floats_has_no_dtype_to_be_held_against():
    check_dtypes(report_of("string", "string"), "mine", SCHEMES["half"])


@pytest.mark.parametrize("kind", ["name", "function", "object"])
def test_a_loss_as_keras_takes_it(kind):
    losses = framework.keras_module().losses
    loss = {
        "name": "mse",
        "function": lambda y, predictions: (y - predictions) ** 2,
        "object": losses.MeanSquaredError(),
    }[kind]
    keras = framework.keras_module()
    net = keras.Sequential([keras.Input((3,), dtype="float16"), keras.layers.Dense(1)])
    net.compile("sgd", loss)
    example = np.ones((2, 3), "float16"), np.ones((2, 1), "float16")
    assert read_dtypes(net, example).loss == "float32"


def test_a_model_that_is_built_by_its_call_is_read_back():
    keras = framework.keras_module()

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = keras.layers.Dense(1, dtype="float16")

        def call(self, x):
            return self.last(x)

    net = Own()
    net.compile("sgd", "mse")
    example = np.ones((2, 3), "float16"), np.ones((2, 1), "float16")
    net(example[0])
    report = read_dtypes(net, example)
    assert (report.inputs, report.variable, report.compute) == (("float16",), "float16", "float16")
