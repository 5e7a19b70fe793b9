"""The session that runs against those that are stored, run by pytest in pytest."""

import json

import pytest

from lowprec.history.storage import Folder
from lowprec.rows.schemes import PAPER_SCHEMES
from lowprec.suite import hooks
from lowprec.suite.against_history import AgainstHistory
from tests.literals import ENVIRONMENT, document, environment, stored_pair
from tests.suite.sessions import flat, stored, stored_files


def test_the_first_session_of_an_environment_is_set_against_the_nearest(session, pytester):
    session("--models=NN-I,CNN-I", "--benchmark-autosave")
    path, content = stored(pytester)
    content["machine_info"]["lowprec"] |= {"tensorflow": "2.1.0", "key": "old"}
    for bench in content["benchmarks"]:
        for stored_round in bench["extra_info"]["lowprec"]["rounds"]:
            stored_round["test_accuracy"] += 0.05
    path.write_text(json.dumps(content))
    result = session("--models=NN-I")
    result.stdout.fnmatch_lines(
        [
            "First session of tf* here. Nearest earlier*",
            "*old, 1 session. Differs: tensorflow 2.1.0 -> 2.*",
            "worse, time not judged: NN-I double: accuracy -0.0500 *",
            "time not judged, 4 pairs: *",
        ]
    )
    assert "missing" not in result.stdout.str()


def test_a_second_session_of_an_environment_is_not(session):
    session("--models=NN-I", "--benchmark-autosave")
    assert "First session" not in session("--models=NN-I").stdout.str()


def test_a_damaged_file_in_the_history_is_named(session, pytester):
    session("--models=NN-I", "--benchmark-autosave")
    path, _ = stored(pytester)
    path.write_text(path.read_text()[:500])
    result = session("--models=NN-I")
    result.stdout.fnmatch_lines([f"{path}: not a stored session: *"])


def test_a_copy_and_an_acceptance_of_no_session_are_named(session, pytester):
    """pytest-benchmark dates each of the two files that it writes anew."""
    latest = "--benchmark-json=.benchmarks/latest.json"
    session("--models=NN-I", "--benchmark-autosave", latest)
    path, content = stored(pytester)
    copy = path.parents[1] / "latest.json"
    assert json.loads(copy.read_text())["datetime"] < content["datetime"]
    table = path.parents[1] / "accepted.csv"
    table.write_text("session,model,scheme,reason\n0009_x,,,a new kernel\n")
    session("--models=NN-I").stdout.fnmatch_lines(
        [
            f"{table}:2: no stored session is named 0009_x; correct the row or delete it",
            f"{copy}: a copy of {path}, not counted again",
        ]
    )


def test_a_slower_pair_fails_by_itself(stored_sessions, pytester):
    stored_sessions.fit_s["single"] = 2.0
    options = ("--models=NN-I", "--schemes=double,single", "--junitxml=junit.xml")
    result = stored_sessions(*options, slowdown="fail")
    result.assert_outcomes(passed=3, failed=1)
    line = "NN-I single: slower; 1.99 times the 1.00 s of 4 earlier sessions; alone usually"
    result.stdout.fnmatch_lines(["*test_history?NN-I-single? *", f"{line} seen from*", line])
    junit = (pytester.path / "junit.xml").read_text()
    assert 'name="test_history[NN-I-single]"' in junit
    assert 'failure message="Failed: NN-I single: slower; 1.99 times' in junit


def test_a_slower_pair_is_a_warning_by_default(stored_sessions):
    stored_sessions.fit_s["single"] = 2.0
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="warn")
    result.assert_outcomes(passed=4, warnings=1)
    result.stdout.fnmatch_lines(["*RegressionWarning: NN-I single: slower; 1.99 times*"])


def test_a_pair_that_looks_slower_is_trained_again_before_it_is_judged(stored_sessions, pytester):
    stored_sessions.fit_s["single"] = 2.0
    stored_sessions.second_fit_s["single"] = 1.02
    options = ("--models=NN-I", "--schemes=double,single", "--benchmark-json=now.json")
    result = stored_sessions(*options, slowdown="fail")
    result.assert_outcomes(passed=4)
    assert stored_sessions.looked_at == [["test_training.py::test_training[NN-I-single]"]]
    result.stdout.fnmatch_lines(
        [
            "trained again in another process, as slower: NN-I single",
            "NN-I * single * 1.02 *",
            "NN-I single looked slower and was trained again in another process: 2.00 s, then",
            "*1.02 s.",
        ]
    )
    _, single = json.loads((pytester.path / "now.json").read_text())["benchmarks"]
    assert single["extra_info"]["lowprec"]["second_look"] == 1
    assert (single["stats"]["rounds"], single["stats"]["max"]) == (4, 1.12)


def test_a_second_look_that_finds_nothing_leaves_the_first(stored_sessions):
    stored_sessions.fit_s["single"] = 2.0
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="fail")
    result.assert_outcomes(passed=3, failed=1)
    assert len(stored_sessions.looked_at) == 1


