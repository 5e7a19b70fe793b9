"""The table of expectations: the one that is shipped, and each way in which one can be wrong."""

from itertools import product
from math import sqrt
from pathlib import Path

import msgspec
import pytest

from lowprec import framework
from lowprec.errors import ExpectationError
from lowprec.expectations.table import (
    EXPECTATIONS_PATH,
    Conditions,
    conditions_in,
    conditions_of,
    load_expectations,
    write_expectations,
)
from lowprec.record.outcomes import OUTCOMES
from lowprec.record.stored_pair import StoredExpectation
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES
from tests.literals import CONDITIONS, environment, expectation, one_round, record

HEADER = "protocol,model,scheme,keras,device,outcome,accuracy_min,accuracy_max,evidence"
GOOD = "quick,NN-I,single,3,cpu,learns,0.75,0.85,8 seeds"
ROW = "quick,NN-I,half,3,cpu,learns,0.75,0.85,8 seeds"


@pytest.fixture
def table(tmp_path):
    """A function that writes lines to a table of expectations and returns its path."""

    def write(*lines):
        path = tmp_path / "expectations.csv"
        path.write_text("\n".join((*lines, "")), encoding="utf-8")
        return path

    return write


def refusal(path):
    with pytest.raises(ExpectationError) as caught:
        load_expectations(path)
    return str(caught.value)


# The table that is shipped.


@pytest.mark.parametrize(("model", "scheme"), list(product(PAPER_MODELS, PAPER_SCHEMES)))
def test_the_default_matrix_has_a_row(model, scheme):
    assert Conditions("quick", model, scheme, "3", "cpu") in load_expectations()


def test_every_rows_names_are_legal():
    for key in load_expectations():
        assert key.protocol in PROTOCOLS
        assert key.model in MODELS
        assert key.scheme in SCHEMES
        assert key.keras in ("2", "3")
        assert key.device in ("cpu", "gpu")


def test_every_row_has_evidence_that_names_its_seeds_and_keras():
    for row in load_expectations().values():
        assert "Keras" in row.evidence, row.conditions
        assert row.outcome == "unsupported" or "seed" in row.evidence, row.conditions


def test_every_row_has_legal_outcomes():
    assert {name for row in load_expectations().values() for name in row.outcomes} <= set(OUTCOMES)


def test_cnn_i_half_diverges():
    assert (
        load_expectations()[Conditions("quick", "CNN-I", "half", "3", "cpu")].outcome == "diverged"
    )


def test_the_shipped_file_is_as_write_expectations_leaves_it(tmp_path):
    path = tmp_path / "again.csv"
    write_expectations(load_expectations().values(), path)
    assert path.read_bytes() == EXPECTATIONS_PATH.read_bytes()


# Reading.


def test_a_table_is_read_by_key(table):
    rows = load_expectations(table(HEADER, GOOD, ROW))
    assert rows == {
        CONDITIONS._replace(scheme="single"): expectation(evidence="8 seeds", scheme="single"),
        CONDITIONS: expectation(evidence="8 seeds"),
    }


def test_a_row_without_a_band(table):
    path = table(HEADER, 'quick,NN-I,half,3,cpu,unsupported,,,"no kernel, none"')
    assert load_expectations(path) == {
        CONDITIONS: expectation("unsupported", None, None, "no kernel, none")
    }


def test_the_stored_form_of_a_row():
    assert msgspec.to_builtins(expectation("chance|diverged", 0.0, 0.2, "16 seeds").stored()) == {
        "outcome": "chance|diverged",
        "accuracy_min": 0.0,
        "accuracy_max": 0.2,
        "evidence": "16 seeds",
    }


def test_the_stored_form_of_a_row_whose_band_was_widened():
    stored = expectation("learns", 0.75, 0.85, "16 seeds").stored(rounds=1)
    assert msgspec.to_builtins(stored) == {
        "outcome": "learns",
        "accuracy_min": 0.7133,
        "accuracy_max": 0.8867,
        "evidence": "16 seeds",
        "row_accuracy_min": 0.75,
        "row_accuracy_max": 0.85,
    }
    assert msgspec.convert(msgspec.to_builtins(stored), StoredExpectation) == stored


SAME = (msgspec.UNSET, msgspec.UNSET)


@pytest.mark.parametrize(
    ("low", "high", "rounds", "applied", "own"),
    [
        (0.75, 0.85, 1, (0.7133, 0.8867), (0.75, 0.85)),
        (0.75, 0.85, 2, (0.7387, 0.8613), (0.75, 0.85)),
        (0.7572, 0.8446, 3, (0.7572, 0.8446), SAME),
        (0.7572, 0.8446, None, (0.7572, 0.8446), SAME),
        (0.75003, 0.84997, 3, (0.75, 0.85), (0.75003, 0.84997)),
        (0.9, 1.0, 1, (0.8633, 1.0), (0.9, 1.0)),
    ],
)
def test_the_band_that_was_applied_is_stored_and_that_of_the_row_where_it_differs(
    low, high, rounds, applied, own
):
    row = expectation(low=low, high=high)
    stored = row.stored(rounds)
    assert (stored.accuracy_min, stored.accuracy_max) == applied
    assert (stored.row_accuracy_min, stored.row_accuracy_max) == own
    assert rounds is None or row.applied_band(rounds) == applied


