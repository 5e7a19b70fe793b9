"""What is said of judged sessions: tables, lines, Markdown and JSON, on literal verdicts."""

import json
from dataclasses import replace

import msgspec
import pytest

from lowprec.judging.drift import Drift
from lowprec.judging.intervals import Change
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.judging.verdict import PairVerdict, SessionVerdict, Streak
from lowprec.record.verdicts import Verdict
from lowprec.report.headline import headline
from lowprec.report.verdicts import (
    end_of_session_text,
    pair_line,
    replay_text,
    unjudged_reason,
    verdict_words,
    verdicts_json,
    verdicts_text,
)
from lowprec.rows.matrix import Pair
from tests.literals import ENVIRONMENT, summary

QUIET = TimeVerdict(Verdict.OK, baseline_s=2.0, ratio=1.01, own_ratio=1.0, sessions=6, smallest=1.2)
SLOW = TimeVerdict(
    Verdict.SLOWER, baseline_s=2.0, ratio=1.5, own_ratio=1.48, sessions=6, smallest=1.25
)
DRIFTED = TimeVerdict(
    *(Verdict.SLOWER, 2.0, 1.03, 1.02, 40),
    smallest=1.2,
    drift=Drift(ratio=1.16, first_s=1.78, shared=True),
)
SHORT = TimeVerdict(Verdict.NO_BASELINE, sessions=2)


def verdict(*words, scheme="single", timing=QUIET, outcome="learns", **others):
    verdicts = tuple(map(Verdict, words)) or (Verdict.OK,)
    return PairVerdict(Pair("NN-I", scheme), verdicts, outcome, timing, **others)


def slower(scope=None, **others):
    """NN-I half, half as slow again."""
    return verdict("slower", scheme="half", timing=replace(SLOW, scope=scope), **others)


def judged(*pairs, day=7, **others):
    return SessionVerdict(summary(day), pairs, **others)


MISSING = PairVerdict(Pair("NN-I", "mixed"), (Verdict.MISSING,))


def test_table():
    same = Change(0.0, -0.001, 0.001)
    session = judged(verdict(accuracy_change=same), slower(), MISSING, not_asked_for=2)
    assert verdicts_text(session).splitlines() == [
        "0007_session:",
        f"  quick protocol, {ENVIRONMENT.key}",
        "",
        "2 of 3 pairs flagged: NN-I half (slower 1.50); NN-I mixed (missing).",
        "",
        "model  scheme  time   own  cpu  sees  start  accuracy  outcome  verdict",
        "NN-I   single  1.01  1.00    -  1.20      -   +0.0000  learns   ok",
        "NN-I   half    1.50  1.48    -  1.25      -         -  learns   slower",
        "NN-I   mixed      -     -    -     -      -         -  -        missing",
        "",
        "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually",
        "  seen from 1.25 times",
        "NN-I mixed: missing",
        "pairs of earlier sessions not asked for in this one: 2",
        "",
        "time: seconds to those of the baseline; own: without what all pairs of the",
        "  session share; cpu: processors' time, sees: smallest slowdown of that pair",
        "  alone that is usually flagged; start: time until the first step is done, to",
        "  that of the baseline; accuracy: change at equal seeds.",
    ]


