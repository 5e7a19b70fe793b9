"""What a training leaves: outcome, accuracy, and JSON that any parser takes."""

import json
from itertools import permutations
from math import inf, nan

import msgspec
import pytest

from lowprec.record.outcomes import RoundOutcome, Score
from lowprec.record.record import DtypeReport, LayerDtypes, Record, Round, Unsupported
from lowprec.record.stored_pair import StoredExpectation, StoredPair
from lowprec.record.timing import Timing
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import PROTOCOLS
from tests.literals import INFO, one_round, record

NO_QR = Unsupported("Qr", "float16")
DTYPES = DtypeReport.of(
    inputs=("float16",),
    loss="float32",
    layers=(
        LayerDtypes("flatten", "Flatten", "float16", "float16", ()),
        LayerDtypes("dense", "Dense", "float32", "float16", ("float32",)),
    ),
)


def as_json(trained, expected=None, verdict="no evidence", message="", asked_for=None):
    """The stored form of a record as JSON of any parser."""
    stored = StoredPair.of(trained, expected, Verdict(verdict), message, asked_for)
    return json.loads(msgspec.json.encode(stored))


def plain_types(value):
    """The exact types of all values in a JSON tree, keys included."""
    if isinstance(value, dict):
        return {type(value)}.union(*map(plain_types, value), *map(plain_types, value.values()))
    if isinstance(value, list):
        return {type(value)}.union(*map(plain_types, value))
    return {type(value)}


@pytest.mark.parametrize(
    ("loss", "stored", "kinds"),
    [
        ((0.75, 0.5), [0.75, 0.5], ["finite", "finite"]),
        ((0.75, nan), [0.75, None], ["finite", "nan"]),
        ((inf, -inf), [None, None], ["+inf", "-inf"]),
        ((nan, 0.0), [None, 0.0], ["nan", "finite"]),
    ],
)
def test_a_loss_that_is_not_finite_is_null_beside_its_kind(loss, stored, kinds):
    text = json.dumps(msgspec.to_builtins(one_round(loss=loss)), allow_nan=False)
    content = json.loads(text)
    assert (content["loss"], content["loss_kind"]) == (stored, kinds)


@pytest.mark.parametrize(
    "example",
    [
        record(one_round(), one_round(loss=(nan, inf)), dtypes=DTYPES, peak_memory_bytes=10**10),
        record(unsupported=NO_QR),
    ],
    ids=["trained", "unsupported"],
)
def test_the_stored_form_is_strict_json_of_plain_values(example):
    stored = StoredPair.of(example, None, Verdict.NO_EVIDENCE, "none", (example.pair,))
    plain = as_json(example, message="none", asked_for=(example.pair,))
    assert json.loads(json.dumps(msgspec.to_builtins(stored), allow_nan=False)) == plain
    assert plain_types(plain) <= {dict, list, str, int, float, bool, type(None)}


TIMING = Timing(
    fit_s=2.0,
    start_s=0.5,
    epoch_s=(1.0, 0.5),
    cpu_s=1.25,
    start_cpu_s=0.5,
    epoch_cpu_s=(1.0, 0.75),
)


def test_stored_fields_of_a_trained_pair():
    diverged = one_round(
        hits=100,
        seed=13,
        loss=(0.75, nan),
        details=RoundOutcome("diverged", kind="nan", epoch=2, weight="dense/kernel"),
    )
    stored = as_json(
        record(
            one_round(),
            diverged,
            jit_compile=True,
            peak_memory_bytes=7,
            startup_s=0.75,
            startup_cpu_s=0.875,
            timings=(TIMING,),
            shared_model=True,
        ),
        StoredExpectation("learns", 0.75, 0.85, "learns in 8 of 8 seeds"),
        "outcome changed",
        "NN-I half: diverged",
        asked_for=(Pair("NN-I", "half"),),
    )
    rounds = stored.pop("rounds")
    assert stored == {
        "schema": 1,
        "model": "NN-I",
        "scheme": "half",
        "protocol": "quick",
        "data": {
            "name": "fashion_mnist",
            "source": "sample",
            "train_size": 4000,
            "test_size": 1000,
            "sha256": "0" * 64,
        },
        "budget": {"epochs": 3, "train_size": 4000, "sequence_length": None},
        "dtypes": None,
        "jit_compile": True,
        "outcome": "diverged",
        "accuracy": 0.45,
        "unsupported": None,
        "peak_memory_bytes": 7,
        "expected": {
            "outcome": "learns",
            "accuracy_min": 0.75,
            "accuracy_max": 0.85,
            "evidence": "learns in 8 of 8 seeds",
        },
        "verdict": "outcome changed",
        "message": "NN-I half: diverged",
        "asked_for": [["NN-I", "half"]],
        "startup_s": 0.75,
        "startup_cpu_s": 0.875,
        "timings": [
            {
                "fit_s": 2.0,
                "start_s": 0.5,
                "epoch_s": [1.0, 0.5],
                "cpu_s": 1.25,
                "start_cpu_s": 0.5,
                "epoch_cpu_s": [1.0, 0.75],
            }
        ],
        "shared_model": True,
        "second_look": 0,
        "metric": "accuracy",
    }
    assert rounds[1] == {
        "seed": 13,
        "fit_s": 2.0,
        "epoch_s": [1.0, 0.5],
        "loss": [0.75, None],
        "loss_kind": ["finite", "nan"],
        "train_accuracy": 0.75,
        "test_accuracy": 0.1,
        "train_hits": 3000,
        "train_total": 4000,
        "test_hits": 100,
        "test_total": 1000,
        "outcome": "diverged",
        "kind": "nan",
        "epoch": 2,
        "weight": "dense/kernel",
        "sum_overflowed": False,
    }
    assert [r["outcome"] for r in rounds] == ["learns", "diverged"]


