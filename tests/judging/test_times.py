"""Seconds that count and seconds that do not, on literal sessions."""

import math

import numpy as np
import pytest

from lowprec.judging.evidence import NIGHTS
from lowprec.judging.slowdown import WINDOW
from lowprec.judging.times import RECENT, Times
from lowprec.rows.matrix import Pair

SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")
SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0, 2.03, 1.97, 2.0, 2.01)


def start(times, counts=True, model="NN-I", **seconds):
    """Add a session whose pairs all count, or none; a scheme without seconds was not timed."""
    pairs = [Pair(model, scheme) for scheme in seconds]
    timed = {pair: math.log(s) for pair, s in zip(pairs, seconds.values(), strict=True) if s}
    times.start(timed)
    times.count(pairs if counts else ())


def of_half(*seconds, times=None):
    """The times of NN-I half alone, all of which count."""
    times = times or Times()
    for fit_s in seconds:
        start(times, half=fit_s)
    return times


def counted(times, pair=HALF):
    """The seconds that count."""
    return [round(math.exp(log_s), 6) for log_s in times.counted(pair)]


def verdict(times, pair=HALF):
    return times.verdicts([pair])[pair]


def test_a_session_counts_for_nothing_at_first():
    times = Times()
    times.start({SINGLE: math.log(2.0)})
    assert (times.counted(SINGLE), times.counted(HALF)) == ([], [])


def test_a_pair_that_was_not_timed_may_count_and_has_no_seconds():
    times = Times()
    start(times, single=2.0, half=None)
    assert (counted(times, SINGLE), counted(times, HALF)) == ([2.0], [])


def test_what_counts_is_told_oldest_first_whatever_was_trained_between():
    times = of_half(2.0)
    start(times, single=9.0)
    start(times, counts=False, half=4.0)
    of_half(3.0, times=times)
    assert counted(times) == [2.0, 3.0]


def test_what_was_not_timed_does_not_count():
    times = of_half(2.0)
    start(times, half=None)
    assert counted(times) == [2.0]


def test_what_is_forgotten_counts_no_longer_and_other_pairs_do():
    times = Times()
    start(times, single=2.0, half=3.0)
    times.forget(HALF)
    times.forget(Pair("NN-I", "mixed"))  # never seen
    assert (counted(times), counted(times, SINGLE)) == ([], [2.0])


def test_the_newest_of_a_pair_are_made_to_count_whatever_was_trained_between():
    times = Times()
    for fit_s in (2.0, 3.0, 4.0):
        start(times, counts=False, half=fit_s)
        start(times, counts=False, single=9.0)
    assert times.count_newest(HALF, 2) == [math.log(3.0), math.log(4.0)]
    assert (counted(times), counted(times, SINGLE)) == ([3.0, 4.0], [])


def test_three_sessions_are_a_baseline_and_two_are_none():
    assert verdict(of_half(2.0, 2.0, 9.0)).verdict == "no baseline"
    assert verdict(of_half(2.0, 2.02, 1.98, 9.0)).verdict == "slower"


def test_a_pair_that_the_session_did_not_time_has_no_baseline():
    times = of_half(*NOISE)
    start(times, single=2.0)
    assert verdict(times).verdict == "no baseline"


def test_sessions_of_other_pairs_do_not_interrupt_the_evidence():
    """Half is slower by too little for one session; the models are trained one by one."""
    noise = np.exp(np.random.default_rng(4).normal(0, 0.03, (20, 4)))
    usual, slow = [1.0] * 4, [1.0, 1.0, 1.09, 1.0]

    def word(*trained):
        times = Times()
        for model, seconds in trained:
            start(times, model=model, **dict(zip(SCHEMES, seconds, strict=True)))
        pairs = [Pair("NN-I", scheme) for scheme in SCHEMES]
        return times.verdicts(pairs)[HALF].verdict

    before = [("NN-I", seconds) for seconds in noise.tolist()]
    other = ("CNN-I", usual)
    assert word(*before, ("NN-I", slow)) == "ok"
    assert word(*before, *[("NN-I", slow)] * 3) == "slower"
    assert word(*before, *[other, other, ("NN-I", slow)] * 3) == "slower"


def pruned(sessions, times=None):
    """Times of so many sessions in which half counts, pruned after each."""
    times = times or Times()
    for number in range(sessions):
        start(times, half=NOISE[number % 10])
        times.prune()
    return times


def test_a_long_history_is_pruned_and_the_baseline_stays_as_long():
    times = Times()
    for _ in range(4 * WINDOW):
        pruned(1, times)
        assert len(times._log_s) <= 2 * WINDOW + NIGHTS
    start(times, counts=False, half=2.0)
    assert verdict(times).sessions == WINDOW


