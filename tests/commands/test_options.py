"""What commands on stored sessions share: a storage that is damaged, or holds nothing."""

import pytest


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
