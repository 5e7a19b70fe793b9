"""How much of a line there is room for."""

import io

import pytest
from rich.console import Console

from lowprec.training.fitted_line import fitted_line


@pytest.mark.parametrize(
    ("width", "left_s", "drawn"),
    [
        (49, 90.0, "a long text ━━━━━━━━━━           0:01:30 left"),
        (44, 90.0, "a long text 0:01:30 left"),
        (24, 90.0, "a long text 0:01:30 left"),
        (23, 90.0, "text 0:01:30 left"),
        (16, 90.0, "0:01:30 left"),
        (11, 90.0, ""),
        (32, None, "a long text ━━━━━━━━━━"),
        (11, None, "a long text"),
        (10, None, "text"),
    ],
)
def test_the_longest_text_and_the_bar_are_taken_for_which_there_is_room(width, left_s, drawn):
    terminal = io.StringIO()
    line = fitted_line(("a long text", "text"), left_s, done=1, total=2, width=width)
    Console(file=terminal, width=80, no_color=True).print(line)
    assert terminal.getvalue().rstrip() == drawn