def test_a_missing_kernel_is_stored_without_a_band():
    stored = expectation("unsupported", None, None).stored(3)
    assert (stored.accuracy_min, stored.accuracy_max) == (None, None)
    assert (stored.row_accuracy_min, stored.row_accuracy_max) == SAME


def test_a_record_is_judged_by_the_keras_and_device_of_this_process(monkeypatch):
    t4 = framework.Device("gpu", "T4", "7.5", "12.5", "9", tf32=True, xla=False, onednn=True)
    monkeypatch.setattr(framework, "keras_generation", lambda: "2")
    monkeypatch.setattr(framework, "device", lambda: t4)
    conditions = conditions_of(record(one_round(), scheme="single"))
    assert conditions == Conditions("quick", "NN-I", "single", keras="2", device="gpu")


def test_a_record_of_a_worker_is_judged_by_the_keras_and_device_there():
    t4 = environment(keras="2.15.0", device="gpu")
    conditions = conditions_in(record(one_round(), scheme="single"), t4)
    assert conditions == Conditions("quick", "NN-I", "single", keras="2", device="gpu")


def test_outcomes_of_a_row_of_luck():
    assert expectation("chance|diverged").outcomes == {"chance", "diverged"}


@pytest.mark.parametrize("outcome", ["learns", "learns|diverged"])
@pytest.mark.parametrize(
    ("rounds", "low", "high"),
    [
        (1, 0.8 - 0.05 * sqrt(3), 0.8 + 0.05 * sqrt(3)),
        (2, 0.8 - 0.05 * sqrt(1.5), 0.8 + 0.05 * sqrt(1.5)),
        (3, 0.75, 0.85),
        (6, 0.75, 0.85),
    ],
)
def test_the_band_is_wider_for_fewer_rounds_than_the_protocols_three(outcome, rounds, low, high):
    assert expectation(outcome).band(rounds) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.0), (0.0, 0.1)])
def test_a_wider_band_stays_between_0_and_1(low, high):
    wide_low, wide_high = expectation(low=low, high=high).band(1)
    assert 0.0 <= wide_low < low + 0.05 < wide_high <= 1.0
    assert (wide_low, wide_high).count(0.0 if low == 0.0 else 1.0) == 1


@pytest.mark.parametrize("low", [0.75, 0.7501, 0.7506])
def test_for_the_protocols_rounds_the_bounds_are_the_tables_to_the_last_bit(low):
    assert expectation(low=low).band(3) == (low, 0.85)


@pytest.mark.parametrize("outcome", ["chance", "diverged", "chance|diverged"])
def test_guessing_does_not_scatter_out_of_its_band(outcome):
    assert expectation(outcome, 0.4, 0.6).band(1) == (0.4, 0.6)


def test_a_missing_kernel_has_no_band_to_widen():
    assert expectation("unsupported", None, None).band(3) is None


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("quick,NN-I,half,3,cpu", "expected 9 values, got another number"),
        (ROW + ",more", "expected 9 values, got another number"),
        (ROW.replace("quick", "slow"), "protocol is 'slow', expected one of quick, paper"),
        (ROW.replace("NN-I", ""), "model is '', expected a name that can be shown"),
        (ROW.replace("NN-I", "NN\x1b"), "model is 'NN\\x1b', expected a name that can be shown"),
        (ROW.replace("half", "Half"), f"scheme is 'Half', expected one of {', '.join(SCHEMES)}"),
        (ROW.replace(",3,", ",3.1,"), "keras is '3.1', expected one of 2, 3"),
        (ROW.replace("cpu", "tpu"), "device is 'tpu', expected one of cpu, gpu"),
        (
            ROW.replace("learns", "learn"),
            "outcome is 'learn', expected one of learns, chance, diverged, unsupported, "
            'or several joined by "|"',
        ),
        (
            ROW.replace("learns", "chance|"),
            "outcome is 'chance|', expected one of learns, chance, diverged, unsupported, "
            'or several joined by "|"',
        ),
        (
            ROW.replace("learns", ""),
            "outcome is '', expected one of learns, chance, diverged, unsupported, "
            'or several joined by "|"',
        ),
        (
            ROW.replace("0.75,0.85", "0.85,0.75"),
            "NN-I half: accuracy band 0.85 to 0.75, "
            "expected 0 <= accuracy_min <= accuracy_max <= 1",
        ),
        (
            ROW.replace("0.85", "85"),
            "NN-I half: accuracy band 0.75 to 85.0, "
            "expected 0 <= accuracy_min <= accuracy_max <= 1",
        ),
        (
            ROW.replace("0.85", "1.001"),
            "NN-I half: accuracy band 0.75 to 1.001, "
            "expected 0 <= accuracy_min <= accuracy_max <= 1",
        ),
        (
            ROW.replace("0.75", "-0.1"),
            "NN-I half: accuracy band -0.1 to 0.85, "
            "expected 0 <= accuracy_min <= accuracy_max <= 1",
        ),
        (
            ROW.replace("0.75", "nan"),
            "NN-I half: accuracy band nan to 0.85, expected 0 <= accuracy_min <= accuracy_max <= 1",
        ),
        (
            ROW.replace("0.85", ""),
            "NN-I half: accuracy band 0.75 to None, "
            "expected 0 <= accuracy_min <= accuracy_max <= 1",
        ),
        (ROW.replace("0.75", "low"), "could not convert string to float: 'low'"),
        (ROW.replace("8 seeds", " "), "NN-I half: the evidence is empty"),
        (GOOD, "second row for quick NN-I single 3 cpu"),
    ],
)
def test_a_wrong_row_is_told_with_file_and_line(table, row, wrong):
    path = table(HEADER, GOOD, row)
    assert refusal(path) == f"{path}:3: {wrong}"


