"""Sessions in the order in which they were stored, whatever their clocks said."""

from datetime import UTC, datetime, timedelta

import pytest

from lowprec.history.order import ADVICE, Stamp, in_order, number_of

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def at(text):
    """The time of a day of November 2026 such as "11" or "11 13:30", or of another date."""
    day, _, clock = text.partition(" ")
    date = day if "-" in day else f"2026-11-{int(day):02}"
    return datetime.fromisoformat(f"{date} {clock or '00:00'}+00:00")


def ordered(*sessions, now=NOW):
    """The names in order, and what is said of some, of sessions such as ("A/0001_x", "11")."""
    stamps = []
    for path, time in sessions:
        folder, _, name = path.rpartition("/")
        stamps.append(Stamp(folder, number_of(name), name, at(time)))
    order = in_order(stamps, now)
    said = {
        sessions[place][0]: text.removesuffix(f"; {ADVICE}")
        for place, text in order.contradictions.items()
    }
    return [sessions[place][0] for place in order.places], said


def names(*numbers, folder="A"):
    return [f"{folder}/{number:04}_x" for number in numbers]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("0001_x", 1), ("9999_tf221k3-cpu_1", 9999), ("10000_x", 10000)),
        *(("latest", None), ("0001", None), ("x_0001_x", None), ("20261126_x", None)),
    ],
)
def test_the_number_that_pytest_benchmark_gives(name, number):
    assert number_of(name) == number


def test_sessions_of_a_folder_go_by_their_numbers():
    sessions = [("A/0002_x", "2"), ("A/0010_x", "4"), ("A/0001_x", "1"), ("A/0009_x", "3")]
    assert ordered(*sessions) == (names(1, 2, 9, 10), {})


def test_nothing_stored_is_in_order():
    assert ordered() == ([], {})


def test_an_old_session_dated_a_year_ahead_stays_where_it_was_stored():
    order, said = ordered(
        *(("A/0001_x", "1"), ("A/0002_x", "2027-11-02"), ("A/0003_x", "3"), ("A/0004_x", "4"))
    )
    assert order == names(1, 2, 3, 4)
    assert said == {
        "A/0002_x": "stored before 0003_x, but dated 2027-11-02 00:00 UTC, after it",
    }


def test_the_newest_dated_1970_is_the_newest():
    order, said = ordered(("A/0001_x", "1"), ("A/0002_x", "2"), ("A/0003_x", "1970-01-01"))
    assert order == names(1, 2, 3)
    assert said == {"A/0003_x": "stored after 0002_x, but dated 1970-01-01 00:00 UTC, before it"}


def test_the_newest_dated_in_the_future_is_told():
    sessions = [("A/0001_x", "1"), ("A/0002_x", "2"), ("A/0003_x", "2027-11-03 10:00")]
    order, said = ordered(*sessions)
    assert order == names(1, 2, 3)
    assert said == {"A/0003_x": "dated 2027-11-03 10:00 UTC, in the future"}
    assert ordered(*sessions, now=at("2027-11-02 10:00"))[1] == {}
    assert ordered(*sessions, now=at("2027-11-02 09:59"))[1] != {}


def test_a_clock_behind_all_sessions_contradicts_none():
    """It is the clock of who looks at them."""
    assert ordered(("A/0001_x", "1"), ("A/0002_x", "2"), now=at("1970-01-01"))[1] == {}


def test_the_first_session_dated_1970_is_told_in_a_folder_of_its_own():
    order, said = ordered(("A/0001_x", "1"), ("B/0001_x", "1970-01-01"))
    assert order == ["B/0001_x", "A/0001_x"]
    assert said == {"B/0001_x": "dated 1970-01-01 00:00 UTC, by a clock that was never set"}


def test_a_machine_whose_clock_begins_anew_with_each_start_has_its_numbers():
    clock = ("1970-01-01 09:00", "1970-01-01 02:00", "1970-01-01 04:00", "1970-01-01 01:00")
    sessions = [(f"A/{number:04}_x", time) for number, time in enumerate(clock, start=1)]
    order, said = ordered(*sessions, ("B/0001_x", "1"))
    assert order == [*names(1, 2, 3, 4), "B/0001_x"]
    assert list(said) == names(1, 2, 3, 4)
    assert ordered(("A/0001_x", "2028-01-01"), ("A/0002_x", "1970-01-01"))[0] == names(1, 2)


def test_a_time_that_is_not_used_gives_way_to_the_one_before_or_else_after():
    """Between folders; its own would put it at the other end."""
    order, _ = ordered(
        *(("A/0001_x", "1"), ("A/0002_x", "1990-01-01"), ("A/0003_x", "5")),
        *(("B/0001_x", "1 12:00"), ("B/0002_x", "2"), ("B/0003_x", "3")),
    )
    assert order == ["A/0001_x", "A/0002_x", *names(1, 2, 3, folder="B"), "A/0003_x"]
    order, _ = ordered(
        *(("A/0001_x", "2028-01-01"), ("A/0002_x", "3"), ("A/0003_x", "4")),
        *(("B/0001_x", "1"), ("B/0002_x", "5")),
    )
    assert order == ["B/0001_x", *names(1, 2, 3), "B/0002_x"]


