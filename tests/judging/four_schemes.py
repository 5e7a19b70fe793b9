"""Literal sessions of NN-I in four schemes, and what one series says of them."""

from lowprec.judging.series import Series
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0, 2.03, 1.97, 2.0, 2.01)
SINGLE, HALF, MIXED = (Pair("NN-I", scheme) for scheme in ("single", "half", "mixed"))


def four_schemes(day, fit_s=2.0, slow=None, factor=1.0, **environment):
    """A session of NN-I in four schemes; `slow` takes `factor` times as long."""
    pairs = [
        stored_pair(scheme, (fit_s * (factor if scheme == slow else 1),), (0.8, 0.82))
        for scheme in SCHEMES
    ]
    return summary(day, *pairs, **environment)


def quiet(count=10):
    """Sessions of which nothing is to be told."""
    return [four_schemes(day, NOISE[day - 1]) for day in range(1, count + 1)]


def judged(sessions, accepted=()):
    """The verdict on each session."""
    series = Series()
    return [series.judge(session, accepted)[0] for session in sessions]


def last(sessions, accepted=()):
    """The verdicts on the newest session's pairs by scheme."""
    return {verdict.pair.scheme: verdict for verdict in judged(sessions, accepted)[-1].pairs}


def words(sessions, accepted=()):
    """What is said of the newest session's pairs, by scheme."""
    return {scheme: verdict.verdicts for scheme, verdict in last(sessions, accepted).items()}


def half_of(verdicts):
    """All that is said of half in each session."""
    return [verdict.pairs[2].verdicts for verdict in verdicts]


def sessions_with_half(*factors, first_day=11, **changes):
    """Sessions in which half takes so many times as long."""
    return [
        four_schemes(day, NOISE[day % 10], slow="half", factor=factor, **changes)
        for day, factor in enumerate(factors, start=first_day)
    ]


def across(sessions, *later):
    """The verdicts on sessions of newer software that continues the series of the sessions."""
    series = Series()
    for session in sessions:
        series.judge(session)
    newer = series.continued()
    return [newer.judge(session)[0] for session in later]


def with_half(day, accuracies=(0.8, 0.82), outcome="learns", expected="learns", **changes):
    """A session in which half reaches these accuracies, and the other schemes the usual ones."""
    others = (stored_pair(s, (2.0,), (0.8, 0.82)) for s in SCHEMES if s != "half")
    half = stored_pair("half", (2.0,), accuracies, outcomes=(outcome,), expected=expected)
    return summary(day, *others, half, **changes)


def drifting(sessions, pairs=SCHEMES, by=1.01):
    """Sessions in which these schemes get slower by so much a session."""
    return [
        summary(
            1 + number % 28,
            *(
                stored_pair(s, (NOISE[number % 10] * (by**number if s in pairs else 1),))
                for s in SCHEMES
            ),
        )
        for number in range(sessions)
    ]
