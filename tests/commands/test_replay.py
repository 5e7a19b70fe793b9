"""`lowprec replay` over small stored histories."""

import json

import pytest

from tests.commands.histories import SCHEMES, SLOWER_LINE


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_history_that_just_begins_replays_without_a_flag(run):
    assert run("replay")[0] == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_replay_tells_every_session(run, save):
    save(7, factor=1.5)
    code, printed = run("replay")
    assert code == 1
    assert printed.out.splitlines() == [
        "0001_x: no baseline",
        "0002_x: no baseline",
        "0003_x: no baseline",
        "0004_x: ok",
        "0005_x: ok",
        "0006_x: ok",
        "0007_x: 1 flagged",
        f"  {SLOWER_LINE}",
    ]
    _, printed = run("replay", "--format", "json")
    assert len(json.loads(printed.out)["sessions"]) == 7


@pytest.mark.usefixtures("six_quiet_sessions")
def test_pairs_that_are_slower_together_are_told_so(run, save):
    save(7, fit_s=2.2)
    assert run("check")[0] == 1
    _, printed = run("replay")
    for scheme in SCHEMES:
        assert (
            f"NN-I {scheme}: slower; 1.10 times the 2.00 s of 6 earlier sessions with all pairs; "
            "alone usually seen from 1."
        ) in printed.out


def test_replay_tells_what_could_not_be_judged(run, save):
    save(1)
    save(2, verdict="no evidence")
    _, printed = run("replay")
    lines = [line for line in printed.out.splitlines() if line.startswith("0")]
    assert lines == ["0001_x: no baseline", "0002_x: no evidence, no baseline"]
