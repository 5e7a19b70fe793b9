"""Versions as the libraries tell them, of libraries that are compiled for the test."""

import ctypes
import shutil
import subprocess

import pytest

from lowprec.training.cuda_libraries import MAPS, CudaVersions, loaded_versions

SOURCES = {
    "libcudart.so.12": "int cudaRuntimeGetVersion(int *v) { *v = 12090; return 0; }",
    "libcudnn.so.9": "#include <stddef.h>\nsize_t cudnnGetVersion(void) { return 92800; }",
    "libcublas.so.12": "int cublasGetProperty(int part, int *v)"
    " { *v = part == 0 ? 12 : part == 1 ? 9 : 1; return 0; }",
    "libcublasLt.so.12": "int nothing(void) { return 0; }",
}
COMPILER = shutil.which("cc")


@pytest.fixture
def library(tmp_path):
    """Returns the path of a library with this name that has this source."""

    def compiled(name, source=None):
        path = tmp_path / name
        (tmp_path / "source.c").write_text(source or SOURCES[name])
        command = [COMPILER, "-shared", "-fPIC", "-o", path, tmp_path / "source.c"]
        subprocess.run(command, check=True)
        return path

    return compiled


def listed(tmp_path, *paths):
    """A list of mapped files with these libraries, each mapped twice, among others."""
    lines = [f"7f00-7f01 r-xp 00000000 08:01 42      {path}" for path in paths for _ in "ab"]
    maps = tmp_path / "maps"
    maps.write_text("\n".join(["7f02-7f03 rw-p 00000000 00:00 0 ", *lines, "7fff [stack]"]))
    return maps


@pytest.mark.skipif(not COMPILER, reason="needs a C compiler")
def test_the_libraries_are_asked(library, tmp_path):
    maps = listed(tmp_path, *map(library, SOURCES))
    assert loaded_versions(maps) == CudaVersions("12.9", "9.28.0", "12.9.1")


@pytest.mark.skipif(not COMPILER, reason="needs a C compiler")
def test_a_library_that_this_process_has_loaded_is_found(library):
    path = library("libcudnn.so.9")
    ctypes.CDLL(str(path))
    assert loaded_versions(MAPS).cudnn == "9.28.0"


@pytest.mark.skipif(not COMPILER, reason="needs a C compiler")
def test_before_cudnn_9_the_version_is_written_otherwise(library, tmp_path):
    source = "#include <stddef.h>\nsize_t cudnnGetVersion(void) { return 8906; }"
    maps = listed(tmp_path, library("libcudnn.so.8", source))
    assert loaded_versions(maps) == CudaVersions(cudnn="8.9.6")


@pytest.mark.skipif(not COMPILER, reason="needs a C compiler")
def test_a_library_without_the_function_tells_nothing(library, tmp_path):
    maps = listed(tmp_path, library("libcudart.so.12", "int other(void) { return 0; }"))
    assert loaded_versions(maps) == CudaVersions()


def test_a_library_that_is_gone_tells_nothing(tmp_path):
    assert loaded_versions(listed(tmp_path, tmp_path / "libcudnn.so.9")) == CudaVersions()


def test_without_a_list_nothing_is_known(tmp_path):
    assert loaded_versions(tmp_path / "none") == CudaVersions()
