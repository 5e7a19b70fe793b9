"""The subcommands of `lowprec`: a table of their words, options and what each runs.

A subcommand imports what it needs when it runs, so that help, and commands that need no
TensorFlow, answer at once.
"""

from lowprec.commands import data, history
from lowprec.commands.command import FAILED, FLAGGED, OK, Command

__all__ = ["COMMANDS", "FAILED", "FLAGGED", "GROUPS", "OK", "Command"]

GROUPS = {"data": "the data sets: which are there, and how to get the full ones"}
COMMANDS = (*data.COMMANDS, *history.COMMANDS)
