"""What is said of judged sessions, for the terminal and as Markdown, on literal verdicts."""

from dataclasses import replace

import msgspec

from lowprec.judging.verdict import Streak
from lowprec.record.commits import CommitRange
from lowprec.record.verdicts import Verdict
from lowprec.report.end_of_session import end_of_session_text
from lowprec.report.verdicts import replay_text, verdicts_text
from tests.literals import ENVIRONMENT, stored_pair, summary
from tests.report.judged import MISSING, QUIET, SHORT, judged, slower, verdict

STORED = (stored_pair("single"), stored_pair("half", (3.0,), accuracies=(0.82,)))


def stored_and_judged(*pairs, **others):
    """A verdict on a session that has single and half."""
    return replace(judged(*pairs, **others), session=summary(7, *STORED))


def test_what_is_flagged_comes_first_then_the_table():
    recent = replace(slower().timing, recent_s=(1.6, 2.0, 2.2, 3.0))
    session = stored_and_judged(
        verdict(), replace(slower(), timing=recent), MISSING, not_asked_for=2
    )
    assert verdicts_text(session).splitlines() == [
        f"0007: quick protocol, {ENVIRONMENT.key}",
        "",
        "2 of 3 pairs flagged: NN-I half (slower 1.50); NN-I mixed (missing).",
        "",
        "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually",
        "  seen from 1.25 times",
        "  3.00 s, accuracy .8200, expected learns .70-.90",
        "NN-I mixed: missing",
        "",
        "model  scheme  seconds  time  cpu  start  sees  accuracy  trend  verdict",
        "NN-I   single     2.00  1.01    -      -  1.20     .8000  -      ok",
        "NN-I   half       3.00  1.50    -      -  1.25     .8200  ▂▄▅█   slower",
        "NN-I   mixed         -     -    -      -     -         -  -      missing",
        "",
        "pairs of earlier sessions not asked for in this one: 2",
        "",
        "time: seconds to those of the baseline; cpu: processors' time, likewise; start:",
        "  time until the first step is done, likewise; sees: smallest slowdown of that",
        "  pair alone that is usually flagged; accuracy: or the outcome where a round did",
        "  not learn; trend: the newest sessions' seconds, this one last; ▄ is the",
        "  baseline, a step 10%.",
    ]


def test_since_when_what_it_was_before_and_what_changed():
    good, first = (summary(day, stored_pair("half", (2.0,))) for day in (3, 4))
    commits = {
        (good.full_name, first.full_name): CommitRange("a" * 40, "b" * 40, 1, "https://x.test/a"),
    }
    since = {"numpy": ("2.4.5", "2.4.6")}
    fourth = replace(slower(), streak=Streak(4, first, good), since=since)
    [_, _, said, *_] = verdicts_text(stored_and_judged(fourth), commits=commits).split("\n\n")
    assert said.splitlines()[2:] == [
        "  3.00 s, accuracy .8200, expected learns .70-.90; before, in 0003: 2.00 s,",
        "    accuracy .8000",
        "  since 0004 of 2026-11-04, in 4 sessions; last good 0003 of 2026-11-03; between",
        "    them changed: numpy 2.4.5 -> 2.4.6",
        "  commits between them: aaaaaaaaa..bbbbbbbbb, 1 commit https://x.test/a",
    ]
    [_, _, said, *_] = verdicts_text(stored_and_judged(fourth), True, commits).split("\n\n")
    assert said.splitlines()[-1] == (
        "  - [commits between them: aaaaaaaaa..bbbbbbbbb, 1 commit](https://x.test/a)"
    )
    unknown = replace(fourth, since={}, streak=Streak(1, first, None))
    [_, _, said, *_] = verdicts_text(stored_and_judged(unknown), commits=commits).split("\n\n")
    assert said.splitlines()[-1] == "  since 0004 of 2026-11-04; no good session before"


def test_that_the_environment_stayed_the_same_is_told():
    fourth = replace(slower(), streak=Streak(1, summary(7), summary(6)))
    text = " ".join(verdicts_text(stored_and_judged(fourth)).split())
    assert "last good 0006 of 2026-11-06; between them the environment is the same" in text


def test_markup_of_stored_names_stays_text():
    bad = replace(
        slower(), since={"cpu": ("<b>a|b", "[c](d)")}, streak=Streak(1, summary(7), summary(6))
    )
    text = verdicts_text(stored_and_judged(bad), markdown=True)
    assert "cpu \\<b>a\\|b -> \\[c\\](d)" in text


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


def test_markdown_is_a_heading_a_sentence_a_list_and_a_table():
    lines = verdicts_text(stored_and_judged(verdict(), slower()), markdown=True).splitlines()
    assert lines[0] == f"### 0007: quick protocol, {ENVIRONMENT.key}"
    assert lines[2] == "**1 of 2 pairs flagged: NN-I half (slower 1.50).**"
    assert lines[4] == (
        "- NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; alone usually seen from "
        "1.25 times"
    )
    assert lines[5] == "  - 3.00 s, accuracy .8200, expected learns .70-.90"
    assert lines[7].startswith("| model   | scheme   |")


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
        "- 0004\\_session: 2 flagged",
        f"  - {slower_line}",
    ]
