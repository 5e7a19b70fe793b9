"""python -m lab.detection STORAGE: what the gate makes of the sessions of one machine.

Sessions of one machine on which nothing changed can stand in any order. Random orders of them are
histories: the first ones are the baseline, and in the next three nothing happens, or one pair takes
a tenth longer, at work or asleep. For the second look at a pair that is called slower there is
another session, which is no part of the history. docs/noise.md has the tables.
"""

from __future__ import annotations

import argparse
import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec
from tabulate import tabulate

from lowprec.history.folder import Folder
from lowprec.judging.evidence import NIGHTS
from lowprec.judging.series import Series
from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.suite.second_look import pairs_to_look_at

SLOWER = (Verdict.SLOWER, Verdict.SLOWER_START)


@dataclass(frozen=True)
class Change:
    """What happens to a pair's training: more work takes processors' time, too, a sleep none."""

    name: str
    seconds: float
    cpu: float

    def of(self, session: SessionSummary, changed: Pair) -> SessionSummary:
        """Return a session after it happened to a pair."""
        pair = session.by_pair[changed]
        new = msgspec.structs.replace(
            pair,
            seconds=pair.seconds and pair.seconds * self.seconds,
            cpu_s=pair.cpu_s and pair.cpu_s * self.cpu,
        )
        return with_pairs(session, {changed: new})


NOTHING = Change("nothing", 1.0, 1.0)
CHANGES = (
    Change("10% more work", 1.10, 1.10),
    Change("asleep for 10%", 1.10, 1.00),
    Change("20% more work", 1.20, 1.20),
    Change("asleep for 20%", 1.20, 1.00),
)


@dataclass(frozen=True)
class History:
    """Sessions in an order: of the baseline, of the nights after it, and for a second look each."""

    baseline: Sequence[SessionSummary]
    nights: Sequence[SessionSummary]
    again: Sequence[SessionSummary]


def with_pairs(session: SessionSummary, new: Mapping[Pair, PairSummary]) -> SessionSummary:
    """Return a session with other values of some pairs."""
    pairs = tuple(new.get(pair.pair, pair) for pair in session.pairs)
    return msgspec.structs.replace(session, pairs=pairs)


def least(one: PairSummary, other: PairSummary) -> PairSummary:
    """Return a pair that was timed in two processes, as far as summaries tell."""
    names = ("seconds", "cpu_s", "startup_s")
    both = {name: (getattr(one, name), getattr(other, name)) for name in names}
    return msgspec.structs.replace(one, **{n: min(s) for n, s in both.items() if all(s)})


def orders(sessions: Sequence[SessionSummary], baseline: int, count: int) -> Iterator[History]:
    """Yield so many histories in random order, the same ones every time."""
    rng = random.Random(0)
    for _ in range(count):
        drawn = rng.sample(sessions, baseline + 2 * NIGHTS)
        yield History(drawn[:baseline], drawn[baseline:-NIGHTS], drawn[-NIGHTS:])


def verdicts(
    history: History, changed: Pair, change: Change, second_look: bool
) -> Iterator[SessionVerdict]:
    """Yield the verdicts of the nights after the baseline, in which a pair changed."""
    series = Series()
    for session in history.baseline:
        series.judge(session, brief=True)
    for first, again in zip(history.nights, history.again, strict=True):
        session, other = change.of(first, changed), change.of(again, changed).by_pair
        looked_at, _ = copy.deepcopy(series).judge(session)
        if second_look:
            slow = pairs_to_look_at(looked_at.pairs)
            session = with_pairs(session, {p: least(session.by_pair[p], other[p]) for p in slow})
        verdict, _ = series.judge(session)
        yield verdict


def slower(verdict: PairVerdict) -> bool:
    """Whether a time of the pair is called slower."""
    return any(word in SLOWER for word in verdict.verdicts)


def false_alarms(histories: Sequence[History], pair: Pair, second_look: bool) -> str:
    """Return how often a night on which nothing changed is flagged, and what is seen."""
    quiet = [v for h in histories for v in verdicts(h, pair, NOTHING, second_look)]
    rate = sum(any(map(slower, night.pairs)) for night in quiet) / len(quiet)
    sees = [pair.smallest for night in quiet for pair in night.pairs if pair.smallest]
    return (
        f"a false alarm in {rate:.1%} of {len(quiet)} nights; `sees` {median(sees):.2f} in the "
        f"median, {max(sees):.2f} at most"
    )


def detections(
    histories: Sequence[History], pairs: Sequence[Pair], change: Change, second_look: bool
) -> tuple[str, str]:
    """Return how often a change of one pair, each in its turn, is found at once, and ever."""
    found = []
    for number, history in enumerate(histories):
        pair = pairs[number % len(pairs)]
        nights = verdicts(history, pair, change, second_look)
        found.append([slower(v) for night in nights for v in night.pairs if v.pair == pair])
    first, ever = sum(flags[0] for flags in found), sum(map(any, found))
    return f"{first / len(found):.0%}", f"{ever / len(found):.0%}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("storage", type=Path)
    parser.add_argument("--baseline", type=int, default=10, metavar="N", help="sessions (10)")
    parser.add_argument("--orders", type=int, default=100, metavar="N", help="histories (100)")
    options = parser.parse_args()
    sessions = Folder(options.storage).summaries().sessions
    pairs = [pair.pair for pair in sessions[0].pairs]
    histories = [*orders(sessions, options.baseline, options.orders)]
    print(
        f"{len(sessions)} sessions of {len(pairs)} pairs in {len(histories)} orders, after "
        f"{options.baseline} of them"
    )
    for second_look in (False, True):
        name = "with a second look" if second_look else "without a second look"
        print(f"\n{name}: {false_alarms(histories, pairs[0], second_look)}\n")
        rows = [(c.name, *detections(histories, pairs, c, second_look)) for c in CHANGES]
        print(tabulate(rows, headers=("one pair", "found at once", f"within {NIGHTS} sessions")))


if __name__ == "__main__":
    main()
