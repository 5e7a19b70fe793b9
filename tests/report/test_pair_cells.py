"""The numbers of a pair as a table has them, from literal sessions."""

from lowprec.judging.session import replay
from lowprec.record.summary import summaries_of
from lowprec.report.pair_cells import PairCells, pair_cells
from tests.literals import session, stored_pair


def cells_of(*pairs):
    """Those of the last of sessions of NN-I single."""
    verdict = list(replay(summaries_of(session(d, p) for d, p in enumerate(pairs, 1))))[-1]
    [pair] = verdict.pairs
    return pair_cells(pair, verdict.measured.get(pair.pair))


def test_a_pair_without_a_baseline_has_its_own_numbers_only():
    assert cells_of(stored_pair()) == PairCells("2.00", "-", "-", "-", "-", ".8000")


def test_a_pair_that_is_judged_has_its_ratio_and_what_would_be_seen():
    quiet = [stored_pair(fit_s=(s,)) for s in (2.0, 2.02, 1.98, 2.01)]
    cells = cells_of(*quiet, stored_pair(fit_s=(3.0,)))
    assert (cells.seconds, cells.time, cells.cpu) == ("3.00", "1.50", "-")
    assert float(cells.sees) > 1.0


def test_what_did_not_learn_has_its_outcome():
    lost = stored_pair(accuracies=(0.1,), outcomes=("diverged",))
    assert cells_of(lost).result == "diverged"
