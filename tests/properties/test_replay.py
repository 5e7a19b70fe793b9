"""What holds of the verdicts on whole histories."""

import pytest

pytest.importorskip("hypothesis", reason="pip install hypothesis")

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lowprec.judging.session import judge_session, replay
from lowprec.record.acceptance import Acceptance
from lowprec.record.summary import SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from tests.judging.histories import pair_summary
from tests.literals import environment
from tests.properties.strategies import FEW

PAIRS = [Pair(model, scheme) for model in ("NN-I", "CNN-I") for scheme in ("single", "half")]
ENVIRONMENTS = {
    "new": environment(tensorflow="2.22.0"),
    "old": environment(),
    "other": environment(cpu="Epyc"),
}
NOISE = st.integers(-20, 20).map(lambda thousandths: 1 + thousandths / 1000)


@st.composite
def histories(draw, of=("old",)):
    """Sessions of four pairs, up to 12: some slower or faster, worse, or of another outcome."""
    begun = draw(st.integers(3, 8))
    sessions = []
    for day in range(draw(st.integers(4, 12))):
        kind = draw(st.sampled_from(of))
        pairs = []
        for pair in PAIRS:
            event = draw(st.sampled_from(EVENTS)) if day >= begun else "usual"
            if event != "missing":
                pairs.append(_stored(pair, event, draw(NOISE)))
        sessions.append(
            SessionSummary(
                name=f"{day + 1:04}_session",
                time=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day),
                environment=ENVIRONMENTS[kind],
                protocol="quick",
                pairs=tuple(pairs) or (_stored(PAIRS[0], "usual", 1.0),),
            )
        )
    return sessions


EVENTS = ("usual", "usual", "slow", "fast", "worse", "diverged", "missing")


def _stored(pair, event, noise):
    factor = {"slow": 1.4, "fast": 0.7}.get(event, 1.0)
    stored = pair_summary(
        pair,
        2.0 * factor * noise,
        outcome="diverged" if event == "diverged" else "learns",
        expected=["learns"],
        accuracies={12: 0.70 if event == "worse" else 0.8, 13: 0.81},
    )
    startup_s = 0.5 * noise * factor
    return msgspec.structs.replace(stored, cpu_s=stored.seconds * 2, startup_s=startup_s)


@st.composite
def acceptances(draw):
    """Up to two of the sessions, whole or for one pair."""
    rows = st.builds(
        Acceptance,
        st.integers(4, 12).map(lambda day: f"{day:04}_session"),
        st.sampled_from([None, *PAIRS]),
        st.just("a reason"),
    )
    return draw(st.lists(rows, max_size=2))


def told(verdicts):
    """All words of each session's pairs, with scopes and what was accepted."""
    return [
        [
            (p.pair, p.verdicts, p.accepted, p.flagged, tuple(t.scope for t in p.times))
            for p in verdict.pairs
        ]
        for verdict in verdicts
    ]


def with_pairs(sessions, changed):
    return [
        msgspec.structs.replace(session, pairs=tuple(changed(list(session.pairs))))
        for session in sessions
    ]


@FEW
@given(histories(("old", "new")), acceptances(), st.integers(-3, 3))
def test_the_unit_of_all_seconds_changes_no_verdict(sessions, accepted, power):
    unit = 7.0**power

    def changed(pairs):
        for pair in pairs:
            yield msgspec.structs.replace(
                pair,
                seconds=pair.seconds * unit,
                cpu_s=pair.cpu_s * unit,
                startup_s=pair.startup_s * unit,
            )

    assert told(replay(with_pairs(sessions, changed), accepted)) == told(replay(sessions, accepted))


@FEW
@given(histories(("old", "new")), acceptances(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_in_a_session_changes_no_verdict(sessions, accepted, random):
    def shuffled(pairs):
        return random.sample(pairs, len(pairs))

    assert told(replay(with_pairs(sessions, shuffled), accepted)) == told(
        replay(sessions, accepted)
    )


@FEW
@given(histories(("old", "new", "other")), acceptances())
def test_sessions_of_another_machine_change_no_verdict(sessions, accepted):
    own = [s for s in sessions if s.environment.cpu == "Xeon"]
    among = [v for v in replay(sessions, accepted) if v.session.environment.cpu == "Xeon"]
    assert told(among) == told(replay(own, accepted))


@FEW
@given(histories(("old", "new")), acceptances())
def test_the_session_after_all_is_judged_as_in_the_replay_with_and_without_what_was_kept(
    sessions, accepted
):
    standings = {}
    for number, verdict in list(enumerate(replay(sessions, accepted)))[::3]:
        session, earlier = sessions[number], sessions[:number]
        kept = judge_session(session, earlier, accepted, standings)
        anew = judge_session(session, earlier, accepted, {})
        assert told([kept]) == told([anew]) == told([verdict])
        assert kept.since == anew.since == verdict.since
        assert [p.streak for p in kept.pairs] == [p.streak for p in verdict.pairs]


@FEW
@given(histories(), st.sampled_from(PAIRS), st.floats(1, 4))
def test_a_pair_whose_newest_session_took_longer_is_never_faster_for_it(sessions, pair, longer):
    def last(factor):
        def changed(pairs):
            for stored in pairs:
                own = factor if stored.pair == pair else 1.0
                yield msgspec.structs.replace(
                    stored, seconds=stored.seconds * own, cpu_s=stored.cpu_s * own
                )

        history = [*sessions[:-1], *with_pairs(sessions[-1:], changed)]
        *_, verdict = replay(history)
        return next((p.verdicts for p in verdict.pairs if p.pair == pair), ())

    assert (Verdict.FASTER in last(1.0)) or (Verdict.FASTER not in last(longer))


@FEW
@given(histories(("old", "new")))
def test_a_word_is_said_once_and_ok_alone(sessions):
    for verdict in replay(sessions):
        for pair in verdict.pairs:
            assert len(set(pair.verdicts)) == len(pair.verdicts) >= 1
            assert Verdict.OK not in pair.verdicts or len(pair.verdicts) == 1
            assert pair.flagged == any(word.row.flags for word in pair.verdicts)
            assert (pair.streak is not None) == pair.flagged
