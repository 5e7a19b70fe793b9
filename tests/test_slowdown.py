"""Which pairs are called slower, on literal and seeded histories."""

import math

import numpy as np
import pytest

from lowprec.slowdown import ALL, NIGHTS, SLOWDOWN, WINDOW, judge

NAN = float("nan")
PAIRS = 16
GROUPS = [list(row) for row in np.arange(16).reshape(4, 4)]
GROUPS += [list(column) for column in np.arange(16).reshape(4, 4).T]


def history(nights=30, noise=0.02, drift=0.03, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(0, noise, (nights, PAIRS)) + rng.normal(0, drift, (nights, 1)) + 1.0


def found(log_s, counts=None):
    counts = np.ones(log_s.shape, bool) if counts is None else counts
    return judge(log_s, counts, GROUPS)


def verdicts(log_s, counts=None):
    return [finding.verdict for finding in found(log_s, counts)]


def names(log_s, name):
    return [i for i, verdict in enumerate(verdicts(log_s)) if verdict == name]


def test_a_quiet_night():
    assert set(verdicts(history())) == {"ok"}


def test_one_pair_a_fifth_slower():
    night = history()
    night[-1, 5] += math.log(1.2)
    assert names(night, "slower") == [5]
    slow = found(night)[5]
    assert slow.own_ratio == pytest.approx(1.2, rel=0.06)
    assert slow.scope is None
    assert slow.sessions == 30 - NIGHTS


def test_one_pair_a_fifth_faster():
    night = history()
    night[-1, 5] -= math.log(1.2)
    assert names(night, "faster") == [5]


def test_a_change_of_three_per_cent_is_not_worth_a_flag_however_quiet_the_machine():
    night = history(noise=0.001)
    night[-3:, 5] += math.log(1.03)
    assert set(verdicts(night)) == {"ok"}


def test_evidence_adds_up_over_nights():
    log_s = history(33, noise=0.04, seed=4)
    log_s[30:] = np.median(log_s[:30], axis=0)
    log_s[30:, 5] += SLOWDOWN
    assert [5 in names(log_s[: 31 + i], "slower") for i in range(3)] == [False, False, True]


def test_a_spike_is_gone_the_next_night():
    log_s = history(32)
    log_s[30, 5] += math.log(1.3)
    assert names(log_s[:31], "slower") == [5]
    assert names(log_s, "slower") == []


def test_a_whole_scheme():
    """Each pair alone would need more evidence."""
    night = history(noise=0.03, seed=8)
    night[-1] = np.median(night[:-1], axis=0)
    night[-1, GROUPS[6]] += SLOWDOWN
    slow = {
        i: finding.scope for i, finding in enumerate(found(night)) if finding.verdict == "slower"
    }
    assert slow == dict.fromkeys(GROUPS[6], 6)


def test_one_of_two_pairs_does_not_pass_for_both():
    """The other one is slower by 4%, which is no more than noise."""
    night = history()
    night[-1] = np.median(night[:-1], axis=0)
    night[-1, 5] += math.log(2)
    night[-1, 1] += 0.04
    slower = [finding.verdict == "slower" for finding in judge(night, night > 0, [[1, 5]])]
    assert [i for i, one in enumerate(slower) if one] == [5]


def test_one_pair_of_a_session_of_few_does_not_pass_for_its_scheme():
    """Its change would be enough for the median of four."""
    night = history(noise=0.03, seed=8)
    night[-1] = np.median(night[:-1], axis=0)
    night[-1, 6] += 1.2 * SLOWDOWN
    assert names(night, "slower") == []
    night[-1, [i for i in range(PAIRS) if i not in GROUPS[1]]] = NAN
    assert names(night, "slower") == []


def test_a_group_that_no_earlier_session_had_says_nothing():
    """The matrix was trained model by model."""
    log_s = np.full((80, PAIRS), NAN)
    for model in range(4):
        log_s[model::4, GROUPS[model]] = history(20)[:, GROUPS[model]]
    assert names(log_s, "slower") == []
    assert names(log_s, "ok") == GROUPS[3]
    log_s[-1, GROUPS[3]] += math.log(1.2)
    assert {found(log_s)[i].verdict for i in GROUPS[3]} == {"slower"}


def test_a_pair_that_is_faster_than_ever_is_not_slower_however_fast_the_others_are():
    night = history(noise=0.005, drift=0.05)
    night[-1] = np.median(night[:-1], axis=0) - 0.25
    night[-1, GROUPS[6]] += 0.15
    assert names(night, "slower") == []
    night[-1, GROUPS[6]] += 0.15
    assert sorted(names(night, "slower")) == sorted(GROUPS[6])


def test_everything_at_once_does_not_vanish_in_the_common_factor():
    night = history(drift=0.005)
    night[-1] += math.log(1.15)
    slow = [finding for finding in found(night) if finding.verdict == "slower"]
    assert len(slow) == PAIRS
    assert {finding.scope for finding in slow} == {ALL}
    assert slow[0].ratio == pytest.approx(1.15, rel=0.06)


def test_two_of_four_schemes_are_the_slower_ones_and_the_others_are_not_faster():
    night = history(noise=0.01, drift=0.01)
    half_and_mixed = GROUPS[6] + GROUPS[7]
    night[-1, half_and_mixed] += math.log(1.15)
    assert sorted(names(night, "slower")) == sorted(half_and_mixed)
    assert names(night, "faster") == []


def test_what_does_not_count_is_no_baseline():
    """Ten flagged nights at 1.3 do not become the normal."""
    log_s = history(40)
    log_s[30:, 5] += math.log(1.3)
    counts = np.ones(log_s.shape, bool)
    counts[30:, 5] = False
    assert verdicts(log_s, counts)[5] == "slower"


def test_a_short_history_needs_more():
    log_s = history(4, noise=0.02, drift=0.0)
    log_s[-1, 5] += math.log(1.5)
    assert names(log_s, "slower") == [5]
    assert found(log_s)[5].sessions == 3
    assert found(log_s)[4].smallest > found(history(30))[4].smallest


@pytest.mark.parametrize("nights", [1, 2, 3])
def test_too_short_a_history_is_no_baseline(nights):
    assert set(verdicts(history(nights))) == {"no baseline"}


def test_a_pair_that_the_night_lacks_is_not_judged():
    night = history()
    night[-1, 5] = NAN
    assert verdicts(night)[5] == "no baseline"
    assert set(verdicts(night)) == {"ok", "no baseline"}


def test_too_few_pairs_of_a_session_cannot_tell_a_slow_pair_from_a_slow_machine():
    night = history(noise=0.005, drift=0.03)
    night[-1] = 1.0
    night[-1, 5] += math.log(1.1)
    assert names(night, "slower") == [5]
    night[-1, [i for i in range(PAIRS) if i not in (4, 5)]] = NAN
    assert names(night, "slower") == []


def test_one_pair_alone():
    one = history(drift=0.01)[:, :1]
    one[-1] += math.log(1.2)
    [finding] = judge(one, np.ones(one.shape, bool), [])
    assert finding.verdict == "slower"


def test_only_the_newest_sessions_count():
    log_s = history(WINDOW + 20)
    log_s[:15] += 5.0
    assert set(verdicts(log_s)) == {"ok"}


def test_the_smallest_slowdown_is_flagged_four_times_in_five():
    log_s = history(60, noise=0.02, drift=0.0, seed=2)
    smallest = found(log_s)[5].smallest
    rng = np.random.default_rng(9)
    log_s[-1] = 1.0
    flagged = 0
    for _ in range(200):
        log_s[-1, 5] = 1.0 + math.log(smallest) + rng.normal(0, 0.02)
        flagged += verdicts(log_s)[5] == "slower"
    assert flagged == pytest.approx(160, abs=25)