def test_a_pair_that_is_flagged_for_long_keeps_its_baseline():
    times = pruned(60)
    for _ in range(200):
        start(times, counts=False, half=3.0)
        times.prune()
    assert verdict(times).verdict == "slower"
    assert verdict(times).sessions == WINDOW


def test_a_pair_that_was_not_trained_for_long_keeps_its_baseline():
    times = pruned(60)
    for _ in range(200):
        start(times, single=2.0)
        times.prune()
    of_half(2.0, times=times)
    assert verdict(times).sessions == WINDOW


def test_a_pair_that_counts_for_nothing_keeps_what_is_judged_with_the_next_session():
    times = Times()
    for number in range(3 * WINDOW):
        start(times, counts=False, half=float(number + 1))
        times.prune()
    newest = [math.log(3 * WINDOW + n) for n in (-1, 0)]
    assert times.count_newest(HALF, 2) == newest


def test_other_software_goes_on_with_a_baseline():
    before = of_half(*NOISE)
    times = before.continued()
    assert counted(times) == list(NOISE)
    start(times, counts=False, half=4.0)
    assert verdict(times).verdict == "slower"


def test_neither_side_sees_what_the_other_does_afterwards():
    before = of_half(2.0, 2.0, 2.0)
    after = before.continued()
    of_half(3.0, times=after)
    before.forget(HALF)
    of_half(4.0, times=before)
    assert (counted(before), counted(after)) == ([4.0], [2.0, 2.0, 2.0, 3.0])


def test_other_software_does_not_go_on_with_too_few_sessions():
    """Its own three are a baseline, of which the others are no part."""
    times = of_half(16.0, 16.0).continued()
    assert counted(times) == []
    of_half(2.0, 2.02, times=times)
    start(times, counts=False, half=2.0)
    assert verdict(times).verdict == "no baseline"
    of_half(1.98, 2.0, times=times)
    assert (verdict(times).verdict, counted(times)) == ("ok", [2.0, 2.02, 1.98, 2.0])
    assert counted(times.continued()) == [2.0, 2.02, 1.98, 2.0]


def test_too_few_sessions_of_each_of_several_versions_are_a_baseline_for_the_next():
    times = of_half(2.0)
    for fit_s in (2.02, 1.98):
        times = of_half(fit_s, times=times.continued())
        assert counted(times) == [fit_s]
    times = times.continued()
    assert counted(times) == [2.0, 2.02, 1.98]
    start(times, counts=False, half=4.0)
    assert verdict(times).verdict == "slower"


def test_three_sessions_of_its_own_are_enough_and_what_waits_is_no_part_of_them():
    times = of_half(16.0, 16.0).continued()
    of_half(2.0, 2.02, 1.98, times=times)
    assert counted(times.continued()) == [2.0, 2.02, 1.98]


def test_what_is_forgotten_does_not_come_back_with_other_software():
    times = of_half(2.0, 2.0).continued()
    times.forget(HALF)
    of_half(3.0, times=times)
    times = of_half(3.0, times=times.continued())
    assert counted(times) == [3.0]


def test_too_few_sessions_are_kept_for_software_to_come_however_long_that_takes():
    times = of_half(2.0, 2.02).continued()
    for _ in range(3 * WINDOW):
        start(times, counts=False, half=9.0)
        times.prune()
    of_half(1.98, times=times)
    assert counted(times.continued()) == [2.0, 2.02, 1.98]


def test_the_newest_seconds_are_told_whether_they_count_or_not():
    times = of_half(*(float(number) for number in range(1, 7)))
    start(times, counts=False, model="CNN-I", half=9.0)
    start(times, counts=False, half=7.0)
    assert verdict(times).recent_s == pytest.approx((1, 2, 3, 4, 5, 6, 7))
    for seconds in range(8, RECENT + 3):
        start(times, half=float(seconds))
    assert verdict(times).recent_s == pytest.approx(range(3, RECENT + 3))
    start(times, model="CNN-I", half=9.0)
    assert verdict(times).recent_s == ()


def test_what_is_dropped_is_told_no_longer_but_by_software_that_began_with_it():
    times = of_half(1.0, 2.0)
    newer = times.continued()
    times.drop(HALF)
    times.drop(("RNN-T", "unknown"))
    for one in (times, newer):
        start(one, half=3.0)
    assert verdict(times).recent_s == pytest.approx((3,))
    assert verdict(newer).recent_s == pytest.approx((1, 2, 3))