def test_every_clock_that_changed_is_told():
    work = TimeVerdict(Verdict.SLOWER, 1.5, 1.12, 1.1, 6, None, 1.06)
    start = TimeVerdict(Verdict.SLOWER, 0.5, 1.4, 1.4, 6, "all pairs", 1.2)
    words = (Verdict.SLOWER, Verdict.SLOWER_START)
    pair = replace(slower(), verdicts=words, work=work, startup=start)
    assert pair_line(pair) == (
        "NN-I half: slower, slower start; 1.50 times the 2.00 s of 6 earlier sessions; alone "
        "usually seen from 1.25 times; processors' time 1.12 times the 1.50 s of 6 earlier "
        "sessions; alone usually seen from 1.06 times; start 1.40 times the 0.50 s of 6 earlier "
        "sessions with all pairs; alone usually seen from 1.20 times"
    )
    cells = verdicts_text(judged(pair)).splitlines()[6].split()
    assert cells == [
        "NN-I",
        "half",
        *("1.50", "1.48", "1.12", "1.06", "1.40"),
        "-",
        "learns",
        "slower,",
        "slower",
        "start",
    ]


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ((verdict(), verdict()), "None of 2 pairs flagged."),
        (
            (verdict(), replace(verdict(), verdicts=(Verdict.NO_BASELINE,))),
            "Could not judge 1 of 2 pairs (no baseline).",
        ),
        (
            (slower(), MISSING, replace(verdict(), verdicts=(Verdict.NO_EVIDENCE,))),
            "2 of 3 pairs flagged: NN-I half (slower 1.50); NN-I mixed (missing); could not judge "
            "1 of 3 pairs (no evidence).",
        ),
        ((replace(slower(), accepted="known"),), "None of 1 pairs flagged."),
    ],
)
def test_what_there_is_to_do_comes_first(pairs, text):
    assert headline(judged(*pairs)) == text


def test_since_when_a_pair_is_flagged():
    fourth = replace(slower(), streak=Streak(4, "0013_tf221", "0012_tf221"))
    assert headline(judged(fourth)) == (
        "1 of 1 pairs flagged: NN-I half (slower 1.50, in 4 sessions, first in 0013)."
    )
    assert pair_line(fourth).endswith("; last good in 0012")
    first = replace(slower(), streak=Streak(1, "0016_tf221", None))
    assert headline(judged(first)) == "1 of 1 pairs flagged: NN-I half (slower 1.50)."
    assert "last good" not in pair_line(first)
    document = json.loads(verdicts_json([judged(fourth)], []))
    assert document["sessions"][0]["verdicts"][0]["streak"] == {
        "sessions": 4,
        "first": "0013_tf221",
        "last_good": "0012_tf221",
    }


def test_that_seconds_are_measured_otherwise_is_told_once():
    new = replace(
        verdict(), verdicts=(Verdict.NO_BASELINE,), since={"measured": ("whole", "shared")}
    )
    [line] = verdicts_text(judged(new, new)).split("\n\n")[3:-1]
    assert " ".join(line.split()) == (
        "seconds are those of trainings on one compiled model, without their start now and were "
        "those of whole trainings: the earlier ones are no baseline for 2 pairs"
    )


def test_that_the_machine_was_crowded_is_told():
    work = replace(QUIET, ratio=1.02)
    pair = verdict(timing=None, work=work)
    crowded = replace(judged(pair), session=msgspec.structs.replace(summary(7), crowded=True))
    line = (
        "others kept the machine busy: pairs are judged by the processors' time of their training "
        "alone"
    )
    assert line in " ".join(verdicts_text(crowded).split())
    assert "Against 6 earlier sessions" in end_of_session_text(crowded)
    assert line not in " ".join(verdicts_text(judged(pair)).split())


