"""What the figures hold; how they look is looked at by people."""

from dataclasses import replace

import msgspec
import pytest

from lowprec.judging.session import replay
from lowprec.record.acceptance import Acceptance
from lowprec.record.summary import summaries_of
from lowprec.report.figures import figure_2, gaps, losses
from lowprec.report.history_figure import histories
from lowprec.report.selection import selection_of
from lowprec.report.style import save, source_text, style_of
from lowprec.report.timeline import timelines
from lowprec.rows.schemes import SCHEMES
from tests.literals import session, stored_pair


def with_loss(stored, *losses, epoch=None, train_accuracy=None):
    """A stored pair whose rounds have these losses."""
    rounds = tuple(
        msgspec.structs.replace(r, loss=losses, epoch=epoch, train_accuracy=train_accuracy)
        for r in stored.rounds
    )
    return msgspec.structs.replace(stored, rounds=rounds)


SESSION = session(
    1,
    with_loss(stored_pair("single", (2.0,), (0.8,)), 0.9, 0.5, 0.4, train_accuracy=0.85),
    with_loss(
        stored_pair("half", (3.0,), (0.1,), outcomes=("diverged",)), 0.9, None, None, epoch=2
    ),
    with_loss(
        stored_pair("half", (9.0,), (0.1,), model="CNN-I", outcomes=("diverged",)),
        *(None, None),
        epoch=1,
    ),
)
SELECTION = selection_of([SESSION])


def axes_by_title(figure):
    return {axis.get_title(): axis for axis in figure.axes}


def test_figure_2_has_our_bars_and_the_papers():
    figure = figure_2(SELECTION)
    axis = axes_by_title(figure)["NN-I"]
    heights = [patch.get_height() for patch in axis.patches]
    assert heights == [2.0, 30.81, 3.0, 36.62]
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["single", "half"]
    assert [text.get_text() for text in axis.texts] == ["2.00", "3.00"]


@pytest.mark.parametrize("draw", [figure_2, losses, gaps])
def test_environment_and_sessions_are_named_on_the_picture(draw):
    text = draw(SELECTION).get_supxlabel()
    assert "quick protocol; TensorFlow 2.21.0, Keras 3.15.1, Xeon" in text
    assert "0001_session" in text


def test_losses_and_where_they_diverged():
    axes = axes_by_title(losses(SELECTION))
    line, cross = axes["NN-I half"].lines
    assert line.get_ydata()[0] == 0.9
    assert (list(cross.get_xdata()), list(cross.get_ydata())) == ([2], [0.9])
    assert len(axes["NN-I single"].lines) == 1
    _, cross = axes["CNN-I half"].lines
    assert list(cross.get_xdata()) == [1]
    assert not axes["CNN-I single"].axison


def test_gaps_are_of_rounds_that_learn():
    axes = axes_by_title(gaps(SELECTION))
    assert [patch.get_height() for patch in axes["NN-I"].patches] == [pytest.approx(5.0)]
    assert len(axes["CNN-I"].patches) == 0


def session_of(day, fit_s, **environment):
    pairs = (stored_pair(s, (fit_s,), (0.8, 0.82)) for s in ("double", "single", "half", "mixed"))
    return session(day, *pairs, **environment)


def test_histories_mark_environments_and_flags():
    quiet = [session_of(day, fit_s) for day, fit_s in enumerate((2.0, 2.02, 1.98, 2.01), start=1)]
    sessions = [
        *quiet,
        session_of(5, 4.0),
        session_of(6, 4.1),
        session_of(7, 1.0, tensorflow="2.22.0"),
    ]
    accepted = [Acceptance("0006_session", None, "a new machine")]
    lines = timelines(replay(summaries_of(sessions), accepted))
    figure = histories(selection_of(sessions[-1:]), lines)
    axis = axes_by_title(figure)["NN-I half"]
    points, flagged, square, *parts = axis.lines
    assert list(points.get_ydata()) == [2.0, 2.02, 1.98, 2.01, 4.0, 4.1, 1.0]
    assert (list(flagged.get_xdata()), list(square.get_xdata())) == ([5], [6])
    assert [line.get_xdata()[0] for line in parts] == [6.5, 7.5]
    assert [text.get_text() for text in axis.texts] == ["A", "B"]
    assert "A tf2.21.0-keras3.15.1-cpu-" in figure.get_supxlabel()


