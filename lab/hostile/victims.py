"""python -m lab.hostile.victims KIND FOLDER: writes the same over and over, until it is killed.

Prints a line as soon as it begins, and one after each thing that is written, which must not be
lost.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest
from pytest_benchmark.storage.file import FileStorage

from lab.hostile import histories
from lab.hostile.small_sets import shrink_tables, write_archive, write_idx_files
from lowprec.commands import night as night_module
from lowprec.commands.night import night
from lowprec.commands.report import report
from lowprec.data.prepare.build import prepare
from lowprec.history.accepted import ACCEPTED_NAME, load_acceptances, write_acceptances
from lowprec.history.branch import HistoryBranch
from lowprec.history.storage import Folder
from lowprec.nightly.histories import OnBranch
from lowprec.nightly.suite import SuiteEnd
from lowprec.record.acceptance import Acceptance
from lowprec.suite.saving import saved_whole
from lowprec.whole_files import files_in, one_at_a_time, put_in_place, scratch_in

__all__ = ["VICTIMS"]


def _storage(folder: Path) -> FileStorage:
    return FileStorage(str(folder), logging.getLogger(__name__), histories.PLATFORM)


def _sessions(folder: Path) -> Iterator[str]:
    """Save sessions as the suite does."""
    document = histories.content()
    for number in count():
        benchmarks = SimpleNamespace(storage=_storage(folder), json=None, save_json=None)
        with saved_whole(benchmarks, lambda: None) as unsaved:
            benchmarks.storage.save(document, f"{os.getpid()}-{number}")
        assert not unsaved, unsaved
        yield f"{os.getpid()}-{number}"


def _plain_sessions(folder: Path) -> Iterator[str]:
    """Save sessions as pytest-benchmark does: it shows that halves would be seen."""
    document, storage = histories.content(), _storage(folder)
    for number in count():
        storage.save(document, f"{os.getpid()}-{number}")
        yield f"{os.getpid()}-{number}"


def _acceptances(folder: Path) -> Iterator[str]:
    path = folder / ACCEPTED_NAME
    for number in count():
        reason = f"{os.getpid()}-{number}"
        with one_at_a_time(folder):
            write_acceptances(path, [*load_acceptances(path), Acceptance("0001_x", None, reason)])
        yield reason


def _reports(folder: Path) -> Iterator[str]:
    """Draw a report once, which takes most of the time, and write it over and over.

    All files of one writing have one time, by which it is seen where two are mixed.
    """
    drawn = folder / "drawn"
    if not drawn.exists():
        report(Folder(histories.copied(folder / "sessions")), None, drawn)
    return _written_again(drawn, folder / "out")


def _written_again(drawn: Path, out: Path) -> Iterator[str]:
    out.mkdir(exist_ok=True)
    for number in count():
        with scratch_in(out) as scratch:
            shutil.copytree(drawn, scratch, dirs_exist_ok=True)
            now_ns = time.time_ns()
            for name in files_in(scratch):
                os.utime(scratch / name, ns=(now_ns, now_ns))
            put_in_place(scratch, out, last="index.html")
        yield str(number)


def _data_sets(folder: Path) -> Iterator[str]:
    """Prepare small data sets in new folders, and in each once more when they are damaged.

    TensorFlow takes most of the time of the first, which is there to be compared with.
    """
    shrink_tables(pytest.MonkeyPatch())
    write_idx_files(folder / "from")
    write_archive(folder / "from" / "aclImdb.tar.xz")
    list(prepare(folder / "from", folder / "first"))
    return _prepared_again(folder)


def _prepared_again(folder: Path) -> Iterator[str]:
    for number in count():
        root = folder / f"{number:04}"
        list(prepare(folder / "from", root))
        yield root.name
        for records in root.rglob("*-test.tfrecord*"):
            os.truncate(records, 100)
        list(prepare(folder / "from", root))
        yield root.name


def _nights(folder: Path) -> Iterator[str]:
    """Run nights in a clone, whose suite copies a session."""
    os.chdir(folder)
    template = max(histories.STORED.glob("*.json"))

    def stored(tests: str, options: Sequence[str], log: Path) -> SuiteEnd:
        log.write_text("")
        [storage] = (o.partition("=")[2] for o in options if o.startswith("--benchmark-storage="))
        place = Path(storage) / histories.PLATFORM
        place.mkdir(parents=True, exist_ok=True)
        number = len(list(place.glob("*.json"))) + 1
        shutil.copy(template, place / f"{number:04}_{os.getpid()}.json")
        return SuiteEnd(0)

    vars(night_module)["run_suite"] = stored
    history = OnBranch(HistoryBranch(folder, "origin", "lowprec-history"))
    for number in count():
        night(history, folder / "nightly", "", ())
        yield str(number)


VICTIMS: Mapping[str, Callable[[Path], Iterator[str]]] = MappingProxyType(
    {
        "session": _sessions,
        "pytest-benchmark's own": _plain_sessions,
        "accept": _acceptances,
        "report": _reports,
        "data prepare": _data_sets,
        "night": _nights,
    }
)


if __name__ == "__main__":
    written = VICTIMS[sys.argv[1]](Path(sys.argv[2]))
    print("begun", flush=True)
    for name in written:
        print(f"written {name}", flush=True)
