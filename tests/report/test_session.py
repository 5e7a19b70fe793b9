"""The table at the end of a session, of records as they are stored."""

import re
from itertools import product

import msgspec
import pytest

from lowprec.judging.verdict import PairVerdict
from lowprec.record.machine_load import MachineLoad
from lowprec.record.record import DtypeReport, LayerDtypes, Unsupported
from lowprec.record.stored_pair import StoredPair
from lowprec.record.verdicts import Verdict
from lowprec.report.session import (
    crowded_line,
    emulated_line,
    second_look_lines,
    session_table,
    starts_line,
    unread_lines,
)
from lowprec.rows.models import PAPER_MODELS
from lowprec.rows.schemes import PAPER_SCHEMES
from tests.literals import expectation, one_round, parted, record, stored_pair

LEARNS = expectation("learns", 0.7572, 0.8446).stored()
DIVERGED = expectation("diverged", 0.0, 0.2).stored()
LUCK = expectation("chance|diverged", 0.0, 0.2).stored()
UNSUPPORTED = expectation("unsupported", None, None).stored()


def stored(*rounds, expected=LEARNS, verdict="ok", **pair):
    return StoredPair.of(record(*rounds, **pair), expected, Verdict(verdict), "", None)


def timed(*fit_s, scheme="half", **others):
    return stored(*(one_round(fit_s=s) for s in fit_s), scheme=scheme, **others)


def cells(pairs, timed=True, verdicts=None):
    """The lines of the table below its header, each cut into its cells."""
    _, *lines = session_table(pairs, timed, verdicts or {}).splitlines()
    return [re.split(" {2,}", line) for line in lines]


def test_two_lines():
    single = timed(2.0, 4.0, 3.0, scheme="single")
    half = stored(
        one_round("diverged", hits=100, fit_s=12.5),
        one_round("chance", hits=150, fit_s=12.5),
        expected=LUCK,
        verdict="improved",
    )
    assert session_table([single, half], timed=True, verdicts={}).splitlines() == [
        "model  scheme  seconds  /single  accuracy  outcome   expected         verdict",
        "NN-I   single     3.00     1.00    0.8000  learns    learns .76-.84   ok",
        "NN-I   half      12.50     4.17    0.1250  diverged  chance|diverged  improved",
    ]


def test_a_score_of_ones_own_is_called_one():
    own = stored_pair("single", model="coder", metric="explained")
    for pairs, name in (([own, stored_pair()], "score"), ([stored_pair()], "accuracy")):
        assert session_table(pairs, timed=True, verdicts={}).split()[4] == name


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


@pytest.mark.parametrize(
    ("hits", "text"),
    [
        (756, "learns .76-.84"),  # below either
        (758, "learns .7572-.8446"),  # in the band, but below .76
        (760, "learns .76-.84"),
        (840, "learns .76-.84"),
        (844, "learns .7572-.8446"),  # in the band, but above .84
        (845, "learns .76-.84"),  # above either
    ],
)
def test_a_band_is_told_with_four_where_two_would_contradict_the_verdict(hits, text):
    assert cells([stored(one_round(hits=hits))])[0][6] == text


def test_the_band_is_the_one_that_was_applied():
    """A row of .83 to .87, and one round of the three that it is for."""
    expected = expectation("learns", 0.83, 0.87).stored(rounds=1)
    [line] = cells([stored(one_round(hits=818), expected=expected)])
    assert line[4:] == ["0.8180", "learns", "learns .8153-.8847", "ok"]


@pytest.mark.parametrize(
    ("on_expectation", "verdicts", "text"),
    [
        ("ok", ["ok"], "ok"),
        ("ok", ["slower"], "slower"),
        ("ok", ["faster"], "faster"),
        ("ok", ["worse", "slower"], "worse, slower"),
        ("ok", ["no baseline"], "ok"),
        ("worse", ["worse", "no baseline"], "worse"),
        ("improved", ["improved", "slower"], "improved, slower"),
        ("no evidence", ["no evidence", "no baseline"], "no evidence"),
    ],
)
def test_ok_is_said_only_where_the_history_says_so_too(on_expectation, verdicts, text):
    pair = stored(one_round(), verdict=on_expectation)
    said = PairVerdict(pair.pair, tuple(map(Verdict, verdicts)))
    assert cells([pair], verdicts={pair.pair: said})[0][7] == text


