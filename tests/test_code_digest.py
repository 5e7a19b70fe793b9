"""The digest of one's own code."""

import re

from lowprec.code_digest import code_digest


def test_it_is_that_of_the_folders_that_are_named():
    assert re.fullmatch("[0-9a-f]{32}", code_digest("record"))
    assert code_digest("record") == code_digest.__wrapped__("record")
    assert code_digest("record") != code_digest("judging") != code_digest("record", "judging")


def test_it_changes_with_a_module(monkeypatch, tmp_path):
    from lowprec import code_digest as module

    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "a.py").write_text("one")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "code_digest.py"))
    before = code_digest.__wrapped__("record")
    (tmp_path / "record" / "a.py").write_text("two")
    assert code_digest.__wrapped__("record") != before
