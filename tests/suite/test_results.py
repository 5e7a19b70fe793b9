"""What a session has trained so far, and the summary at its end."""

from lowprec.rows.matrix import MATRIX
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
    [(table, markup)] = results.summary(MATRIX, timed=True, workers=None)
    assert [line.split()[:3] for line in table.splitlines()[1:]] == [
        ["NN-I", "double", "2.00"],
        ["NN-I", "half", "2.00"],
    ]
    assert markup == {}


def test_what_was_not_trained_to_its_end_is_named():
    broken = results_of(broken=["test_training[NN-I-half]"])
    assert list(broken.summary(MATRIX, timed=True, workers=None)) == [
        ("not trained to the end: test_training[NN-I-half]", {"red": True})
    ]


def test_without_timing_the_end_says_so(session, pytester):
    result = session("--models=NN-I", "--benchmark-disable", "--benchmark-autosave")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["4 pairs were checked with timing off: no timing was stored"])
    assert not stored_files(pytester)