def test_histories_of_a_fleet_have_the_reports_environment_and_the_newest_others():
    """The report's own has the oldest session, and letters go by the first."""
    own = session_of(1, 9.0)
    others = [session_of(day, day / 10, cpu=f"Epyc {day}") for day in range(2, 15)]
    figure = histories(selection_of([own]), timelines(replay(summaries_of([own, *others]))))
    axis = axes_by_title(figure)["NN-I half"]
    assert list(axis.lines[0].get_ydata()) == [9.0, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4]
    assert [text.get_text() for text in axis.texts] == list("ABCDEFGH")
    assert "\nand 6 environments more, which the page has" in figure.get_supxlabel()
    few = histories(selection_of([own]), timelines(replay(summaries_of([own, *others[:7]]))))
    assert "more" not in few.get_supxlabel()


def test_sessions_of_one_name_in_two_folders_stand_side_by_side():
    sessions = [session_of(1, 2.0), replace(session_of(1, 3.0), folder="Linux-b")]
    figure = histories(selection_of(sessions[:1]), timelines(replay(summaries_of(sessions))))
    points = axes_by_title(figure)["NN-I half"].lines[0]
    assert (list(points.get_xdata()), list(points.get_ydata())) == ([1, 2], [2.0, 3.0])


def test_files_are_the_same_for_the_same_history(tmp_path):
    for name in ("a", "b"):
        save(gaps(SELECTION), tmp_path, name)
    paths = sorted(tmp_path.iterdir())
    assert [path.name for path in paths] == ["a.png", "a.svg", "b.png", "b.svg"]
    assert paths[1].read_bytes() == paths[3].read_bytes()


def test_every_scheme_has_a_style_of_its_own():
    styles = [style_of(scheme) for scheme in SCHEMES]
    for name in ("colour", "marker", "hatch"):
        assert len({getattr(style, name) for style in styles}) == len(SCHEMES)
    assert style_of("quarter") not in styles


def test_many_sessions_are_counted_rather_than_listed():
    parts = [session(day, stored_pair(s)) for day, s in enumerate([*SCHEMES][:7], start=1)]
    selection = selection_of(parts)
    assert source_text(selection).endswith("0007_session and 4 earlier")


def test_figures_of_many_pairs_draw_some_and_say_so(monkeypatch):
    monkeypatch.setattr("lowprec.report.selection.MOST_DRAWN", 4)
    pairs = [with_loss(stored_pair(model=f"test_{i}"), 0.5) for i in range(6)]
    selection = selection_of([session(1, *pairs)])
    for draw in (figure_2, losses, gaps):
        figure = draw(selection)
        assert {axis.get_title() for axis in figure.axes} & {"test_4", "test_4 single"} == set()
        assert "4 of 6 pairs are drawn; the tables have all" in figure.get_supxlabel()
    assert "drawn" not in figure_2(SELECTION).get_supxlabel()


@pytest.mark.parametrize("values", [(1.7e308, 1.0), (1.7e308, -1.7e308), (5e-324, -1.7e308)])
def test_a_finite_loss_is_drawn_however_large(tmp_path, values):
    selection = selection_of([session(1, with_loss(stored_pair(), *values, epoch=2))])
    figure = losses(selection)
    save(figure, tmp_path, "losses")
    assert figure.axes[0].lines[0].get_ydata() == pytest.approx(
        [min(max(value, -1e307), 1e307) for value in values]
    )


def test_a_name_is_no_formula_of_matplotlib(tmp_path):
    name = r"$\frac$"
    made = session(1, with_loss(stored_pair(name, model=name), 0.5), cpu=name)
    selection = selection_of([made])
    for draw in (figure_2, losses, gaps):
        save(draw(selection), tmp_path, "figure")
        assert name in (tmp_path / "figure.svg").read_text()
