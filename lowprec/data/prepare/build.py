"""Builds the full data sets with TensorFlow Datasets, from local files or by download.

What is built are TFDS' own sets, which a plain `tfds.load` reads. A build happens in a staging
folder beside them and is read back there, so that only a whole set ever takes its place.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from lowprec.data.full_sets import FULL_SETS, FullSet, default_data_dir, import_tfds, read
from lowprec.data.prepare import idx_files, review_archive
from lowprec.errors import DataError, MissingDataError

if sys.platform != "win32":
    import fcntl

__all__ = ["Prepared", "prepare"]

STAGING = ".lowprec-prepare"
_MIB = 1 << 20
# Records, the copied or downloaded files and what TFDS unpacks from them, rounded up.
_BUILD_BYTES = {"fashion_mnist": 200 * _MIB, "imdb_reviews": 300 * _MIB}
_LAY_OUT: Mapping[str, Callable[[Path, Path], None]] = {
    "fashion_mnist": idx_files.lay_out,
    "imdb_reviews": review_archive.lay_out,
}
_PROBE_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Prepared:
    """A data set that is ready.

    `how` is "built", "kept" (it was there, and whole) or "rebuilt" (it was there, but damaged).
    """

    name: str
    folder: Path
    how: str


def prepare(
    from_dir: Path | None,
    data_dir: Path | None = None,
    names: Sequence[str] = tuple(FULL_SETS),
) -> Iterator[Prepared]:
    """Make data sets ready for `tfds.load`, and yield each as it gets ready.

    One that is ready and whole is left alone.

    Args:
        from_dir: folder with the IMDB archive and Fashion-MNIST's four IDX files, at its top or
            one level below; None lets TFDS download them. Nothing in it is changed.
        data_dir: TFDS' data folder; None for the one that TFDS takes itself.
        names: which sets. One that cannot be prepared does not keep the others from it.

    Raises:
        DataError: one or more sets could not be prepared; says which and why.
    """
    if from_dir is not None and not from_dir.is_dir():
        raise DataError(f"{from_dir}: not a folder; name the folder that holds the data files")
    root = data_dir or default_data_dir()
    _remove_left(root)
    faults: list[str] = []
    for name in names:
        try:
            yield _prepare_set(FULL_SETS[name], from_dir, root)
        except DataError as error:
            faults.append(str(error))
    if faults:
        # What is wrong with the data folder is wrong for every set, and told once.
        raise DataError("\n".join(dict.fromkeys(faults)))


def _prepare_set(full_set: FullSet, from_dir: Path | None, root: Path) -> Prepared:
    folder = full_set.folder(root)
    try:
        read(full_set, root)
        return Prepared(full_set.name, folder, "kept")
    except MissingDataError:
        how = "built"
    except DataError:
        how = "rebuilt"
    with _staging(root) as staging:
        _check_free_space(full_set, root)
        _build(full_set, from_dir, staging)
        _publish(full_set, staging, root)
    return Prepared(full_set.name, folder, how)


@contextlib.contextmanager
def _staging(root: Path) -> Iterator[Path]:
    """A fresh folder below `root`, gone afterwards; what a killed build left is removed first."""
    staging = root / STAGING
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _sole_user(root):
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise DataError(
            f"{root}: a data set cannot be built there ({error}); free some space, mend the "
            "permissions or name another folder with --data-dir"
        ) from error


def _remove_left(root: Path) -> None:
    """Remove what a build left that was killed, if only once its set was in place."""
    if (root / STAGING).exists():
        with contextlib.suppress(DataError), _sole_user(root):  # another one may be at work there
            shutil.rmtree(root / STAGING, ignore_errors=True)


@contextlib.contextmanager
def _sole_user(root: Path) -> Iterator[None]:
    """Hold a lock on `root` that the system drops when this process ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise DataError(
            f"{root}: another `lowprec data prepare` is at work there; wait until it has ended"
        ) from error
    finally:
        os.close(descriptor)


