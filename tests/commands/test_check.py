"""`lowprec check` over small stored histories."""

import json
import shutil

import pytest

from tests.commands.histories import NOISE, SLOWER_SAID
from tests.literals import ENVIRONMENT


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_quiet_session(run):
    code, printed = run("check")
    assert code == 0
    assert printed.out.startswith("0006: quick protocol, tf2.21.0-keras3.15.1-cpu-")
    assert printed.err == ""


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_slower_pair(run, save):
    save(7, factor=1.5)
    code, printed = run("check")
    assert code == 1
    assert SLOWER_SAID in " ".join(printed.out.split())


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
    assert run("check", "0007") == run("check", "--session", "0007")
    assert run("check", "--format", "json", "0007")[0] == 1


@pytest.mark.usefixtures("six_quiet_sessions")
def test_the_newest_of_every_environment(run, save):
    save(7, factor=1.5)
    save(8, cpu="EPYC", key="other")
    assert run("check")[0] == 2  # the newest is the first of its machine
    code, printed = run("check", "--all")
    assert code == 1
    assert SLOWER_SAID in " ".join(printed.out.split())
    assert printed.out.index("0007: ") < printed.out.index("0008: ")
    _, printed = run("check", "--all", "--format", "json")
    sessions = json.loads(printed.out)["sessions"]
    assert [session["session"] for session in sessions] == ["0007_x", "0008_x"]


@pytest.mark.parametrize(
    "words", [("--all", "--session", "0007"), ("--all", "0007"), ("0007", "--session", "0006")]
)
def test_a_session_is_named_in_one_way(run, words, capsys):
    with pytest.raises(SystemExit) as caught:
        run("check", *words)
    assert caught.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_too_short_a_history_is_no_pass(run, save):
    save(1)
    code, printed = run("check")
    assert (code, printed.out.count("no baseline")) == (2, 1 + 4)


@pytest.mark.usefixtures("six_quiet_sessions")
def test_the_first_session_of_older_software_is_set_against_the_nearest(run, save):
    save(7, factor=3.0, tensorflow="2.20.0", key="new")
    code, printed = run("check")
    assert code == 2
    assert "First session of new here" in printed.out
    assert "slower: NN-I half: 2 s -> 6 s" in printed.out
    _, printed = run("check", "--format", "markdown")
    assert "\n- slower: NN-I half: 2 s -> 6 s" in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
def test_seconds_of_other_hardware_are_no_news(run, save):
    save(7, factor=3.0, cpu="EPYC", key="new")
    code, printed = run("check")
    assert code == 2
    assert "Seconds of other hardware are not compared." in " ".join(printed.out.split())
    assert "slower: NN" not in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
def test_only_pairs_that_are_new_to_older_software_are_set_against_the_nearest(run, save):
    new = {"tensorflow": "2.20.0", "key": "new"}
    save(7, schemes=("single",), **new)
    save(8, factor=3.0, fit_s=2.2, **new)
    _, printed = run("check")
    text = " ".join(printed.out.split())
    assert "First session of new here with NN-I double, NN-I half, NN-I mixed." in text
    assert "slower: NN-I half: 2 s -> 6.6 s" in text
    assert "NN-I single:" not in text


@pytest.mark.usefixtures("six_quiet_sessions")
def test_the_first_session_of_a_version_is_judged_by_those_of_the_one_before(run, save):
    save(7, factor=1.5, tensorflow="2.22.0")
    code, printed = run("check")
    text = " ".join(printed.out.split())
    assert code == 1
    assert SLOWER_SAID in text
    assert "between them changed: tensorflow 2.21.0 -> 2.22.0" in text
    assert "First session" not in text


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_damaged_file_is_named_and_no_pass(run, save):
    path = save(9)
    path.write_text(path.read_text()[:300])
    code, printed = run("check")
    assert (code, str(path) in printed.err) == (2, True)
    assert "0006" in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_file_of_another_tool_is_not_to_be_deleted(run, storage):
    path = storage / "package.json"
    path.write_text('{"name": "x"}')
    code, printed = run("check")
    assert code == 2
    assert printed.err == (
        f"lowprec: {path}: not a stored session: Object missing required field `datetime`; "
        "restore it if it was one, else move it elsewhere or name another folder with --storage\n"
    )


