"""`lowprec profile`: where the time of a pair goes, by operation."""

from __future__ import annotations

import argparse

from lowprec.commands.command import Command, Result

__all__ = ["PROFILE"]


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.rows.models import MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.rows.schemes import SCHEMES

    schemes = tuple(SCHEMES)
    parser.add_argument("model", choices=tuple(MODELS), metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("scheme", choices=schemes, metavar="SCHEME", help=", ".join(schemes))
    parser.add_argument(
        "--against", choices=schemes, metavar="SCHEME", help="another scheme to set it beside"
    )
    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="quick")


def _run(options: argparse.Namespace) -> Result:
    from lowprec.choices import DEFAULT_SEED
    from lowprec.data.inputs import check_inputs
    from lowprec.report.profile import profile_text
    from lowprec.rows.models import MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.rows.schemes import SCHEMES
    from lowprec.training.profiler import profiled
    from lowprec.training.task import paper_task

    model, protocol = MODELS[options.model], PROTOCOLS[options.protocol]
    check_inputs(protocol, [model])
    task = paper_task(model, protocol)
    against = options.against and profiled(task, SCHEMES[options.against], DEFAULT_SEED)
    profile = profiled(task, SCHEMES[options.scheme], DEFAULT_SEED)
    return Result([profile_text(profile, against or None)])


PROFILE = Command(
    ("profile",), "say where the time of a pair goes, operation by operation", _run, _options
)
