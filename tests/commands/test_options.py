"""What commands on stored sessions share: a storage that is damaged, or holds nothing."""

import pytest

from lowprec.cli import main


def break_off(text):
    return text[:300]


def empty(_):
    return ""


def list_instead(_):
    return "[1, 2]"


def without_machine(text):
    return text.replace("machine_info", "machine")


def not_a_number(text):
    return text.replace('"fit_s": 2.0', '"fit_s": NaN')


def null_seconds(text):
    return text.replace('"fit_s": 2.0', '"fit_s": null')


def no_seconds(text):
    return text.replace('"fit_s": 2.0', '"fit_s": 0.0')


def twice_the_same_pair(text):
    return text.replace('"scheme": "double"', '"scheme": "half"')


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize(
    "damage",
    [
        *(break_off, empty, list_instead, without_machine),
        *(not_a_number, null_seconds, no_seconds, twice_the_same_pair),
    ],
)
@pytest.mark.parametrize("command", ["check", "replay"])
def test_a_damaged_history_is_no_pass(run, save, damage, command):
    path = save(3)
    path.write_text(damage(path.read_text()))
    code, printed = run(command)
    assert code == 2
    assert str(path) in printed.err
    assert "Traceback" not in printed.err
    assert "0006" in printed.out


@pytest.mark.parametrize("command", ["check", "replay"])
def test_no_history(run, storage, command):
    code, printed = run(command)
    assert (code, "no such folder" in printed.err) == (2, True)
    storage.mkdir()
    code, printed = run(command)
    assert (code, "no stored session" in printed.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--out="),
        ("export", "--format=csv", "--out="),
        ("nightly", "--out="),
        ("issues", ""),
        ("data", "prepare", "--from="),
        ("data", "prepare", "--data-dir="),
        ("doctor", "NN-I", "half", "--json="),
        ("doctor", "NN-I", "half", "--figure="),
        ("nightly", "--remote="),
        ("nightly", "--branch="),
        ("nightly", "--tests="),
        ("accept", ""),
        ("accept", "0001", "", "--reason=why"),
        ("check", ""),
        ("check", "--session="),
        ("calibrate", "--scheduler="),
    ],
    ids=" ".join,
)
def test_a_variable_that_is_not_set_is_no_value(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)  # a night that is not refused finds no repository to push to
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "got nothing, expected a value; is a variable not set?" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("check",), ("nightly",), ("report", "--out=x")], ids=" ".join)
def test_so_is_a_storage(capsys, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert main([*command, "--storage="]) == 2
    assert "--storage: got nothing, expected a folder" in capsys.readouterr().err
