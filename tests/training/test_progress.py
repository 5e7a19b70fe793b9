"""The progress line, drawn on a pretended terminal: what stands there, and what is left of it."""

import io
import os
import re
import sys

import pytest

from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training import progress
from lowprec.training.forecast import Forecast
from lowprec.training.pair import Plan
from lowprec.training.progress import ProgressLine, real_terminal
from lowprec.training.task import paper_task

CONTROL = re.compile(r"\x1b\[(\??\d*)([A-Za-z])|(.)", re.DOTALL)


def plan(model, scheme, *seeds, protocol="quick", warmups=0):
    task = paper_task(MODELS[model], PROTOCOLS[protocol])
    return Plan(task, SCHEMES[scheme], PROTOCOLS[protocol], seeds, warmups)


PLAN = plan("NN-I", "half", 12, 13, 14)  # of 3 epochs each


class Screen(io.StringIO):
    """A terminal that knows the few controls that the line needs."""

    def __init__(self):
        super().__init__()
        self.row = self.column = 0
        self.lines = [""]

    def isatty(self):
        return True

    def write(self, text):
        for number, control, letter in CONTROL.findall(text):
            count = int(number) if number.isdigit() else 1
            if control == "A":
                self.row -= count
            elif control == "C":
                self.column += count
            elif control == "K":
                self.lines[self.row] = ""
            elif letter == "\r":
                self.column = 0
            elif letter == "\n":
                self.row, self.column = self.row + 1, 0
                self.lines += [""] * (self.row + 1 - len(self.lines))
            elif letter:
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[: self.column] + letter + line[self.column + 1 :]
                self.column += 1
        return len(text)

    def shown(self):
        """What stands on the line below pytest's dots, up to the bar."""
        return re.split(" [━╸]|  ", self.lines[1])[0]


@pytest.fixture
def screen(monkeypatch):
    """A screen on which pytest has written some dots."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")  # so that only the full part of the bar is drawn
    screen = Screen()
    screen.write("test_training.py ..")
    return screen


def started(screen, what=PLAN):
    line = ProgressLine(screen)
    line.start(what, column=screen.column)
    return line


def test_it_starts_below_the_dots(screen):
    started(screen)
    assert screen.lines[0] == "test_training.py .."
    assert screen.shown() == "NN-I half: round 1/3, epoch 1/3"


@pytest.mark.parametrize(
    ("round_number", "epoch", "shown"),
    [
        (1, 1, "round 1/3, epoch 2/3"),
        (1, 2, "round 1/3, epoch 3/3"),
        (1, 3, "round 2/3, epoch 1/3"),
        (2, 3, "round 3/3, epoch 1/3"),
        (3, 2, "round 3/3, epoch 3/3"),
    ],
)
def test_it_tells_the_epoch_that_comes_next(screen, round_number, epoch, shown):
    line = started(screen)
    line.advance(round_number, epoch)
    assert screen.shown() == f"NN-I half: {shown}"
    line.stop()


def test_after_the_last_epoch_it_does_not_go_back(screen):
    line = started(screen)
    line.advance(3, 3)
    assert screen.shown() == "NN-I half: round 3/3, epoch 3/3"
    line.stop()


def test_the_bar_fills_over_all_rounds(screen):
    line = started(screen, plan("CNN-I", "half", 12, 13, 14, 15, 16))
    full = []
    for round_number in (1, 2, 3, 4, 5):
        for epoch in (1, 2, 3, 4):
            line.advance(round_number, epoch)
            full.append(screen.lines[1].count("━"))
    line.stop()
    assert full == list(range(1, 21))


def test_a_warm_up_counts_its_one_epoch(screen):
    line = started(screen, plan("NN-I", "half", 12, 12, protocol="paper", warmups=1))
    assert screen.shown() == "NN-I half: round 1/2, epoch 1/1"
    line.advance(1, 1)
    assert screen.shown() == "NN-I half: round 2/2, epoch 1/5"
    line.stop()


def test_it_fits_the_line(screen):
    line = started(screen, plan("RNN-T-published", "double-floatx", *range(1000)))
    line.advance(999, 1)
    assert len(screen.lines[1]) <= 80
    assert screen.lines[2:] in ([], [""])
    line.stop()


def be_wide(screen, monkeypatch, columns):
    """Let the screen be a terminal of so many columns; pytest's standard streams are none."""

    def size(descriptor=1):
        if descriptor != 99:
            raise OSError
        return os.terminal_size((columns, 24))

    monkeypatch.setattr(screen, "fileno", lambda: 99)
    monkeypatch.setattr(progress.os, "get_terminal_size", size)


