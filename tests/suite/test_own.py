"""Tests of users' own that train their own models, in pytest within pytest."""

import json

import pytest

from lowprec.diagnosis.diagnosis import Consultation, diagnose
from lowprec.doctor import consultation
from lowprec.expectations.table import load_expectations
from lowprec.suite import pair as pair_module
from lowprec.suite import reports, second_look
from tests.diagnosis.observations import DIVERGED, numbers, observed, run, step, variable
from tests.suite.sessions import Sessions, conditions_of, flat, stored

TEST = """
import numpy as np
import pytest
import lowprec

DATA = np.zeros((4, 2)), np.array([0, 1, 0, 1])


def coder(keras, dtype):
    raise AssertionError("the tests train nothing")


@lowprec.schemes()
def test_coder(scheme, train):
    train(coder, DATA, DATA, epochs=2)
"""


@pytest.fixture
def own(pytester, monkeypatch):
    """Runs tests of a user's own with literal records in the place of trainings."""
    sessions = Sessions(pytester)
    monkeypatch.setattr(pair_module, "trained", sessions.trained)
    monkeypatch.setattr(pair_module, "conditions_of", conditions_of)
    monkeypatch.setattr(reports, "processor_times", lambda: None)
    monkeypatch.setattr(second_look, "trained_again", sessions.trained_again)

    def run(text=TEST, *options):
        pytester.makepyfile(test_mine=text)
        return pytester.runpytest_inprocess("-p", "no:randomly", *options)

    return run


def expect(pytester, *schemes, model="coder"):
    """Write rows by which the model learns to .80, and diverges in half."""
    lines = ["protocol,model,scheme,keras,device,outcome,accuracy_min,accuracy_max,evidence"]
    for scheme in schemes:
        band = "diverged,0.05,0.15" if scheme == "half" else "learns,0.75,0.85"
        lines.append(f"quick,{model},{scheme},3,cpu,{band},made up")
    (pytester.path / "expectations.csv").write_text("\n".join(lines) + "\n")
    load_expectations.cache_clear()


def pairs(pytester):
    """The pairs that were stored, as their models and schemes are named."""
    benches = stored(pytester)[1]["benchmarks"]
    return [(b["extra_info"]["lowprec"]["model"], b["params"]["scheme"]) for b in benches]


def test_a_model_is_trained_in_the_papers_schemes_under_its_tests_name(own, pytester):
    expect(pytester, "double", "single", "half", "mixed")
    result = own(TEST, "--benchmark-autosave")
    result.assert_outcomes(passed=4)
    schemes = ["double", "single", "half", "mixed"]
    assert pairs(pytester) == [("coder", scheme) for scheme in schemes]
    fields = stored(pytester)[1]["benchmarks"][0]["extra_info"]["lowprec"]
    assert fields["asked_for"] == [["coder", scheme] for scheme in schemes]
    assert fields["expected"]["evidence"] == "made up"
    result.stdout.fnmatch_lines(["coder * half *diverged *diverged *ok"])
    [start] = [i for i, line in enumerate(result.outlines) if "lowprec: quick" in line]
    [end] = [i for i, line in enumerate(result.outlines) if "Name (time in" in line]
    assert max(map(len, result.outlines[start:end])) <= 80
    result.stdout.fnmatch_lines(["Name (time in *Median *Min *Rounds"])
    assert "StdDev" not in result.stdout.str()


def test_without_a_row_it_is_told_how_to_measure_one(own):
    result = own(TEST, "-k", "single")
    result.assert_outcomes(failed=1)
    text = flat(result)
    assert "no evidence: no row for protocol quick, Keras 3, cpu in expectations.csv coder" in text
    assert "coder single: learns with accuracy 0.8000; could not judge measure a row with" in text
    assert "with `pytest --lowprec-calibrate 8`" in text


def test_what_is_not_as_expected_fails_and_names_the_table(own, pytester):
    expect(pytester, "single")
    table = pytester.path / "expectations.csv"
    table.write_text(table.read_text().replace("0.75,0.85", "0.85,0.95"))
    load_expectations.cache_clear()
    result = own(TEST, "-k", "single")
    result.assert_outcomes(failed=1)
    assert "expected learns with accuracy 0.8500 to 0.9500 see expectations.csv" in flat(result)


