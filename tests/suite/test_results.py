"""What a session has trained so far, and the summary at its end."""

from lowprec.rows.matrix import MATRIX, Pair
from lowprec.suite.results import Results
from tests.literals import ENVIRONMENT, stored_pair
from tests.suite.sessions import stored_files


def results_of(*schemes, broken=()):
    """Results of NN-I in these schemes, in the order in which they came."""
    results = Results()
    for stored in map(stored_pair, schemes):
        results.stored[stored.pair] = stored
    results.broken.extend(broken)
    return results


def test_pairs_stand_in_the_order_that_was_asked_for():
    results = results_of("half", "double")
    session = results.session(ENVIRONMENT, MATRIX)
    assert list(session.pairs) == [("NN-I", "double"), ("NN-I", "half")]
    [(table, markup)] = results.summary(MATRIX, timed=True, workers=None, verdicts={})
    assert [line.split()[:3] for line in table.splitlines()[1:]] == [
        ["NN-I", "double", "2.00"],
        ["NN-I", "half", "2.00"],
    ]
    assert markup == {}


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


def test_what_was_not_trained_to_its_end_is_named():
    broken = results_of(broken=["test_training[NN-I-half]"])
    assert list(broken.summary(MATRIX, timed=True, workers=None, verdicts={})) == [
        ("not trained to the end: test_training[NN-I-half]", {"red": True})
    ]


def test_without_timing_the_end_says_so(session, pytester):
    result = session("--models=NN-I", "--benchmark-disable", "--benchmark-autosave")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["4 pairs were checked with timing off: no timing was stored"])
    assert not stored_files(pytester)
