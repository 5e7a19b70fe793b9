"""What the history says at the end of a session, on literal verdicts."""

import pytest

from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.record.verdicts import Verdict
from lowprec.report.end_of_session import end_of_session_text
from tests.literals import ENVIRONMENT
from tests.report.judged import MISSING, SHORT, judged, slower, verdict


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
            "1.20 times (NN-I single); no baseline for 1 pair, 3 sessions are needed.",
        ),
        (
            (verdict(timing=TimeVerdict(Verdict.OK, 2.0, 1.0, 1.0, 6)),),
            "Against 6 earlier sessions of {}: their times differ too much to tell a slowdown of a "
            "pair below a factor of 3.",
        ),
        (
            (
                verdict(),
                verdict(scheme="half", timing=TimeVerdict(Verdict.OK, 2.0, 4.4, 4.4, 6)),
                verdict("no baseline", scheme="mixed", timing=SHORT),
            ),
            "Against 2-6 earlier sessions of {}: a slowdown of one pair alone is usually seen from "
            "1.20 times (NN-I single); the times of 1 pair differ too much to tell a slowdown of a "
            "pair below a factor of 3; no baseline for 1 pair, 3 sessions are needed.",
        ),
        (
            (
                verdict(),
                verdict(
                    scheme="half", timing=TimeVerdict(Verdict.OK, 2.0, 1.0, 1.0, 6, None, 1.2001)
                ),
            ),
            "Against 6 earlier sessions of {}: a slowdown of one pair alone is usually seen from "
            "1.20 times (NN-I half).",
        ),
        (
            (verdict(timing=None),),
            "Against 0 earlier sessions of {}: nothing is timed in this session.",
        ),
    ],
    ids=["some without a baseline", "noisy", "one noisy", "alike", "nothing timed"],
)
def test_the_end_of_a_session_tells_what_it_could_not_see(pairs, text):
    assert end_of(*pairs) == text.format(ENVIRONMENT.key)


def test_what_all_pairs_share_is_a_line_and_no_more():
    both = (slower(ALL_PAIRS), verdict("slower", timing=slower(ALL_PAIRS).timing))
    assert end_of(*both).startswith(
        "All 2 pairs: slower; 1.50 times the seconds of 6 earlier sessions Against 6 earlier"
    )
