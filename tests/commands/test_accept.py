"""`lowprec accept` over small stored histories."""

import pytest


@pytest.mark.usefixtures("six_quiet_sessions")
def test_accept(run, save):
    save(7, factor=1.5)
    code, printed = run("accept", "0007", "NN-I-half", "--reason", "new kernel")
    assert (code, printed.out) == (
        0,
        "0007_x: accepted NN-I half; their baseline starts anew there\n",
    )
    code, printed = run("check")
    assert "NN-I half: slower; 1.50 times" in printed.out
    assert "accepted: new kernel" in " ".join(printed.out.split())
    assert code == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_faster_pair_can_be_accepted(run, save):
    save(7, factor=0.5)
    assert run("check")[0] == 0
    assert run("accept", "0007", "NN-I-half", "--reason", "new kernel")[0] == 0
    code, printed = run("check")
    assert code == 0
    assert "faster (accepted)" in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("0006", "NN-I-half", "--reason", "x"), "NN-I half is neither flagged nor faster"),
        (("0006", "--reason", "x"), "no pair is flagged or faster"),
        (("0006", "GPT-half", "--reason", "x"), "GPT-half: no such pair"),
        (("0006", "--reason", " "), "--reason: got nothing"),
        (("0099", "--reason", "x"), "0 sessions are named 0099"),
    ],
)
def test_nothing_to_accept(run, storage, arguments, message):
    code, printed = run("accept", *arguments)
    assert (code, message in printed.err) == (2, True)
    assert not (storage / "accepted.csv").exists()
