"""`lowprec check`, `replay` and `accept` over small stored histories."""

import json

import pytest

from lowprec.cli import main
from tests.literals import ENVIRONMENT, stored_document

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0)
TOLD = (
    "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; "
    "alone usually seen from 1.05 times"
)


@pytest.fixture
def storage(tmp_path):
    return tmp_path / "history"


@pytest.fixture
def save(storage):
    """Stores a session of NN-I; `half` takes `factor` times as long."""

    def write(number, fit_s=2.0, factor=1.0, schemes=SCHEMES, verdict="ok", **environment):
        seconds = {s: fit_s * (factor if s == "half" else 1) for s in schemes}
        content = stored_document(number, seconds, verdict=verdict, environment=environment)
        path = storage / "Linux-CPython-3.11-64bit" / f"{number:04}_x.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.fixture
def quiet(save):
    for number, fit_s in enumerate(NOISE, start=1):
        save(number, fit_s)


def run(storage, capsys, command, *options):
    code = main([command, *options, "--storage", str(storage)])
    return code, capsys.readouterr()


@pytest.mark.usefixtures("quiet")
def test_a_quiet_session(storage, capsys):
    code, said = run(storage, capsys, "check")
    assert code == 0
    assert said.out.startswith("0006_x:\n  quick protocol, tf2.21.0-keras3.15.1-cpu-")
    assert said.err == ""


@pytest.mark.usefixtures("quiet")
def test_a_slower_pair(storage, save, capsys):
    save(7, factor=1.5)
    code, said = run(storage, capsys, "check")
    assert code == 1
    assert TOLD in " ".join(said.out.split())


@pytest.mark.usefixtures("quiet")
def test_pairs_that_are_slower_together_are_told_so(storage, save, capsys):
    save(7, fit_s=2.2)
    assert run(storage, capsys, "check")[0] == 1
    _, said = run(storage, capsys, "replay")
    for scheme in SCHEMES:
        assert (
            f"NN-I {scheme}: slower; 1.10 times the 2.00 s of 6 earlier sessions with all pairs; "
            "alone usually seen from 1."
        ) in said.out


@pytest.mark.usefixtures("quiet")
def test_a_session_of_some_pairs_is_judged_by_these(storage, save, capsys):
    path = save(7, schemes=("single",))
    content = json.loads(path.read_text())
    content["benchmarks"][0]["extra_info"]["lowprec"]["asked_for"] = [["NN-I", "single"]]
    path.write_text(json.dumps(content))
    code, said = run(storage, capsys, "check")
    assert code == 0
    assert "\npairs of earlier sessions not asked for in this one: 3\n" in said.out
    _, said = run(storage, capsys, "check", "--format", "json")
    assert json.loads(said.out)["sessions"][0]["not_asked_for"] == 3


@pytest.mark.usefixtures("quiet")
def test_an_earlier_session_is_judged_against_those_before_it(storage, save, capsys):
    save(7, factor=1.5)
    save(8)
    assert run(storage, capsys, "check")[0] == 0
    assert run(storage, capsys, "check", "--session", "0007")[0] == 1
    assert run(storage, capsys, "check", "--session", "0007_x")[0] == 1


def test_too_short_a_history_is_no_pass(storage, save, capsys):
    save(1)
    code, said = run(storage, capsys, "check")
    assert (code, said.out.count("no baseline")) == (2, 4)


@pytest.mark.usefixtures("quiet")
def test_the_first_session_of_an_environment_is_set_against_the_nearest(storage, save, capsys):
    save(7, factor=3.0, tensorflow="2.22.0", key="new")
    code, said = run(storage, capsys, "check")
    assert code == 2
    assert "First session of new here" in said.out
    assert "slower: NN-I half: 2 s -> 6 s" in said.out


@pytest.mark.usefixtures("quiet")
def test_only_pairs_that_are_new_to_an_environment_are_set_against_the_nearest(
    storage, save, capsys
):
    new = {"tensorflow": "2.22.0", "key": "new"}
    save(7, schemes=("single",), **new)
    save(8, factor=3.0, fit_s=2.2, **new)
    _, said = run(storage, capsys, "check")
    told = " ".join(said.out.split())
    assert "First session of new here with NN-I double, NN-I half, NN-I mixed." in told
    assert "slower: NN-I half: 2 s -> 6.6 s" in told
    assert "NN-I single:" not in told


@pytest.mark.usefixtures("quiet")
def test_a_damaged_file_is_named_and_no_pass(storage, save, capsys):
    path = save(9)
    path.write_text(path.read_text()[:300])
    code, said = run(storage, capsys, "check")
    assert (code, str(path) in said.err) == (2, True)
    assert "0006_x" in said.out


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


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    "damage",
    [
        *(break_off, empty, list_instead, without_machine),
        *(not_a_number, null_seconds, no_seconds, twice_the_same_pair),
    ],
)
@pytest.mark.parametrize("command", ["check", "replay"])
def test_a_damaged_history_is_no_pass(storage, save, capsys, damage, command):
    path = save(3)
    path.write_text(damage(path.read_text()))
    code, said = run(storage, capsys, command)
    assert code == 2
    assert str(path) in said.err
    assert "Traceback" not in said.err
    assert "0006_x" in said.out


