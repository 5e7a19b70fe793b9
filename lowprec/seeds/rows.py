"""The row of expectations that follows from a pair's rounds, beside the one that is in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lowprec.expectations.calibration import made_by, propose, row_text, widened
from lowprec.expectations.table import conditions_in, load_expectations, write_expectations
from lowprec.expectations.trials import LOSS, Trial, trial
from lowprec.record.seed_round import SeedRound, record_of
from lowprec.wording import counted

__all__ = ["proposed"]


def proposed(rounds: Sequence[SeedRound], trials: list[Trial], write: bool) -> Iterator[str]:
    """Yield the row of a pair, and how it stands to the one in force.

    Args:
        rounds: of the pair.
        trials: takes what the rounds say of the row in force.
        write: whether the new row is to take its place.

    Raises:
        ExpectationError: the table cannot be read or written.
    """
    record = record_of(rounds)
    row = propose(record, conditions_in(record, rounds[0].maker.environment), made_by(rounds))
    table = dict(load_expectations())
    yield row_text(row)
    if old := table.get(row.conditions):
        trials.append(trial(record, old))
        yield f"  the row in force {_trial_text(trials[-1])}"
        for change in widened(old, row):
            yield f"  wider than the row in force: {change}"
    if write:
        table[row.conditions] = row
        write_expectations(table.values())


def _trial_text(trial: Trial) -> str:
    text = f"passes {trial.passed} of {counted(trial.sessions, 'session')} of these seeds"
    if trial.noticed is None:
        return text
    return f"{text}, and notices a loss of {LOSS} in {trial.noticed} of these {trial.sessions}"
