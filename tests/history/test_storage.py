"""What --storage can name."""

import pytest

from lowprec.errors import UsageError
from lowprec.history.storage import Folder, open_storage, storage_of


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_folder(tmp_path, prefix):
    storage = open_storage(f"{prefix}{tmp_path}")
    assert isinstance(storage, Folder)
    assert str(storage) == str(tmp_path)
    assert storage.accepted == tmp_path / "accepted.csv"
    assert storage.summaries().sessions == storage.history().sessions == ()


def test_what_is_none():
    with pytest.raises(UsageError, match="s3://bucket: expected a folder, file://FOLDER or"):
        open_storage("s3://bucket")


def test_the_folder_of_a_session_that_runs(tmp_path):
    class Own:
        path = tmp_path

    assert str(storage_of(Own)) == str(tmp_path)
    Own.path = tmp_path / "none"
    assert storage_of(Own) is None
