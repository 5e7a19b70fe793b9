"""`lowprec doctor`, with literal observations in the place of an examination; and one real pair."""

import json

import pytest

from lowprec.cli import main
from lowprec.diagnosis.diagnosis import Consultation, diagnose
from lowprec.doctor import consultation
from tests.diagnosis.observations import DIVERGED, numbers, observed, run, step, variable

LEAP = variable(moment_lost=0.7, update=numbers(1.5))


@pytest.fixture
def consulted(monkeypatch):
    """Sets what is seen, and keeps what was asked for."""
    asked = []

    def set_to(*steps, **changes):
        def consult(task, scheme, seed, tries, terminal):
            asked.append((task.name, scheme.name, seed, tries))
            return Consultation(diagnose(observed(*steps, **changes)))

        monkeypatch.setattr(consultation, "consult", consult)
        return asked

    return set_to


@pytest.mark.parametrize(
    ("steps", "low", "code", "says"),
    [
        ((step(1, LEAP),), DIVERGED, 1, "Cause: second moments underflow and weights leap"),
        ((step(1),), run(), 0, "NN-I half, Keras 3.15.1: healthy"),
        ((step(1),), DIVERGED, 2, "Cause: not known"),
    ],
)
def test_what_is_said_and_the_exit_code(consulted, capsys, steps, low, code, says):
    asked = consulted(*steps, low=low)
    assert main(["doctor", "NN-I", "half"]) == code
    assert says in capsys.readouterr().out
    assert asked == [("NN-I", "half", 12, False)]


def test_options(consulted, tmp_path, capsys):
    asked = consulted(step(1, LEAP))
    document, figure = tmp_path / "seen.json", tmp_path / "seen.svg"
    options = ["--try", "--seed", "7", "--json", str(document), "--figure", str(figure)]
    assert main(["doctor", "RNN-T", "mixed", *options]) == 1
    assert asked == [("RNN-T", "mixed", 7, True)]
    assert json.loads(document.read_text())["state"] == "fails"
    assert "<svg" in figure.read_text()
    assert capsys.readouterr().out.endswith(f"written: {document}\nwritten: {figure}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["NN-I", "half", "--json", "no/such/seen.json"], "there is no folder no/such"),
        (["NN-I", "half", "--figure", "seen.gif"], "expected a name that ends in .png, .svg"),
        (["NN-I", "half", "--json", "."], ".: is a folder, expected a file to write"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_trained(
    consulted, capsys, arguments, message
):
    asked = consulted(step(1, LEAP))
    assert main(["doctor", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert asked == []


@pytest.mark.parametrize("option", ["--json", "--figure"])
def test_a_file_without_permission_is_told_before_anything_is_trained(
    consulted, capsys, monkeypatch, tmp_path, option
):
    asked = consulted(step(1, LEAP))
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    path = tmp_path / "seen.svg"
    assert main(["doctor", "NN-I", "half", option, str(path)]) == 2
    assert capsys.readouterr().err == (
        f"lowprec: {path}: cannot be written, for want of permission; name another file\n"
    )
    assert asked == []


@pytest.mark.parametrize("option", ["--json", "--figure"])
def test_a_disk_that_is_full_at_last_is_one_line(consulted, capsys, tmp_path, option):
    consulted(step(1, LEAP))
    path = tmp_path / "seen.svg"
    path.symlink_to("/dev/full")
    assert main(["doctor", "NN-I", "half", option, str(path)]) == 2
    printed = capsys.readouterr()
    assert "Cause: second moments underflow" in printed.out
    assert printed.err == (
        f"lowprec: {path}: cannot be written ([Errno 28] No space left on device); "
        "name another file\n"
    )


def test_what_is_not_known_can_be_written_down(consulted, capsys):
    consulted(step(1), low=DIVERGED)
    main(["doctor", "NN-I", "half"])
    text = " ".join(capsys.readouterr().out.split())
    assert "All that was seen is written by --json FILE and --figure FILE." in text


def test_an_unknown_model_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["doctor", "NN-X", "half"])
    expected = "expected one of NN-I, CNN-I, NN-T, RNN-T, RNN-T-published; did you mean"
    assert f"argument MODEL: unknown name 'NN-X', {expected}" in capsys.readouterr().err


def test_a_scheme_that_tensorflow_has_no_kernel_for(capsys):
    assert main(["doctor", "RNN-T", "bfloat16"]) == 2
    assert "TensorFlow has no kernel for Qr in bfloat16" in capsys.readouterr().err


@pytest.mark.slow
def test_a_real_pair(capsys):
    assert main(["doctor", "CNN-I", "half", "--try"]) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert "Cause: second moments underflow and weights leap" in printed
    assert "- learns, accuracy" in printed
