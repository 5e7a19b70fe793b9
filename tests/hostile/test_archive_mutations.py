"""Archives that are damaged at random."""

from lab.hostile import archive_mutations
from lab.hostile.archive_mutations import tried


def test_a_damaged_archive_is_taken_or_refused():
    counts = tried(count=100, seed=5)
    assert set(counts) == {"taken", "refused"}
    assert counts == tried(count=100, seed=5)


def test_what_should_not_be_is_found(monkeypatch):
    def failing(path):
        raise ZeroDivisionError

    monkeypatch.setattr(archive_mutations, "check_archive", failing)
    assert tried(count=2, seed=1) == {"traceback: ZeroDivisionError()": 2}
    monkeypatch.setattr(archive_mutations, "check_archive", lambda path: path)
    monkeypatch.setattr(archive_mutations, "LONGEST_S", -1.0)
    assert tried(count=2, seed=1) == {"hangs": 2}
