"""What is asked of the NVIDIA driver, with a script in the place of its command."""

import os

import pytest

from lowprec.training import nvidia
from lowprec.training.nvidia import nvidia_smi


@pytest.fixture
def command(tmp_path, monkeypatch):
    """A function that puts a script in the place of `nvidia-smi`; it keeps its arguments."""

    def install(*lines):
        path = tmp_path / "nvidia-smi"
        keep = f'echo "$@" > {tmp_path / "arguments"}'
        path.write_text("\n".join(("#!/bin/sh", keep, *lines, "")))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return tmp_path / "arguments"

    return install


@pytest.mark.parametrize(
    ("output", "values"),
    [
        (r"550.54\n", ["550.54"]),
        (r"GPU-a\nGPU-b\n", ["GPU-a", "GPU-b"]),
        (r"Tesla T4 \nNVIDIA H100 80GB HBM3\n", ["Tesla T4", "NVIDIA H100 80GB HBM3"]),
        (r"\n", []),
        ("", []),
    ],
    ids=["one", "two", "blanks", "an empty line", "nothing"],
)
def test_a_value_for_every_gpu(command, output, values):
    arguments = command(f"printf '{output}'")
    assert nvidia_smi("uuid") == values
    assert arguments.read_text() == "--query-gpu=uuid --format=csv,noheader\n"


def test_what_a_driver_says_that_fails_is_no_value(command):
    command("echo NVIDIA-SMI has failed", "exit 9")
    assert nvidia_smi("driver_version") == []


def test_a_driver_that_does_not_answer_is_given_up(command, monkeypatch):
    monkeypatch.setattr(nvidia, "TIMEOUT_S", 0.1)
    command("echo 550.54", "exec sleep 60")
    assert nvidia_smi("driver_version") == []


def test_without_the_command_there_is_no_gpu(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nvidia_smi("driver_version") == []