@pytest.mark.usefixtures("six_quiet_sessions")
def test_two_sessions_of_one_name(run, save):
    """Under another Python, which has a folder of its own."""
    other = "Linux-CPython-3.12-64bit"
    save(6, factor=1.5, folder=other, dated="2026-11-06T11:00:00+00:00", python="3.12.1")
    assert run("check")[0] == 1
    code, printed = run("check", "--session", "0006_x")
    names = f"Linux-CPython-3.11-64bit/0006_x, {other}/0006_x"
    assert (code, f"2 sessions are named 0006_x... ({names})" in printed.err) == (2, True)
    assert run("check", "--session", f"{other}/0006_x")[0] == 1
    assert run("check", "--session", "Linux-CPython-3.11-64bit/0006_x")[0] == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_an_old_session_dated_a_year_ahead_is_not_the_newest(run, save):
    path = save(3, 1.98, dated="2027-11-03T10:00:00+00:00")
    code, printed = run("check")
    assert printed.out.startswith("0006: ")
    assert printed.err == (
        f"lowprec: {path}: stored before 0004_x, but dated 2027-11-03 10:00 UTC, after it; check "
        'the clock of the machine that stored it, and correct "datetime" in the file\n'
    )
    assert code == 2
    save(7, factor=2.0)
    code, printed = run("check")
    assert (code, printed.out.startswith("0007: ")) == (1, True)


@pytest.mark.usefixtures("six_quiet_sessions")
def test_the_newest_dated_1970_is_judged(run, save):
    path = save(7, factor=2.0, dated="1970-01-01T00:00:00+00:00")
    code, printed = run("check")
    assert (code, printed.out.startswith("0007: ")) == (1, True)
    dated = "stored after 0006_x, but dated 1970-01-01 00:00 UTC, before it"
    assert f"{path}: {dated}" in printed.err
    save(7, dated="1970-01-01T00:00:00+00:00")
    assert run("check")[0] == 2
    assert run("replay")[0] == 2
    _, printed = run("check", "--format", "json")
    assert dated in json.loads(printed.out)["unreadable"][0]


@pytest.mark.usefixtures("six_quiet_sessions")
def test_the_newest_dated_in_the_future_is_judged_and_no_pass(run, save):
    path = save(7, dated="2027-01-01T00:00:00+00:00")
    code, printed = run("check")
    assert (code, printed.out.startswith("0007: ")) == (2, True)
    assert f"{path}: dated 2027-01-01 00:00 UTC, in the future; check" in printed.err


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_loop_of_links_changes_nothing(run, save, storage):
    save(7, factor=1.5)
    before = run("check"), run("replay")
    (storage / "loop").symlink_to(".")
    (storage / "Linux-CPython-3.11-64bit" / "loop").symlink_to("..")
    assert (run("check"), run("replay")) == before


@pytest.mark.parametrize("days", [2, 6])
def test_copies_change_no_verdict_and_are_named(run, save, storage, days):
    """Of two sessions a baseline would come about; the newest would be judged by itself."""
    for day, fit_s in enumerate(NOISE[:days], start=1):
        newest = save(day, fit_s)
    plain = [run(*words) for words in (["check"], ["replay"])]
    shutil.copytree(newest.parent, storage / "backup" / newest.parent.name)
    shutil.copy(newest, storage / "latest.json")
    copied = [run(*words) for words in (["check"], ["replay"])]
    assert [(code, printed.out) for code, printed in copied] == [
        (code, printed.out) for code, printed in plain
    ]
    for _, printed in copied:
        lines = printed.err.splitlines()
        assert len(lines) == len(list(newest.parent.iterdir())) + 1
        latest = storage / "latest.json"
        assert f"lowprec: {latest}: a copy of {newest}, not counted again" in lines


ACCEPTED = "session,model,scheme,reason\n{},,,new kernel\n"


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize("command", ["check", "replay"])
def test_an_acceptance_of_a_renamed_session_is_no_pass(run, save, storage, command):
    (storage / "accepted.csv").write_text(ACCEPTED.format("0007_x"))
    path = save(7, factor=1.5)
    assert run(command)[0] == 0
    path.rename(path.with_name("0007_y.json"))
    code, printed = run(command)
    table = storage / "accepted.csv"
    assert (code, printed.err) == (
        1,
        f"lowprec: {table}:2: no stored session is named 0007_x; correct the row or delete it\n",
    )
    save(7, name="y")
    assert run(command)[0] == 2


@pytest.mark.usefixtures("six_quiet_sessions")
def test_an_acceptance_of_a_name_of_two_sessions_covers_neither(run, save, storage):
    (storage / "accepted.csv").write_text(ACCEPTED.format("0007_x"))
    other = "Linux-CPython-3.12-64bit"
    save(7, factor=1.5)
    save(7, factor=1.6, folder=other, dated="2026-11-07T11:00:00+00:00")
    for folder in ("Linux-CPython-3.11-64bit", other):
        code, printed = run("check", "--session", f"{folder}/0007_x")
        assert code == 1
        assert (
            f"accepted.csv:2: 2 sessions are named 0007_x; name one of "
            f"Linux-CPython-3.11-64bit/0007_x, {other}/0007_x in the row"
        ) in printed.err


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize(
    ("name", "count"), [("0099", "of 6 sessions none is named 0099"), ("000", "6 sessions")]
)
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
