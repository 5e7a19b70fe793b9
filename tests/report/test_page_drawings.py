"""Trends and losses as lines of the page."""

from dataclasses import replace

import msgspec
import pytest

from lowprec.report.page.drawings import Line, Mark, losses_drawing, trend_drawing
from tests.literals import stored_pair
from tests.report.judged import QUIET, SHORT, verdict


def trend(*seconds, timing=QUIET, state="ok", **others):
    """A drawing of seconds whose baseline is 2, or of `timing`."""
    timing = timing and replace(timing, recent_s=seconds)
    return trend_drawing(verdict(timing=timing, **others), state)


def test_a_trend_is_a_line_beside_the_baseline_with_this_session_marked():
    drawn = trend(2.0, 2.5, 1.6, state="flagged")
    assert drawn.lines == (
        Line("5.0,17.0 145.0,17.0", "usual"),
        Line("5.0,17.0 75.0,5.0 145.0,29.0", "trend"),
    )
    assert drawn.marks == (Mark(145.0, 29.0, "flagged"),)
    assert drawn.ends == pytest.approx((0.8, 1.25))


def test_noise_does_not_fill_the_height_and_a_change_does():
    assert trend(2.0, 2.02).lines[1].points == "5.0,17.0 145.0,16.5"
    assert trend(2.0, 4.0).ends == pytest.approx((0.8, 2.0))


def test_without_a_baseline_it_is_relative_to_the_median_and_has_no_line_for_it():
    drawn = trend(5.0, 4.0, 6.25, timing=SHORT)
    assert [line.kind for line in drawn.lines] == ["trend"]
    assert drawn.lines[0].points == "5.0,17.0 75.0,29.0 145.0,5.0"


def test_one_session_is_a_mark():
    assert trend(2.0).marks == (Mark(5.0, 17.0, "ok"),)


def test_a_crowded_session_shows_the_processors_time_and_an_untimed_one_nothing():
    assert trend(timing=None, work=replace(QUIET, recent_s=(2.0,))) is not None
    assert trend(timing=None) is None
    assert trend() is None


def with_losses(*losses, epoch=None):
    """A stored pair with a round for each row of losses; the last one diverges in `epoch`."""
    stored = stored_pair(accuracies=(0.8,) * len(losses))
    rounds = [
        msgspec.structs.replace(r, loss=loss) for r, loss in zip(stored.rounds, losses, strict=True)
    ]
    rounds[-1] = msgspec.structs.replace(rounds[-1], epoch=epoch)
    return msgspec.structs.replace(stored, rounds=tuple(rounds))


def test_losses_are_a_line_a_round():
    drawn = losses_drawing(with_losses((3.0, 1.0), (2.0, 1.0)))
    assert drawn.lines == (
        Line("5.0,5.0 235.0,105.0", "loss"),
        Line("5.0,55.0 235.0,105.0", "loss"),
    )
    assert (drawn.marks, drawn.ends) == ((), (1.0, 3.0))


def test_a_round_that_diverges_ends_in_a_cross():
    drawn = losses_drawing(with_losses((3.0, 1.0, None), epoch=3))
    assert drawn.lines == (Line("5.0,5.0 120.0,105.0", "loss"),)
    assert drawn.marks == (Mark(235.0, 105.0, "lost"),)


def test_where_no_loss_is_finite_the_cross_stands_in_the_middle():
    drawn = losses_drawing(with_losses((None, None), epoch=1))
    assert (drawn.lines, drawn.marks, drawn.ends) == ((), (Mark(5.0, 55.0, "lost"),), None)


def test_a_loss_of_one_epoch_is_a_mark():
    assert losses_drawing(with_losses((2.0,))).marks == (Mark(5.0, 55.0, "loss"),)


def test_losses_of_before_are_drawn_below():
    drawn = losses_drawing(with_losses((2.0, 1.0)), with_losses((3.0, 1.0)))
    assert [line.kind for line in drawn.lines] == ["before", "loss"]


def test_without_losses_there_is_no_drawing():
    assert losses_drawing(stored_pair()) is None
    assert losses_drawing(stored_pair(accuracies=())) is None


@pytest.mark.parametrize("high", [1.7e308, 5e-324])
def test_losses_are_drawn_however_large_or_small(high):
    stored = stored_pair()
    rounds = (msgspec.structs.replace(stored.rounds[0], loss=(high, 0.0, -high)),)
    drawn = losses_drawing(msgspec.structs.replace(stored, rounds=rounds))
    first, middle, last = (point.split(",")[1] for point in drawn.lines[0].points.split())
    assert first != last or high == 5e-324
    assert drawn.ends == (-high, high)
    assert float(first) <= float(middle) <= float(last)
