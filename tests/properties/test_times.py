"""What holds of the verdicts on times, whatever the history."""

import math

import numpy as np
import pytest

pytest.importorskip("hypothesis", reason="pip install hypothesis")

from hypothesis import assume, given
from hypothesis import strategies as st

from lowprec.judging.noise import MIN_BASELINE, fit, mean, median
from lowprec.judging.slowdown import judge_times
from lowprec.judging.student import moderated_variance
from tests.properties.strategies import GROUPS, STEADY, log_seconds

OPPOSITE = {"slower": "faster", "faster": "slower"}


def said(log_s, groups=GROUPS, **how):
    return judge_times(log_s, np.isfinite(log_s), groups, **how)


def words(log_s, groups=GROUPS, **how):
    return [timing.verdict for timing in said(log_s, groups, **how)]


@STEADY
@given(log_seconds(), st.floats(-15, 15))
def test_the_unit_of_the_seconds_changes_nothing(log_s, unit):
    before, after = said(log_s), said(log_s + unit)
    assert [t.verdict for t in after] == [t.verdict for t in before]
    assert [t.scope for t in after] == [t.scope for t in before]
    for old, new in zip(before, after, strict=True):
        assert new.ratio == pytest.approx(old.ratio)
        assert new.smallest == pytest.approx(old.smallest)
        if old.baseline_s:
            assert new.baseline_s == pytest.approx(old.baseline_s * math.exp(unit))


@STEADY
@given(log_seconds(), st.integers(0, 2**32 - 1))
def test_each_pair_may_have_a_unit_of_its_own(log_s, seed):
    units = np.random.default_rng(seed).uniform(-10, 10, 16)
    assert words(log_s + units) == words(log_s)


@STEADY
@given(log_seconds(), st.permutations(range(16)))
def test_the_order_of_the_pairs_changes_nothing(log_s, order):
    moved = {name: [order.index(i) for i in columns] for name, columns in GROUPS.items()}
    before, after = said(log_s), said(log_s[:, order], moved)
    assert [t.verdict for t in after] == [before[i].verdict for i in order]
    assert [t.scope for t in after] == [before[i].scope for i in order]


@STEADY
@given(log_seconds())
def test_faster_is_slower_the_other_way_round(log_s):
    before, after = words(log_s), words(-log_s)
    both = [before, after] == [after, before] and "slower" in before
    assert after == [OPPOSITE.get(word, word) for word in before] or both


@STEADY
@given(log_seconds())
def test_in_brief_the_words_are_the_same(log_s):
    assert words(log_s, brief=True) == words(log_s)


@STEADY
@given(log_seconds(), st.floats(0, 5))
def test_who_asks_for_more_evidence_hears_of_no_other_change(log_s, caution):
    before, after = words(log_s), words(log_s, caution=caution)
    assert all(new in (old, "ok") for old, new in zip(before, after, strict=True))


@STEADY
@given(log_seconds(gaps=False), st.integers(0, 15), st.floats(0, 1.5))
def test_a_pair_that_takes_longer_is_never_called_faster_for_it(log_s, pair, longer):
    before = words(log_s)[pair]
    log_s[-1, pair] += longer
    after = words(log_s)[pair]
    assert after != "faster" or before == "faster"


@STEADY
@given(log_seconds(gaps=False), st.integers(0, 15), st.floats(0, 1.5))
def test_a_slower_pair_that_takes_even_longer_stays_slower(log_s, pair, longer):
    log_s[-1, pair] += 0.2
    assume(words(log_s)[pair] == "slower")
    log_s[-1, pair] += longer
    assert words(log_s)[pair] == "slower"


@STEADY
@given(log_seconds(gaps=False), st.floats(0, 1.5))
def test_a_slower_matrix_that_takes_even_longer_stays_slower(log_s, longer):
    log_s[-1] += 0.2
    assume(words(log_s) == ["slower"] * 16)
    log_s[-1] += longer
    assert words(log_s) == ["slower"] * 16


@STEADY
@given(log_seconds(), st.randoms(use_true_random=False))
def test_the_order_of_the_sessions_of_a_baseline_changes_nothing(log_s, random):
    order = random.sample(range(len(log_s)), len(log_s))
    before, after = fit(log_s), fit(log_s[order])
    for name in ("centre", "sessions", "deviation", "freedom"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), nan_ok=True), name
    assert after.common_deviation == pytest.approx(before.common_deviation)
    assert after.common_freedom == before.common_freedom
    assert after.residuals == pytest.approx(before.residuals[order], nan_ok=True, abs=1e-9)


@STEADY
@given(log_seconds())
def test_who_has_three_sessions_has_a_baseline_and_nobody_else(log_s):
    known = np.isfinite(log_s).sum(axis=0) >= MIN_BASELINE
    assert (np.isfinite(fit(log_s).centre) == known).all()


@STEADY
@given(log_seconds(), st.integers(0, 1))
def test_median_and_mean_are_those_of_numpy(log_s, axis):
    assume(np.isfinite(log_s).any(axis=axis).all())
    assert median(log_s, axis) == pytest.approx(np.nanmedian(log_s, axis=axis))
    assert mean(log_s, axis) == pytest.approx(np.nanmean(log_s, axis=axis))


@STEADY
@given(st.lists(st.floats(1e-4, 10), min_size=1, max_size=20), st.floats(0.1, 10))
def test_a_moderated_variance_lies_between_its_own_and_that_of_all(variances, factor):
    own, freedom = np.array(variances), np.full(len(variances), 9.0)
    drawn, total = moderated_variance(own, freedom)
    assert (total >= freedom).all()
    assert (np.diff(drawn[np.argsort(own)]) >= -1e-9).all()
    again, _ = moderated_variance(own * factor, freedom)
    assert again == pytest.approx(drawn * factor)
