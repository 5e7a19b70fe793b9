"""What comes of a pair, and `--slowdown fail`, however the tests are chosen and ordered."""

import pytest

from lowprec.judging.verdict import PairVerdict
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.suite.gate import NO_HISTORY, NOT_TRAINED, GateResult, failure_lines, gate_result
from tests.literals import stored_pair
from tests.suite.sessions import flat, stored_files

OK, FAILED = pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED
SINGLE, HALF, DOUBLE = (Pair("NN-I", scheme) for scheme in ("single", "half", "double"))
OPTIONS = ("--models=NN-I", "--schemes=double,single,mixed")
SLOWER = "NN-I single: slower; 59.7 times the 1.00 s of 4 earlier sessions"


def verdict(*words, pair=SINGLE):
    return PairVerdict(pair, tuple(map(Verdict, words)))


@pytest.mark.parametrize(
    ("stored", "said", "result"),
    [
        ("ok", verdict("ok"), GateResult()),
        ("ok", verdict("faster"), GateResult()),
        ("ok", verdict("slower"), GateResult("NN-I single: slower", True, True)),
        ("ok", verdict("worse"), GateResult("NN-I single: worse", True, True)),
        ("worse", verdict("worse", "slower"), GateResult("NN-I single: worse, slower", True, True)),
        (
            "worse",
            verdict("worse", "no baseline"),
            GateResult("below its band (against what is expected of it)", flagged=True),
        ),
        (
            "ok",
            verdict("no baseline"),
            GateResult("no baseline: 0 earlier sessions count, 3 are needed", lacks_sessions=True),
        ),
        (
            "no evidence",
            verdict("no evidence", "no baseline"),
            GateResult("no evidence: lowprec/expectations/expectations.csv has no row for it"),
        ),
        ("ok", None, GateResult(NO_HISTORY, lacks_sessions=True)),
        ("worse", None, GateResult(NO_HISTORY, lacks_sessions=True)),
    ],
)
def test_what_comes_of_a_trained_pair(stored, said, result):
    assert gate_result(stored_pair(verdict=stored, message="below its band"), said) == result
    assert result.passes == (result == GateResult())


def test_a_pair_that_was_not_trained_does_not_pass_whatever_is_said_of_it():
    assert gate_result(None, verdict("missing")) == GateResult(NOT_TRAINED)


TRAINED = {SINGLE: stored_pair("single"), HALF: stored_pair("half")}


def test_nothing_is_said_where_every_pair_passes():
    said = {pair: verdict("ok", pair=pair) for pair in TRAINED}
    tests = {"test_training": SINGLE, "test_history": HALF}
    assert failure_lines(tests, TRAINED, said, (), "--slowdown fail") == []


def test_every_pair_that_was_trained_or_was_to_be_counts_once():
    tests = {"a": SINGLE, "b": SINGLE, "c": DOUBLE, "d": None}
    said = {SINGLE: verdict("slower"), HALF: verdict("no baseline", pair=HALF)}
    assert failure_lines(tests, TRAINED, said, (), "--slowdown fail") == [
        f"not judged ({NOT_TRAINED}): NN-I double, d",
        "not judged (no baseline: 0 earlier sessions count, 3 are needed): NN-I half",
        "--slowdown fail: 1 pair flagged, 3 not judged",
    ]


def test_a_history_with_a_fault_lets_nothing_pass():
    said = {pair: verdict("ok", pair=pair) for pair in TRAINED}
    faults = ("a.json: not a stored session",)
    lines = failure_lines({}, TRAINED, said, faults, "--lowprec-slowdown fail")
    assert lines == ["--lowprec-slowdown fail: 1 fault in the history"]


# Sessions. In all of them NN-I single is 60 times slower than in four stored ones.


@pytest.fixture
def slow(stored_sessions):
    stored_sessions.fit_s["single"] = 60.0
    return stored_sessions


@pytest.mark.parametrize(
    ("options", "outcomes"),
    [
        ((), {"passed": 5, "failed": 1}),
        (("--benchmark-only",), {"passed": 3, "skipped": 3}),
        (("-k", "not test_history"), {"passed": 3, "deselected": 3}),
        (
            ("--deselect", "test_training.py::test_history[NN-I-single]"),
            {"passed": 5, "deselected": 1},
        ),
    ],
    ids=["plain", "benchmark-only", "k", "deselect"],
)
def test_a_slower_pair_fails_the_session_with_its_line_though_its_test_is_left_out(
    slow, options, outcomes
):
    result = slow(*OPTIONS, *options, slowdown="fail")
    result.assert_outcomes(**outcomes)
    assert result.ret == FAILED
    assert SLOWER in flat(result)
    result.stdout.fnmatch_lines(["--slowdown fail: 1 pair flagged, 0 not judged"])