def test_a_second_look_precedes_the_saving_where_no_test_judges(stored_sessions, pytester):
    stored_sessions.fit_s["single"] = 2.0
    stored_sessions.second_fit_s["single"] = 1.02
    options = ("--models=NN-I", "--schemes=double,single", "--benchmark-only")
    result = stored_sessions(*options, "--benchmark-json=now.json", slowdown="fail")
    assert result.ret == pytest.ExitCode.OK
    _, single = json.loads((pytester.path / "now.json").read_text())["benchmarks"]
    assert single["extra_info"]["lowprec"]["second_look"] == 1


@pytest.mark.parametrize(
    ("options", "slowdown"),
    [(("--models=NN-I",), "off"), (("--models=NN-I", "--protocol=paper"), "warn")],
    ids=["off", "a protocol that takes minutes"],
)
def test_where_nothing_is_looked_at_again(stored_sessions, monkeypatch, options, slowdown):
    monkeypatch.setattr(hooks, "check_inputs", lambda protocol, models: None)
    stored_sessions.fit_s["single"] = 2.0
    stored_sessions(*options, "--schemes=double,single", slowdown=slowdown)
    assert stored_sessions.looked_at == []


def test_a_pair_as_fast_as_ever_passes(stored_sessions):
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="fail")
    result.assert_outcomes(passed=4)
    assert stored_sessions.looked_at == []
    result.stdout.fnmatch_lines(["Against 4 earlier sessions of tf2*: a slowdown of"])


def test_a_loss_within_the_band_is_a_regression(stored_sessions):
    stored_sessions.hits = 78
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="fail")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        ["NN-I single: worse; accuracy -0.0200 at equal seeds; last good in 0004"]
    )


def test_what_cannot_be_set_against_the_history_is_skipped_by_default(session):
    options = ("--models=NN-I", "--schemes=single", "-rs")
    result = session(*options, slowdown="warn")
    result.assert_outcomes(passed=1, skipped=1)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*no baseline: 0 earlier sessions count, 3 are needed"])
    session(*options, "--benchmark-autosave")
    result = session(*options, slowdown="warn")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*no baseline: 1 earlier session counts, 3 are needed"])
    session.expect("NN-I", "single", "diverged", 0.05, 0.15)
    result = session(*options, slowdown="warn")
    result.assert_outcomes(failed=1, skipped=1)
    reason = "improved: learns, expected diverged (against what is expected of it)"
    result.stdout.fnmatch_lines([f"SKIPPED *{reason}"])


def test_the_newest_session_of_an_environment_is_of_the_same_protocol(tmp_path):
    folder = tmp_path / "Linux"
    folder.mkdir()
    others = (
        document(stored_pair(protocol="paper"), day=4),
        document(stored_pair(), day=5, environment=environment(keras="3.14.0")),
    )
    sessions = [document(stored_pair(), day=day) for day in (1, 3, 2)]
    for number, content in enumerate((*sessions, *others), start=1):
        (folder / f"{number:04}_x.json").write_text(json.dumps(content))
    history = AgainstHistory(Folder(tmp_path))
    assert history.newest(ENVIRONMENT, "quick").time.day == 3
    assert history.newest(ENVIRONMENT, "nightly") is None


AUTOSAVE = "`pytest benchmarks/ --benchmark-autosave`"


def test_the_first_session_on_other_hardware_judges_no_seconds(session, pytester):
    for fit_s in (1.0, 1.01):
        session.fit_s = dict.fromkeys(PAPER_SCHEMES, fit_s)
        session("--models=NN-I", "--benchmark-autosave")
    for path in stored_files(pytester):
        content = json.loads(path.read_text())
        content["machine_info"]["lowprec"] |= {"cpu": "Xeon", "key": "xeon"}
        path.write_text(json.dumps(content))
    session.fit_s = dict.fromkeys(PAPER_SCHEMES, 3.0)
    text = flat(session("--models=NN-I", "--benchmark-autosave", slowdown="warn"))
    assert "Differs: cpu Xeon -> " in text
    assert "Seconds of other hardware are not compared. No outcome or accuracy changed" in text
    assert f"4 pairs skipped: no baseline yet. Run {AUTOSAVE} 3 more times; the last" in text
    assert not [word for word in ("slower", "faster", "time not judged") if word in text]
    assert text.count("baseline") == 1


def test_a_first_session_without_any_other_says_how_to_get_a_baseline(session):
    text = flat(session("--models=NN-I", "--benchmark-autosave"))
    assert f"4 pairs not judged: no baseline yet. Run {AUTOSAVE} 3 more times;" in text
    assert "Against 0" not in text
    text = flat(session("--models=NN-I", slowdown="warn"))
    assert f"4 pairs skipped: no baseline yet. Run {AUTOSAVE} 3 more times;" in text  # not stored
    text = flat(session("--models=NN-I", "--benchmark-autosave"))
    assert f"Run {AUTOSAVE} 2 more times;" in text


def test_the_table_says_what_the_test_says(stored_sessions):
    stored_sessions.fit_s["single"] = 2.0
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="warn")
    lines = [line.split() for line in result.outlines if line.startswith("NN-I  ")]
    assert [(line[1], line[-1]) for line in lines] == [("double", "ok"), ("single", "slower")]