@pytest.mark.parametrize(
    ("mark", "option", "schemes"),
    [
        ("", "", ["double", "single", "half", "mixed"]),
        ("", "bfloat16,single", ["bfloat16", "single"]),
        ("'single', 'half'", "", ["single", "half"]),
        ("'single', 'half'", "half,mixed", ["half"]),
    ],
)
def test_schemes_are_the_tests_as_far_as_they_are_asked_for(own, mark, option, schemes):
    text = TEST.replace("schemes()", f"schemes({mark})")
    options = (f"--lowprec-schemes={option}",) if option else ()
    result = own(text, "--collect-only", "-q", *options)
    shown = [line.partition("[")[2] for line in result.outlines if "::" in line]
    assert shown == [f"{scheme}]" for scheme in schemes]


def test_a_test_without_a_scheme_in_common_is_skipped(own):
    text = TEST.replace("schemes()", "schemes('single')")
    own(text, "--lowprec-schemes=half").assert_outcomes(skipped=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEST.replace("schemes()", "schemes('quarter')"), "unknown scheme 'quarter', expected *"),
        (TEST.replace("(scheme, train)", "(train)"), "takes no argument `scheme`, expected one*"),
    ],
)
def test_a_wrong_mark_is_refused(own, text, message):
    result = own(text)
    assert result.ret != pytest.ExitCode.OK
    (result.stderr if result.stderr.str() else result.stdout).fnmatch_lines([f"*{message}"])


def test_a_test_that_has_no_scheme_is_told_the_mark(own):
    text = TEST.replace("@lowprec.schemes()\n", "").replace("(scheme, train)", "(train)")
    result = own(text)
    result.assert_outcomes(failed=1)
    assert "`train` found no scheme to train in; put @lowprec.schemes() above" in flat(result)


@pytest.mark.parametrize(
    ("low", "failed", "says"),
    [
        (DIVERGED, 1, "second moments underflow and weights leap"),
        (run(), 0, "healthy"),
    ],
)
def test_the_doctor_in_the_place_of_a_training(own, pytester, monkeypatch, low, failed, says):
    asked = []

    def consult(task, scheme, seed, tries):
        asked.append((task.name, scheme.name, seed, tries))
        leap = variable(moment_lost=0.7, update=numbers(1.5))
        return Consultation(diagnose(observed(step(1, leap), low=low)))

    monkeypatch.setattr(consultation, "consult", consult)
    result = own(TEST, "-k", "half", "--lowprec-doctor", "try", "--benchmark-autosave")
    result.assert_outcomes(failed=failed, passed=1 - failed)
    assert asked == [("coder", "half", 12, True)]
    assert says in flat(result)
    assert not list(pytester.path.rglob("*.json"))
    assert "lowprec: doctor" in result.stdout.str()
    assert "not trained to the end" not in result.stdout.str()


NAMED = """
class TestSmall:
    @pytest.mark.parametrize("width", [8, 16])
    @lowprec.schemes("single")
    def test_coder(self, scheme, width, train):
        train(coder, DATA, DATA, epochs=2)
"""


def test_classes_and_parameters_are_part_of_the_name(own, pytester):
    own(TEST + NAMED, "--benchmark-autosave", "-k", "single")
    names = ["coder", "TestSmall.coder[width=8]", "TestSmall.coder[width=16]"]
    assert pairs(pytester) == [(name, "single") for name in names]


def test_two_tests_of_one_name_are_refused_before_any_training(own, pytester):
    pytester.makepyfile(test_other=TEST)
    result = own(TEST, "-k", "single")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = "test_mine.py::test_coder[single] and test_other.py::test_coder[single] would both be"
    assert f"{text} coder single in the history" in " ".join(result.errlines)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "train(coder, DATA,",
            "train(coder, (DATA[0][:3], DATA[1]),",
            "arrays of 3 and 4 examples",
        ),
        ("np.array([0, 1, 0, 1])", "np.array([0.5, 1, 0, 1])", "accuracy counts right answers"),
    ],
)
def test_wrong_data_is_one_line_and_stores_nothing(own, pytester, old, new, message):
    result = own(TEST.replace(old, new), "--benchmark-autosave", "-k", "single")
    result.assert_outcomes(failed=1)
    assert f"coder: {'train data has ' if 'arrays' in message else ''}{message}" in flat(result)
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


def test_a_builder_that_raises_is_one_line(pytester):
    """Trained in earnest."""
    pytester.makepyfile(test_mine=TEST)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-k", "single")
    result.assert_outcomes(failed=1)
    text = "coder single: the builder raised AssertionError: the tests train nothing"
    assert text in flat(result)
    assert "Traceback" not in result.stdout.str()


