"""The suite of a night: a process of its own, whose output is shown and kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import BinaryIO, NamedTuple

from lowprec.nightly.stopping import held_back

__all__ = ["SuiteEnd", "last_lines", "run_suite", "suite_command"]

GRACE_S = 7.0
"""How long a suite that is told to stop may take to store the pairs that it has: 5 s on two busy
cores. GitHub ends a cancelled job after 10 s."""

CHUNK_BYTES = 1 << 16

LAST_LINES = 20

_ENDINGS = {
    2: "it was interrupted",
    3: "it met an error in itself",
    4: "it was given an option that it does not take, or lacks something that it needs",
    5: "it found no tests",
}
"""Pytest's exit codes other than 0 and 1, in words."""

_SIGNALS = {
    signal.SIGKILL: "most often by the kernel as memory ran out, which `dmesg` then tells",
    signal.SIGSEGV: "a crash in native code",
    signal.SIGABRT: "a crash in native code",
}


@dataclass(frozen=True)
class SuiteEnd:
    """How the suite ended.

    Attributes:
        code: pytest's exit code; less than 0 where a signal ended it.
    """

    code: int

    @property
    def whole(self) -> bool:
        """Whether it came to its end, with all tests passed or some failed."""
        return self.code in (0, 1)

    def __str__(self) -> str:
        if self.code >= 0:
            how = _ENDINGS.get(self.code)
            return f"ended with exit code {self.code}" + (f" ({how})" if how else "")
        try:
            number = signal.Signals(-self.code)
        except ValueError:
            return f"was ended by signal {-self.code}"
        how = _SIGNALS.get(number)
        return f"was ended by {number.name}" + (f" ({how})" if how else "")


def suite_command(tests: str, options: Sequence[str]) -> list[str]:
    """Return what is run."""
    return [sys.executable, "-m", "pytest", tests, *options]


def run_suite(tests: str, options: Sequence[str], log: Path) -> SuiteEnd:
    """Run the tests, show what they print, and write it to a file as well.

    A suite whose night is stopped is told to stop, too, and stores the pairs that it has.

    Args:
        tests: what pytest is to run.
        options: of pytest.
        log: file of the output.

    Raises:
        OSError: the file cannot be written.
    """
    started = None
    with log.open("wb") as file:
        try:
            with held_back():  # or a suite might be left running that nothing here knows of
                started = _start(suite_command(tests, options), [_console(), file])
            code = started.process.wait()
        finally:
            if started:
                _end(started.process)
                started.copying.join(timeout=1.0)
    return SuiteEnd(code)


class _Started(NamedTuple):
    process: subprocess.Popen[bytes]
    copying: Thread


def _start(command: Sequence[str], sinks: list[BinaryIO]) -> _Started:
    # In a group of its own, a Ctrl-C reaches it once, from here.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},  # a crash would take the last lines along
        process_group=0,
    )
    assert process.stdout is not None
    # In a thread, since a process that it left behind may hold the pipe open for ever.
    copying = Thread(target=_copy, args=(process.stdout, sinks), daemon=True)
    copying.start()
    return _Started(process, copying)


def last_lines(log: Path) -> list[str]:
    """Return the last lines of the output that say something; none where there is no file."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - CHUNK_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-LAST_LINES:]


def _console() -> BinaryIO:
    sys.stdout.flush()
    return sys.stdout.buffer


def _copy(source: BinaryIO, sinks: list[BinaryIO]) -> None:
    """Copy until the end; a sink that is full or gone is left, so that the suite goes on."""
    with source:
        while chunk := os.read(source.fileno(), CHUNK_BYTES):
            for sink in tuple(sinks):
                try:
                    sink.write(chunk)
                    sink.flush()
                except (OSError, ValueError):
                    sinks.remove(sink)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a suite that still runs, and all that it has started."""
    with suppress(ProcessLookupError):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_S)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
