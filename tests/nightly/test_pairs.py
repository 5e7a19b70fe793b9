"""What a night hands to `lowprec issues`."""

import pytest

from lowprec.judging.session import replay
from lowprec.nightly.pairs import night_pairs
from lowprec.record.acceptance import Acceptance
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary

NOISE = (2.0, 2.02, 1.98, 2.01)


def said(last, *accepted, **environment):
    """What is said of a fifth session."""
    quiet = [summary(day, stored_pair(fit_s=(s,))) for day, s in enumerate(NOISE, 1)]
    sessions = [*quiet, summary(5, last, **environment)]
    return night_pairs([*replay(sessions, accepted)][-1])


def test_a_flagged_pair():
    night = said(stored_pair(fit_s=(4.0,), accuracies=(0.75,)))
    assert (night.session, night.lane_name) == (
        "0005_session",
        "TensorFlow 2.21, Keras 3, Xeon, quick",
    )
    (pair,) = night.pairs
    assert (pair.state, set(pair.words)) == ("flagged", {"slower", "worse"})
    assert pair.slower == pytest.approx(2.0, abs=0.02)
    assert pair.loss == pytest.approx(0.05)
    assert pair.line.startswith("NN-I single: worse, slower; 2.00 times")


def test_a_ratio_that_is_no_slowdown_is_none():
    (pair,) = said(stored_pair(fit_s=(2.0,), accuracies=(0.75,))).pairs
    assert (pair.words, pair.slower) == (("worse",), None)


def test_a_fine_pair_an_accepted_one_and_one_that_was_not_judged():
    assert said(stored_pair(fit_s=(2.0,))).pairs[0].state == "fine"
    accepted = Acceptance("0005_session", Pair("NN-I", "single"), "a new driver")
    (pair,) = said(stored_pair(fit_s=(4.0,)), accepted).pairs
    assert (pair.state, pair.line.endswith("accepted: a new driver")) == ("fine", True)
    assert said(stored_pair(), cpu="another").pairs[0].state == "not judged"


SCHEMES = ("double", "single", "half", "mixed")


def said_of_all(*last_s, accuracy=0.8, accepted=()):
    """What is said of a session of four pairs, after quiet ones, by the seconds of the last."""

    def session(day, seconds):
        pairs = zip(SCHEMES, seconds, strict=True)
        accuracies = {"half": (accuracy,)} if day == 5 else {}
        return summary(
            day,
            *(
                stored_pair(scheme, fit_s=(s,), accuracies=accuracies.get(scheme, (0.8,)))
                for scheme, s in pairs
            ),
        )

    quiet = [session(day, [s] * 4) for day, s in enumerate(NOISE, 1)]
    return night_pairs([*replay([*quiet, session(5, last_s)], accepted)][-1]).pairs


def test_what_all_pairs_share_is_said_once():
    *pairs, every = said_of_all(3.6, 3.6, 3.6, 3.64)
    assert {pair.state for pair in pairs} == {"slower with all"}
    assert (every.name, every.state, every.words) == ("all pairs", "flagged", ("slower",))
    assert every.line == "all pairs: slower; 1.80-1.82 times as long as before"
    assert every.slower == pytest.approx(1.82, abs=0.01)


def test_a_pair_that_does_more_than_all_is_said_besides():
    *pairs, every = said_of_all(3.6, 3.6, 3.6, 3.6, accuracy=0.75)
    states = {pair.name: pair.state for pair in pairs}
    assert states.pop("NN-I half") == "flagged"
    assert set(states.values()) == {"slower with all"}
    assert every.line == "all pairs (3 of 4): slower; 1.80 times as long as before"


def test_a_pair_that_is_slower_alone_is_no_matter_of_all():
    *pairs, every = said_of_all(2.0, 2.0, 2.0, 3.6)
    assert [pair.state for pair in pairs] == ["fine", "fine", "fine", "flagged"]
    assert (every.state, every.words) == ("fine", ())


def test_what_all_pairs_share_can_be_accepted():
    accepted = [Acceptance("0005_session", None, "a new machine")]
    assert {pair.state for pair in said_of_all(*[3.6] * 4, accepted=accepted)} == {"fine"}


def lane(**environment):
    return night_pairs(next(replay([summary(1, **environment)]))).lane


def test_a_small_update_is_the_same_lane():
    assert lane(tensorflow="2.21.1", keras="3.16.0", driver="580", python="3.12.1") == lane()
    nightly = lane(tensorflow="2.22.0.dev20261001")
    assert nightly == lane(tensorflow="2.22.0.dev20261002")


@pytest.mark.parametrize(
    "other",
    [{"tensorflow": "2.22.0"}, {"keras": "2.15.0"}, {"gpu": "H100"}, {"threads": 4}, {"xla": True}],
)
def test_another_release_machine_or_setting_is_another_lane(other):
    assert lane(**other) != lane()
