"""Every word that is said of a pair, a row each: what it means and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["EXPECTATION", "EXPECTATIONS_TABLE", "GATE", "VERSUS", "Row", "Verdict"]

EXPECTATIONS_TABLE = "lowprec/expectations/expectations.csv"
"""Where the expectations stand, for messages."""

EXPECTATION = "expectation"
"""Said by `test_training`, of a record against its row of the expectations."""

GATE = "gate"
"""Said by `lowprec check`, `replay` and `test_history`, of a session against those before it; what
was said against the expectation is said again there, but for "ok"."""

VERSUS = "versus"
"""Said by `lowprec compare`, of one environment against another."""


@dataclass(frozen=True)
class Row:
    """A word and what it stands for.

    Attributes:
        word: as it is shown and stored.
        said_by: who says it, of `EXPECTATION`, `GATE` and `VERSUS`.
        meaning: what it says of the pair.
        remedy: what to do; '' for nothing.
        flags: whether the gate flags the pair, and `lowprec check` exits with 1.
        judged: False where it says that something could not be judged, which is no pass.
        worse: whether something got worse, and `lowprec compare --fail` exits with 1.
    """

    word: str
    said_by: tuple[str, ...]
    meaning: str
    remedy: str = ""
    flags: bool = False
    judged: bool = True
    worse: bool = False


class Verdict(StrEnum):
    """The table: each verdict is its word, and has its row beside it."""

    row: Row

    def __new__(cls, row: Row) -> Verdict:
        """Make the member of a row."""
        verdict = str.__new__(cls, row.word)
        verdict._value_ = row.word
        verdict.row = row
        return verdict

    OK = Row("ok", (EXPECTATION, GATE, VERSUS), "nothing to report")
    OUTCOME_CHANGED = Row(
        "outcome changed",
        (EXPECTATION, GATE, VERSUS),
        "a round diverged, guessed or met a missing kernel where that was not expected, now or in "
        "earlier sessions",
        "look at the losses in the report; another seed, `lowprec calibrate` and "
        "`lowprec compare --across tensorflow` tell luck from a change",
        flags=True,
        worse=True,
    )
    WORSE = Row(
        "worse",
        (EXPECTATION, GATE, VERSUS),
        "the accuracy is below its band, or fell against earlier sessions at equal seeds",
        "look at the losses in the report, as for `outcome changed`",
        flags=True,
        worse=True,
    )
    IMPROVED = Row(
        "improved",
        (EXPECTATION, GATE, VERSUS),
        "better than expected: a divergence that is gone, an accuracy above its band",
        "measure again with `lowprec calibrate --write`; until then it counts as flagged, since "
        "the row is wrong",
        flags=True,
    )
    SLOWER = Row(
        "slower",
        (GATE, VERSUS),
        "the times speak for a slowdown of 10% or more, at once or as a drift",
        "look whether all pairs, a scheme or a model are named with it; then at what changed on "
        "the machine",
        flags=True,
        worse=True,
    )
    FASTER = Row(
        "faster",
        (GATE, VERSUS),
        "the same the other way round",
        "nothing; after three sessions it is the new normal, with `lowprec accept` at once",
    )
    SLOWER_START = Row(
        "slower start",
        (GATE,),
        "the same of the time until the first step is done: tracing, compiling, tuning",
        "look at what changed in Keras, TensorFlow or XLA; the training itself is judged apart",
        flags=True,
    )
    FASTER_START = Row(
        "faster start", (GATE,), "the same the other way round", "nothing, as for `faster`"
    )
    MEASURED_OTHERWISE = Row(
        "measured otherwise",
        (VERSUS,),
        "the seconds of the two sides are not of the same: of whole trainings, or of trainings "
        "without their start",
        "store a session of the one as the other was measured",
        judged=False,
    )
    MISSING = Row(
        "missing",
        (GATE, VERSUS),
        "earlier sessions had the pair, and this one has not, though it was to train it",
        "run it, or accept that it is gone",
        flags=True,
        worse=True,
    )
    NO_EVIDENCE = Row(
        "no evidence",
        (EXPECTATION, GATE),
        "no row in `expectations.csv` for this protocol, Keras and device",
        "`lowprec calibrate --write`",
        judged=False,
    )
    NO_BASELINE = Row(
        "no baseline",
        (GATE,),
        "fewer than three earlier sessions on this machine count",
        "run more sessions; the first one is set against the nearest other environment",
        judged=False,
    )
    TIME_NOT_JUDGED = Row(
        "time not judged",
        (VERSUS,),
        "one session on each side, which says nothing of the noise",
        "store one more session on either side",
        judged=False,
    )
    ACCURACY_NOT_JUDGED = Row(
        "accuracy not judged",
        (VERSUS,),
        "the two sides have no seed in common",
        "store a session of the one with `--seed` of the other",
        judged=False,
    )
    TRAINED_OTHERWISE = Row(
        "trained otherwise",
        (VERSUS,),
        "the two sides differ in data, epochs or length of the reviews",
        "store a session of the one as the other was trained",
        judged=False,
    )
    NEW = Row("new", (VERSUS,), "only the later sessions have the pair")
    NOT_ASKED_FOR = Row(
        "not asked for", (VERSUS,), "only the earlier sessions were to train the pair"
    )
