"""One session with all that its history is needed for, on literal histories."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lowprec.judging.series import Series
from lowprec.judging.session import judge_session, judge_these, judge_with_nearest, replay
from lowprec.record.acceptance import Acceptance
from lowprec.record.standing import Standing
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary

ROOT = Path(__file__).parents[2]
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99)
SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")
TF222 = {"tensorflow": "2.22.0"}


def session(day, fit_s=2.0, schemes=("half",), **environment):
    """NN-I in these schemes, all of them as fast."""
    return summary(day, *(stored_pair(scheme, (fit_s,)) for scheme in schemes), **environment)


QUIET = [session(day, fit_s) for day, fit_s in enumerate(NOISE, start=1)]


def words(verdict):
    return {pair.pair.scheme: pair.verdicts for pair in verdict.pairs}


@pytest.fixture
def judged(monkeypatch):
    """The names of sessions that were judged, rather than recalled."""
    names = []
    judge = Series.judge

    def counting(series, session, accepted=(), brief=False):
        names.append(session.name)
        return judge(series, session, accepted, brief)

    monkeypatch.setattr(Series, "judge", counting)
    return names


def test_a_session_is_judged_against_those_before_it():
    slow = session(6, 3.0)
    assert words(judge_session(slow, [*QUIET, slow], (), {})) == {"half": ("slower",)}


def test_sessions_after_it_do_not_count():
    sessions = [*QUIET[:3], session(6, 9.0), session(7, 9.0)]
    assert words(judge_session(QUIET[2], sessions, (), {})) == {"half": ("no baseline",)}
    assert words(judge_session(QUIET[3], [*QUIET, session(6, 9.0)], (), {})) == {"half": ("ok",)}


def test_a_session_that_is_not_stored_comes_after_all_that_are():
    assert words(judge_session(session(1, 3.0), QUIET, (), {})) == {"half": ("slower",)}


def test_sessions_of_other_series_do_not_count():
    others = [session(day, 9.0, cpu="Epyc") for day in range(1, 6)]
    others += [session(day, 9.0, **TF222) for day in range(1, 6)]
    paper = [summary(day, stored_pair("half", (9.0,), protocol="paper")) for day in range(1, 6)]
    newest = session(6, 3.0)
    assert words(judge_session(newest, [*others, *paper], (), {})) == {"half": ("no baseline",)}
    alone = judge_session(newest, QUIET, (), {})
    assert judge_session(newest, [*others, *QUIET, *paper], (), {}) == alone


def test_what_earlier_sessions_left_is_kept_and_not_judged_again(judged):
    standings, newest = {}, session(6, 3.0)
    first = judge_session(newest, QUIET, (), standings)
    assert len(standings) == len(QUIET)
    assert judged == [*(earlier.name for earlier in QUIET), newest.name]
    judged.clear()
    assert judge_session(newest, QUIET, (), standings) == first
    assert judged == [newest.name]
    assert len(standings) == len(QUIET)


def test_what_is_kept_is_taken():
    standings, newest = {}, session(6, 3.0)
    judge_session(newest, QUIET, (), standings)
    for digest in standings:
        standings[digest] = Standing(left_out=(HALF,))
    assert words(judge_session(newest, QUIET, (), standings)) == {"half": ("no baseline",)}


def test_a_changed_session_is_judged_again_with_all_after_it(judged):
    standings = {}
    judge_session(session(6), QUIET, (), standings)
    judged.clear()
    changed = [*QUIET[:2], session(3, 2.5), *QUIET[3:]]
    assert judge_session(session(6), changed, (), standings) == judge_session(
        session(6), changed, (), {}
    )
    assert judged[:4] == ["0003_session", "0004_session", "0005_session", "0006_session"]


def test_an_acceptance_is_seen_whatever_was_kept(judged):
    standings, sessions = {}, [*QUIET, session(6, 3.0), session(7, 3.0)]
    assert words(judge_session(sessions[-1], sessions, (), standings)) == {"half": ("slower",)}
    judged.clear()
    accepted = [Acceptance("0006_session", HALF, "a new kernel")]
    verdict = judge_session(sessions[-1], sessions, accepted, standings)
    assert words(verdict) == {"half": ("no baseline",)}
    assert judged == ["0006_session", "0007_session"]


def test_an_acceptance_of_the_session_itself_is_told():
    slow = session(6, 3.0)
    accepted = [Acceptance(slow.name, None, "a new kernel")]
    [half] = judge_session(slow, [*QUIET, slow], accepted, {}).pairs
    assert (half.verdicts, half.accepted, half.flagged) == (("slower",), "a new kernel", False)


DIGESTS = """
from lowprec.judging.session import judge_session
from tests.literals import stored_pair, summary
standings = {}
words = ("chance", "diverged")
luck = stored_pair(accuracies=(0.5, 0.5), outcomes=words, expected="|".join(words))
judge_session(summary(2), [summary(1, luck)], (), standings)
print(*standings)
"""


def test_what_is_kept_is_found_again_by_another_process():
    """Sets of words have another order there."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGESTS],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert digests != {"\n"}


