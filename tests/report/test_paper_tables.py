"""Tables 1 and 2 beside the paper's."""

import pytest

from lowprec.report.paper_tables import TABLES, side_by_side, table_csv, table_text, title_of
from lowprec.report.selection import selection_of
from tests.literals import session, stored_pair

TIMES, ACCURACIES = TABLES


@pytest.fixture
def selection():
    """NN-I in two schemes, and RNN-T in half, which the paper has not."""
    selection = selection_of(
        [
            session(
                1,
                stored_pair("double", (2.0, 4.0, 3.0), (0.80, 0.82, 0.81)),
                stored_pair("half", (15.0,), (0.1,), outcomes=("diverged",)),
                stored_pair("half", (200.0,), (0.5,), model="RNN-T", outcomes=("chance",)),
            )
        ]
    )
    return selection


def test_ours_beside_the_papers(selection):
    first, second, third = side_by_side(selection, TIMES)
    assert (first.model, first.scheme, first.ours, first.paper) == ("NN-I", "double", 3.0, 38.44)
    assert first.ratio == pytest.approx(3.0 / 38.44)
    assert (second.scheme, second.outcome) == ("half", "diverged")
    assert (third.ours, third.paper, third.ratio) == (200.0, None, None)


def test_the_layout_of_the_paper(selection):
    assert table_text(selection, TIMES).splitlines() == [
        "model         1 double  3 half",
        "NN-I   ours       3.00    15.0",
        "       paper      38.4    36.6",
        "       ratio    0.0780   0.410",
        "RNN-T  ours          -     200",
        "       paper         -       -",
        "       ratio         -       -",
    ]


def test_markdown(selection):
    lines = table_text(selection, ACCURACIES, markdown=True).splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        *("NN-I", "ours", "81.00%", "10.00%")
    ]


def test_csv_has_a_row_a_pair(selection):
    head, first, *rest = table_csv(selection, ACCURACIES).splitlines()
    assert head == "model,scheme,ours,paper,ratio,outcome,protocol,environment"
    assert first.startswith("NN-I,double,0.81")
    assert first.endswith(f",learns,quick,{selection.environment.key}")
    assert len(rest) == 2
    assert rest[1].startswith("RNN-T,half,0.5,,,chance,")


def test_a_pair_without_a_round_has_no_time():
    selection = selection_of([session(1, stored_pair(accuracies=()))])
    assert side_by_side(selection, TIMES)[0].ours is None
    assert "-" in table_text(selection, TIMES).splitlines()[1]


def test_a_scheme_that_is_no_more_comes_last():
    selection = selection_of([session(1, stored_pair("quarter"), stored_pair("mixed"))])
    assert table_text(selection, TIMES).splitlines()[0].split() == [
        "model",
        "4",
        "mixed",
        "quarter",
    ]


def test_a_users_model_has_a_row_of_its_own_beside_the_papers():
    own = stored_pair("single", (2.0,), model="coder")
    selection = selection_of([session(1, own, stored_pair("single", (3.0,)))])
    assert table_text(selection, TIMES).splitlines() == [
        "model         2 single",
        "NN-I   ours       3.00",
        "       paper      30.8",
        "       ratio    0.0974",
        "coder  ours       2.00",
    ]
    assert title_of(selection, TIMES) == "Table 1: training time in seconds, with its start"


def test_of_users_models_alone_nothing_is_said_of_the_paper():
    pairs = (stored_pair(scheme, (2.0,), model="coder") for scheme in ("double", "half"))
    selection = selection_of([session(1, *pairs)])
    assert table_text(selection, TIMES).splitlines() == [
        "model        double  half",
        "coder  ours    2.00  2.00",
    ]
    assert title_of(selection, TIMES) == "Training time in seconds, with its start"
    assert title_of(selection, ACCURACIES) == "Accuracy on the test set"


def test_no_cell_of_csv_is_a_formula():
    selection = selection_of([session(1, stored_pair("+half", model="=1+1"))])
    assert table_csv(selection, TIMES).splitlines()[1].startswith("'=1+1,'+half,2.0,,,learns,quick")
