"""Which pairs are called slower, on literal and seeded histories."""

import math

import numpy as np
import pytest

from lowprec.judging import slowdown
from lowprec.judging.evidence import NIGHTS, SLOWDOWN
from lowprec.judging.slowdown import ALL_PAIRS, WINDOW, judge_times

NAN = float("nan")
PAIRS = 16
MODELS = np.arange(PAIRS).reshape(4, 4).tolist()
SCHEMES = np.arange(PAIRS).reshape(4, 4).T.tolist()
GROUPS = {f"model {i}": columns for i, columns in enumerate(MODELS)}
GROUPS |= {f"scheme {i}": columns for i, columns in enumerate(SCHEMES)}


def history(sessions=30, noise=0.02, drift=0.03, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(0, noise, (sessions, PAIRS)) + rng.normal(0, drift, (sessions, 1)) + 1.0


def timings(log_s, counts=None):
    counts = np.ones(log_s.shape, bool) if counts is None else counts
    return judge_times(log_s, counts, GROUPS)


def verdicts(log_s, counts=None):
    return [timing.verdict for timing in timings(log_s, counts)]


def columns(log_s, word):
    """The columns of the pairs of which this is said."""
    return [i for i, verdict in enumerate(verdicts(log_s)) if verdict == word]


def test_a_quiet_night():
    assert set(verdicts(history())) == {"ok"}


def test_one_pair_a_fifth_slower():
    log_s = history()
    log_s[-1, 5] += math.log(1.2)
    assert columns(log_s, "slower") == [5]
    slow = timings(log_s)[5]
    assert slow.own_ratio == pytest.approx(1.2, rel=0.06)
    assert slow.scope is None
    assert slow.sessions == 30 - NIGHTS


def test_one_pair_a_fifth_faster():
    log_s = history()
    log_s[-1, 5] -= math.log(1.2)
    assert columns(log_s, "faster") == [5]


def test_a_change_of_three_per_cent_is_not_worth_a_flag_however_quiet_the_machine():
    log_s = history(noise=0.001)
    log_s[-3:, 5] += math.log(1.03)
    assert set(verdicts(log_s)) == {"ok"}


def test_evidence_adds_up_over_nights():
    log_s = history(33, noise=0.04, seed=4)
    log_s[30:] = np.median(log_s[:30], axis=0)
    log_s[30:, 5] += SLOWDOWN
    assert [5 in columns(log_s[: 31 + i], "slower") for i in range(3)] == [False, False, True]


def test_a_spike_is_gone_the_next_night():
    log_s = history(32)
    log_s[30, 5] += math.log(1.3)
    assert columns(log_s[:31], "slower") == [5]
    assert columns(log_s, "slower") == []


def test_a_whole_scheme():
    """Each pair alone would need more evidence."""
    log_s = history(noise=0.03, seed=8)
    log_s[-1] = np.median(log_s[:-1], axis=0)
    log_s[-1, SCHEMES[2]] += SLOWDOWN
    slow = {
        i: timing.scope for i, timing in enumerate(timings(log_s)) if timing.verdict == "slower"
    }
    assert slow == dict.fromkeys(SCHEMES[2], "scheme 2")


def test_one_of_two_pairs_does_not_pass_for_both():
    """The other one is slower by 4%, which is no more than noise."""
    log_s = history()
    log_s[-1] = np.median(log_s[:-1], axis=0)
    log_s[-1, 5] += math.log(2)
    log_s[-1, 1] += 0.04
    said = judge_times(log_s, log_s > 0, {"two": [1, 5]})
    assert [i for i, timing in enumerate(said) if timing.verdict == "slower"] == [5]


def test_one_pair_of_a_session_of_few_does_not_pass_for_its_scheme():
    """Its change would be enough for the median of four."""
    log_s = history(noise=0.03, seed=8)
    log_s[-1] = np.median(log_s[:-1], axis=0)
    log_s[-1, 6] += 1.2 * SLOWDOWN
    assert columns(log_s, "slower") == []
    log_s[-1, [i for i in range(PAIRS) if i not in MODELS[1]]] = NAN
    assert columns(log_s, "slower") == []


def test_a_group_that_no_earlier_session_had_says_nothing():
    """The matrix was trained model by model."""
    log_s = np.full((80, PAIRS), NAN)
    for model in range(4):
        log_s[model::4, MODELS[model]] = history(20)[:, MODELS[model]]
    assert columns(log_s, "slower") == []
    assert columns(log_s, "ok") == MODELS[3]
    log_s[-1, MODELS[3]] += math.log(1.2)
    assert {timings(log_s)[i].verdict for i in MODELS[3]} == {"slower"}


def test_a_pair_that_is_faster_than_ever_is_not_slower_however_fast_the_others_are():
    log_s = history(noise=0.005, drift=0.05)
    log_s[-1] = np.median(log_s[:-1], axis=0) - 0.25
    log_s[-1, SCHEMES[2]] += 0.15
    assert columns(log_s, "slower") == []
    log_s[-1, SCHEMES[2]] += 0.15
    assert sorted(columns(log_s, "slower")) == sorted(SCHEMES[2])


def test_everything_at_once_does_not_vanish_in_the_common_factor():
    log_s = history(drift=0.005)
    log_s[-1] += math.log(1.15)
    slow = [timing for timing in timings(log_s) if timing.verdict == "slower"]
    assert len(slow) == PAIRS
    assert {timing.scope for timing in slow} == {ALL_PAIRS}
    assert slow[0].ratio == pytest.approx(1.15, rel=0.06)


def test_two_of_four_schemes_are_the_slower_ones_and_the_others_are_not_faster():
    log_s = history(noise=0.01, drift=0.01)
    half_and_mixed = SCHEMES[2] + SCHEMES[3]
    log_s[-1, half_and_mixed] += math.log(1.15)
    assert sorted(columns(log_s, "slower")) == sorted(half_and_mixed)
    assert columns(log_s, "faster") == []


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
    assert columns(log_s, "slower") == [5]
    assert timings(log_s)[5].sessions == 3
    assert timings(log_s)[4].smallest > timings(history(30))[4].smallest


@pytest.mark.parametrize("sessions", [1, 2, 3])
def test_too_short_a_history_is_no_baseline(sessions):
    assert set(verdicts(history(sessions))) == {"no baseline"}


def test_a_pair_that_the_night_lacks_is_not_judged():
    log_s = history()
    log_s[-1, 5] = NAN
    assert verdicts(log_s)[5] == "no baseline"
    assert set(verdicts(log_s)) == {"ok", "no baseline"}


def test_too_few_pairs_of_a_session_cannot_tell_a_slow_pair_from_a_slow_machine():
    log_s = history(noise=0.005, drift=0.03)
    log_s[-1] = 1.0
    log_s[-1, 5] += math.log(1.1)
    assert columns(log_s, "slower") == [5]
    log_s[-1, [i for i in range(PAIRS) if i not in (4, 5)]] = NAN
    assert columns(log_s, "slower") == []


def test_one_pair_alone():
    log_s = history(drift=0.01)[:, :1]
    log_s[-1] += math.log(1.2)
    [timing] = judge_times(log_s, np.ones(log_s.shape, bool), {})
    assert timing.verdict == "slower"


def test_only_the_newest_sessions_count():
    log_s = history(WINDOW + 20)
    log_s[:15] += 5.0
    assert set(verdicts(log_s)) == {"ok"}


def test_the_smallest_slowdown_is_flagged_four_times_in_five():
    log_s = history(60, noise=0.02, drift=0.0, seed=2)
    smallest = timings(log_s)[5].smallest
    rng = np.random.default_rng(9)
    log_s[-1] = 1.0
    flagged = 0
    for _ in range(200):
        log_s[-1, 5] = 1.0 + math.log(smallest) + rng.normal(0, 0.02)
        flagged += verdicts(log_s)[5] == "slower"
    assert flagged == pytest.approx(160, abs=25)


@pytest.mark.parametrize("seed", range(40))
def test_the_words_are_the_same_in_brief(seed):
    """In noise around the least change that is flagged: alone, of a scheme, of all, with gaps."""
    rng = np.random.default_rng(seed)
    log_s = history(
        noise=rng.choice([0.002, 0.01, 0.02]), drift=rng.choice([0.002, 0.02]), seed=seed
    )
    which = [[5], SCHEMES[1], range(PAIRS), []][seed % 4]
    log_s[-1, which] += rng.uniform(-2, 2) * SLOWDOWN
    log_s[rng.random(log_s.shape) < 0.05] = NAN
    counts = np.ones(log_s.shape, bool)
    whole, brief = (judge_times(log_s, counts, GROUPS, brief=short) for short in (False, True))
    assert [timing.verdict for timing in brief] == [timing.verdict for timing in whole]


def spiky(rate=0.06, seed=6):
    """A machine on which a pair is a third slower in a session, again and again."""
    log_s = history(sessions=31, noise=0.02, seed=seed)
    spikes = np.random.default_rng(seed).random(log_s.shape) < rate
    log_s[:-1][spikes[:-1]] += math.log(1.33)
    log_s[-3:] = np.median(log_s, axis=0)
    return log_s


def test_what_comes_and_goes_on_a_machine_says_less_of_a_slowdown():
    quiet, restless = history(sessions=31, noise=0.02, seed=6), spiky()
    for log_s in (quiet, restless):
        log_s[-1, 5] += math.log(1.25)
    assert columns(quiet, "slower") == [5]
    assert columns(restless, "slower") == []
    restless[-2, 5] += math.log(1.25)
    assert columns(restless, "slower") == [5], "it stayed"


def test_spikes_that_were_flagged_are_known_too():
    """What was flagged is no part of the baseline, but comes and goes all the same."""
    log_s = spiky()
    log_s[-1, 5] += math.log(1.25)
    usual = np.abs(log_s - np.median(log_s, axis=0)) < math.log(1.2)
    assert not usual.all()
    assert columns(log_s, "slower") == []
    assert [t.verdict for t in timings(log_s, usual)].count("slower") == 0


def test_what_came_and_went_before_the_baseline_began_is_not_looked_at(monkeypatch):
    log_s = history(50)
    counts = np.ones(log_s.shape, bool)
    counts[:30, 5] = False
    seen = []
    monkeypatch.setattr(slowdown, "spike_rate", lambda newest, _: seen.append(newest) or 0.002)
    timings(log_s, counts)
    [newest] = seen
    assert len(newest) == WINDOW + 1
    assert np.isnan(newest[:21, 5]).all()
    assert np.isfinite(newest[21:, 5]).all()
    assert (newest[:, 4] == log_s[9:, 4]).all()


def test_a_slowdown_that_stayed_is_no_spike():
    log_s = history(sessions=31, noise=0.02, seed=6)
    log_s[-6:, 3] += math.log(1.5)
    log_s[-1, 5] += math.log(1.25)
    counts = np.ones(log_s.shape, bool)
    counts[-6:, 3] = False
    assert {3, 5} == {i for i, t in enumerate(timings(log_s, counts)) if t.verdict == "slower"}
