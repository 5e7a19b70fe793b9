"""`lowprec profile`: where the time of a pair goes, by operation."""

from __future__ import annotations

import argparse

from lowprec.commands.command import Command, Result
from lowprec.commands.options import pair_options, task_from

__all__ = ["PROFILE"]


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.rows.schemes import SCHEMES

    pair_options(parser)
    parser.add_argument(
        "--against",
        choices=tuple(SCHEMES),
        metavar="SCHEME",
        help="another scheme to set it beside",
    )


def _run(options: argparse.Namespace) -> Result:
    from lowprec.choices import DEFAULT_SEED
    from lowprec.report.profile import profile_text
    from lowprec.rows.schemes import SCHEMES
    from lowprec.training.profiler import profiled

    task = task_from(options)
    against = options.against and profiled(task, SCHEMES[options.against], DEFAULT_SEED)
    profile = profiled(task, SCHEMES[options.scheme], DEFAULT_SEED)
    return Result([profile_text(profile, against or None)])


PROFILE = Command(
    ("profile",), "say where the time of a pair goes, operation by operation", _run, _options
)
