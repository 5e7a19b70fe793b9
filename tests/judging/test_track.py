"""Times that count, that wait, and that drift, on literal sessions."""

import pytest

from lowprec.judging.series import SHARED_CAUTION
from lowprec.judging.track import STAYS, Track
from lowprec.rows.matrix import Pair

HALF = Pair("NN-I", "half")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0, 2.03, 1.97, 2.0, 2.01)


def tracked(*seconds, track=None, left_out=(), caution=0.0):
    """A track of NN-I half alone; the words that were said of it."""
    track = track or Track()
    words = []
    for each in seconds:
        track.start({HALF: each})
        words.append(track.verdicts([HALF], caution=caution)[HALF].verdict)
        track.finish(left_out, (HALF,) if words[-1] == "faster" else ())
    return track, words


def test_a_track_begins_without_a_baseline():
    assert tracked(2.0, 2.0, 2.0, 2.0)[1] == [*["no baseline"] * 3, "ok"]


def test_what_is_left_out_is_no_baseline():
    assert tracked(2.0, 2.0, 2.0, 2.0, left_out=(HALF,))[1] == ["no baseline"] * 4


def test_what_stays_faster_is_the_baseline_by_itself():
    track, words = tracked(*NOISE, *[1.0] * STAYS)
    assert words[-STAYS:] == ["faster"] * STAYS
    assert tracked(1.0, 2.0, track=track)[1] == ["ok", "slower"]


def test_what_is_faster_for_less_long_changes_nothing():
    track, _ = tracked(*NOISE, *[1.0] * (STAYS - 1))
    assert tracked(2.0, 1.0, 2.0, track=track)[1] == ["ok", "faster", "ok"]


def test_what_is_faster_is_no_baseline_until_it_stays_so():
    """The two newest sessions are judged together with this one, and count for none yet."""
    track, _ = tracked(*NOISE, 1.0, 1.0, 2.0, 2.0)
    track.start({HALF: 2.0})
    assert track.verdicts([HALF])[HALF].sessions == 10


def test_what_got_faster_once_may_get_faster_again():
    track, words = tracked(*NOISE, *[1.0] * STAYS, *[0.5] * STAYS)
    assert words[-2 * STAYS :] == ["faster"] * 2 * STAYS
    assert tracked(0.5, 1.0, track=track)[1] == ["ok", "slower"]


def test_a_level_is_not_shared_with_other_software():
    track, _ = tracked(*NOISE)
    tracked(*[2.3] * 10, track=track.continued())
    assert tracked(2.09, track=track)[1] == ["ok"]


def test_what_is_forgotten_begins_anew():
    track, _ = tracked(*NOISE)
    track.forget(HALF)
    assert tracked(4.0, 4.0, 4.0, 4.0, track=track)[1] == [*["no baseline"] * 3, "ok"]


@pytest.mark.parametrize(("sessions", "said"), [(2, "no baseline"), (3, "ok"), (10, "ok")])
def test_other_software_goes_on_with_enough_sessions(sessions, said):
    track, _ = tracked(*NOISE[:sessions])
    assert tracked(2.0, track=track.continued())[1] == [said]


def test_what_goes_on_elsewhere_leaves_a_track_as_it_was():
    track, _ = tracked(*NOISE)
    tracked(*[1.0] * STAYS, track=track.continued())
    assert tracked(2.0, track=track)[1] == ["ok"]


@pytest.mark.parametrize(("caution", "said"), [(0.0, "slower"), (SHARED_CAUTION, "ok")])
def test_caution_asks_for_more_evidence(caution, said):
    """A third slower where the noise is 4%."""
    noise = (2.0, 2.1, 1.9, 2.05, 1.95, 2.0, 2.1, 1.9)
    assert tracked(*noise, 2.7, caution=caution)[1][-1] == said


def test_a_drift_is_named():
    track, words = tracked(*[2.0 * 1.005**day for day in range(40)])
    track.start({HALF: 2.0 * 1.005**40})
    assert words[-1] == "slower"
    assert track.verdicts([HALF])[HALF].drift.ratio == pytest.approx(1.17, abs=0.04)
