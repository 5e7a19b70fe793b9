"""Output on GitHub: none of it is a command until a token says so."""

import sys

from lowprec.nightly.console import no_commands


def test_output_is_between_a_token_and_the_same_again(monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for _ in range(2):
        with no_commands():
            print("::add-mask::x")
            print("::error::y", file=sys.stderr)
            print("no end of line", end="")
    out, err = capsys.readouterr()
    lines = out.splitlines()
    first, second = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    assert first[1:4] == ["::add-mask::x", "::error::y", "no end of line"]
    token = first[0].removeprefix("::stop-commands::")
    assert first[-1] == f"::{token}::"
    assert len(token) == 32
    assert second[0] != first[0]
    assert err == ""


def test_elsewhere_nothing_is_added(monkeypatch, capsys):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    with no_commands():
        print("x")
    assert capsys.readouterr().out == "x\n"
