"""The table at the end of a session, of records as they are stored."""

import re
from itertools import product

import pytest

from lowprec.record.record import Unsupported
from lowprec.record.session import StoredPair
from lowprec.record.verdicts import Verdict
from lowprec.report.session import session_table
from lowprec.rows.models import PAPER_MODELS
from lowprec.rows.schemes import PAPER_SCHEMES
from tests.literals import expectation, one_round, record

LEARNS = expectation("learns", 0.7572, 0.8446).stored()
DIVERGED = expectation("diverged", 0.0, 0.2).stored()
LUCK = expectation("chance|diverged", 0.0, 0.2).stored()
UNSUPPORTED = expectation("unsupported", None, None).stored()


def stored(*rounds, expected=LEARNS, verdict="ok", **pair):
    return StoredPair.of(record(*rounds, **pair), expected, Verdict(verdict), "", None)


def timed(*fit_s, scheme="half", **others):
    return stored(*(one_round(fit_s=s) for s in fit_s), scheme=scheme, **others)


def cells(pairs, timed=True):
    """The lines of the table below its header, each cut into its cells."""
    _, *lines = session_table(pairs, timed).splitlines()
    return [re.split(" {2,}", line) for line in lines]


def test_two_lines():
    single = timed(2.0, 4.0, 3.0, scheme="single")
    half = stored(
        one_round("diverged", hits=100, fit_s=12.5),
        one_round("chance", hits=150, fit_s=12.5),
        expected=LUCK,
        verdict="improved",
    )
    assert session_table([single, half], timed=True).splitlines() == [
        "model  scheme  seconds  /single  accuracy  outcome   expected         verdict",
        "NN-I   single     3.00     1.00    0.8000  learns    learns .76-.84   ok",
        "NN-I   half      12.50     4.17    0.1250  diverged  chance|diverged  improved",
    ]


def test_a_pairs_seconds_are_the_median_of_its_rounds():
    [line] = cells([timed(9.0, 1.0, 2.0, scheme="single")])
    assert line[2:4] == ["2.00", "1.00"]


def test_seconds_are_left_out_where_they_are_no_measurement():
    assert [
        line[2:4] for line in cells([timed(1.0), timed(2.0, scheme="single")], timed=False)
    ] == [
        ["-", "-"],
        ["-", "-"],
    ]


def test_a_reference_of_another_model_is_none():
    lines = cells([timed(1.0), timed(2.0, scheme="single", model="CNN-I")])
    assert [line[2:4] for line in lines] == [["1.00", "-"], ["2.00", "1.00"]]


def test_a_reference_may_come_later():
    lines = cells([timed(1.0), timed(4.0, scheme="single")])
    assert [line[3] for line in lines] == ["0.25", "1.00"]


def test_a_pair_without_a_kernel():
    without = stored(expected=UNSUPPORTED, unsupported=Unsupported("Qr", "float16"))
    assert cells([without]) == [["NN-I", "half", "-", "-", "-", "unsupported", "unsupported", "ok"]]


def test_a_reference_without_a_kernel_is_none():
    without = stored(
        scheme="single", expected=UNSUPPORTED, unsupported=Unsupported("Qr", "float32")
    )
    assert [line[2:4] for line in cells([without, timed(1.0)])] == [["-", "-"], ["1.00", "-"]]


def test_a_pair_without_expectation():
    [line] = cells([timed(1.0, expected=None, verdict="no evidence")])
    assert line[5:] == ["learns", "-", "no evidence"]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.7572, 0.8446, "learns .76-.84"), (0.0, 1.0, "learns .00-1.00")],
)
def test_a_band_is_told_with_two_decimals(low, high, text):
    expected = expectation("learns", low, high).stored()
    assert cells([timed(1.0, expected=expected)])[0][6] == text


@pytest.mark.parametrize("expected", [LUCK, DIVERGED])
def test_the_band_of_guessing_is_not_told(expected):
    assert cells([timed(1.0, expected=expected)])[0][6] == expected.outcome


def matrix(verdict):
    """The default matrix; CNN-I half should diverge, NN-I half has a row of luck."""
    expected = {("CNN-I", "half"): DIVERGED, ("NN-I", "half"): LUCK}
    for model, scheme in product(PAPER_MODELS, PAPER_SCHEMES):
        row = expected.get((model, scheme), LEARNS)
        outcome = "learns" if row is LEARNS else "diverged"
        yield stored(
            one_round(outcome, fit_s=123.45),
            model=model,
            scheme=scheme,
            expected=row,
            verdict=verdict,
        )


@pytest.mark.parametrize("verdict", ["ok", "worse", "improved"])
def test_the_default_matrix_fits_80_columns(verdict):
    assert max(map(len, session_table(list(matrix(verdict)), timed=True).splitlines())) <= 80