def test_two_platform_folders_are_merged_by_time():
    sessions = [("A/0001_x", "1"), ("A/0002_x", "3"), ("B/0001_x", "2"), ("B/0002_x", "4")]
    assert ordered(*sessions) == (["A/0001_x", "B/0001_x", "A/0002_x", "B/0002_x"], {})


def test_a_clock_that_is_off_by_less_than_a_day_is_not_told():
    sessions = [("A/0001_x", "2 10:00"), ("A/0002_x", "1 10:00"), ("A/0003_x", "2 11:00")]
    assert ordered(*sessions) == (names(1, 2, 3), {})
    sessions[1] = ("A/0002_x", "1 09:59")
    order, said = ordered(*sessions)
    assert (order, list(said)) == (names(1, 2, 3), ["A/0002_x"])


def test_a_day_ahead_of_those_after_it_is_not_told_either():
    sessions = [("A/0001_x", "3 10:00"), ("A/0002_x", "2 10:00"), ("A/0003_x", "2 11:00")]
    assert ordered(*sessions) == (names(1, 2, 3), {})
    sessions[0] = ("A/0001_x", "3 10:01")
    order, said = ordered(*sessions)
    assert (order, list(said)) == (names(1, 2, 3), ["A/0001_x"])


def test_two_machines_whose_numbers_interleave_go_by_time():
    """The second fetched the history after 0001, and stored three sessions before it pushed."""
    first = [(f"A/{number:04}_x", f"{number}") for number in range(1, 7)]
    second = [("A/0002_y", "4 12:00"), ("A/0003_y", "5 12:00"), ("A/0004_y", "6 12:00")]
    order, said = ordered(*first, *second)
    assert said == {}
    assert order == [
        *(*names(1, 2, 3, 4), "A/0002_y", "A/0005_x", "A/0003_y", "A/0006_x", "A/0004_y")
    ]


def test_two_sessions_of_one_number_go_by_time():
    sessions = [("A/0002_x", "2 12:00"), ("A/0002_y", "2 11:00"), ("A/0001_x", "1")]
    assert ordered(*sessions) == (["A/0001_x", "A/0002_y", "A/0002_x"], {})


def test_a_wrong_time_of_a_number_given_twice_is_told():
    sessions = [("A/0001_x", "1"), ("A/0002_x", "2"), ("A/0002_y", "2025-01-01"), ("A/0003_x", "3")]
    order, said = ordered(*sessions)
    assert order == ["A/0001_x", "A/0002_y", "A/0002_x", "A/0003_x"]
    assert said == {"A/0002_y": "stored after 0001_x, but dated 2025-01-01 00:00 UTC, before it"}
    sessions[2] = ("A/0002_y", "1970-01-01")
    assert ordered(*sessions)[0] == order


def test_names_without_a_number_go_by_time():
    sessions = [("A/0001_x", "1"), ("A/0002_x", "3"), ("latest", "2"), ("A/z", "4"), ("A/y", "5")]
    assert ordered(*sessions) == (["A/0001_x", "latest", "A/0002_x", "A/z", "A/y"], {})
    assert list(ordered(*sessions, ("w", "2028-01-01"), ("v", "1980-01-01"))[1]) == ["w", "v"]


def test_of_equal_times_the_name_decides():
    sessions = [("y", "1"), ("B/0001_x", "1"), ("A/0001_x", "1"), ("x", "1")]
    assert ordered(*sessions) == (["x", "y", "A/0001_x", "B/0001_x"], {})
    assert ordered(("A/0001_x", "1"), ("A/z", "1")) == (["A/z", "A/0001_x"], {})


def test_the_longest_agreement_is_believed():
    """Two nights in three were stored by a clock ahead; the sessions before and after agree."""
    times = ["1", "2", "20", "21", "3", "4", "5"]
    sessions = [(f"A/{number:04}_x", time) for number, time in enumerate(times, start=1)]
    assert list(ordered(*sessions)[1]) == ["A/0003_x", "A/0004_x"]


def test_the_first_and_last_times_there_are_overflow_nothing():
    """Most of them are in the future, so that the clock of who looks at them is not believed."""
    sessions = [
        *(("A/0001_x", "0001-01-01"), ("A/0002_x", "9999-12-31")),
        *(("A/0003_x", "0001-01-01"), ("A/0004_x", "9999-12-31"), ("A/0005_x", "9999-12-31")),
    ]
    order, said = ordered(*sessions)
    assert order == names(1, 2, 3, 4, 5)
    assert list(said) == ["A/0001_x", "A/0003_x"]
    assert ordered(*sessions, now=at("9999-12-31")) == (order, said)


def test_ten_thousand_nights_are_ordered_at_once():
    start = datetime(2000, 1, 1, tzinfo=UTC)
    stamps = [Stamp("A", n, f"{n:04}_x", start + timedelta(days=n)) for n in range(10_000)]
    stamps[5000] = stamps[5000]._replace(time=NOW)
    order = in_order(stamps, now=start + timedelta(days=10_000))
    assert order.places == list(range(10_000))
    assert list(order.contradictions) == [5000]
