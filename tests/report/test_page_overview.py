"""The cells of the page's overview."""

from dataclasses import replace

from lowprec.judging.verdict import SessionVerdict
from lowprec.report.page.overview import overview, state_of
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary
from tests.report.judged import MISSING, QUIET, judged, slower, verdict


def test_a_row_a_model_and_a_cell_a_scheme():
    session = summary(7, stored_pair(), stored_pair("half", (3.0,)), stored_pair(model="CNN-I"))
    timing = replace(QUIET, recent_s=(2.0,))
    pairs = (
        verdict(timing=timing),
        slower(),
        replace(verdict("no baseline"), pair=Pair("CNN-I", "single"), timing=None),
    )
    rows = overview(SessionVerdict(session, pairs))
    assert {model: [cell.name for cell in cells] for model, cells in rows.items()} == {
        "NN-I": ["NN-I single", "NN-I half"],
        "CNN-I": ["CNN-I single"],
    }
    single, half = rows["NN-I"]
    values = (single.texts.seconds, single.texts.time, single.texts.result, single.state)
    assert values == ("2.00", "1.01", ".8000", "ok")
    assert (half.texts.seconds, half.texts.time, half.texts.sees, half.verdict) == (
        "3.00",
        "1.50",
        "1.25",
        "slower",
    )
    assert (single.trend is None, half.trend is None) == (False, True)


def test_what_is_missing_has_no_numbers():
    [[cell]] = overview(judged(MISSING)).values()
    assert (cell.texts.seconds, cell.texts.time, cell.texts.result, cell.verdict) == (
        "-",
        "-",
        "-",
        "missing",
    )


def test_states():
    assert state_of(slower()) == "flagged"
    assert state_of(slower(accepted="known")) == "ok"
    assert state_of(verdict("no baseline")) == "unjudged"
