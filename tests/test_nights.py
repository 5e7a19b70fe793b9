"""What the gate keeps of a session."""

from lowprec.nights import night_of
from tests.literals import session, stored_pair


def test_a_session_in_short():
    one = session(3, stored_pair("single", (2.0, 9.0, 4.0), (0.8, 0.7, 0.9)))
    night = night_of(one)
    assert (night.name, night.time, night.protocol) == ("0003_session", one.time, "quick")
    assert night.key == one.key
    [pair] = night.pairs
    assert pair.pair == ("NN-I", "single")
    assert pair.seconds == 4.0
    assert pair.accuracies == {12: 0.8, 13: 0.7, 14: 0.9}
    assert (pair.outcome, pair.verdict) == ("learns", "ok")


def test_a_pair_without_a_round_has_no_seconds():
    [pair] = night_of(session(1, stored_pair(accuracies=()))).pairs
    assert (pair.seconds, pair.accuracies) == (None, {})


def test_accuracies_of_a_pair_that_does_not_always_learn_are_no_measure():
    stored = stored_pair(accuracies=(0.8, 0.1), outcomes=("learns", "chance"))
    [pair] = night_of(session(1, stored)).pairs
    assert pair.accuracies == {}


def test_other_epochs_are_another_training():
    how = [
        night_of(session(1, stored_pair(budget={"epochs": epochs}))).pairs[0].how
        for epochs in (3, 3, 4)
    ]
    assert how[0] == how[1] != how[2]
