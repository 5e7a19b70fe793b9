"""How far a cluster is, and the line that says so, at any width."""

import io

import pytest

from lowprec.seeds import overall as module
from lowprec.seeds.overall import Overall, OverallLine
from tests.seeds.rounds import finished, without_kernel, works

WORK = [*works(2), *works(2, scheme="single")]


def test_nothing_is_known_before_the_first_round():
    assert Overall(WORK).left_s(5.0) is None


def test_a_pair_that_none_is_known_of_takes_as_long_as_the_others():
    """One round of 2 s took 5 s on the workers there are; three more are ahead."""
    overall = Overall(WORK)
    overall.advance(finished(WORK[0], fit_s=2.0))
    assert (overall.done, overall.left_s(5.0)) == (1, 15.0)


def test_each_pair_counts_by_its_own_rounds():
    """Half takes 2 s and single 6; of 8 s in 16 one round of each is ahead."""
    overall = Overall(WORK)
    overall.advance(finished(WORK[0], fit_s=2.0))
    overall.advance(finished(WORK[2], fit_s=6.0))
    assert overall.left_s(16.0) == 16.0
    overall.advance(finished(WORK[3], fit_s=6.0))
    assert overall.left_s(28.0) == 4.0


def test_a_missing_kernel_tells_nothing_of_times():
    overall = Overall(WORK)
    overall.advance(without_kernel(WORK[0]))
    assert (overall.done, overall.left_s(5.0)) == (1, None)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (80, "1 of 4 rounds on 2 workers ━━━━━                0:00:15 left"),
        (46, "1 of 4 rounds on 2 workers 0:00:15 left"),
        (39, "1 of 4 rounds 0:00:15 left"),
        (20, "1/4 0:00:15 left"),
        (15, "0:00:15 left"),
        (3, ""),
    ],
)
def test_the_line_has_as_much_as_there_is_room_for(monkeypatch, columns, shown):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(module, "real_terminal", lambda: terminal)
    moments = iter([0.0, 0.0, 5.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(moments, 5.0))
    with OverallLine.over(WORK, workers=2) as line:
        before = len(terminal.getvalue())
        line.advance(finished(WORK[0], fit_s=2.0))
        drawn = terminal.getvalue()[before:]
    assert drawn.removeprefix("\r\x1b[2K").rstrip() == shown


def test_without_a_terminal_nothing_is_shown(monkeypatch, capfd):
    monkeypatch.setattr(module, "real_terminal", lambda: None)
    with OverallLine.over(WORK, workers=2) as line:
        line.advance(finished(WORK[0]))
    assert capfd.readouterr() == ("", "")