def test_the_line_is_that_of_the_file_where_a_cell_runs_over_several(table):
    path = table(HEADER, GOOD.replace("8 seeds", '"8\nseeds"'), ROW.replace("half", "third"))
    assert refusal(path).startswith(f"{path}:4: scheme is 'third'")


def test_a_missing_kernel_has_no_band(table):
    path = table(HEADER, GOOD, ROW.replace("learns", "unsupported"))
    assert refusal(path) == (
        f"{path}:3: NN-I half: unsupported with a band 0.75 to 0.85, "
        "expected none, for there is no accuracy"
    )


@pytest.mark.parametrize(
    "header", [HEADER.replace("keras", "Keras"), HEADER + ",note", HEADER.removesuffix(",evidence")]
)
def test_wrong_columns(table, header):
    path = table(header, ROW)
    assert refusal(path) == (
        f"{path}: columns are {header.split(',')}, expected {HEADER.replace(',', ', ')}"
    )


def test_an_empty_file(table):
    path = table()
    assert refusal(path).startswith(f"{path}: columns are ")


def test_a_missing_file(tmp_path):
    path = tmp_path / "expectations.csv"
    message = refusal(path)
    assert message.startswith(f"{path}: cannot be read: ")
    assert "No such file" in message


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "expectations.csv"
    path.write_bytes(b"\xff\xfe")
    assert refusal(path).startswith(f"{path}: cannot be read: ")


def test_a_quote_that_is_never_closed(table):
    path = table(HEADER, GOOD, ROW.replace("8 seeds", '"8 seeds'))
    assert refusal(path) == f"{path}: cannot be read: unexpected end of data"


# Writing.


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "expectations.csv"
    rows = [
        expectation(evidence='sees "all", or\nnothing'),
        expectation("chance|diverged", 0.0, 0.2, scheme="mixed"),
        expectation("unsupported", None, None, scheme="double"),
    ]
    write_expectations(rows, path)
    assert load_expectations(path) == {row.conditions: row for row in rows}


def test_rows_are_ordered_as_the_tables_are_whatever_order_they_come_in(tmp_path):
    path = tmp_path / "expectations.csv"
    keys = [
        ("quick", "NN-I", "double", "2", "cpu"),
        ("quick", "NN-I", "double", "3", "cpu"),
        ("quick", "NN-I", "single", "3", "cpu"),
        ("quick", "NN-I", "half", "3", "cpu"),
        ("quick", "CNN-I", "double", "3", "cpu"),
        ("quick", "NN-I", "double", "3", "gpu"),
        ("paper", "NN-I", "double", "2", "cpu"),
    ]
    write_expectations([expectation(conditions=Conditions(*key)) for key in reversed(keys)], path)
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    assert header == HEADER
    assert lines == [f"{','.join(key)},learns,0.7500,0.8500,learns in 8 of 8 seeds" for key in keys]


def test_what_was_read_before_is_not_kept_over_a_write(tmp_path):
    path = tmp_path / "expectations.csv"
    for high in (0.8, 0.9):
        write_expectations([expectation(high=high)], path)
        assert load_expectations(path)[CONDITIONS].accuracy_max == high


def no_room_to_write(path, monkeypatch):
    usual = Path.open

    def full(self, mode="r", *others, **options):
        if "x" in mode:
            raise OSError("disk full")
        return usual(self, mode, *others, **options)

    monkeypatch.setattr(Path, "open", full)


def no_way_to_replace(path, monkeypatch):
    def replace(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("trouble", [no_room_to_write, no_way_to_replace])
def test_a_write_that_fails_leaves_the_old_table(table, monkeypatch, trouble):
    path = table(HEADER, ROW)
    trouble(path, monkeypatch)
    with pytest.raises(ExpectationError) as caught:
        write_expectations([expectation(scheme="double")], path)
    assert str(caught.value).startswith(f"{path}: cannot be written: ")
    assert path.read_text(encoding="utf-8") == f"{HEADER}\n{ROW}\n"
