"""Issues of flagged pairs, in a GitHub that stands in for the real one."""

import msgspec
import pytest

from lowprec import cli
from lowprec.nightly import github as github_module
from lowprec.record.night import NightPair, NightPairs
from lowprec.record.verdicts import Verdict
from tests import github_stand_in

SLOW = {"slower": 1.5, "line": "NN-I half: slower; 1.50 times"}


def pair(*words, model="NN-I", scheme="half", line="NN-I half: said", **numbers):
    words = words or (Verdict.SLOWER,)
    flagged = any(word.row.flags for word in words)
    judged = all(word.row.judged for word in words)
    state = "flagged" if flagged else "fine" if judged else "not judged"
    return NightPair(model, scheme, state, words, line, **numbers)


@pytest.fixture
def github(monkeypatch):
    monkeypatch.setattr(github_module, "PAUSE_S", 0.0)
    with github_stand_in.running() as github:
        monkeypatch.setenv("GITHUB_API_URL", github.address)
        monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
        monkeypatch.setenv("GITHUB_TOKEN", github_stand_in.TOKEN)
        for name in ("GITHUB_STEP_SUMMARY", "GITHUB_RUN_ID", "GITHUB_SERVER_URL"):
            monkeypatch.delenv(name, raising=False)
        yield github


@pytest.fixture
def night(tmp_path, github, capsys):
    """Runs the command on what a night says of pairs; returns its exit code and output."""

    def run(*pairs, lane="lane", session="0007_x"):
        path = tmp_path / "nights" / lane / "pairs.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = NightPairs(lane, "TensorFlow 2.21, Keras 3, Xeon, quick", session, "tf-key", pairs)
        path.write_bytes(msgspec.json.encode(said))
        code = cli.main(["issues", str(path.parent)])
        return code, capsys.readouterr()

    return run


def states(github):
    return [issue["state"] for issue in github.issues.values()]


def comments(github, number=1):
    return len(github.issues[number]["comments"])


def test_a_regression_is_told_once(night, github):
    code, said = night(pair(**SLOW))
    assert (code, said.out) == (0, "#1 opened: NN-I half: slower; 1.50 times\n")
    issue = github.issues[1]
    assert issue["title"] == "NN-I half: slower (TensorFlow 2.21, Keras 3, Xeon, quick)"
    assert issue["labels"] == [{"name": "lowprec"}]
    assert "`NN-I half: slower; 1.50 times`\n\nSession `0007_x`" in issue["body"]
    assert 'lowprec accept 0007_x NN-I-half --reason "..."' in issue["body"]
    for ratio in (1.5, 1.2, 1.64):
        assert night(pair(slower=ratio))[1].out == ""
    assert len(github.changes) == 1


@pytest.mark.parametrize(
    "changed",
    [
        pair(slower=1.66),
        pair(Verdict.SLOWER, Verdict.WORSE, slower=1.5),
        pair(Verdict.MISSING),
    ],
)
def test_a_change_is_told_once(night, github, changed):
    night(pair(**SLOW))
    assert night(changed)[1].out == "#1 told: NN-I half: said\n"
    assert night(changed)[1].out == ""
    assert (comments(github), states(github)) == (1, ["open"])
    assert github.issues[1]["title"].startswith(f"NN-I half: {', '.join(changed.words)} (")


def test_a_greater_loss_is_told(night, github):
    night(pair(Verdict.WORSE, loss=0.02))
    assert night(pair(Verdict.WORSE, loss=0.024))[1].out == ""
    assert "told" in night(pair(Verdict.WORSE, loss=0.026))[1].out


def test_no_baseline_beside_it_is_no_news(night, github):
    night(pair(**SLOW))
    assert night(pair(Verdict.SLOWER, Verdict.NO_BASELINE, slower=1.5))[1].out == ""


@pytest.mark.parametrize("words", [(Verdict.OK,), (Verdict.FASTER,)])
def test_it_is_closed_when_the_pair_is_judged_and_fine(night, github, words):
    night(pair(**SLOW))
    assert night(pair(*words))[1].out == "#1 closed: NN-I half: said\n"
    assert states(github) == ["closed"]
    assert github.issues[1]["comments"][0].startswith("No longer flagged: `NN-I half: said`")
    assert night(pair(*words))[1].out == ""
    assert night(pair(**SLOW))[1].out.startswith("#2 opened")


def test_an_accepted_pair_is_fine(night, github):
    night(pair(**SLOW))
    night(NightPair("NN-I", "half", "fine", (Verdict.SLOWER,), "slower; accepted: new driver"))
    assert states(github) == ["closed"]


def test_what_all_pairs_share_is_one_issue(night, github):
    shared = [
        NightPair("NN-I", scheme, "slower with all", (Verdict.SLOWER,), "NN-I: slower", 1.5)
        for scheme in ("single", "half")
    ]
    every = NightPair("all pairs", "", "flagged", (Verdict.SLOWER,), "all pairs: slower", 1.5)
    night(pair(scheme="half", **SLOW))
    assert night(*shared, every)[1].out == "#2 opened: all pairs: slower\n"
    assert states(github) == ["open", "open"]
    assert github.issues[2]["title"].startswith("all pairs: slower (")
    assert 'lowprec accept 0007_x --reason "..."' in github.issues[2]["body"]
    assert night(*shared, every)[1].out == ""
    fine = NightPair("all pairs", "", "fine", (), "all pairs: they share no slowdown")
    assert night(pair(scheme="half", **SLOW), fine)[1].out.startswith("#2 closed")
    assert states(github) == ["open", "closed"]