@pytest.mark.parametrize(
    "options", [(), ("--benchmark-only",), ("-k", "not test_history"), ("-x",)]
)
def test_pairs_as_fast_as_ever_pass_in_the_same_ways(stored_sessions, options):
    result = stored_sessions(*OPTIONS, *options, slowdown="fail")
    assert result.ret == OK
    assert "--slowdown fail:" not in result.stdout.str()


def test_a_slower_pair_left_out_is_no_failure_by_default(slow):
    assert slow(*OPTIONS, "--benchmark-only", slowdown="warn").ret == OK


ANOTHER_ORDER = """
import pytest

@pytest.hookimpl({how})
def pytest_collection_modifyitems(items):
    {step}
"""


@pytest.mark.parametrize("slowdown", ["fail", "warn"])
@pytest.mark.parametrize("how", ["tryfirst=True", "trylast=True"])
@pytest.mark.parametrize("step", ["items.reverse()", "items[:] = items[::2] + items[1::2]"])
def test_a_pair_is_judged_with_all_others_in_whatever_order_the_tests_are_put(
    slow, pytester, how, step, slowdown
):
    pytester.makeconftest(ANOTHER_ORDER.format(how=how, step=step))
    result = slow(*OPTIONS, slowdown=slowdown)
    assert result.ret == (FAILED if slowdown == "fail" else OK)
    result.assert_outcomes(
        **({"passed": 5, "failed": 1} if slowdown == "fail" else {"passed": 6, "warnings": 1})
    )
    assert flat(result).count(SLOWER) >= 2  # of the test, and of the end


def test_failed_first_does_not_put_the_comparison_before_the_trainings(slow):
    slow(*OPTIONS, slowdown="fail")
    result = slow(*OPTIONS, "--failed-first", slowdown="fail")
    result.assert_outcomes(passed=5, failed=1)
    assert NOT_TRAINED not in flat(result)


