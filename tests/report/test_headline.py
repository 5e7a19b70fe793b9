"""The first sentence of a verdict, on literal verdicts."""

from dataclasses import replace

import pytest

from lowprec.judging.slowdown import ALL_PAIRS
from lowprec.judging.verdict import Streak
from lowprec.record.verdicts import Verdict
from lowprec.report.headline import headline
from tests.literals import summary
from tests.report.judged import DRIFTED, MISSING, judged, slower, verdict


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
        ((replace(slower(), accepted="known"),), "None of 1 pair flagged."),
    ],
)
def test_what_there_is_to_do_comes_first(pairs, text):
    assert headline(judged(*pairs)) == text


def test_since_when_a_pair_is_flagged():
    fourth = replace(slower(), streak=Streak(4, summary(13), summary(12)))
    assert headline(judged(fourth)) == (
        "1 of 1 pair flagged: NN-I half (slower 1.50, in 4 sessions, first in 0013)."
    )
    first = replace(slower(), streak=Streak(1, summary(16), None))
    assert headline(judged(first)) == "1 of 1 pair flagged: NN-I half (slower 1.50)."


def test_what_all_pairs_share_is_told_once():
    single = replace(slower(ALL_PAIRS), pair=verdict().pair)
    both = judged(single, replace(slower(ALL_PAIRS), timing=replace(single.timing, ratio=1.6)))
    assert headline(both) == "2 of 2 pairs flagged: all 2 pairs (slower 1.50-1.60)."


def test_a_drift_is_told_by_how_far_it_went():
    assert headline(judged(verdict("slower", timing=DRIFTED))) == (
        "1 of 1 pair flagged: NN-I single (slower 1.16)."
    )


def test_of_many_the_first_are_named():
    pairs = [verdict("worse", scheme=scheme) for scheme in "abcdef"]
    assert headline(judged(*pairs)) == (
        "6 of 6 pairs flagged: NN-I a (worse); NN-I b (worse); NN-I c (worse); NN-I d (worse); "
        "and 2 more."
    )
