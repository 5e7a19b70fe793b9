"""`lowprec calibrate`: train pairs over seeds, show the spread, propose rows."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import product
from typing import TYPE_CHECKING

from lowprec.commands.command import Command, Result
from lowprec.commands.completion import completed_by, list_of
from lowprec.errors import BrokenOffError, ClusterError, UsageError
from lowprec.wording import counted

if TYPE_CHECKING:
    from lowprec.expectations.trials import Trial
    from lowprec.record.seed_round import Work
    from lowprec.seeds.gathering import Place
    from lowprec.seeds.journal import Journal

__all__ = ["CALIBRATE", "calibrate"]


def calibrate(
    pairs: Sequence[Sequence[Work]],
    where: AbstractContextManager[Place],
    journal: Journal,
    write: bool,
) -> Iterator[str]:
    """Train each pair, a seed a round; yield each proposed row, and keep it where `write` is set.

    Where a row is in force, the seeds also try it: how often sessions of these seeds pass, and how
    often it notices a loss. That means something only on seeds that the row was not made from.

    Each round is kept in the journal as soon as it is there, and trained no second time. Once its
    pair's row is written it is forgotten, so that who measures again later does measure.

    Raises:
        BrokenOffError: Ctrl-C.
        ClusterError: the cluster is gone, or is not fit for it.
        DataError: the protocol's data is missing or damaged.
        ExpectationError: the table cannot be read or written.
        UsageError: the journal cannot be read or written.
    """
    try:
        yield from _calibrated(pairs, where, journal, write)
    except KeyboardInterrupt:
        raise BrokenOffError(f"broken off{_kept(journal)}") from None
    except ClusterError as error:
        raise ClusterError(f"{error}{_kept(journal)}") from error


def _kept(journal: Journal) -> str:
    if not journal.added:
        return ""
    return (
        f"; {counted(journal.added, 'finished round')} of this run are kept in {journal.path}, and "
        "the same command goes on from there"
    )


def _calibrated(
    pairs: Sequence[Sequence[Work]],
    where: AbstractContextManager[Place],
    journal: Journal,
    write: bool,
) -> Iterator[str]:
    from lowprec.seeds.gathering import gathered, known_rounds, missing
    from lowprec.seeds.rows import proposed

    works = [work for of_pair in pairs for work in of_pair]
    finished, faults = journal.read()
    yield from faults
    trials: list[Trial] = []
    with where as place:
        known = known_rounds(works, finished, place)
        if known:
            yield (
                f"{len(known)} of {counted(len(works), 'round')} were finished earlier; "
                f"{journal.path} has them, and without it they are trained again"
            )
        trained = place.train(missing(pairs, known), journal.add)
        for rounds in gathered(pairs, known, trained):
            yield from proposed(rounds, trials, write)
            if write:
                journal.forget(rounds)
    if len(trials) > 1:
        rate = math.prod(trial.pass_rate for trial in trials)
        yield f"the {len(trials)} rows in force pass together at a rate of {rate:.4f}"


MAX_WORKERS = 1000


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.choices import (
        FIRST_CALIBRATION_SEED,
        MAX_SEED,
        MIN_SEEDS,
        integer,
        names_in,
        something,
    )
    from lowprec.rows.models import MODELS, PAPER_MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.rows.schemes import PAPER_SCHEMES, SCHEME_SETS, SCHEMES

    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="quick")
    models = parser.add_argument(
        "--models", type=names_in(MODELS), default=PAPER_MODELS, metavar="A,B"
    )
    completed_by(models, list_of(MODELS))
    schemes = parser.add_argument(
        "--schemes", type=names_in(SCHEMES, SCHEME_SETS), default=PAPER_SCHEMES, metavar="a,b"
    )
    completed_by(schemes, list_of([*SCHEMES, *SCHEME_SETS]))
    parser.add_argument(
        "--seeds",
        type=integer(MIN_SEEDS, 1000),
        default=MIN_SEEDS,
        metavar="N",
        help=f"trainings a pair, each with a seed of its own (default and least: {MIN_SEEDS})",
    )
    parser.add_argument(
        "--first-seed",
        type=integer(0, MAX_SEED),
        default=FIRST_CALIBRATION_SEED,
        metavar="N",
        help=f"the next training has N + 1, and so on (default: {FIRST_CALIBRATION_SEED})",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the proposed rows into expectations.csv"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=integer(1, MAX_WORKERS),
        default=1,
        metavar="N",
        help="processes on this machine that train at the same time (default: 1)",
    )
    where.add_argument(
        "--scheduler",
        type=something,
        metavar="ADDRESS",
        help="train on the workers of this dask scheduler, such as tcp://HOST:8786",
    )


def _where(options: argparse.Namespace) -> AbstractContextManager[Place]:
    """Return where rounds are trained; dask is imported only if it is asked for."""
    if options.workers == 1 and not options.scheduler:
        from lowprec.data.inputs import check_inputs
        from lowprec.rows.models import MODELS
        from lowprec.rows.protocols import PROTOCOLS
        from lowprec.seeds.here import Here

        check_inputs(PROTOCOLS[options.protocol], [MODELS[name] for name in options.models])
        return nullcontext(Here(options.protocol))
    try:
        from lowprec.seeds.cluster import local_cluster, named_cluster
    except ModuleNotFoundError as error:
        option = "--scheduler" if options.scheduler else "--workers"
        raise UsageError(
            f"{option}: needs the package {error.name}, which is not installed: "
            "pip install 'lowprec[cluster]'"
        ) from error
    if options.scheduler:
        return named_cluster(options.scheduler, options.protocol, options.models)
    return local_cluster(options.workers, options.protocol, options.models)


def _run(options: argparse.Namespace) -> Result:
    from lowprec.record.seed_round import Work
    from lowprec.seeds.journal import Journal, default_journal

    seeds = range(options.first_seed, options.first_seed + options.seeds)
    pairs = [
        [Work(options.protocol, model, scheme, seed) for seed in seeds]
        for model, scheme in product(options.models, options.schemes)
    ]
    journal = Journal(default_journal())
    return Result(calibrate(pairs, _where(options), journal, options.write))


CALIBRATE = Command(
    ("calibrate",), "train pairs over many seeds and propose their expectations", _run, _options
)
