"""What is read of a storage, on literal sessions that nothing has to read."""

from dataclasses import replace

from lowprec.errors import HistoryError
from lowprec.history.collected import collected
from tests.literals import session, stored_pair


def of_folders(*places):
    """The history of sessions such as ("A/0001_x", 3), of that day; each has seconds of its own."""
    items = []
    for seconds, (path, day) in enumerate(places, start=1):
        folder, name = path.split("/")
        made = session(day, stored_pair(fit_s=(float(seconds),)))
        items.append((path, replace(made, name=name, folder=folder)))
    return collected(items, lambda made: made)


def test_each_folder_has_numbers_of_its_own():
    """Of B the first two sessions were deleted."""
    history = of_folders(("A/0001_x", 1), ("A/0002_x", 3), ("B/0003_x", 2))
    found = [f"{session.folder}/{session.name}" for session in history.sessions]
    assert found == ["A/0001_x", "B/0003_x", "A/0002_x"]
    assert (history.faults, history.remarks) == ((), ())


def test_a_fault_hides_no_other_session_and_stands_after_those_of_the_storage():
    def read(item):
        if item is None:
            raise HistoryError("b.json: is damaged\x1b")
        return item

    history = collected(
        [("a.json", session(1)), ("b.json", None)], read, faults=["c.json: is no file"]
    )
    assert len(history.sessions) == 1
    assert history.faults == ("c.json: is no file", "b.json: is damaged\\x1b")
