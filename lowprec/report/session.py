"""The table at the end of a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lowprec.judging.verdict import PairVerdict
from lowprec.record.machine_load import MachineLoad
from lowprec.record.record import ACCURACY
from lowprec.record.session import relative_seconds
from lowprec.record.stored_pair import StoredPair
from lowprec.record.timing import training_s
from lowprec.record.verdicts import Verdict
from lowprec.report.expected import expected_text
from lowprec.report.text import table
from lowprec.rows.matrix import Pair

__all__ = [
    "crowded_line",
    "emulated_line",
    "second_look_lines",
    "session_table",
    "starts_line",
    "unread_lines",
]

HEADERS = ("model", "scheme", "seconds", "/single", "accuracy", "outcome", "expected", "verdict")
Paint = Callable[..., str]
"""Takes a text and `colour=True`, as the markup of pytest's terminal writer."""

SCORED_HEADERS = tuple("score" if name == "accuracy" else name for name in HEADERS)
"""Where a pair has a score of the user's own."""


def session_table(
    pairs: Sequence[StoredPair],
    timed: bool,
    verdicts: Mapping[Pair, PairVerdict],
    paint: Paint = lambda text, **colour: text,
) -> str:
    """Return the table of a session: a line a pair, 80 columns where all is well.

    Args:
        pairs: in the order of the lines, each once.
        timed: whether seconds are measurements; otherwise they are left out.
        verdicts: what the history says, by pair; a pair that it says nothing of has the verdict on
            its expectation alone.
        paint: gives a text a colour of the terminal, which is named as by pytest.
    """
    relative = relative_seconds({pair.pair: pair.seconds for pair in pairs}) if timed else {}
    align = ("left", "left", "right", "right", "right", "left", "left", "left")
    rows = [
        (
            *_measured(pair, timed, relative.get(pair.pair)),
            _painted(_verdict(pair, verdicts.get(pair.pair)), paint),
        )
        for pair in pairs
    ]
    scored = any(pair.metric != ACCURACY for pair in pairs)
    return table(SCORED_HEADERS if scored else HEADERS, rows, align)


def starts_line(pairs: Sequence[StoredPair]) -> str | None:
    """Return how long the pairs took to start, which their seconds do not have; None if unknown."""
    starts = sorted((pair.startup_s, pair.pair) for pair in pairs if pair.startup_s)
    if not starts:
        return None
    ends = dict.fromkeys(f"{seconds:.2f} s ({pair})" for seconds, pair in (starts[0], starts[-1]))
    return f"Until the first step was done, which is not in the seconds: {' to '.join(ends)}."


def emulated_line(pairs: Sequence[StoredPair]) -> str | None:
    """Return which pairs' seconds say nothing, as their precision is emulated; None for none."""
    schemes = dict.fromkeys(pair.scheme for pair in pairs if pair.emulated)
    if not schemes:
        return None
    return (
        f"Emulated in float32: {', '.join(schemes)}. Their seconds are the emulation's, and are "
        "not judged."
    )


def second_look_lines(pairs: Sequence[StoredPair]) -> list[str]:
    """Return a line for each pair that looked slower and was trained again."""
    lines = []
    for pair in pairs:
        if pair.second_look:
            first = training_s(pair.timings[: -pair.second_look])
            again = training_s(pair.timings[-pair.second_look :])
            lines.append(
                f"{pair.pair} looked slower and was trained again in another process: "
                f"{first:.2f} s, then {again:.2f} s."
            )
    return lines


def unread_lines(pairs: Sequence[StoredPair]) -> list[str]:
    """Return a line for each pair with a weight that is not finite and that nothing reads."""
    lines = []
    for pair in pairs:
        names = [r.unread for r in pair.rounds if isinstance(r.unread, str)]
        if names:
            lines.append(
                f"{pair.pair}: the padding's row of {names[0]} is not finite in {len(names)} of "
                f"{len(pair.rounds)} rounds; with 0 in its place the predictions are the same to "
                "the bit, so the outcome does not count it (docs/gpu.md)"
            )
    return lines


def crowded_line(load: MachineLoad | None) -> str | None:
    """Return that others kept the machine busy; None where they did not, or nobody knows."""
    if load is None or not load.is_visible:
        return None
    steal = f", and other virtual machines took {load.steal:.0%}" if load.steal >= 0.005 else ""
    return (
        f"The machine was busy: other processes used {load.others:.1f} processors{steal}. Where "
        "processors' time is known it is judged alone, as seconds scatter more then."
    )


def _measured(pair: StoredPair, timed: bool, relative: float | None) -> tuple[str, ...]:
    return (
        pair.model,
        pair.scheme,
        "-" if pair.seconds is None or not timed else f"{pair.seconds:.2f}",
        "-" if relative is None else f"{relative:.2f}",
        "-" if pair.accuracy is None else f"{pair.accuracy:.4f}",
        pair.outcome,
        _expected(pair),
    )


def _verdict(pair: StoredPair, verdict: PairVerdict | None) -> Sequence[Verdict]:
    """Return all that is said of a pair; that it has no baseline yet is said below the table."""
    said = verdict.verdicts if verdict else (pair.verdict,)
    return [word for word in said if word is not Verdict.NO_BASELINE] or [Verdict.OK]


def _painted(words: Sequence[Verdict], paint: Paint) -> str:
    """Return the words in the colour of the worst: red where one flags, yellow where unjudged."""
    flags = any(word.row.flags for word in words)
    judged = all(word.row.judged for word in words)
    return paint(", ".join(words), **{"red" if flags else "green" if judged else "yellow": True})


def _expected(pair: StoredPair) -> str:
    expected = pair.expected
    return expected_text(expected.outcome, expected.band, pair.accuracy) if expected else "-"
