"""`lowprec check` over small stored histories."""

import json

import pytest

from tests.commands.histories import SLOWER_LINE
from tests.literals import ENVIRONMENT


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_quiet_session(run):
    code, printed = run("check")
    assert code == 0
    assert printed.out.startswith("0006_x:\n  quick protocol, tf2.21.0-keras3.15.1-cpu-")
    assert printed.err == ""


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_slower_pair(run, save):
    save(7, factor=1.5)
    code, printed = run("check")
    assert code == 1
    assert SLOWER_LINE in " ".join(printed.out.split())


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_session_of_some_pairs_is_judged_by_these(run, save):
    path = save(7, schemes=("single",))
    content = json.loads(path.read_text())
    content["benchmarks"][0]["extra_info"]["lowprec"]["asked_for"] = [["NN-I", "single"]]
    path.write_text(json.dumps(content))
    code, printed = run("check")
    assert code == 0
    assert "\npairs of earlier sessions not asked for in this one: 3\n" in printed.out
    _, printed = run("check", "--format", "json")
    assert json.loads(printed.out)["sessions"][0]["not_asked_for"] == 3


@pytest.mark.usefixtures("six_quiet_sessions")
def test_an_earlier_session_is_judged_against_those_before_it(run, save):
    save(7, factor=1.5)
    save(8)
    assert run("check")[0] == 0
    assert run("check", "--session", "0007")[0] == 1
    assert run("check", "--session", "0007_x")[0] == 1


def test_too_short_a_history_is_no_pass(run, save):
    save(1)
    code, printed = run("check")
    assert (code, printed.out.count("no baseline")) == (2, 4)


@pytest.mark.usefixtures("six_quiet_sessions")
def test_the_first_session_of_an_environment_is_set_against_the_nearest(run, save):
    save(7, factor=3.0, tensorflow="2.22.0", key="new")
    code, printed = run("check")
    assert code == 2
    assert "First session of new here" in printed.out
    assert "slower: NN-I half: 2 s -> 6 s" in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
def test_only_pairs_that_are_new_to_an_environment_are_set_against_the_nearest(run, save):
    new = {"tensorflow": "2.22.0", "key": "new"}
    save(7, schemes=("single",), **new)
    save(8, factor=3.0, fit_s=2.2, **new)
    _, printed = run("check")
    text = " ".join(printed.out.split())
    assert "First session of new here with NN-I double, NN-I half, NN-I mixed." in text
    assert "slower: NN-I half: 2 s -> 6.6 s" in text
    assert "NN-I single:" not in text


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_damaged_file_is_named_and_no_pass(run, save):
    path = save(9)
    path.write_text(path.read_text()[:300])
    code, printed = run("check")
    assert (code, str(path) in printed.err) == (2, True)
    assert "0006_x" in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
def test_two_sessions_of_one_name(run, save, storage):
    twin = storage / "Darwin-CPython-3.11-64bit" / "0006_x.json"
    twin.parent.mkdir()
    twin.write_text(save(6, 2.0).read_text().replace(ENVIRONMENT.key, "other"))
    assert run("check")[0] == 0
    code, printed = run("check", "--session", "0006_x")
    assert (code, "2 sessions are named 0006_x" in printed.err) == (2, True)


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize(("name", "count"), [("0099", "0 sessions"), ("000", "6 sessions")])
def test_a_session_that_is_not_one(run, name, count):
    code, printed = run("check", "--session", name)
    assert code == 2
    assert count in printed.err


@pytest.mark.usefixtures("six_quiet_sessions")
def test_json(run, save):
    save(7, factor=1.5)
    _, printed = run("check", "--format", "json")
    [session] = json.loads(printed.out)["sessions"]
    assert session["session"] == "0007_x"
    assert session["environment"] == ENVIRONMENT.key
    half = session["verdicts"][2]
    assert (half["model"], half["scheme"], half["verdict"]) == ("NN-I", "half", "slower")
    assert round(half["ratio"], 2) == 1.5
