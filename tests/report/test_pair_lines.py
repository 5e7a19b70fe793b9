"""What is said of a pair in a line, on literal verdicts."""

from dataclasses import replace

import pytest

from lowprec.judging.intervals import Change
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.judging.verdict import Streak
from lowprec.record.verdicts import Verdict
from lowprec.report.pair_lines import pair_line, unjudged_reason, verdict_words
from tests.literals import summary
from tests.report.judged import DRIFTED, MISSING, SHORT, SLOW, slower, verdict


def test_every_clock_that_changed_is_told():
    work = TimeVerdict(Verdict.SLOWER, 1.5, 1.12, 1.1, 6, None, 1.06)
    start = TimeVerdict(Verdict.SLOWER, 0.5, 1.4, 1.4, 6, "all pairs", 1.2)
    words = (Verdict.SLOWER, Verdict.SLOWER_START)
    pair = replace(slower(), verdicts=words, work=work, startup=start)
    assert pair_line(pair) == (
        "NN-I half: slower, slower start; 1.50 times the 2.00 s of 6 earlier sessions; alone "
        "usually seen from 1.25 times; processors' time 1.12 times the 1.50 s of 6 earlier "
        "sessions; start 1.40 times the 0.50 s of 6 earlier sessions with all pairs"
    )


@pytest.mark.parametrize(
    ("pair", "line"),
    [
        (
            slower(ALL_PAIRS),
            "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions with all pairs; alone "
            "usually seen from 1.25 times",
        ),
        (
            verdict("faster", timing=TimeVerdict(Verdict.FASTER, 2.0, 0.5, 0.5, 6, smallest=1.2)),
            "NN-I single: faster; 0.50 times the 2.00 s of 6 earlier sessions",
        ),
        (
            verdict("worse", accuracy_change=Change(-0.02, -0.03, -0.01)),
            "NN-I single: worse; accuracy -0.0200 at equal seeds",
        ),
        (
            verdict("outcome changed", "slower", timing=SLOW, accepted="a new kernel"),
            "NN-I single: outcome changed, slower; 1.50 times the 2.00 s of 6 earlier sessions; "
            "alone usually seen from 1.25 times; accepted: a new kernel",
        ),
        (MISSING, "NN-I mixed: missing"),
        (
            slower(since={"tensorflow": ("2.21.0", "2.21.1"), "driver": (None, "570.10")}),
            "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually seen "
            "from 1.25 times; since tensorflow 2.21.0 -> 2.21.1, driver none -> 570.10",
        ),
        (
            verdict("outcome changed", scheme="half", since={"keras": ("3.14.0", "3.15.1")}),
            "NN-I half: outcome changed; since keras 3.14.0 -> 3.15.1",
        ),
        (
            verdict("slower", timing=replace(DRIFTED, scope=ALL_PAIRS), accepted="old fans"),
            "NN-I single: slower; 1.03 times the 2.00 s of 40 earlier sessions with all pairs; "
            "drifted to 1.16 times the 1.78 s of its first sessions; accepted: old fans",
        ),
    ],
    ids=[
        *("all pairs", "faster", "worse", "accepted", "missing"),
        *("a version", "a new Keras", "a drift"),
    ],
)
def test_a_line_says_what_of_whom_against_what(pair, line):
    assert pair_line(pair) == line


def test_what_was_accepted_is_marked():
    assert verdict_words(slower()) == "slower"
    assert verdict_words(slower(accepted="a new kernel")) == "slower (accepted)"


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (
            verdict("no baseline", timing=SHORT),
            "no baseline: 2 earlier sessions count, 3 are needed",
        ),
        (
            verdict("no evidence", "no baseline", timing=SHORT),
            "no evidence: lowprec/expectations/expectations.csv has no row for it",
        ),
        (
            verdict("no baseline", timing=None),
            "no baseline: 0 earlier sessions count, 3 are needed",
        ),
        (
            verdict("no baseline", timing=SHORT, work=TimeVerdict(Verdict.OK, sessions=9)),
            "no baseline: 2 earlier sessions count, 3 are needed (crowded ones have no seconds to "
            "count)",
        ),
    ],
)
def test_why_a_pair_could_not_be_judged(pair, reason):
    assert unjudged_reason(pair) == reason


def test_the_last_good_session_is_named():
    fourth = replace(slower(), streak=Streak(4, summary(13), summary(12)))
    assert pair_line(fourth).endswith("; last good in 0012")
    assert "last good" not in pair_line(replace(slower(), streak=Streak(1, summary(16), None)))


@pytest.mark.parametrize(("own", "told"), [(1.45, False), (1.42, True), (1.58, True)])
def test_what_a_pair_did_by_itself_is_told_where_the_machine_did_something_else(own, told):
    line = pair_line(replace(slower(), timing=replace(SLOW, own_ratio=own)))
    assert (f"({own:.2f} without what all pairs of the session share)" in line) is told