def test_stored_fields_of_a_pair_without_a_kernel():
    stored = as_json(record(unsupported=NO_QR))
    assert stored["unsupported"] == {"op": "Qr", "dtype": "float16"}
    assert (stored["outcome"], stored["accuracy"], stored["rounds"]) == ("unsupported", None, [])
    assert (stored["dtypes"], stored["jit_compile"], stored["peak_memory_bytes"]) == (None,) * 3


def test_dtypes_are_those_of_weights_and_of_every_layers_computation():
    assert DTYPES.variable == "float32"
    assert DTYPES.compute == "float16"
    assert as_json(record(one_round(), dtypes=DTYPES))["dtypes"] == {
        "variable": "float32",
        "compute": "float16",
        "loss": "float32",
        "inputs": ["float16"],
        "layers": [
            {
                "name": "flatten",
                "layer": "Flatten",
                "variable": "float16",
                "compute": "float16",
                "weights": [],
            },
            {
                "name": "dense",
                "layer": "Dense",
                "variable": "float32",
                "compute": "float16",
                "weights": ["float32"],
            },
        ],
    }


def test_several_dtypes_are_joined():
    lstm = LayerDtypes("lstm", "LSTM", "float32", "float32", ("float32",))
    dense = LayerDtypes("dense", "Dense", "float16", "float16", ("float16",))
    report = DtypeReport.of(("int32",), "float32", (lstm, dense, dense))
    assert (report.variable, report.compute) == ("float16+float32", "float16+float32")


@pytest.mark.parametrize(
    ("outcomes", "worst"),
    [
        (("learns", "learns", "learns"), "learns"),
        (("learns", "learns", "chance"), "chance"),
        (("learns", "learns", "diverged"), "diverged"),
        (("chance", "diverged", "chance"), "diverged"),
        (("learns", "chance", "diverged"), "diverged"),
    ],
)
def test_a_pairs_outcome_is_its_worst_rounds(outcomes, worst):
    assert {record(*map(one_round, order)).outcome for order in permutations(outcomes)} == {worst}


@pytest.mark.parametrize(
    ("hits", "accuracy"), [((800,), 0.8), ((800, 600), 0.7), ((1000, 0, 500, 500), 0.5)]
)
def test_a_pairs_accuracy_is_its_rounds_mean(hits, accuracy):
    assert record(*(one_round(hits=h) for h in hits)).accuracy == pytest.approx(accuracy)


@pytest.mark.parametrize(("rounds", "unsupported"), [((), None), ((one_round(),), NO_QR)])
def test_a_record_has_rounds_or_an_unsupported_op(rounds, unsupported):
    quick = PROTOCOLS["quick"]
    what = Pair("CNN-I", "half"), quick, quick.budgets["CNN-I"]
    with pytest.raises(ValueError, match="CNN-I half: a record has rounds or an unsupported op"):
        Record(*what, INFO, rounds, unsupported=unsupported)


def test_without_a_score_on_the_training_set_there_is_none():
    trained = Round.of(
        seed=1,
        timing=Timing(
            fit_s=1.0, start_s=0.5, epoch_s=(1.0,), cpu_s=1.0, start_cpu_s=0.5, epoch_cpu_s=(1.0,)
        ),
        losses=(0.5,),
        train=None,
        test=Score(1, 2),
        outcome=RoundOutcome("learns"),
    )
    assert (trained.train_accuracy, trained.train_hits, trained.train_total) == (None, None, None)
    assert (trained.test_accuracy, trained.test_hits, trained.test_total) == (0.5, 1, 2)
