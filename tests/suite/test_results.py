"""What a session has trained so far."""

from lowprec.rows.matrix import MATRIX, Pair
from lowprec.suite.results import Results
from tests.literals import ENVIRONMENT, stored_pair


def results_of(*schemes):
    """Results of NN-I in these schemes, in the order in which they came."""
    results = Results()
    for stored in map(stored_pair, schemes):
        results.stored[stored.pair] = stored
    return results


def test_pairs_stand_in_the_order_that_was_asked_for():
    results = results_of("half", "double")
    session = results.session(ENVIRONMENT, MATRIX)
    assert list(session.pairs) == [("NN-I", "double"), ("NN-I", "half")]


def test_a_pair_that_no_option_asked_for_comes_last():
    """A test of one's own may train it."""
    results = results_of("half", "double")
    session = results.session(ENVIRONMENT, [Pair("NN-I", "double")])
    assert list(session.pairs) == [("NN-I", "double"), ("NN-I", "half")]


class History:
    """Says the number of pairs that it was asked about."""

    def judge(self, session):
        return len(session.pairs)


def test_the_session_is_judged_again_only_where_a_pair_came_or_was_trained_again():
    results, history = results_of("half"), History()
    pair = results.stored[Pair("NN-I", "half")]
    assert results.judged(history, ENVIRONMENT, MATRIX) == 1
    history.judge = lambda session: sum(pair.seconds for pair in session.pairs.values())
    assert results.judged(history, ENVIRONMENT, MATRIX) == 1
    results.stored[pair.pair] = stored_pair("half", fit_s=(7.0,))
    assert results.judged(history, ENVIRONMENT, MATRIX) == 7.0
