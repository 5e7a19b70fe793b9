"""What a stored session says of itself, on literal pairs."""

from lowprec.order import MATRIX
from lowprec.sessions import was_asked_for
from tests.literals import session, stored_pair


def test_the_seconds_of_a_pair_are_the_median_of_its_rounds():
    assert stored_pair(fit_s=(2.0, 9.0, 3.0), accuracies=(0.8,) * 3).seconds == 3.0
    assert stored_pair(accuracies=()).seconds is None


def test_outcomes_are_those_of_the_rounds_or_else_of_the_pair():
    both = stored_pair(accuracies=(0.8, 0.1), outcomes=("learns", "chance"))
    assert both.outcomes == {"learns", "chance"}
    assert stored_pair(accuracies=()).outcomes == {"unsupported"}


def test_a_session_was_asked_for_what_its_pairs_say():
    single = ("NN-I", "single")
    assert session(1, stored_pair("single", asked_for=(single,))).asked_for == (single,)
    assert was_asked_for(single, (single,))
    assert not was_asked_for(("NN-I", "half"), (single,))


def test_without_a_word_it_was_asked_for_the_matrix():
    assert session(1, stored_pair("single")).asked_for is None
    assert all(was_asked_for(pair, None) for pair in MATRIX)
    assert not was_asked_for(("NN-I", "bfloat16"), None)
