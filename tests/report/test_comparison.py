"""Tables, Markdown and JSON of comparisons, on literal sides."""

import json

import pytest

from lowprec.judging.comparison import Comparison, FirstComparison, compare_pairs
from lowprec.judging.sides import Side
from lowprec.report.comparison import comparison_json, comparison_text, first_session_lines
from lowprec.report.text import items_or_lines
from tests.literals import stored_pair, summary

KERAS2 = {"tensorflow": "2.15.1", "keras": "2.15.0"}


def pairs(fit_s, half):
    """NN-I single, and the given half."""
    return stored_pair("single", (fit_s,), (0.8, 0.82)), half(fit_s)


def sessions(first_day, half, **environment):
    """Three sessions of these pairs."""
    return Side(
        tuple(summary(first_day + i, *pairs(2.0 + i / 10, half), **environment) for i in range(3))
    )


def learning_half(fit_s):
    return stored_pair("half", (4 * fit_s,), (0.66, 0.68))


BEFORE = sessions(1, learning_half, **KERAS2)
AFTER = sessions(
    4, lambda s: stored_pair("half", (s,), (0.1, 0.12), outcomes=("chance", "diverged"))
)


def compared(before, after):
    return Comparison(before, after, compare_pairs(before, after))


COMPARED = [compared(BEFORE, AFTER)]


def test_table():
    assert comparison_text("keras", COMPARED).splitlines() == [
        "keras 2.15.0 -> 3.15.1, quick protocol",
        "",
        "3 and 3 sessions on Xeon; also differs: tensorflow 2.15.1 -> 2.21.0",
        "",
        "model  scheme  time  interval      /single    accuracy  verdict",
        "NN-I   single  1.00  0.88-1.14  1.00->1.00  .810->.810  ok",
        "NN-I   half    0.25  0.22-0.28  4.00->1.00  .670->.110  outcome changed, faster",
        "",
        "NN-I half: outcome learns -> chance and diverged; 8.4 s -> 2.1 s (4.00 -> 1.00",
        "  times single)",
        "",
        "time: seconds after / before and its 99% interval over whole sessions; /single:",
        "  seconds relative to single in the same session, before->after; accuracy:",
        "  before->after.",
    ]


def test_the_luck_of_a_pair_whose_outcome_the_seed_decides_is_not_told():
    luck = {"scheme": "half", "accuracies": (0.1, 0.1), "expected": "chance|diverged"}
    before = Side((summary(1, stored_pair(outcomes=("chance",), **luck), **KERAS2),))
    after = Side((summary(2, stored_pair(outcomes=("diverged",), **luck)),))
    text = comparison_text("keras", [compared(before, after)])
    assert "outcome" not in text


def test_the_widest_line_fits_80_columns():
    before = sessions(1, lambda s: stored_pair("half", (4 * s,), (0.66, 0.68), model="RNN-T"))
    after = sessions(
        4,
        lambda s: stored_pair("half", (100 * s,), (0.1,), model="RNN-T", outcomes=("diverged",)),
        tensorflow="2.22.0",
    )
    text = comparison_text("tensorflow", [compared(before, after)])
    assert max(map(len, text.splitlines())) <= 80


def test_markdown_is_a_heading_a_table_and_a_list():
    lines = comparison_text("keras", COMPARED, markdown=True).splitlines()
    assert lines[0] == "### keras 2.15.0 -> 3.15.1, quick protocol"
    assert lines[4].startswith("| model   | scheme   |")
    assert [cell.strip() for cell in lines[7].split("|")[1:-1]] == [
        "NN-I",
        "half",
        "0.25",
        "0.22-0.28",
        "4.00->1.00",
        ".670->.110",
        "outcome changed, faster",
    ]
    assert lines[9].startswith("- NN-I half: outcome")


def test_what_could_not_be_judged_is_said_once_with_the_reason():
    before, after = (Side(side.sessions[:1]) for side in (BEFORE, AFTER))
    lines = comparison_text("keras", [compared(before, after)]).splitlines()
    assert lines[5].endswith("-         1.00->1.00  .810->.810  time not judged")
    line = "time not judged, 2 pairs: one session on each side, which says nothing of the"
    assert line in lines


def test_missing_and_new_pairs_have_empty_cells():
    before = Side((summary(1, stored_pair("half"), **KERAS2),))
    after = Side((summary(2, stored_pair("mixed")),))
    lines = comparison_text("keras", [compared(before, after)]).splitlines()
    assert lines[5].split() == ["NN-I", "half", "-", "-", "-", "-", "missing"]
    assert lines[6].split() == ["NN-I", "mixed", "-", "-", "-", "-", "new"]


