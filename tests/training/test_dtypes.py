"""Dtypes read back from built models, and held against the scheme."""

import pytest

from lowprec.errors import PrecisionError
from lowprec.record.record import DtypeReport, LayerDtypes
from lowprec.rows.models import MODELS, Model
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES
from lowprec.training.dtypes import check_dtypes, read_dtypes
from lowprec.training.precision import precision
from lowprec.training.round import build

PAPER_PAIRS = [(model, scheme) for model in MODELS for scheme in PAPER_SCHEMES]


def read_back(model, scheme):
    with precision(scheme, seed=1):
        return read_dtypes(build(model, scheme), model)


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
    check_dtypes(report, MODELS[model], row)


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
        check_dtypes(report, forgetful, SCHEMES["half"])


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
        check_dtypes(report, MODELS["NN-I"], SCHEMES[scheme])
    assert str(caught.value) == (
        f"NN-I {scheme}: layer last has {observed}, expected {expected}; this Keras treats dtypes "
        "in another way than lowprec knows"
    )


def test_a_float32_layer_stays_so_only_where_the_scheme_gives_each_layer_its_dtype():
    published = MODELS["RNN-T-published"]
    lstm = report_of("float32", "float32", "float32", layer="LSTM")
    check_dtypes(lstm, published, SCHEMES["half"])
    for model, scheme in ((published, "mixed"), (MODELS["RNN-T"], "half")):
        with pytest.raises(PrecisionError):
            check_dtypes(lstm, model, SCHEMES[scheme])
