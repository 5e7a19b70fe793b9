"""What holds of the order of a storage, in whatever order its files are found."""

import pytest

pytest.importorskip("hypothesis", reason="pip install hypothesis")

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lowprec.history.copies import Located, each_once
from lowprec.history.order import Stamp, in_order
from tests.literals import stored_pair, summary
from tests.properties.strategies import STEADY

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HOURS = st.integers(-24 * 40, 24 * 5).map(lambda hours: NOW + timedelta(hours=hours))
TIMES = st.one_of(HOURS, st.sampled_from([datetime(1970, 1, 1, tzinfo=UTC)]))
STAMPS = st.lists(
    st.builds(
        lambda folder, number, tail, time: Stamp(folder, number, f"{number or 0:04}_{tail}", time),
        st.sampled_from("AB"),
        st.one_of(st.none(), st.integers(1, 6)),
        st.sampled_from("xyz"),
        TIMES,
    ),
    max_size=10,
    unique_by=lambda stamp: (stamp.folder, stamp.name),
)


@STEADY
@given(STAMPS, st.randoms(use_true_random=False))
def test_the_order_in_which_files_are_found_changes_nothing(stamps, random):
    def read(found):
        order = in_order(found, NOW)
        said = {found[place]: text for place, text in order.contradictions.items()}
        return [found[place] for place in order.places], said

    assert read(random.sample(stamps, len(stamps))) == read(stamps)


@STEADY
@given(STAMPS)
def test_every_session_has_one_place(stamps):
    assert sorted(in_order(stamps, NOW).places) == list(range(len(stamps)))


@STEADY
@given(STAMPS)
def test_what_was_numbered_by_turns_stays_in_that_order(stamps):
    """Each number once: sessions of one machine."""
    once = {(stamp.folder, stamp.number): stamp for stamp in stamps if stamp.number}.values()
    stamps = list(once)
    for folder in "AB":
        places = in_order(stamps, NOW).places
        numbers = [stamps[p].number for p in places if stamps[p].folder == folder]
        assert numbers == sorted(numbers)


@STEADY
@given(st.lists(HOURS, max_size=8))
def test_sessions_without_numbers_go_by_their_times(times):
    stamps = [Stamp("A", None, f"{i}", time) for i, time in enumerate(times)]
    assert [times[place] for place in in_order(stamps, NOW).places] == sorted(times)


SESSIONS = [
    summary(day, stored_pair(fit_s=(fit_s,)), tensorflow=version)
    for day in (1, 2)
    for fit_s in (2.0, 3.0)
    for version in ("2.20.0", "2.21.0")
]
FOUND = st.lists(
    st.tuples(
        st.sampled_from(SESSIONS),
        st.sampled_from(["", "A", "A/backup"]),
        st.sampled_from(["0001_x", "0002_x", "latest"]),
        st.integers(0, 50),
    ),
    max_size=8,
    unique_by=lambda found: found[1:3],
)


@STEADY
@given(FOUND, st.randoms(use_true_random=False))
def test_of_copies_one_stays_whatever_is_found_first(found, random):
    stored = [
        Located(
            f"{folder}/{name}",
            msgspec.structs.replace(
                session, folder=folder, name=name, time=session.time + timedelta(seconds=seconds)
            ),
        )
        for session, folder, name, seconds in found
    ]
    kept, remarks = each_once(stored)
    again, other = each_once(random.sample(stored, len(stored)))
    assert sorted(one.place for one in again) == sorted(one.place for one in kept)
    assert sorted(other) == sorted(remarks)
    assert len(kept) + len(remarks) == len(stored)
    assert len(kept) == len({id(session) for session, *_ in found})