def test_slower_than_before_is_flagged(own, pytester, monkeypatch):
    expect(pytester, "double", "single", "mixed")
    sessions = Sessions(pytester)
    monkeypatch.setattr(pair_module, "trained", sessions.trained)
    options = ("--lowprec-schemes=double,single,mixed",)
    for fit_s in (1.0, 1.02, 0.99, 1.01):
        sessions.fit_s = {"double": fit_s, "single": fit_s, "mixed": fit_s}
        own(TEST, "--benchmark-autosave", *options).assert_outcomes(passed=3)
    sessions.fit_s["single"] = 2.0
    result = own(TEST, *options)
    result.stdout.fnmatch_lines(["coder single: slower; 1.99 times the *"])
    assert result.ret == pytest.ExitCode.OK
    result = own(TEST, *options, "--lowprec-slowdown=fail")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["--lowprec-slowdown fail: 1 pair flagged, 0 not judged"])


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--lowprec-slowdown=fail", "--lowprec-slowdown fail: nothing is timed under *"),
        ("--lowprec-require-gpu", "--lowprec-require-gpu: TensorFlow 2.* sees no GPU*"),
    ],
)
def test_what_is_refused_is_named_as_it_was_given(own, option, told):
    timing = ["--benchmark-disable"] if "slowdown" in option else []
    result = own(TEST, option, *timing)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*ERROR: {told}"])


def test_expectations_are_measured_beside_the_test(own, pytester, monkeypatch):
    sessions = Sessions(pytester)

    class Trainer:
        def __init__(self, plan, on_epoch=None):
            self.plan = plan

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def train_all(self):
            pass

        def record(self):
            assert self.plan.seeds == tuple(range(1000, 1008))
            return sessions.trained(self.plan, SimpleBenchmark, None)

    class SimpleBenchmark:
        pedantic = staticmethod(lambda *args, **options: None)

    monkeypatch.setattr(pair_module, "PairTrainer", Trainer)
    options = ("--lowprec-schemes=single", "--benchmark-autosave")
    result = own(TEST, *options, "--lowprec-calibrate=8")
    result.assert_outcomes(passed=1)
    assert "coder single: learns 0.7" in flat(result)
    table = pytester.path / "expectations.csv"
    assert f"{table}: look through its rows, and commit them" in flat(result)
    [row] = load_expectations(table).values()
    assert (row.model, row.outcome) == ("coder", "learns")
    assert "8 of 8 seeds 1000-1007" in row.evidence
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))
    own(TEST, *options).assert_outcomes(passed=1)


def test_a_damaged_table_is_one_line_and_stores_nothing(own, pytester, monkeypatch):
    (pytester.path / "expectations.csv").write_text("protocol,model\n")
    load_expectations.cache_clear()
    monkeypatch.setattr(pair_module, "trained", None)  # it is told before the training
    result = own(TEST, "-k", "single", "--benchmark-autosave")
    result.assert_outcomes(failed=1)
    assert "expectations.csv: columns are ['protocol', 'model'], expected protocol" in flat(result)
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


def test_workers_of_xdist_measure_no_expectations(own, pytester):
    result = own(TEST, "-n", "1", "-k", "single", "--lowprec-calibrate=8")
    result.assert_outcomes(failed=1)
    assert "--lowprec-calibrate: all pairs are written to one table; run it without -n" in flat(
        result
    )
    assert not (pytester.path / "expectations.csv").exists()


def test_a_session_that_trains_nothing_is_left_alone(pytester):
    """Not even a `train` of its own makes one of ours."""
    pytester.makepyfile(
        """
        import sys, pytest

        @pytest.fixture
        def train():
            return 3

        def test_plain(train):
            assert train == 3
            assert "lowprec.suite.hooks" not in sys.modules
            assert "msgspec" not in sys.modules
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=1)
    assert not any("lowprec" in x for x in result.outlines if not x.startswith("plugins:"))


def test_tests_that_import_tensorflow_first_have_it_as_lowprec_does(own, monkeypatch):
    """Else a session whose tests do so once would be another environment than the last."""
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    text = TEST.replace(
        "    train(coder",
        "    import os; assert os.environ['TF_ENABLE_ONEDNN_OPTS'] == '0'\n    train(coder",
    )
    result = own(text, "-k", "single")
    assert "could not judge" in flat(result)


def test_records_are_json_that_names_the_metric(own, pytester):
    expect(pytester, "single")
    own(TEST, "-k", "single", "--benchmark-json=one.json")
    [bench] = json.loads((pytester.path / "one.json").read_text())["benchmarks"]
    assert bench["extra_info"]["lowprec"]["metric"] == "accuracy"
