"""The name of lowprec's own code: its version, and a digest that follows the code."""

import re

from lowprec import __version__
from lowprec.training import own_code as module
from lowprec.training.own_code import own_code


def test_it_is_the_version_and_a_digest():
    assert re.fullmatch(rf"{re.escape(__version__)}-[0-9a-f]{{16}}", own_code())


def test_it_follows_the_code(monkeypatch):
    before = own_code()
    monkeypatch.setattr(module, "MAKERS", module.MAKERS[1:])
    assert own_code() != before
