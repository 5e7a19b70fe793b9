"""Text of others that must stay text."""

import pytest

from lowprec.report.quoting import LONGEST_LINE, cell_text, code_span, fenced
from lowprec.wording import printable


def test_what_cannot_be_seen_is_escaped():
    assert printable("ä\x1b[31m\n\u202e\ud800") == r"ä\x1b[31m\n\u202e\ud800"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("NN-I half", "`NN-I half`"),
        ("@all #1 <b>", "`@all #1 <b>`"),
        ("a`b``c", "``` a`b``c ```"),
        ("", "` `"),
        ("a\n\n# b", r"`a\n\n# b`"),
    ],
)
def test_code_span(text, span):
    assert code_span(text) == span


def test_a_block_is_ended_by_none_of_its_lines():
    assert fenced(["````", "\x1b]0;x\x07"]) == "`````text\n````\n\\x1b]0;x\\x07\n`````"
    assert fenced(["a"]) == "```text\na\n```"


def test_a_long_line_is_cut():
    assert fenced(["x" * 1000]).splitlines()[1] == "x" * LONGEST_LINE + " ..."


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na", "\uff1d1"])
def test_a_cell_that_would_be_a_formula_is_a_text(text):
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["NN-I", "a=b", "", "'=1", " =1"])
def test_another_cell_is_as_it_is(text):
    assert cell_text(text) == text