def test_json_is_strict_and_whole():
    def refuse(constant):
        raise AssertionError(constant)

    document = json.loads(
        comparison_json("keras", COMPARED, ["0009.json: truncated"]), parse_constant=refuse
    )
    assert document["field"] == "keras"
    assert document["unreadable"] == ["0009.json: truncated"]
    [comparison] = document["comparisons"]
    assert comparison["protocol"] == "quick"
    assert comparison["before"] == {
        "value": "2.15.0",
        "environment": BEFORE.environment.key,
        "sessions": ["0001_session", "0002_session", "0003_session"],
    }
    assert comparison["also_differs"] == {"tensorflow": ["2.15.1", "2.21.0"]}
    half = comparison["pairs"][1]
    assert half["verdicts"] == ["outcome changed", "faster"]
    assert round(half["time_ratio"], 6) == 0.25
    assert half["time_ratio_low"] < 0.25 < half["time_ratio_high"]
    assert (half["before_relative_to_single"], half["after_relative_to_single"]) == (4.0, 1.0)
    assert half["accuracy_change"] is None
    assert half["after_outcomes"] == ["chance", "diverged"]
    assert comparison["pairs"][0]["seeds"] == [12, 13]


def first(before, after, with_times=True):
    return FirstComparison(before, after, compare_pairs(before, after, with_times), with_times)


BASELINE = [
    "2 pairs not judged: no baseline yet. Run `pytest benchmarks/",
    "  --benchmark-autosave` 3 more times; the last is judged by the 3 before it.",
]


def first_session_text(comparison, **options):
    """What is told on a terminal."""
    return items_or_lines(first_session_lines(comparison, **options), markdown=False)


def test_the_first_session_of_an_environment():
    after = Side(AFTER.sessions[:1])
    assert first_session_text(first(BEFORE, after)).splitlines() == [
        f"First session of {after.environment.key} here. Nearest earlier",
        f"  environment: {BEFORE.environment.key}, 3 sessions. Differs:",
        "  tensorflow 2.15.1 -> 2.21.0, keras 2.15.0 -> 3.15.1.",
        "outcome changed, faster: NN-I half: outcome learns -> chance and diverged; 8.4 s",
        "  -> 2 s (4.00 -> 1.00 times single)",
        *BASELINE,
    ]


def test_the_first_session_where_nothing_changed():
    after = Side((summary(9, *pairs(2.1, learning_half)),))
    lines = first_session_text(first(BEFORE, after), skipped=True).splitlines()
    assert lines[3:] == [
        "No pair changed beyond noise.",
        "2 pairs skipped: no baseline yet. Run `pytest benchmarks/ --benchmark-autosave`",
        "  3 more times; the last is judged by the 3 before it.",
    ]


def test_the_first_session_on_other_hardware():
    after = Side((summary(9, *pairs(9.0, learning_half), cpu="EPYC", **KERAS2),))
    assert first_session_text(first(BEFORE, after, with_times=False)).splitlines()[2:] == [
        "  Xeon -> EPYC. Seconds of other hardware are not compared.",
        "No outcome or accuracy changed beyond noise.",
        *BASELINE,
    ]


def test_how_to_get_a_baseline_is_not_told_where_few_pairs_are_new():
    after = Side((summary(9, *pairs(2.1, learning_half)),))
    comparison = first(BEFORE, after)
    few = FirstComparison(BEFORE, after, comparison.pairs[:1])
    text = first_session_text(few)
    assert "here with NN-I single." in text
    assert "baseline" not in text


def test_an_interval_beyond_all_numbers_is_the_greatest():
    """Two sessions, a billionth of a second and decades, and one of the other side."""
    wild = [
        Side(tuple(summary(day, stored_pair(fit_s=(s,)), **e) for day, s in days))
        for days, e in (([(1, 1e-9), (2, 1e9)], KERAS2), ([(3, 1.0)], {}))
    ]
    (pair,) = json.loads(comparison_json("keras", [compared(*wild)], ()))["comparisons"][0]["pairs"]
    assert pair["time_ratio_low"] == 0.0
    assert pair["time_ratio_high"] == pytest.approx(1.0142320547350045e304)
    assert "0.00-1.01e+304" in comparison_text("keras", [compared(*wild)])
