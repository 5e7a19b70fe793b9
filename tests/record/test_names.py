"""Which names a session may have."""

import pytest

from lowprec.record.names import name_fault


@pytest.mark.parametrize("name", ["NN-I", "a b", "=1+1", "|", "über", "x" * 200])
def test_names_that_can_be_shown(name):
    assert name_fault("the model", ["ok", name]) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "the model is empty, expected a name"),
        ("a\tb", r"the model 'a\tb' has letters that cannot be shown"),
        ("a\x1b[31m", r"the model 'a\x1b[31m' has letters that cannot be shown"),
        ("a\u2028b", r"the model 'a\u2028b' has letters that cannot be shown"),
        ("a\u00a0b", r"the model 'a\xa0b' has letters that cannot be shown"),
        ("x" * 201, f"the model {'x' * 20}... has 201 letters, expected 200 at most"),
    ],
)
def test_names_that_cannot(name, fault):
    assert name_fault("the model", ["ok", name]) == fault
