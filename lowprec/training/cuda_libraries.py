"""Versions of the CUDA libraries that this process has loaded, asked of the libraries themselves.

TensorFlow tells only what it was built for; it takes whatever library of the same major version is
there, and an upgrade of that is a cause that a slowdown should be named with.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CudaVersions", "loaded_versions"]

MAPS = Path("/proc/self/maps")

_LIBRARY = re.compile(r"\s(/\S*/(lib(?:cudart|cudnn|cublas)\.so[.\d]*))$", re.MULTILINE)


@dataclass(frozen=True)
class CudaVersions:
    """Versions of the runtime, cuDNN and cuBLAS; None of what is not loaded."""

    cuda: str | None = None
    cudnn: str | None = None
    cublas: str | None = None


def loaded_versions(maps: Path = MAPS, load: Callable[[str], Any] = ctypes.CDLL) -> CudaVersions:
    """Ask the loaded libraries; of a system without such a list, nothing is known.

    Args:
        maps: the files that are mapped into this process, as Linux lists them.
        load: gives access to a library by its path; one that is loaded is not loaded again.
    """
    try:
        listed = maps.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return CudaVersions()
    paths = {name.partition(".")[0]: path for path, name in _LIBRARY.findall(listed)}
    found: dict[str, str | None] = {}
    for library, (field, ask) in _QUESTIONS.items():
        if library in paths:
            try:
                found[field] = ask(load(paths[library]))
            except (OSError, AttributeError):  # cannot be opened, or has not this function
                found[field] = None
    return CudaVersions(**found)


def _cuda(library: Any) -> str:
    """`cudaRuntimeGetVersion`: 1000 times the major version and 10 times the minor one."""
    version = ctypes.c_int()
    library.cudaRuntimeGetVersion(ctypes.byref(version))
    return f"{version.value // 1000}.{version.value % 1000 // 10}"


def _cudnn(library: Any) -> str:
    """`cudnnGetVersion`: since cuDNN 9 10000 times the major version, and 100 times the minor."""
    get_version = library.cudnnGetVersion
    get_version.restype = ctypes.c_size_t
    version = int(get_version())
    major = 10_000 if version >= 90_000 else 1000
    return f"{version // major}.{version % major // 100}.{version % 100}"


def _cublas(library: Any) -> str:
    """`cublasGetProperty` for each part of the version: MAJOR_VERSION is 0, PATCH_LEVEL 2."""
    parts = []
    for part in range(3):
        value = ctypes.c_int()
        library.cublasGetProperty(part, ctypes.byref(value))
        parts.append(str(value.value))
    return ".".join(parts)


_QUESTIONS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "libcudart": ("cuda", _cuda),
    "libcudnn": ("cudnn", _cudnn),
    "libcublas": ("cublas", _cublas),
}
