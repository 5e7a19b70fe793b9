"""What a session is judged by: earlier ones, and what was accepted in them."""

import json

import pytest

from lowprec.errors import HistoryError
from lowprec.history.past import read_past
from lowprec.history.storage import Folder
from lowprec.record.acceptance import Acceptance
from tests.literals import stored_document

HEADER = "session,model,scheme,reason\n"


@pytest.fixture
def storage(tmp_path):
    (tmp_path / "0001_x.json").write_text(json.dumps(stored_document(1, {"half": 2.0})))
    return tmp_path


def test_sessions_and_what_is_accepted(storage):
    (storage / "accepted.csv").write_text(f"{HEADER}0001_x,,,why\n")
    past = read_past(Folder(storage))
    assert [session.name for session in past.summaries.sessions] == ["0001_x"]
    assert past.accepted == (Acceptance("0001_x", None, "why"),)
    assert past.faults == ()


def test_faults_of_both(storage):
    (storage / "0002_x.json").write_text("{")
    (storage / "accepted.csv").write_text(f"{HEADER}0003_x,,,why\n")
    past = read_past(Folder(storage))
    assert past.accepted == ()
    assert [line.partition(": ")[0] for line in past.faults] == [
        str(storage / "0002_x.json"),
        f"{storage / 'accepted.csv'}:2",
    ]


def test_a_table_that_cannot_be_read_is_an_error(storage):
    (storage / "accepted.csv").write_text("x")
    with pytest.raises(HistoryError, match="columns are"):
        read_past(Folder(storage))
