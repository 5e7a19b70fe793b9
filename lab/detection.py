"""python -m lab.detection STORAGE: what the gate makes of the sessions of one machine.

Sessions of one machine on which nothing changed can stand in any order. Random orders of them are
histories: the first ones are the baseline, and in the next three nothing happens, or one pair takes
a tenth longer, at work or asleep. docs/noise.md has the tables.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec
from tabulate import tabulate

from lowprec.history.index import read_summaries
from lowprec.judging.evidence import NIGHTS
from lowprec.judging.series import Series
from lowprec.judging.verdict import PairVerdict
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

SLOWER = (Verdict.SLOWER, Verdict.SLOWER_START)


@dataclass(frozen=True)
class Change:
    """What happens to a pair's training: more work takes processors' time, too, a sleep none."""

    name: str
    seconds: float
    cpu: float

    def of(self, pair: PairSummary) -> PairSummary:
        """Return a pair after it."""
        return msgspec.structs.replace(
            pair,
            seconds=pair.seconds and pair.seconds * self.seconds,
            cpu_s=pair.cpu_s and pair.cpu_s * self.cpu,
        )


CHANGES = (
    Change("10% more work", 1.10, 1.10),
    Change("asleep for 10%", 1.10, 1.00),
    Change("20% more work", 1.20, 1.20),
    Change("asleep for 20%", 1.20, 1.00),
)


def orders(
    sessions: Sequence[SessionSummary], nights: int, count: int
) -> Iterator[list[SessionSummary]]:
    """Yield so many random orders of so many of the sessions, the same ones every time."""
    rng = random.Random(0)
    for _ in range(count):
        yield rng.sample(sessions, nights)


def nights(
    history: Sequence[SessionSummary], baseline: int, changed: Pair | None, change: Change | None
) -> list[dict[Pair, PairVerdict]]:
    """Return the verdicts of the sessions after the baseline, in which a pair changed."""
    series, found = Series(), []
    for number, session in enumerate(history):
        judged = session
        if change and number >= baseline:
            pairs = tuple(change.of(p) if p.pair == changed else p for p in session.pairs)
            judged = msgspec.structs.replace(session, pairs=pairs)
        verdict, _ = series.judge(judged, brief=number < baseline)
        if number >= baseline:
            found.append({pair.pair: pair for pair in verdict.pairs})
    return found


def slower(verdict: PairVerdict) -> bool:
    """Whether a time of the pair is called slower."""
    return any(word in SLOWER for word in verdict.verdicts)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("storage", type=Path)
    parser.add_argument("--baseline", type=int, default=10, metavar="N", help="sessions (10)")
    parser.add_argument("--orders", type=int, default=100, metavar="N", help="histories (100)")
    options = parser.parse_args()
    sessions = read_summaries(options.storage).sessions
    pairs = [pair.pair for pair in sessions[0].pairs]
    histories = [*orders(sessions, options.baseline + NIGHTS, options.orders)]

    quiet = [night for h in histories for night in nights(h, options.baseline, None, None)]
    alarms = [sum(map(slower, night.values())) for night in quiet]
    sees = [found.smallest for night in quiet for found in night.values() if found.smallest]
    rate = sum(map(bool, alarms)) / len(quiet)
    print(
        f"{len(sessions)} sessions of {len(pairs)} pairs in {len(histories)} orders, after "
        f"{options.baseline} of them: a false alarm in {rate:.1%} of {len(quiet)} nights; `sees` "
        f"{median(sees):.2f} in the median, {max(sees):.2f} at most\n"
    )
    rows = []
    for change in CHANGES:
        found = [
            [slower(night[pair]) for night in nights(h, options.baseline, pair, change)]
            for number, h in enumerate(histories)
            for pair in [pairs[number % len(pairs)]]
        ]
        first = sum(flags[0] for flags in found) / len(found)
        rows.append((change.name, f"{first:.0%}", f"{sum(map(any, found)) / len(found):.0%}"))
    print(tabulate(rows, headers=("one pair", "found at once", f"within {NIGHTS} sessions")))


if __name__ == "__main__":
    main()