@pytest.mark.parametrize("expected", [LUCK, DIVERGED])
def test_the_band_of_guessing_is_not_told(expected):
    assert cells([timed(1.0, expected=expected)])[0][6] == expected.outcome


def matrix(verdict, hits=800):
    """The default matrix; CNN-I half should diverge, NN-I half has a row of luck."""
    expected = {("CNN-I", "half"): DIVERGED, ("NN-I", "half"): LUCK}
    for model, scheme in product(PAPER_MODELS, PAPER_SCHEMES):
        row = expected.get((model, scheme), LEARNS)
        outcome = "learns" if row is LEARNS else "diverged"
        yield stored(
            one_round(outcome, fit_s=123.45, hits=hits),
            model=model,
            scheme=scheme,
            expected=row,
            verdict=verdict,
        )


@pytest.mark.parametrize("verdict", ["ok", "worse", "improved"])
def test_the_default_matrix_fits_80_columns(verdict):
    table = session_table(list(matrix(verdict)), timed=True, verdicts={})
    assert max(map(len, table.splitlines())) <= 80


def test_it_does_so_with_four_digits_too():
    pairs = list(matrix("ok", hits=758))
    table = session_table(pairs, timed=True, verdicts={})
    assert table.count("learns .7572-.8446  ok") == 14
    assert max(map(len, table.splitlines())) <= 80


def test_how_long_the_pairs_took_to_start():
    pairs = [stored(one_round(), scheme="half", startup_s=0.25)]
    assert starts_line(pairs) == (
        "Until the first step was done, which is not in the seconds: 0.25 s (NN-I half)."
    )
    pairs.append(stored(one_round(), scheme="single", startup_s=1.5))
    assert starts_line(pairs).endswith("seconds: 0.25 s (NN-I half) to 1.50 s (NN-I single).")
    assert starts_line([timed(1.0)]) is None


def test_a_row_that_nothing_reads_is_told():
    odd = msgspec.structs.replace(one_round(), unread="words/embeddings")
    assert unread_lines([stored(one_round()), stored(odd, one_round(), scheme="double")]) == [
        "NN-I double: the padding's row of words/embeddings is not finite in 1 of 2 rounds; with "
        "0 in its place the predictions are the same to the bit, so the outcome does not count it "
        "(docs/gpu.md)"
    ]


def test_emulated_precision_is_told():
    layer = LayerDtypes("d", "Dense", "float32", "float32", ("float32",), rounded="e4m3 forward")
    dtypes = DtypeReport.of(inputs=("float32",), loss="float32", layers=(layer,))
    pairs = [stored_pair("single"), stored_pair("fp8", dtypes=dtypes)]
    assert emulated_line(pairs) == (
        "Emulated in float32: fp8. Their seconds are the emulation's, and are not judged."
    )
    assert emulated_line(pairs[:1]) is None


def test_a_crowded_machine_is_told():
    line = "The machine was busy: other processes used 0.8 processors{}. Where processors' time is "
    rest = "known it is judged alone, as seconds scatter more then."
    assert crowded_line(MachineLoad(0.84, 0.0)) == line.format("") + rest
    stolen = ", and other virtual machines took 3%"
    assert crowded_line(MachineLoad(0.84, 0.03)) == line.format(stolen) + rest
    assert crowded_line(MachineLoad(0.1, 0.0)) is crowded_line(None) is None


def test_a_second_look_is_told_with_what_either_process_took():
    first, again = (parted(train_s)["timings"] for train_s in (2.0, 1.5))
    looked = stored_pair("half", timings=first + again, second_look=1)
    assert second_look_lines([stored_pair("single"), looked]) == [
        "NN-I half looked slower and was trained again in another process: 2.00 s, then 1.50 s."
    ]
