"""What holds of a record's verdict against a row, and of the row that is proposed."""

import pytest

pytest.importorskip("hypothesis", reason="pip install hypothesis")

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lowprec.expectations.calibration import propose, widened
from lowprec.expectations.verdict import judge_record
from lowprec.record.verdicts import Verdict
from tests.literals import CONDITIONS, expectation, one_round, record
from tests.properties.strategies import STEADY

HITS = st.integers(0, 1000)
BANDS = st.tuples(HITS, HITS).map(lambda band: [hits / 1000 for hits in sorted(band)])
RANKS = {Verdict.WORSE: 0, Verdict.OK: 1, Verdict.IMPROVED: 2}


def learnt(hits):
    """A record of rounds that learn and get so many of 1000 right."""
    rounds = (one_round(seed=12 + i, hits=each, total=1000) for i, each in enumerate(hits))
    return record(*rounds)


def said(trained, row):
    return judge_record(trained, CONDITIONS, row).verdict


@STEADY
@given(BANDS, st.lists(HITS, min_size=1, max_size=4), st.integers(0, 1000))
def test_who_gets_more_right_is_not_judged_worse(band, hits, more):
    row = expectation("learns", *band)
    better = [min(1000, each + more) for each in hits]
    assert RANKS[said(learnt(hits), row)] <= RANKS[said(learnt(better), row)]


@STEADY
@given(BANDS, st.integers(1, 5))
def test_the_band_of_fewer_rounds_holds_that_of_more(band, rounds):
    row = expectation("learns", *band)
    (low, high), (least, most) = row.applied_band(rounds + 1), row.applied_band(rounds)
    assert 0 <= least <= low <= high <= most <= 1


@STEADY
@given(BANDS, st.lists(HITS, min_size=1, max_size=4))
def test_the_order_of_the_rounds_changes_nothing(band, hits):
    row = expectation("learns", *band)
    assert said(learnt(hits[::-1]), row) == said(learnt(hits), row)


@STEADY
@given(
    st.lists(
        st.tuples(st.sampled_from(["learns", "chance", "diverged"]), HITS), min_size=8, max_size=12
    )
)
def test_what_a_row_was_proposed_from_passes_it(rounds):
    trained = record(
        *(one_round(outcome, hits, seed=12 + i) for i, (outcome, hits) in enumerate(rounds))
    )
    row = propose(trained, CONDITIONS, "today")
    assert said(trained, row) is Verdict.OK
    assert widened(row, row) == []


@STEADY
@given(BANDS, BANDS)
def test_a_row_allows_more_where_it_passes_what_the_other_does_not(old, new):
    before, after = expectation("learns", *old), expectation("learns", *new)
    holds = old[0] <= new[0] and new[1] <= old[1]
    assert (not widened(before, after)) == holds
    whole = msgspec.structs.replace(after.stored(), evidence="")
    assert whole.band == (new[0], new[1])