@pytest.mark.usefixtures("quiet")
def test_two_sessions_of_one_name(storage, save, capsys):
    twin = storage / "Darwin-CPython-3.11-64bit" / "0006_x.json"
    twin.parent.mkdir()
    twin.write_text(save(6, 2.0).read_text().replace(ENVIRONMENT.key, "other"))
    assert run(storage, capsys, "check")[0] == 0
    code, said = run(storage, capsys, "check", "--session", "0006_x")
    assert (code, "2 sessions are named 0006_x" in said.err) == (2, True)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("name", "told"), [("0099", "0 sessions"), ("000", "6 sessions")])
def test_a_session_that_is_not_one(storage, capsys, name, told):
    code, said = run(storage, capsys, "check", "--session", name)
    assert code == 2
    assert told in said.err


@pytest.mark.parametrize("command", ["check", "replay"])
def test_no_history(storage, capsys, command):
    code, said = run(storage, capsys, command)
    assert (code, "no such folder" in said.err) == (2, True)
    storage.mkdir()
    code, said = run(storage, capsys, command)
    assert (code, "no stored session" in said.err) == (2, True)


@pytest.mark.usefixtures("quiet")
def test_json(storage, save, capsys):
    save(7, factor=1.5)
    _, said = run(storage, capsys, "check", "--format", "json")
    [one] = json.loads(said.out)["sessions"]
    assert one["session"] == "0007_x"
    assert one["environment"] == ENVIRONMENT.key
    half = one["verdicts"][2]
    assert (half["model"], half["scheme"], half["verdict"]) == ("NN-I", "half", "slower")
    assert round(half["ratio"], 2) == 1.5


@pytest.mark.usefixtures("quiet")
def test_a_history_that_just_begins_replays_without_a_flag(storage, capsys):
    assert run(storage, capsys, "replay")[0] == 0


@pytest.mark.usefixtures("quiet")
def test_replay_tells_every_session(storage, save, capsys):
    save(7, factor=1.5)
    code, said = run(storage, capsys, "replay")
    assert code == 1
    assert said.out.splitlines() == [
        "0001_x: no baseline",
        "0002_x: no baseline",
        "0003_x: no baseline",
        "0004_x: ok",
        "0005_x: ok",
        "0006_x: ok",
        "0007_x: 1 flagged",
        f"  {TOLD}",
    ]
    _, said = run(storage, capsys, "replay", "--format", "json")
    assert len(json.loads(said.out)["sessions"]) == 7


def test_replay_tells_what_could_not_be_judged(storage, save, capsys):
    save(1)
    save(2, verdict="no evidence")
    _, said = run(storage, capsys, "replay")
    lines = [line for line in said.out.splitlines() if line.startswith("0")]
    assert lines == ["0001_x: no baseline", "0002_x: no evidence, no baseline"]


@pytest.mark.usefixtures("quiet")
def test_accept(storage, save, capsys):
    save(7, factor=1.5)
    code, said = run(storage, capsys, "accept", "0007", "NN-I-half", "--reason", "new kernel")
    assert (code, said.out) == (
        0,
        "0007_x: accepted NN-I half; their baseline starts anew there\n",
    )
    code, said = run(storage, capsys, "check")
    assert "NN-I half: slower; 1.50 times" in said.out
    assert "accepted: new kernel" in " ".join(said.out.split())
    assert code == 0


@pytest.mark.usefixtures("quiet")
def test_a_faster_pair_can_be_accepted(storage, save, capsys):
    save(7, factor=0.5)
    assert run(storage, capsys, "check")[0] == 0
    assert run(storage, capsys, "accept", "0007", "NN-I-half", "--reason", "new kernel")[0] == 0
    code, said = run(storage, capsys, "check")
    assert code == 0
    assert "faster (accepted)" in said.out


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("0006", "NN-I-half", "--reason", "x"), "NN-I half is neither flagged nor faster"),
        (("0006", "--reason", "x"), "no pair is flagged or faster"),
        (("0006", "GPT-half", "--reason", "x"), "GPT-half: no such pair"),
        (("0006", "--reason", " "), "--reason: got nothing"),
        (("0099", "--reason", "x"), "0 sessions are named 0099"),
    ],
)
def test_nothing_to_accept(storage, capsys, arguments, told):
    code, said = run(storage, capsys, "accept", *arguments)
    assert (code, told in said.err) == (2, True)
    assert not (storage / "accepted.csv").exists()
