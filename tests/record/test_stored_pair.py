"""What a stored pair says of itself, and that its form loses nothing."""

import json
from math import inf, nan

import msgspec
import pytest

from lowprec.record.outcomes import RoundOutcome
from lowprec.record.record import DtypeReport, LayerDtypes, Unsupported
from lowprec.record.stored_pair import StoredExpectation, StoredPair
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget
from tests.literals import expectation, one_round, parted, record, stored_pair
from tests.record.committed import committed_sessions

SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")
DTYPES = DtypeReport.of(
    inputs=("float16",),
    loss="float32",
    layers=(LayerDtypes("dense", "Dense", "float32", "float16", ("float32", "float32")),),
)
DIVERGED = one_round(
    hits=100,
    seed=13,
    loss=(inf, nan),
    details=RoundOutcome("diverged", kind="nan", epoch=1, weight="dense/kernel"),
)
EXPECTED = expectation().stored()


@pytest.mark.parametrize(
    "stored",
    [
        StoredPair.of(record(one_round()), EXPECTED, Verdict.OK, "as expected", None),
        StoredPair.of(
            record(one_round(), DIVERGED, dtypes=DTYPES, jit_compile=True, peak_memory_bytes=7),
            EXPECTED,
            Verdict.OUTCOME_CHANGED,
            "diverged",
            (HALF, SINGLE),
        ),
        StoredPair.of(record(one_round(), model="NN-T"), None, Verdict.NO_EVIDENCE, "", (HALF,)),
        StoredPair.of(record(unsupported=Unsupported("Qr", "float16")), None, Verdict.OK, "", ()),
    ],
    ids=["plain", "full", "no evidence", "unsupported"],
)
def test_what_is_stored_is_read_back(stored):
    read = msgspec.json.decode(msgspec.json.encode(stored), type=StoredPair)
    assert read == stored
    assert repr(read) == repr(stored)  # types, too: a pair equals the tuple of its names
    assert msgspec.convert(msgspec.to_builtins(stored), StoredPair) == stored


def test_a_stored_pair_says_what_its_record_says():
    trained = record(one_round(), DIVERGED, dtypes=DTYPES, jit_compile=False, peak_memory_bytes=7)
    stored = StoredPair.of(trained, EXPECTED, Verdict.WORSE, "diverged", (HALF,))
    names = ("pair", "data", "budget", "rounds", "dtypes", "outcome", "accuracy", "unsupported")
    for name in (*names, "jit_compile", "peak_memory_bytes"):
        assert getattr(stored, name) == getattr(trained, name)
    assert (stored.schema, stored.protocol, stored.outcome) == (1, "quick", "diverged")
    assert stored.budget == Budget(epochs=3, train_size=4000)
    assert (stored.expected, stored.verdict, stored.message) == (EXPECTED, "worse", "diverged")
    assert stored.asked_for == (HALF,)


LATER = {
    **{"asked_for": None, "startup_s": None, "startup_cpu_s": None},
    **{"timings": [], "shared_model": None, "second_look": 0},
    **{"metric": "accuracy"},
}
"""Fields that came later, and what a session without them is read as."""


@pytest.mark.parametrize("path", committed_sessions(), ids=lambda path: path.stem)
def test_the_repositorys_sessions_are_read_and_written_without_a_loss(path):
    """To the letter, but for what is in no session from before it was stored."""
    content = json.loads(path.read_bytes())
    held = [benchmark["extra_info"].get("lowprec") for benchmark in content["benchmarks"]]
    held = [*filter(None, held), *content.get("lowprec", {}).get("untimed", [])]
    assert held
    for pair in held:
        read = msgspec.json.decode(json.dumps(pair), type=StoredPair)
        complete = pair | {name: pair.get(name, absent) for name, absent in LATER.items()}
        assert json.dumps(msgspec.to_builtins(read)) == json.dumps(complete)


@pytest.mark.parametrize("verdict", ["slower", "missing", "no baseline", "new"])
def test_a_verdict_that_is_none_on_an_expectation_is_refused(verdict):
    with pytest.raises(ValueError, match=f"'{verdict}' is none on an expectation"):
        stored_pair(verdict=verdict)
    damaged = msgspec.to_builtins(stored_pair()) | {"verdict": verdict}
    with pytest.raises(msgspec.ValidationError, match=f"'{verdict}' is none on an expectation"):
        msgspec.convert(damaged, StoredPair)


def test_the_seconds_of_a_pair_are_those_of_its_training():
    pair = stored_pair(fit_s=(9.0,), **parted(train_s=2.0, startup_s=0.5))
    assert (pair.seconds, pair.whole_seconds, pair.measured) == (2.0, 2.5, "shared")
    pair = stored_pair(fit_s=(9.0,), **parted(train_s=2.0, shared_model=False))
    assert (pair.seconds, pair.measured) == (2.0, "fresh")


def test_the_seconds_of_a_pair_from_before_are_the_median_of_its_rounds():
    old = stored_pair(fit_s=(2.0, 9.0, 3.0), accuracies=(0.8,) * 3)
    assert (old.seconds, old.whole_seconds, old.measured) == (3.0, 3.0, "whole")
    assert stored_pair(accuracies=()).seconds is None


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        *((0.7, 0.9, (0.7, 0.9)), (0.0, 0.0, (0.0, 0.0))),
        *((None, 0.9, None), (0.7, None, None), (None, None, None)),
    ],
)
def test_a_band_that_is_open_is_none(low, high, band):
    assert StoredExpectation("learns", low, high).band == band
