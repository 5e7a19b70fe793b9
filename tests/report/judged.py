"""Literal verdicts, of which a test names only what it is about."""

from dataclasses import replace

from lowprec.judging.drift import Drift
from lowprec.judging.slowdown import TimeVerdict
from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from tests.literals import summary

QUIET = TimeVerdict(Verdict.OK, baseline_s=2.0, ratio=1.01, own_ratio=1.0, sessions=6, smallest=1.2)
SLOW = TimeVerdict(
    Verdict.SLOWER, baseline_s=2.0, ratio=1.5, own_ratio=1.48, sessions=6, smallest=1.25
)
DRIFTED = TimeVerdict(
    *(Verdict.SLOWER, 2.0, 1.03, 1.02, 40),
    smallest=1.2,
    drift=Drift(ratio=1.16, first_s=1.78, shared=True),
)
SHORT = TimeVerdict(Verdict.NO_BASELINE, sessions=2)


def verdict(*words, scheme="single", timing=QUIET, outcome="learns", **others):
    verdicts = tuple(map(Verdict, words)) or (Verdict.OK,)
    return PairVerdict(Pair("NN-I", scheme), verdicts, outcome, timing, **others)


def slower(scope=None, **others):
    """NN-I half, half as slow again."""
    return verdict("slower", scheme="half", timing=replace(SLOW, scope=scope), **others)


def judged(*pairs, day=7, **others):
    return SessionVerdict(summary(day), pairs, **others)


MISSING = PairVerdict(Pair("NN-I", "mixed"), (Verdict.MISSING,))