def with_nearest(session, sessions):
    return judge_with_nearest(session, sessions, (), {})


def test_the_verdict_is_that_of_the_session_alone():
    slow = session(6, 3.0)
    judged = with_nearest(slow, QUIET)
    assert judged.verdict == judge_session(slow, QUIET, (), {})
    assert (judged.first, judged.nearest) == (frozenset(), None)


def test_accepted_and_standings_are_those_of_the_session_alone():
    standings, slow = {}, session(6, 3.0)
    accepted = [Acceptance(slow.name, HALF, "a new kernel")]
    judged = judge_with_nearest(slow, QUIET, accepted, standings)
    assert judged.verdict.pairs[0].accepted == "a new kernel"
    assert len(standings) == len(QUIET)


def test_in_the_first_session_of_a_series_all_pairs_are_first():
    newest = session(6, 6.0, ("single", "half"), **TF222)
    judged = with_nearest(newest, [session(1, 2.0, ("single", "half", "mixed"))])
    assert judged.first == {SINGLE, HALF}
    assert judged.nearest.before.environment.tensorflow == "2.21.0"
    assert judged.nearest.after.sessions == (newest,)
    assert [pair.pair for pair in judged.nearest.pairs] == [SINGLE, HALF, Pair("NN-I", "mixed")]
    assert judged.nearest.pairs[1].after_s == 6.0
    assert judged.nearest.pairs[2].verdicts == ("missing",)


def test_seconds_of_the_nearest_environment_are_judged_on_the_same_hardware_alone():
    """Other software, older than any before, has no baseline, but the same machine."""
    other = with_nearest(session(6, 6.0, cpu="EPYC"), QUIET).nearest
    assert (other.with_times, other.pairs[0].verdicts) == (False, ("ok",))
    same = with_nearest(session(6, 6.0, tensorflow="2.1.0"), QUIET).nearest
    assert (same.with_times, same.pairs[0].verdicts) == (True, ("slower",))


def test_later_only_pairs_that_are_new_to_the_series_are_first():
    """What the other environment alone has was told with the first session."""
    earlier = [session(1, 2.0, ("double", "single", "half")), session(2, **TF222)]
    judged = with_nearest(session(3, 6.0, ("single", "half"), **TF222), earlier)
    assert judged.first == {SINGLE}
    assert [pair.pair for pair in judged.nearest.pairs] == [SINGLE]


def test_pairs_that_any_earlier_session_of_the_series_has_are_not_first():
    earlier = [session(1, schemes=("single",)), session(2), session(3, schemes=("single",))]
    assert with_nearest(session(4, schemes=("single", "half")), earlier).first == frozenset()


def test_sessions_after_it_make_no_pair_known_and_are_no_nearest_environment():
    newest = session(3)
    judged = with_nearest(newest, [newest, session(4), session(5, **TF222)])
    assert (judged.first, judged.nearest) == ({HALF}, None)


def test_the_same_pairs_under_another_protocol_are_not_known_and_not_compared():
    paper = summary(1, stored_pair("half", protocol="paper"))
    judged = with_nearest(session(2), [paper])
    assert (judged.first, judged.nearest) == ({HALF}, None)


def test_the_nearest_environment_is_one_that_has_the_pairs():
    """TensorFlow 2.21 is nearer, and has other pairs."""
    earlier = [session(1, tensorflow="2.18.1", keras="2.18.0"), session(2, schemes=("single",))]
    judged = with_nearest(session(3, **TF222), earlier)
    assert judged.nearest.before.environment.tensorflow == "2.18.1"


def test_replay_judges_every_session_as_on_its_day():
    sessions = [*QUIET, session(6, 3.0), session(7)]
    verdicts = list(replay(sessions))
    assert [verdict.session for verdict in verdicts] == sessions
    assert verdicts == [judge_session(each, sessions, (), {}) for each in sessions]
    assert [verdict.pairs[0].verdicts for verdict in verdicts] == [
        *[("no baseline",)] * 3,
        *[("ok",)] * 2,
        ("slower",),
        ("ok",),
    ]


def test_replay_knows_what_was_accepted():
    accepted = [Acceptance("0006_session", HALF, "a new kernel")]
    *_, slow, later = replay([*QUIET, session(6, 3.0), session(7, 3.0)], accepted)
    assert slow.pairs[0].accepted == "a new kernel"
    assert words(later) == {"half": ("no baseline",)}


