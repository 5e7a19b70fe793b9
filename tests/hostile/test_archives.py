"""Archives that are not what they seem, and what is seen of `lowprec data prepare` on them."""

import pytest

from lab.hostile import archive_trials, archives
from lab.hostile.archive_trials import IMAGES, REVIEWS, TRIALS, Trial
from lab.hostile.archives import Ended
from lowprec.data.prepare import idx_files, review_archive
from lowprec.errors import DataError
from tests.tiny_data import shrink_tables, write_archive

SMALL = 1 << 25
"""In the place of a gibibyte."""


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    shrink_tables(monkeypatch)
    monkeypatch.setattr(archive_trials, "GIB", SMALL)


@pytest.mark.parametrize(
    "trial",
    [trial for trial in TRIALS if not trial.is_good],
    ids=lambda trial: f"{trial.file}: {trial.name}",
)
def test_each_is_refused_and_named(tmp_path, trial):
    folder = tmp_path / "from"
    folder.mkdir()
    trial.make(folder / trial.file)
    lay_out = review_archive.lay_out if trial.file == REVIEWS else idx_files.lay_out
    with pytest.raises(DataError) as caught:
        lay_out(folder, tmp_path)
    named = folder / trial.file if trial.is_file else folder
    assert str(caught.value).startswith(f"{named}: ")


NAMED = "{folder}/from/" + REVIEWS


@pytest.mark.parametrize(
    ("ended", "wrong"),
    [
        ((2, NAMED, 1.0, 1), []),
        ((None, NAMED, 200.0, 1), ["hangs"]),
        ((0, NAMED, 1.0, 1), ["exit code"]),
        ((-9, NAMED, 1.0, 1), ["exit code"]),
        ((2, f"{NAMED} Traceback (most recent call last)", 1.0, 1), ["traceback"]),
        ((2, "some file", 1.0, 1), ["not named"]),
        ((2, NAMED, 1.0, 1 << 30), ["memory"]),
    ],
)
@pytest.mark.parametrize("stray", [None, "outside/x", "tfds/.lowprec-prepare"])
def test_what_should_not_be_is_found(monkeypatch, ended, wrong, stray):
    def prepared(folder):
        if stray:
            (folder / stray).parent.mkdir()
            (folder / stray).write_text("")
        code, said, *rest = ended
        return Ended(code, said.format(folder=folder), *rest)

    monkeypatch.setattr(archives, "_prepared", prepared)
    _, found = archives._tried(Trial(REVIEWS, "good in truth", write_archive))
    assert set(found) == {*wrong, *(["files elsewhere"] if stray else [])}


def test_a_good_one_is_to_be_taken(monkeypatch):
    monkeypatch.setattr(archives, "_prepared", lambda folder: Ended(2, "refused", 1.0, 1))
    good = next(trial for trial in TRIALS if trial.is_good)
    assert archives._tried(good)[1] == ["exit code"]


def test_both_files_have_trials():
    assert {trial.file for trial in TRIALS} == {IMAGES, REVIEWS}
