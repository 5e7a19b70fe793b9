"""`lowprec doctor`: why a pair fails, and what mends it."""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.choices import file_or_folder
from lowprec.commands.command import FAILED, FLAGGED, OK, Command, Result
from lowprec.commands.options import pair_options, task_from
from lowprec.errors import UsageError
from lowprec.whole_files import replace

if TYPE_CHECKING:
    from lowprec.diagnosis.diagnosis import Consultation, Diagnosis

__all__ = ["DOCTOR"]


FIGURE_KINDS = (".png", ".svg", ".pdf")


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.choices import DEFAULT_SEED, MAX_SEED, integer

    pair_options(parser)
    parser.add_argument(
        "--seed",
        type=integer(0, MAX_SEED),
        default=DEFAULT_SEED,
        metavar="N",
        help=f"of weights and order of examples (default: {DEFAULT_SEED})",
    )
    parser.add_argument(
        "--try",
        dest="try_remedies",
        action="store_true",
        help="train with each remedy, too, and show what came of it",
    )
    parser.add_argument(
        "--json", type=file_or_folder, metavar="FILE", help="write all that was seen there"
    )
    parser.add_argument(
        "--figure", type=file_or_folder, metavar="FILE", help="draw it there, as PNG or SVG"
    )


def _run(options: argparse.Namespace) -> Result:
    from lowprec.doctor.consultation import consult
    from lowprec.rows.schemes import SCHEMES
    from lowprec.training.progress import real_terminal

    for path in filter(None, (options.json, options.figure)):
        _require_writable(path)
    if options.figure and options.figure.suffix not in FIGURE_KINDS:
        kinds = ", ".join(FIGURE_KINDS)
        raise UsageError(f"{options.figure}: expected a name that ends in {kinds}")
    task, scheme = task_from(options), SCHEMES[options.scheme]
    found = consult(task, scheme, options.seed, options.try_remedies, real_terminal())
    return Result(_lines(options, found), _exit_code(found.diagnosis))


def _require_writable(path: Path) -> None:
    """Raise UsageError where a file cannot be written, as all the training would be in vain."""
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder, expected a file to write; name one in it")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{path}: cannot be written, for want of permission; name another file")


def _lines(options: argparse.Namespace, found: Consultation) -> Iterator[str]:
    from lowprec.report.diagnosis import consultation_text

    yield consultation_text(found, ("--json FILE", "--figure FILE"))
    files = ((options.json, _write_json), (options.figure, _draw))
    for path, write in files:
        if path is None:
            continue
        try:
            write(found, path)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error}); name another file") from error
        yield f"written: {path}"


def _write_json(found: Consultation, path: Path) -> None:
    from lowprec.report.diagnosis import consultation_json

    replace(path, consultation_json(found).encode())


def _draw(found: Consultation, path: Path) -> None:
    from lowprec.report.diagnosis_figure import diagnosis_figure

    drawn = io.BytesIO()
    kind = path.suffix.removeprefix(".") or None
    diagnosis_figure(found.diagnosis).savefig(drawn, format=kind, dpi=120)
    replace(path, drawn.getvalue())


def _exit_code(diagnosis: Diagnosis) -> int:
    if diagnosis.state == "healthy":
        return OK
    return FLAGGED if diagnosis.cause else FAILED


DOCTOR = Command(
    ("doctor",), "say why a pair does not learn as in float64, and what mends it", _run, _options
)
