"""`lowprec compare` over small stored histories."""

import json

import pytest

from tests.literals import as_stored, document, environment, one_round, record


@pytest.fixture
def save(storage):
    """Stores a session of NN-I single with these seconds, accuracy and environment."""

    def write(number, fit_s=2.0, hits=800, outcome="learns", **changes):
        stored = as_stored(record(one_round(outcome, hits, fit_s=fit_s), scheme="single"))
        content = document(stored, day=number, environment=environment(**changes))
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


@pytest.fixture
def compare(run):
    """Compares across TensorFlow, or what is given; returns exit code and what was printed."""

    def command(*options, field="tensorflow"):
        return run("compare", "--across", field, *options)

    return command


@pytest.mark.usefixtures("two_sides")
@pytest.mark.parametrize("options", [(), ("--fail",)])
def test_nothing_changed(compare, options):
    code, printed = compare(*options)
    assert code == 0
    assert printed.out.startswith("tensorflow 2.15.1 -> 2.21.0, quick protocol\n")
    assert printed.err == ""


@pytest.mark.usefixtures("two_sides")
def test_a_lost_outcome_fails_only_when_asked(compare, save):
    save(20, hits=100, outcome="chance")
    code, printed = compare()
    assert (code, "outcome changed" in printed.out) == (0, True)
    assert compare("--fail")[0] == 1


def test_what_cannot_be_judged_is_no_pass(compare, save):
    save(1, **OLD)
    save(2)
    assert compare()[0] == 0
    code, printed = compare("--fail")
    assert (code, "time not judged" in printed.out) == (2, True)


def test_sides_without_a_pair_in_common_are_no_pass(compare, save):
    path = save(1, **OLD)
    path.write_text(path.read_text().replace('"scheme": "single"', '"scheme": "half"'))
    path = save(2)
    content = json.loads(path.read_text())
    content["benchmarks"][0]["extra_info"]["lowprec"]["asked_for"] = [["NN-I", "single"]]
    path.write_text(json.dumps(content))
    code, printed = compare("--fail")
    assert [line.split()[-1] for line in printed.out.splitlines() if "NN-I" in line] == [
        "new",
        "for",
    ]
    assert code == 2


@pytest.mark.usefixtures("two_sides")
def test_a_damaged_file_is_named_and_no_pass(compare, save):
    path = save(20)
    path.write_text(path.read_text()[:300])
    code, printed = compare("--fail")
    assert code == 2
    assert str(path) in printed.err
    assert "tensorflow 2.15.1 -> 2.21.0" in printed.out


@pytest.mark.usefixtures("two_sides")
def test_json(compare):
    code, printed = compare("--format", "json")
    assert code == 0
    assert json.loads(printed.out)["comparisons"][0]["pairs"][0]["verdicts"] == ["ok"]


@pytest.mark.usefixtures("two_sides")
def test_markdown(compare):
    assert compare("--format", "markdown")[1].out.startswith("### tensorflow")


@pytest.mark.usefixtures("two_sides")
def test_one_value_is_nothing_to_compare(compare):
    code, printed = compare(field="cpu")
    assert code == 2
    assert "found 6 sessions with cpu Xeon, expected two values of cpu" in printed.err


def test_one_session_and_one_fault_are_told_in_singular(save, compare):
    save(1)
    save(2).write_text("{")
    code, printed = compare()
    assert code == 2
    assert "found 1 session with tensorflow 2.21.0 and 1 fault, told above" in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("field", ["gpu", "cpu", "driver"])
def test_a_cpu_beside_a_gpu_is_found_across_the_device(compare, save, field):
    save(1, cpu="EPYC")
    save(2, device="gpu", gpu="H100", driver="580")
    code, printed = compare(field=field)
    assert code == 2
    assert f"expected two values of {field}" in printed.err
    assert "by `--across device` alone" in " ".join(printed.err.split())
    assert compare(field="device")[0] == 0


def test_no_history(compare, storage):
    assert "no such folder" in compare()[1].err
    storage.mkdir()
    code, printed = compare()
    assert (code, "found no stored session" in printed.err) == (2, True)


def test_an_unknown_field_is_refused(compare, capsys):
    with pytest.raises(SystemExit) as caught:
        compare(field="moon")
    assert caught.value.code == 2
    assert "moon" in capsys.readouterr().err


@pytest.fixture
def fleet(save):
    """Two TensorFlows on five machines, of which the last is slower with the new one."""
    number = 0
    for machine in range(5):
        for version in ("2.20.0", "2.21.0"):
            for _ in range(3):
                number += 1
                slow = 2.0 if (machine, version) == (4, "2.21.0") else 1.0
                save(number, 2.0 * slow, tensorflow=version, cpu=f"Xeon {machine}")


@pytest.mark.usefixtures("fleet")
def test_many_environments_have_a_line_each(compare):
    code, printed = compare("--fail")
    assert code == 1
    assert "tensorflow 2.20.0 -> 2.21.0, quick protocol: 5 environments" in printed.out
    assert "Xeon 4: NN-I single: 2 s -> 4 s" in printed.out


@pytest.mark.usefixtures("fleet")
def test_those_that_are_chosen_are_shown_whole(compare):
    code, printed = compare("--fail", "--where", "cpu=Xeon 4")
    assert code == 1
    assert printed.out.startswith("tensorflow 2.20.0 -> 2.21.0, quick protocol\n")
    assert printed.out.count("NN-I   single") == 1
    code, printed = compare("--fail", "--where=cpu=Xeon ?", "--where=device=cpu", "--format=json")
    assert len(json.loads(printed.out)["comparisons"]) == 5
    assert compare("--fail", "--where", "cpu=Xeon [0-3]")[0] == 0


@pytest.mark.usefixtures("fleet")
def test_none_that_is_chosen_is_told(compare):
    code, printed = compare("--where", "cpu=Xeon 9")
    assert code == 2
    assert "found no stored session --where cpu=Xeon 9, expected two values" in printed.err


def test_a_choice_that_is_none(compare, capsys):
    with pytest.raises(SystemExit) as ended:
        compare("--where", "cpo=Xeon")
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "'cpo=Xeon': expected FIELD=VALUE" in said
    assert "did you mean 'cpu'?" in said
