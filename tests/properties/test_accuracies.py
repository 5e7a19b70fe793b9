"""What holds of accuracies that are compared, and of intervals, whatever the numbers."""

import pytest

pytest.importorskip("hypothesis", reason="pip install hypothesis")

from hypothesis import given
from hypothesis import strategies as st

from lowprec.judging.accuracy import LEAST_LOSS, at_risk, changes_from_history
from lowprec.judging.intervals import interval, moderated, spread
from lowprec.rows.matrix import Pair
from tests.properties.strategies import STEADY

HALF = Pair("NN-I", "half")
SHARES = st.integers(0, 1000).map(lambda hits: hits / 1000)
SEEDS = st.integers(12, 15)
BEFORE = st.dictionaries(SEEDS, st.lists(SHARES, min_size=1, max_size=5))
AFTER = st.dictionaries(SEEDS, SHARES)
GROUPS = st.lists(st.lists(st.floats(-10, 10), max_size=5), max_size=3)


@STEADY
@given(BEFORE, AFTER)
def test_no_loss_is_found_where_none_is_at_risk(before, after):
    changes = changes_from_history({HALF: before}, {HALF: after}, 0.9994)
    lost = HALF in changes and changes[HALF].value < -LEAST_LOSS
    assert at_risk(before, after) == lost


@STEADY
@given(BEFORE, AFTER, st.floats(0, 0.2))
def test_a_loss_stays_one_where_more_is_lost(before, after, more):
    def judged(by):
        lowered = {seed: accuracy - by for seed, accuracy in after.items()}
        change = changes_from_history({HALF: before}, {HALF: lowered}, 0.9994).get(HALF)
        return change.beyond(LEAST_LOSS) if change else 0

    assert judged(more) <= judged(0.0)


@STEADY
@given(BEFORE, AFTER)
def test_the_numbers_of_the_seeds_say_nothing(before, after):
    def renamed(by_seed):
        return {1000 - seed: values for seed, values in by_seed.items()}

    [change, other] = [
        changes_from_history({HALF: b}, {HALF: a}, 0.99).get(HALF)
        for b, a in ((before, after), (renamed(before), renamed(after)))
    ]
    assert (change and change.value) == pytest.approx(other and other.value)
    assert (change and change.low) == pytest.approx(other and other.low)


@STEADY
@given(GROUPS, st.floats(-100, 100), st.floats(0.1, 10))
def test_a_spread_knows_no_origin_and_scales_with_the_square_of_the_unit(groups, by, unit):
    squares, freedom = spread(groups)
    moved = [[unit * x + by for x in group] for group in groups]
    again, same = spread(moved)
    assert same == freedom
    assert again == pytest.approx(squares * unit**2, rel=1e-6, abs=1e-6)


@STEADY
@given(st.dictionaries(st.integers(), GROUPS, min_size=1, max_size=6))
def test_noise_is_drawn_towards_that_of_all(groups):
    spreads = {name: spread(values) for name, values in groups.items()}
    common = sum(freedom for _, freedom in spreads.values())
    noise = moderated(spreads)
    assert noise.keys() == (spreads.keys() if common else set())
    for name, (deviation, freedom) in noise.items():
        squares, own = spreads[name]
        assert own <= freedom <= min(own + 4, common)
        bounds = [sum(s for s, _ in spreads.values()) / common, squares / own if own else None]
        known = [bound for bound in bounds if bound is not None]
        assert min(known) - 1e-9 <= deviation**2 <= max(known) + 1e-9


@STEADY
@given(st.floats(-1, 1), st.floats(1e-3, 1), st.integers(1, 100), st.floats(0.5, 0.99))
def test_who_wants_to_be_surer_gets_a_wider_interval(value, deviation, freedom, confidence):
    narrow = interval(value, (deviation, freedom), 1.0, confidence)
    wide = interval(value, (deviation, freedom), 1.0, (1 + confidence) / 2)
    assert wide.low < narrow.low < value < narrow.high < wide.high
    assert abs(wide.beyond(0.1)) <= abs(narrow.beyond(0.1))
