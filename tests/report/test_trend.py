"""The newest seconds as a row of bars."""

from dataclasses import replace

from lowprec.report.trend import trend_text
from tests.report.judged import QUIET, SHORT, verdict


def trend(*seconds, timing=QUIET, **others):
    """The bars of seconds whose baseline is 2, or of `timing`."""
    return trend_text(verdict(timing=timing and replace(timing, recent_s=seconds), **others))


def test_what_is_usual_is_one_height_and_a_step_is_a_tenth():
    assert trend(2.0, 2.04, 1.96, 2.2, 2.42, 1.8) == "▄▄▄▅▆▃"


def test_what_is_far_off_has_the_highest_or_the_lowest_bar():
    assert trend(0.1, 2.0, 90.0) == "▁▄█"


def test_without_a_baseline_heights_are_relative_to_the_median():
    assert trend(5.0, 5.5, 4.5, timing=SHORT) == "▄▅▃"


def test_a_crowded_session_shows_the_processors_time():
    assert trend(timing=None, work=replace(QUIET, recent_s=(2.0, 2.2))) == "▄▅"


def test_what_was_not_timed_has_no_bars():
    assert trend(timing=None) == "-"
    assert trend() == "-"
