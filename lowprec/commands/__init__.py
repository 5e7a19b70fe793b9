"""The subcommands of `lowprec`, a file each: their words, options and what each runs.

A subcommand imports what it needs when it runs, so that help, and commands that need no
TensorFlow, answer at once.
"""

from lowprec.commands.accept import ACCEPT
from lowprec.commands.calibrate import CALIBRATE
from lowprec.commands.check import CHECK
from lowprec.commands.command import FAILED
from lowprec.commands.compare import COMPARE
from lowprec.commands.data import PREPARE, STATUS
from lowprec.commands.doctor import DOCTOR
from lowprec.commands.export import EXPORT
from lowprec.commands.issues import ISSUES
from lowprec.commands.nightly import NIGHTLY
from lowprec.commands.profile import PROFILE
from lowprec.commands.replay import REPLAY
from lowprec.commands.report import REPORT

__all__ = ["COMMANDS", "FAILED", "GROUPS"]

GROUPS = {"data": "the data sets: which are there, and how to get the full ones"}
COMMANDS = (
    STATUS,
    PREPARE,
    CALIBRATE,
    COMPARE,
    CHECK,
    REPLAY,
    ACCEPT,
    REPORT,
    EXPORT,
    DOCTOR,
    PROFILE,
    NIGHTLY,
    ISSUES,
)