@pytest.mark.parametrize("pairs", [(pair(Verdict.NO_BASELINE),), (pair(Verdict.OK, scheme="x"),)])
def test_a_pair_that_was_not_judged_closes_nothing(night, github, pairs):
    night(pair(**SLOW))
    assert night(*pairs)[1].out == ""
    assert states(github) == ["open"]


def test_lanes_and_pairs_have_issues_of_their_own(night, github):
    night(pair(**SLOW), pair(**SLOW, scheme="mixed"))
    night(pair(**SLOW), lane="other")
    assert len(github.issues) == 3  # more than a page has
    assert night(pair(Verdict.OK), lane="other")[1].out.startswith("#3 closed")
    assert night(pair(**SLOW), pair(**SLOW, scheme="mixed"))[1].out == ""


def test_what_somebody_closed_stays_closed_until_something_changes(night, github):
    night(pair(**SLOW))
    github.issues[1]["state"] = "closed"
    assert night(pair(**SLOW))[1].out == ""
    assert night(pair(slower=3.0))[1].out.startswith("#1 told")
    assert states(github) == ["open"]


def test_what_somebody_closed_is_over_once_the_pair_is_fine(night, github):
    night(pair(**SLOW))
    github.issues[1]["state"] = "closed"
    assert night(pair(Verdict.OK))[1].out.startswith("#1 was closed already")
    assert comments(github) == 0
    assert night(pair(**SLOW))[1].out.startswith("#2 opened")


def test_what_people_add_to_the_text_stays(night, github):
    night(pair(**SLOW))
    github.issues[1]["body"] = "seen\r\n" + github.issues[1]["body"] + "\r\nthe driver"
    night(pair(Verdict.OK))
    body = github.issues[1]["body"]
    assert (body[:6], body[-10:]) == ("seen\r\n", "the driver")
    assert states(github) == ["closed"]


def test_only_issues_with_the_label_are_touched(night, github):
    night(pair(**SLOW))
    body = github.issues[1]["body"]
    github.add(body=body)
    github.add(body=body, labels=[{"name": "lowprec"}], pull_request={})
    github.add(body="no marker", labels=[{"name": "lowprec"}])
    night(pair(Verdict.OK))
    assert states(github) == ["closed", "open", "open", "open"]


def test_names_of_a_stored_file_stay_names(night, github):
    bad = "@all #1 <!-- lowprec --> `x`\n::error::<script>"
    night(pair(model=bad, line=f"{bad} half: slower"), session=bad)
    body, title = github.issues[1]["body"], github.issues[1]["title"]
    assert "\n" not in title
    marker, *text = body.splitlines()
    assert marker.endswith("; slower 1.0000; loss 0.000000 -->")
    span = r"`` @all #1 <!-- lowprec --> `x`\n::error::<script> half: slower ``"
    assert text[0] == span
    assert [line for line in text if line.startswith("::")] == []
    assert night(pair(model=bad), session=bad)[1].out == ""


def test_a_call_that_fails_is_told_and_made_up_for(night, github, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    github.fails_at = 1
    two = pair(**SLOW), pair(**SLOW, scheme="mixed")
    code, said = night(*two)
    assert (code, said.out[:9]) == (2, "#1 opened")
    assert r"403 {" in said.err
    assert "expected a token that may write issues" in said.err
    assert "\x1b" not in said.err
    assert github_stand_in.TOKEN not in said.err + said.out
    step = (tmp_path / "step.md").read_text()
    assert "#1 opened" in step
    assert "the next night goes on" in step
    assert night(*two)[1].out.startswith("#2 opened")


def test_a_comment_comes_before_the_mark_that_it_was_told(night, github):
    night(pair(**SLOW))
    github.fails_at = 2
    assert night(pair(slower=3.0))[0] == 2
    assert night(pair(slower=3.0))[0] == 0
    assert comments(github) == 2


def test_a_token_that_sets_no_labels(night, github):
    github.drops_labels = True
    code, said = night(pair(**SLOW))
    assert (code, "without the label lowprec" in said.err) == (2, True)


def test_nobody_answers(night, monkeypatch):
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(github_module, "RETRIES", 0)
    code, said = night(pair(**SLOW))
    assert (code, said.err[:40]) == (2, "lowprec: GET http://127.0.0.1:9/repos/ow")


def test_a_job_without_a_token(night, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "GITHUB_TOKEN: not set" in night(pair(**SLOW))[1].err


def test_a_folder_without_a_night(github, tmp_path, capsys):
    assert cli.main(["issues", str(tmp_path)]) == 0
    assert "no night has a result to tell" in capsys.readouterr().out
    assert cli.main(["issues", str(tmp_path / "typo")]) == 2
    assert "typo: no such folder" in capsys.readouterr().err


def test_a_damaged_file(github, tmp_path, capsys):
    (tmp_path / "pairs.json").write_text("{")
    assert cli.main(["issues", str(tmp_path)]) == 2
    assert "pairs.json: not what a night has written" in capsys.readouterr().err