@pytest.mark.parametrize(
    ("options", "outcomes", "unjudged"),
    [
        (("--last-failed",), {"failed": 1}, 1),
        (("--last-failed", "--benchmark-only"), {"skipped": 1}, 1),
        (("-k", "test_history"), {"failed": 3, "deselected": 3}, 3),
        (("-k", "test_history", "-x"), {"failed": 1, "deselected": 3}, 3),
        (("--benchmark-skip",), {"skipped": 3, "failed": 3}, 3),
        (("--setup-only",), {}, 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_was_not_trained_is_no_pass(slow, options, outcomes, unjudged):
    if "--last-failed" in options:
        slow(*OPTIONS, slowdown="fail")
    result = slow(*OPTIONS, *options, slowdown="fail")
    result.assert_outcomes(**outcomes)
    assert result.ret == FAILED
    assert NOT_TRAINED in flat(result)
    result.stdout.fnmatch_lines([f"--slowdown fail: 0 pairs flagged, {unjudged} not judged"])


def test_stepwise_after_that_failure_is_no_pass_either(slow):
    interrupted = pytest.ExitCode.INTERRUPTED  # as it ends, at whatever failure
    assert slow(*OPTIONS, "--stepwise", slowdown="fail").ret == interrupted
    result = slow(*OPTIONS, "--stepwise", slowdown="fail")
    result.assert_outcomes(failed=1, deselected=4)
    assert result.ret == interrupted
    assert NOT_TRAINED in flat(result)


def test_a_comparison_alone_is_skipped_by_default(slow):
    result = slow(*OPTIONS, "-k", "test_history", "-rs", slowdown="warn")
    result.assert_outcomes(skipped=3, deselected=3)
    assert result.ret == OK
    assert NOT_TRAINED in flat(result)


def test_a_comparison_alone_says_at_the_end_why_it_was_skipped(slow):
    result = slow(*OPTIONS, "-k", "test_history", slowdown="warn")
    assert f"3 pairs skipped: {NOT_TRAINED}" in flat(result)


def test_what_was_not_reached_after_a_failure_is_judged_at_the_end(slow):
    slow.fit_s["mixed"] = 90.0
    result = slow(*OPTIONS, "-x", slowdown="fail")
    result.assert_outcomes(passed=4, failed=1)
    assert result.ret == FAILED
    result.stdout.fnmatch_lines(["--slowdown fail: 2 pairs flagged, 0 not judged"])
    assert "NN-I mixed: slower; 60.3 times the 1.49 s of 4 earlier sessions" in flat(result)


def test_a_session_that_something_ends_with_exit_code_0_fails(slow, pytester):
    pytester.makeconftest(
        "import pytest\ndef pytest_runtest_setup(item):\n    pytest.exit('enough', returncode=0)"
    )
    result = slow(*OPTIONS, slowdown="fail")
    assert result.ret == FAILED
    result.stdout.fnmatch_lines(["--slowdown fail: 0 pairs flagged, 3 not judged"])


@pytest.mark.parametrize("options", [("--benchmark-disable",), ("--benchmark-disable", "-n", "2")])
def test_where_nothing_is_timed_it_is_refused_at_once(slow, options):
    result = slow(*OPTIONS, *options, slowdown="fail")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --slowdown fail: nothing is timed under *"])
    assert "passed" not in result.stdout.str()


@pytest.mark.parametrize(
    ("sessions", "reason"),
    [
        (0, "no baseline: 0 earlier sessions count, 3 are needed"),
        (1, "no baseline: 1 earlier session counts, 3 are needed"),
        (2, "no baseline: 2 earlier sessions count, 3 are needed"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--benchmark-only",)])
def test_without_a_baseline_nothing_passes(session, sessions, reason, options):
    for day in range(sessions):
        session.fit_s = dict.fromkeys(("double", "single", "mixed"), 1.0 + day / 100)
        session(*OPTIONS, "--benchmark-autosave")
    result = session(*OPTIONS, *options, slowdown="fail")
    result.assert_outcomes(
        **({"passed": 3, "skipped": 3} if options else {"passed": 3, "failed": 3})
    )
    assert result.ret == FAILED
    assert f"not judged ({reason}): NN-I double, NN-I single, NN-I mixed" in flat(result)
    result.stdout.fnmatch_lines(["--slowdown fail: 0 pairs flagged, 3 not judged"])


def test_without_a_storage_nothing_passes(session, pytester):
    pytester.path.joinpath("taken").write_text("a file")
    options = (*OPTIONS, "--benchmark-storage=taken")
    result = session(*options, slowdown="fail")
    result.assert_outcomes(passed=3, failed=3)
    assert result.ret == FAILED
    assert f"not judged ({NO_HISTORY}): NN-I double, NN-I single, NN-I mixed" in flat(result)
    result = session(*options, slowdown="warn")
    result.assert_outcomes(passed=3, skipped=3)
    assert "3 pairs skipped: no baseline yet. Run `pytest benchmarks/" in flat(result)


def test_a_damaged_file_in_the_history_lets_nothing_pass(stored_sessions, pytester):
    damaged = sorted(stored_files(pytester))[1]
    damaged.write_text(damaged.read_text()[:500])
    result = stored_sessions(*OPTIONS, slowdown="fail")
    result.assert_outcomes(passed=6)
    assert result.ret == FAILED
    lines = [f"{damaged}: not a stored session: *", "--slowdown fail: 1 fault in the history"]
    result.stdout.fnmatch_lines(lines)


def test_a_pair_that_fails_its_expectation_fails_in_both_tests(stored_sessions):
    stored_sessions.expect("NN-I", "single", "learns", 0.85, 0.95)
    result = stored_sessions(*OPTIONS, slowdown="fail")
    result.assert_outcomes(passed=4, failed=2)
    assert result.ret == FAILED
    reason = "worse: accuracy 0.8000, expected 0.8500 to 0.9500 (against what is expected of it)"
    assert reason in flat(result)
    result.stdout.fnmatch_lines(["--slowdown fail: 1 pair flagged, 0 not judged"])


def test_a_pair_that_a_test_of_ones_own_trains_is_judged(slow, pytester):
    pytester.makepyfile(test_own="def test_own(train_pair): train_pair('NN-I', 'single')")
    result = slow("test_own.py", slowdown="fail")
    result.assert_outcomes(passed=1)
    assert result.ret == FAILED
    result.stdout.fnmatch_lines(["--slowdown fail: 1 pair flagged, 0 not judged"])


@pytest.mark.parametrize("fixture", ["train_pair", "regression"])
def test_a_test_of_ones_own_that_is_skipped_is_named(slow, pytester, fixture):
    pytester.makepyfile(test_own=f"import pytest\n@pytest.mark.skip\ndef test_own({fixture}): pass")
    result = slow("test_own.py", slowdown="fail")
    result.assert_outcomes(skipped=1)
    assert result.ret == FAILED
    assert f"not judged ({NOT_TRAINED}): test_own.py::test_own" in flat(result)


def test_sessions_without_pairs_are_left_alone(slow, pytester):
    pytester.makepyfile(test_own="def test_own(): pass")
    result = slow("test_own.py", slowdown="fail")
    assert result.ret == OK
    assert "lowprec:" not in result.stdout.str()
