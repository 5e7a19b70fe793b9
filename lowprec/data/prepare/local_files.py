"""Finding the user's own copies of the data in a folder; what is found is never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from lowprec.errors import DataError

__all__ = ["find_files", "first_good"]

T = TypeVar("T")


def find_files(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    """Files in `folder` and its immediate subfolders that match a pattern, `folder` first.

    Raises:
        DataError: `folder` cannot be searched.
    """
    try:
        subfolders = sorted(entry for entry in folder.iterdir() if entry.is_dir())
        places = [folder, *subfolders]
        return [
            path
            for place in places
            for pattern in patterns
            for path in sorted(place.glob(pattern))
            if path.is_file()
        ]
    except OSError as error:
        raise DataError(
            f"{folder}: cannot be searched ({error}); name a folder that holds the data files"
        ) from error


def first_good(paths: Sequence[Path], read: Callable[[Path], T], missing: str) -> T:
    """What `read` makes of the first path that it accepts.

    There may be several: MNIST's files, say, bear the same names as Fashion-MNIST's.

    Raises:
        DataError: the first path's fault, where none is accepted; `missing` where there is none.
    """
    faults: list[DataError] = []
    for path in paths:
        try:
            return read(path)
        except DataError as error:
            faults.append(error)
    raise faults[0] if faults else DataError(missing)