def test_markdown_is_a_heading_a_table_and_a_list():
    lines = verdicts_text(judged(verdict(), slower()), markdown=True).splitlines()
    assert lines[0] == f"### 0007_session: quick protocol, {ENVIRONMENT.key}"
    assert lines[2] == "1 of 2 pairs flagged: NN-I half (slower 1.50)."
    assert lines[4].startswith("| model   | scheme   |")
    assert lines[9] == (
        "- NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually seen from "
        "1.25 times"
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


def end_of(*pairs):
    """The text at the end of a session, its lines joined again."""
    return " ".join(end_of_session_text(judged(*pairs)).split())


def test_the_end_of_a_session_names_what_changed_and_what_would_have_been_seen():
    assert end_of(verdict(), slower(), MISSING) == (
        "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually seen from "
        f"1.25 times Against 6 earlier sessions of {ENVIRONMENT.key}: a slowdown of one pair alone "
        "is usually seen from 1.20 times (NN-I single) to 1.25 times (NN-I half)."
    )


def test_the_end_of_a_session_names_what_changed_since_the_one_before():
    since = {"tensorflow": ("2.20.0", "2.21.0"), "numpy": ("2.4.5", "2.4.6")}
    text = " ".join(end_of_session_text(judged(verdict(), since=since)).split())
    assert text.startswith(
        "Against 6 earlier sessions of this machine (since the last one tensorflow 2.20.0 -> "
        "2.21.0, numpy 2.4.5 -> 2.4.6): a slowdown of one pair alone"
    )


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        (
            (verdict(), verdict("no baseline", scheme="half", timing=SHORT)),
            "Against 2-6 earlier sessions of {}: a slowdown of one pair alone is usually seen from "
            "1.20 times (NN-I single); no baseline for 1 pairs, 3 sessions are needed.",
        ),
        (
            (verdict(timing=TimeVerdict(Verdict.OK, 2.0, 1.0, 1.0, 6)),),
            "Against 6 earlier sessions of {}: their times differ too much to tell a slowdown of a "
            "pair below a factor of 3.",
        ),
        (
            (verdict(timing=None),),
            "Against 0 earlier sessions of {}: nothing is timed in this session.",
        ),
    ],
    ids=["some without a baseline", "noisy", "nothing timed"],
)
def test_the_end_of_a_session_tells_what_it_could_not_see(pairs, text):
    assert end_of(*pairs) == text.format(ENVIRONMENT.key)


REPLAYED = [
    judged(verdict("no baseline", timing=SHORT), day=1),
    judged(verdict("no evidence", "no baseline", timing=SHORT), day=2),
    judged(verdict(), day=3),
    judged(verdict(), slower(), MISSING, day=4),
    judged(slower(accepted="a new kernel"), day=5),
]


def test_a_replay_has_a_line_a_session_and_one_below_for_each_remark():
    slower_line = (
        "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually seen from "
        "1.25 times"
    )
    lines = [
        "0001_session: no baseline",
        "0002_session: no evidence, no baseline",
        "  NN-I single: no evidence, no baseline",
        "0003_session: ok",
        "0004_session: 2 flagged",
        f"  {slower_line}",
        "  NN-I mixed: missing",
        "0005_session: ok",
        f"  {slower_line}; accepted: a new kernel",
    ]
    assert replay_text(REPLAYED).splitlines() == lines
    assert replay_text(REPLAYED, markdown=True).splitlines()[4:6] == [
        "- 0004_session: 2 flagged",
        f"  - {slower_line}",
    ]


def test_json_is_strict_and_whole():
    def refuse(constant):
        raise AssertionError(constant)

    sessions = [judged(slower(), MISSING, not_asked_for=2)]
    text = verdicts_json(sessions, ["0009.json: truncated"])
    document = json.loads(text, parse_constant=refuse)
    assert document["unreadable"] == ["0009.json: truncated"]
    [session] = document["sessions"]
    assert (session["session"], session["protocol"]) == ("0007_session", "quick")
    assert (session["environment"], session["not_asked_for"]) == (ENVIRONMENT.key, 2)
    half, mixed = session["verdicts"]
    assert (half["model"], half["scheme"]) == ("NN-I", "half")
    assert (half["verdict"], half["verdicts"], half["flagged"]) == ("slower", ["slower"], True)
    assert (half["ratio"], half["own_ratio"], half["smallest_slowdown"]) == (1.5, 1.48, 1.25)
    assert (half["baseline_sessions"], half["scope"], half["accepted"]) == (6, None, None)
    assert (half["since"], half["drift"]) == ({}, None)
    assert (mixed["verdict"], mixed["ratio"], mixed["baseline_sessions"]) == ("missing", None, 0)


def test_json_has_causes_and_drifts():
    since = {"driver": (None, "570.10")}
    document = json.loads(
        verdicts_json([judged(verdict("slower", timing=DRIFTED, since=since))], [])
    )
    [pair] = document["sessions"][0]["verdicts"]
    assert (pair["since"], pair["drift"]) == ({"driver": [None, "570.10"]}, 1.16)
