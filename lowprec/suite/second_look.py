"""Pairs that look slower are trained again, in a process of their own, before anyone is told.

On a shared machine one value in forty is a sixth to two thirds above a pair's usual time, through
all trainings of one process, and back in the next (docs/noise.md). So a pair that looks slower is
timed once more in another process, and judged by the trainings of both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lowprec.errors import HistoryError
from lowprec.history.files import read_session
from lowprec.judging.verdict import PairVerdict
from lowprec.record.stored_pair import StoredPair
from lowprec.rows.matrix import Pair
from lowprec.rows.models import PAPER_MODELS
from lowprec.suite.options import Options

__all__ = ["combined", "pairs_to_look_at", "trained_again"]


def pairs_to_look_at(verdicts: Iterable[PairVerdict]) -> list[Pair]:
    """Return the pairs that are called slower, where another process may say otherwise.

    Not those that are slower with the whole machine, nor those that drifted over many sessions.
    """
    return [verdict.pair for verdict in verdicts if verdict.flagged and verdict.slower_by_itself]


def trained_again(
    pairs: Sequence[Pair], tests: Mapping[Pair, str], config: Any, options: Options
) -> dict[Pair, StoredPair]:
    """Train pairs again in another process; return those of which it stored times.

    The session's first pair is trained there before them: the first start of a process is that of
    TensorFlow itself, too.

    Args:
        pairs: to be trained.
        tests: the id of the test that trained each pair of the session, in their order.
        config: pytest's, of this session.
        options: chosen in it.
    """
    wanted = [tests[pair] for pair in tests if pair in pairs]
    ids = dict.fromkeys([next(iter(tests.values())), *wanted])
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "second_look.json"
        command = [sys.executable, "-m", "pytest", *_arguments(config, options), *ids]
        # What it prints is of no use: it tests what this session has tested.
        subprocess.run(
            [*command, f"--benchmark-json={stored}"],
            cwd=config.rootpath,
            env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        try:
            session = read_session(stored)
        except HistoryError:
            return {}
    trained = session.pairs if session else {}
    return {pair: trained[pair] for pair in pairs if pair in trained and trained[pair].timings}


def _arguments(config: Any, options: Options) -> list[str]:
    """Return the options under which pairs are trained as in this session, and nothing is saved."""
    arguments = ["--lowprec-slowdown=off", "--override-ini=addopts="]
    # A plugin may train otherwise: those that this session was begun with, from addopts, too.
    for plugin in (*config.option.plugins, "no:cacheprovider"):
        arguments += ["-p", plugin]
    arguments += [f"--rootdir={config.rootpath}"]
    arguments += [f"--config-file={config.inipath}"] if config.inipath else []
    arguments += [f"--lowprec-protocol={options.protocol}", f"--lowprec-seed={options.seed}"]
    if options.schemes:
        arguments.append(f"--lowprec-schemes={','.join(options.schemes)}")
    if options.rounds:
        arguments.append(f"--lowprec-rounds={options.rounds}")
    if options.devices:
        arguments.append(f"--lowprec-devices={options.devices}")
    if options.models != PAPER_MODELS:  # an option of this repository alone
        arguments.append(f"--models={','.join(options.models)}")
    return arguments


def combined(first: StoredPair, again: StoredPair) -> StoredPair:
    """Return a pair with the trainings of both processes; all but its times is of the first."""
    return msgspec.structs.replace(
        first,
        timings=first.timings + again.timings,
        second_look=len(again.timings),
        startup_s=_least(first.startup_s, again.startup_s),
        startup_cpu_s=_least(first.startup_cpu_s, again.startup_cpu_s),
    )


def _least(*seconds: float | None) -> float | None:
    return min((s for s in seconds if s is not None), default=None)