def test_another_machine_and_another_protocol_have_their_own_baseline():
    paper = summary(8, stored_pair("half", (9.0,), protocol="paper"))
    others = [session(6, 9.0, cpu="Epyc"), session(7), paper, session(9)]
    verdicts = list(replay([*QUIET, *others]))
    assert [words(verdict)["half"] for verdict in verdicts[5:]] == [
        ("no baseline",),
        ("ok",),
        ("no baseline",),
        ("ok",),
    ]


def lanes():
    """Two versions that alternate, after sessions of the older one alone; the last is flagged."""
    turns = [(6, {}), (7, TF222), (8, {}), (9, TF222), (10, {})]
    alternating = [session(day, NOISE[day % 5], **environment) for day, environment in turns]
    return [*QUIET, *alternating, session(11, 3.0, **TF222)]


def test_a_new_version_is_judged_by_the_sessions_of_the_one_before():
    slow = session(6, 3.0, **TF222)
    [half] = judge_session(slow, QUIET, (), {}).pairs
    assert (half.verdicts, half.timing.sessions) == (("slower",), 5)
    assert half.since == {"tensorflow": ("2.21.0", "2.22.0")}


def test_every_lane_goes_on_by_itself():
    """What the older version does after the newer one joined is no part of its baseline."""
    sessions = lanes()
    slow_there = [session(8, 9.0) if each.name == "0008_session" else each for each in sessions]
    assert judge_session(sessions[-1], slow_there, (), {}) == judge_session(
        sessions[-1], sessions, (), {}
    )


@pytest.mark.parametrize("place", [-1, -2])
def test_what_sessions_of_all_lanes_left_is_kept_and_not_judged_again(judged, place):
    standings, sessions = {}, lanes()
    first = judge_session(sessions[place], sessions, (), standings)
    judged.clear()
    assert judge_session(sessions[place], sessions, (), standings) == first
    assert judged == [sessions[place].name]


def test_a_changed_session_is_judged_again_with_the_lanes_that_continue_it(judged):
    standings, sessions = {}, lanes()
    judge_session(sessions[-1], sessions, (), standings)
    judged.clear()
    changed = [session(3, 2.5) if each.name == "0003_session" else each for each in sessions]
    verdict = judge_session(changed[-1], changed, (), standings)
    assert judged == [each.name for each in sessions[2:]]
    assert verdict == judge_session(changed[-1], changed, (), {})


def test_a_session_changed_after_another_lane_began_is_not_judged_again_with_that(judged):
    standings, sessions = {}, lanes()
    judge_session(sessions[-1], sessions, (), standings)
    judged.clear()
    changed = [session(8, 2.5) if each.name == "0008_session" else each for each in sessions]
    judge_session(changed[-1], changed, (), standings)
    assert judged == ["0008_session", "0010_session", "0011_session"]


def test_an_acceptance_is_of_one_lane():
    """The older version gets as slow afterwards, and nobody has accepted that."""
    sessions = [*QUIET, session(6, 3.0, **TF222), session(7, 3.0)]
    accepted = [Acceptance("0006_session", HALF, "a new kernel")]
    assert words(judge_session(sessions[-1], sessions, accepted, {})) == {"half": ("slower",)}


def test_replay_judges_the_sessions_of_lanes_as_on_their_day():
    sessions = lanes()
    standings = {}
    assert list(replay(sessions)) == [
        judge_session(each, sessions, (), standings) for each in sessions
    ]


def both_machines():
    """The sessions of two machines, each with a flagged one among them."""
    there = [session(20 + day, NOISE[day % 5], cpu="Epyc") for day in range(5)]
    return [*lanes(), *there, session(27, 3.0, cpu="Epyc"), session(28, cpu="Epyc")]


def said(verdicts):
    """What a report shows of each."""
    return [
        (one.session.name, [(p.pair, p.verdicts, p.flagged, p.accepted) for p in one.pairs])
        for one in verdicts
    ]


def test_these_are_judged_as_in_a_replay_with_and_without_what_was_kept(judged):
    sessions = both_machines()
    accepted = [Acceptance("0027_session", HALF, "a new kernel")]
    wanted = [sessions[place] for place in (4, 10, -2, -1)]
    expected = [verdict for verdict in replay(sessions, accepted) if verdict.session in wanted]
    standings: dict[str, Standing] = {}
    names = {each.full_name for each in wanted}
    judged.clear()
    assert said(judge_these(names, sessions, accepted, standings)) == said(expected)
    assert judged == [each.name for each in sessions]
    judged.clear()
    assert said(judge_these(names, sessions, accepted, standings)) == said(expected)
    assert judged == [each.name for each in wanted]
    judged.clear()
    for each, verdict in zip(wanted, expected, strict=True):
        assert judge_session(each, sessions, accepted, standings) == verdict
    assert judged == [each.name for each in wanted]