def _check_free_space(full_set: FullSet, root: Path) -> None:
    free = shutil.disk_usage(root).free
    needed = _BUILD_BYTES[full_set.name]
    if free < needed:
        raise DataError(
            f"{root}: {free / _MIB:,.0f} MiB free, expected {needed / _MIB:,.0f} to build "
            f"{full_set.name}; free some space or name another folder with --data-dir"
        )


def _build(full_set: FullSet, from_dir: Path | None, staging: Path) -> None:
    """Build a set below `staging` and read it back.

    Raises:
        DataError: the user's files, the download or the set built are not what they should be.
    """
    manual_dir = staging / "manual"
    manual_dir.mkdir()
    if from_dir is not None:
        _LAY_OUT[full_set.name](from_dir, manual_dir)
    tfds = import_tfds()
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    builder_cls = tfds.builder_cls(full_set.name)
    if from_dir is None:
        _check_reachable(full_set, builder_cls.url_infos)
    else:
        builder_cls = _local_builder_cls(builder_cls, manual_dir)
    config = tfds.download.DownloadConfig(manual_dir=manual_dir)
    try:
        # TFDS leaves temporary folders behind, and prints the staging folder as the set's place.
        with _temporary_files_in(staging), contextlib.redirect_stdout(io.StringIO()):
            builder_cls(data_dir=staging).download_and_prepare(
                download_dir=staging / "downloads", download_config=config
            )
    # Network, checksum, disk: TFDS, requests and TensorFlow each raise types of their own.
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise DataError(
            f"{full_set.name}: TFDS could not build it ({reason}); nothing partial was kept. "
            "Try again, or give local files with `lowprec data prepare --from DIR`"
        ) from error
    read(full_set, staging)


def _local_builder_cls(base: Any, manual_dir: Path) -> Any:
    """TFDS' builder `base`, taking the files in `manual_dir` as they are."""
    from tensorflow_datasets.core.download import checksums

    # The user's files are checked by payload; packed anew they have other hashes than TFDS knows.
    known = {
        url: checksums.compute_url_info(manual_dir / info.filename)
        for url, info in base.url_infos.items()
    }

    class LocalBuilder(base, skip_registration=True):  # type: ignore[misc, call-arg]
        name = base.name
        pkg_dir_path = base.pkg_dir_path
        url_infos = known
        __module__ = base.__module__  # TFDS stores it

        def _split_generators(self, dl_manager: Any) -> Any:
            # An archive without the unlabelled reviews has no example for that split, which is an
            # error for TFDS. Looking for one uses the generators up: they are asked for twice.
            filled = [
                split.name
                for split in super()._split_generators(dl_manager)
                if split.name != "unsupervised"
                or any(True for _ in self._generate_examples(**split.gen_kwargs))
            ]
            splits = super()._split_generators(dl_manager)
            return [split for split in splits if split.name in filled]

    return LocalBuilder


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _check_reachable(full_set: FullSet, urls: Iterable[str]) -> None:
    # TFDS retries for minutes, without a time limit: a short first try tells at once.
    from urllib.request import urlopen

    for url in urls:
        try:
            # Addresses of TFDS' own sets, which it will open itself.
            with urlopen(url, timeout=_PROBE_TIMEOUT_S):  # nosec B310
                pass
        except (OSError, HTTPException) as error:
            raise DataError(
                f"{full_set.name}: {url} cannot be reached ({_root_cause(error)}); get the file "
                "elsewhere and run `lowprec data prepare --from DIR`"
            ) from error


def _root_cause(error: BaseException) -> BaseException:
    while error.__context__ is not None:
        error = error.__context__
    return error


def _publish(full_set: FullSet, staging: Path, root: Path) -> None:
    built, folder = full_set.folder(staging), full_set.folder(root)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # TFDS keeps the name of the default variant beside the variants.
    for metadata in (staging / full_set.name).glob(".config/metadata.json"):
        target = root / metadata.relative_to(staging)
        target.parent.mkdir(exist_ok=True)
        metadata.replace(target)
    if folder.exists():
        folder.rename(staging / "replaced")
    built.rename(folder)
