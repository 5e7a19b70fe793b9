"""`lowprec compare` over small stored histories."""

import json

import pytest

from lowprec.cli import main
from tests.literals import ENVIRONMENT, document, expectation, one_round, record


@pytest.fixture
def storage(tmp_path):
    return tmp_path / "history"


@pytest.fixture
def save(storage):
    """Stores a session of NN-I single with these seconds, accuracy and environment."""

    def write(number, fit_s=2.0, hits=800, outcome="learns", **environment):
        stored = record(one_round(outcome, hits, fit_s=fit_s), scheme="single")
        judgement = {"expected": expectation().to_json(), "verdict": "ok", "message": ""}
        fields = {**ENVIRONMENT.to_json(), **environment}
        content = document(stored.to_json(judgement), day=number, environment=fields)
        path = storage / "Linux-CPython-3.11-64bit" / f"{number:04}_x.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return path

    return write


OLD = {"tensorflow": "2.15.1", "key": "old"}


@pytest.fixture
def two_sides(save):
    """Three sessions each of an old and a new TensorFlow, alike but for noise."""
    for number, fit_s in enumerate((2.0, 2.1, 1.9), start=1):
        save(number, fit_s, **OLD)
        save(number + 10, fit_s)


def run(storage, capsys, *options, field="tensorflow"):
    code = main(["compare", "--across", field, "--storage", str(storage), *options])
    return code, capsys.readouterr()


@pytest.mark.usefixtures("two_sides")
@pytest.mark.parametrize("options", [(), ("--fail",)])
def test_nothing_changed(storage, capsys, options):
    code, said = run(storage, capsys, *options)
    assert code == 0
    assert said.out.startswith("tensorflow 2.15.1 -> 2.21.0, quick protocol\n")
    assert said.err == ""


@pytest.mark.usefixtures("two_sides")
def test_a_lost_outcome_fails_only_when_asked(storage, save, capsys):
    save(20, hits=100, outcome="chance")
    code, said = run(storage, capsys)
    assert (code, "outcome changed" in said.out) == (0, True)
    assert run(storage, capsys, "--fail")[0] == 1


def test_what_cannot_be_judged_is_no_pass(storage, save, capsys):
    save(1, **OLD)
    save(2)
    assert run(storage, capsys)[0] == 0
    code, said = run(storage, capsys, "--fail")
    assert (code, "time not judged" in said.out) == (2, True)


def test_sides_without_a_pair_in_common_are_no_pass(storage, save, capsys):
    path = save(1, **OLD)
    path.write_text(path.read_text().replace('"scheme": "single"', '"scheme": "half"'))
    path = save(2)
    content = json.loads(path.read_text())
    content["benchmarks"][0]["extra_info"]["lowprec"]["asked_for"] = [["NN-I", "single"]]
    path.write_text(json.dumps(content))
    code, said = run(storage, capsys, "--fail")
    assert [line.split()[-1] for line in said.out.splitlines() if "NN-I" in line] == ["new", "for"]
    assert code == 2


@pytest.mark.usefixtures("two_sides")
def test_a_damaged_file_is_named_and_no_pass(storage, save, capsys):
    path = save(20)
    path.write_text(path.read_text()[:300])
    code, said = run(storage, capsys, "--fail")
    assert code == 2
    assert str(path) in said.err
    assert "tensorflow 2.15.1 -> 2.21.0" in said.out


@pytest.mark.usefixtures("two_sides")
def test_json(storage, capsys):
    code, said = run(storage, capsys, "--format", "json")
    assert code == 0
    assert json.loads(said.out)["comparisons"][0]["pairs"][0]["verdicts"] == ["ok"]


@pytest.mark.usefixtures("two_sides")
def test_markdown(storage, capsys):
    assert run(storage, capsys, "--format", "markdown")[1].out.startswith("### tensorflow")


@pytest.mark.usefixtures("two_sides")
def test_one_value_is_nothing_to_compare(storage, capsys):
    code, said = run(storage, capsys, field="cpu")
    assert code == 2
    assert "found 6 sessions with cpu Xeon, expected two values of cpu" in said.err
    assert said.out == ""


def test_no_history(storage, capsys):
    assert "no such folder" in run(storage, capsys)[1].err
    storage.mkdir()
    code, said = run(storage, capsys)
    assert (code, "found no stored session" in said.err) == (2, True)


def test_an_unknown_field_is_refused(storage, capsys):
    with pytest.raises(SystemExit) as caught:
        run(storage, capsys, field="moon")
    assert caught.value.code == 2
    assert "moon" in capsys.readouterr().err