PUBLISHED = plan("RNN-T-published", "double-floatx", 12, 13, 14)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (120, "RNN-T-published double-floatx (2 of 16): round 1/3, epoch 2/2"),
        (80, "RNN-T-published double-floatx (2 of 16): round 1/3, epoch 2/2 0:01:30 left"),
        (60, "RNN-T-published double-floatx (2 of 16) 0:01:30 left"),
        (40, "2 of 16 0:01:30 left"),
        (16, "0:01:30 left"),
        (8, ""),
    ],
)
def test_a_narrow_terminal_has_the_shorter_line(screen, monkeypatch, columns, text):
    """And never one for every epoch, as a line that is broken cannot be erased."""
    be_wide(screen, monkeypatch, columns)
    forecast = Forecast([PLAN.pair, PUBLISHED.pair], 16, took_s={PLAN.pair: 6.0})
    line = ProgressLine(screen, forecast)
    line.start(PUBLISHED, column=screen.column)
    line.advance(1, 1)
    drawn = screen.lines[1].strip()
    assert drawn.startswith(text)
    assert bool(drawn) == bool(text)
    assert len(screen.lines[1].rstrip()) < columns
    assert screen.lines[2:] in ([], [""])
    line.stop()
    assert "".join(screen.lines[1:]) == ""


def test_the_time_left_is_that_of_all_pairs(screen):
    forecast = Forecast([PLAN.pair], 3, took_s={PUBLISHED.pair: 90.0})
    line = ProgressLine(screen, forecast)
    line.start(PLAN, column=screen.column)
    assert screen.lines[1].endswith("0:03:00 left")
    line.stop()
    assert forecast.took_s.keys() == {PUBLISHED.pair, PLAN.pair}


def test_it_follows_a_terminal_that_becomes_narrower(screen, monkeypatch):
    be_wide(screen, monkeypatch, 120)
    line = started(screen, PUBLISHED)
    be_wide(screen, monkeypatch, 50)
    line.advance(1, 1)
    assert screen.lines[1].rstrip() == "RNN-T-published double-floatx 0:00:00 left"
    line.stop()


def test_it_leaves_nothing_behind_and_the_cursor_behind_the_dots(screen):
    before = (screen.lines[0], screen.row, screen.column)
    line = started(screen)
    line.advance(1, 1)
    line.stop()
    assert (screen.lines[0], screen.row, screen.column) == before
    assert "".join(screen.lines[1:]) == ""
    screen.write(".")
    assert screen.lines[0] == "test_training.py ..."


def test_it_can_be_started_for_the_next_pair(screen):
    line = started(screen)
    line.stop()
    screen.write(".")
    line.start(plan("CNN-I", "single", 12), column=screen.column)
    assert screen.shown() == "CNN-I single: round 1/1, epoch 1/4"
    line.stop()
    assert screen.column == len("test_training.py ...")


def test_to_stop_twice_or_before_the_start_does_nothing(screen):
    line = ProgressLine(screen)
    line.stop()
    assert (screen.row, screen.column) == (0, len("test_training.py .."))
    line.start(PLAN, column=screen.column)
    line.stop()
    line.stop()
    assert (screen.row, screen.column) == (0, len("test_training.py .."))


@pytest.mark.parametrize("stdout", [None, io.StringIO()], ids=["none", "a file"])
def test_where_there_is_no_terminal_there_is_no_line(monkeypatch, stdout):
    monkeypatch.setattr(sys, "__stdout__", stdout)
    assert real_terminal() is None


def test_the_terminal_is_a_copy_that_outlives_pytests_redirection(monkeypatch, tmp_path):
    path = tmp_path / "terminal"
    with path.open("w") as file:
        file.isatty = lambda: True
        monkeypatch.setattr(sys, "__stdout__", file)
        terminal = real_terminal()
    terminal.write("seen")
    terminal.close()
    assert path.read_text() == "seen"
