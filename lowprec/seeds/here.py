"""Rounds that are trained in this process, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lowprec.record.data_info import DataInfo
from lowprec.record.seed_round import Maker, SeedRound, Work
from lowprec.seeds.gathering import Keep
from lowprec.training.forecast import Forecast
from lowprec.training.one_seed import data_of, plan_of, this_maker, train_round
from lowprec.training.pair import OnEpoch
from lowprec.training.progress import ProgressLine, real_terminal, shown

__all__ = ["Here"]


class Here:
    """The process itself, as a place where rounds are trained."""

    @property
    def maker(self) -> Maker:
        """The process itself."""
        return this_maker()

    def __init__(self, protocol: str) -> None:
        self._protocol = protocol

    def data(self, model: str) -> DataInfo:
        """Return what a model is trained on; raises DataError where it is not there."""
        return data_of(self._protocol, model)

    def train(self, works: Sequence[Work], keep: Keep) -> Iterator[SeedRound]:
        """Train rounds in their order, of which those of a pair stand together.

        They are yielded once their pair is done, so that what is then said of it finds the
        terminal's line free.
        """
        pairs = list(dict.fromkeys(work.pair for work in works))
        terminal = real_terminal()
        line = ProgressLine(terminal, Forecast(pairs, len(pairs))) if terminal else None
        for _pair, group in groupby(works, key=lambda work: work.pair):
            yield from _trained(list(group), keep, line)


def _trained(works: Sequence[Work], keep: Keep, line: ProgressLine | None) -> list[SeedRound]:
    rounds: list[SeedRound] = []
    plan = plan_of(works[0], *(work.seed for work in works))
    with shown(line, plan, column=0) as on_epoch:
        for number, work in enumerate(works, 1):
            rounds.append(train_round(work, _as_round(number, on_epoch)))
            keep(rounds[-1])
            if rounds[-1].unsupported:
                break
    return rounds


def _as_round(number: int, on_epoch: OnEpoch | None) -> OnEpoch | None:
    """Return what tells the epochs of a round that is trained for itself by its true number."""
    return on_epoch and (lambda _number, epoch: on_epoch(number, epoch))
