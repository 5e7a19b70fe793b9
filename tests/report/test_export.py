"""The history in the forms of other tools."""

import csv
import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from lowprec.judging.session import replay
from lowprec.record.summary import summaries_of
from lowprec.report.export import csv_table, frame, junit, openmetrics
from tests.literals import parted, session, stored_pair

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01)


def session_of(day, fit_s=2.0, factor=1.0, schemes=SCHEMES, **environment):
    return session(
        day,
        *(stored_pair(s, (fit_s * (factor if s == "half" else 1),), (0.8, 0.82)) for s in schemes),
        **environment,
    )


def replayed(*sessions):
    return list(replay(summaries_of(sessions)))


QUIET = [session_of(day, fit_s) for day, fit_s in enumerate(NOISE, start=1)]


def test_a_row_for_every_pair_of_every_session():
    rows = frame(replayed(*QUIET, session_of(5, factor=1.5)))
    assert len(rows) == 20
    first, last = rows.iloc[0], rows[rows.scheme == "half"].iloc[-1]
    assert (first.session, first.model, first.scheme) == ("0001_session", "NN-I", "double")
    assert (first.seconds, first.accuracy, first.verdicts) == (2.0, 0.81, "no baseline")
    assert pd.isna(first.ratio)
    assert (last.verdicts, last.flagged, last.outcome) == ("slower", True, "learns")
    assert last.ratio == pytest.approx(1.5, rel=0.01)


def test_columns_have_types_whatever_is_in_them():
    rows = frame(replayed(QUIET[0]))
    assert [str(rows[name].dtype) for name in ("seconds", "ratio", "flagged")] == [
        *("float64", "float64", "bool")
    ]
    assert str(rows.time.dtype).startswith("datetime64")


def test_every_clock_has_its_columns():
    clocks = parted(train_s=2.0, cpu_s=3.0, startup_s=0.5)
    row = frame(replayed(*[session(day, stored_pair(**clocks)) for day in (1, 2, 3, 4)])).iloc[-1]
    assert (row.measured, row.seconds, row.cpu_seconds, row.start_seconds) == ("shared", 2, 3, 0.5)
    assert (row.ratio, row.cpu_ratio, row.start_ratio) == (1.0, 1.0, 1.0)
    old = frame(replayed(QUIET[0])).iloc[0]
    assert old.measured == "whole"
    assert pd.isna(old.cpu_seconds)
    assert pd.isna(old.start_ratio)


def test_a_pair_that_the_session_lacks_has_a_row():
    rows = frame(replayed(*QUIET, session_of(5, schemes=("double", "single", "mixed"))))
    missing = rows[rows.verdicts == "missing"]
    assert list(missing.scheme) == ["half"]
    assert pd.isna(missing.seconds.iloc[0])


def test_parquet_keeps_everything(tmp_path):
    pytest.importorskip("pyarrow", reason="pip install 'lowprec[export]'")
    rows = frame(replayed(*QUIET))
    rows.to_parquet(tmp_path / "x.parquet", index=False)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "x.parquet"), rows, check_dtype=False)


def test_openmetrics_is_understood_by_prometheus_own_parser():
    pytest.importorskip("prometheus_client", reason="pip install 'lowprec[export]'")
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    later = session_of(5, factor=1.5), session_of(6, 3.0, tensorflow="2.22.0", cpu="EPYC")
    text = openmetrics(replayed(*QUIET, *later))
    families = {family.name: family.samples for family in text_string_to_metric_families(text)}
    seconds = {
        (s.labels["environment"][:8], s.labels["scheme"]): s.value
        for s in families["lowprec_fit_seconds"]
    }
    assert len(seconds) == 8
    assert seconds["tf2.21.0", "half"] == 3.0
    assert seconds["tf2.22.0", "single"] == 3.0
    flagged = [s.labels["scheme"] for s in families["lowprec_flagged"] if s.value]
    assert flagged == ["half"]
    accuracies = [s.value for s in families["lowprec_test_accuracy_ratio"]]
    assert accuracies == pytest.approx([0.81] * 8)


def later():
    """A night in which half is slower, and one of another environment with a pair."""
    return session_of(5, factor=1.5), session_of(
        6, 3.0, schemes=("half",), cpu="EPYC", tensorflow="2.22.0"
    )


def test_openmetrics_has_no_times_but_those_of_sessions_and_tells_what_was_not_judged():
    """A sample with a time of its own is none to Prometheus once it is five minutes old."""
    pytest.importorskip("prometheus_client", reason="pip install 'lowprec[export]'")
    lines = openmetrics(replayed(*QUIET, *later())).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"lowprec_\w+\{.*\} [0-9.e+]+", line) for line in samples)
    values = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in samples}
    flagged = [name for name, value in values.items() if "_flagged{" in name and value]
    assert [re.search('scheme="(.*?)"', name)[1] for name in flagged] == ["half"]
    unjudged = [name for name, value in values.items() if "_judged{" in name and not value]
    assert len(unjudged) == 1
    assert "tf2.22.0" in unjudged[0]
    times = {value for name, value in values.items() if "_session_time_seconds{" in name}
    assert times == {datetime(2026, 11, day, tzinfo=UTC).timestamp() for day in (5, 6)}
    assert lines[-1] == "# EOF"


@pytest.mark.skipif(not shutil.which("promtool"), reason="apt-get install prometheus")
def test_prometheus_own_tools_take_the_metrics_and_the_rules_of_the_docs(tmp_path):
    pytest.importorskip("prometheus_client", reason="pip install 'lowprec[export]'")
    text = openmetrics(replayed(*QUIET, *later()))
    check = ["promtool", "check", "metrics"]
    assert subprocess.run(check, input=text, text=True, check=False).returncode == 0
    fields = Path("docs/fields.md").read_text(encoding="utf-8")
    rules = re.search(r"^    groups:\n(?:    .*\n)+", fields, re.M)[0]
    (tmp_path / "rules.yml").write_text(re.sub("^    ", "", rules, flags=re.M))
    (tmp_path / "test.yml").write_text(RULE_TESTS)
    run = subprocess.run(
        ["promtool", "test", "rules", str(tmp_path / "test.yml")], capture_output=True, check=False
    )
    assert run.returncode == 0, run


RULE_TESTS = """
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'lowprec_flagged{scheme="half"}', values: '1x3000'}
      - {series: 'lowprec_flagged{scheme="single"}', values: '0x3000'}
      - {series: 'lowprec_judged{scheme="half"}', values: '1x3000'}
      - {series: 'lowprec_judged{scheme="single"}', values: '0x3000'}
      - {series: 'lowprec_session_time_seconds{protocol="quick",environment="old"}', values: '0x3000'}
      - {series: 'lowprec_session_time_seconds{protocol="quick",environment="new"}', values: '3600x3000'}
    alert_rule_test:
      - {eval_time: 12h, alertname: LowprecFlagged, exp_alerts: [{exp_labels: {scheme: half}}]}
      - {eval_time: 12h, alertname: LowprecNotJudged, exp_alerts: [{exp_labels: {scheme: single}}]}
      - {eval_time: 36h, alertname: LowprecNoNight, exp_alerts: []}
      - {eval_time: 38h, alertname: LowprecNoNight, exp_alerts: [{exp_labels: {protocol: quick}}]}
"""  # noqa: E501


def test_no_cell_of_csv_is_a_formula():
    names = {"model": '=HYPERLINK("http://x")', "scheme": "@SUM(1,2)"}
    text = csv_table(replayed(session(1, stored_pair(**names))))
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["model"], row["scheme"]) == ('\'=HYPERLINK("http://x")', "'@SUM(1,2)")
    assert (row["seconds"], row["session"], row["ratio"]) == ("2.0", "0001_session", "")


def test_junit():
    suite = ElementTree.fromstring(junit(replayed(*QUIET, session_of(5, factor=1.5))[-1]))[0]
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "0", "0"]
    half = suite[2]
    assert (half.get("name"), half.get("time")) == ("NN-I-half", "3.000")
    assert half[0].tag == "failure"
    assert half[0].get("message").startswith("NN-I half: slower; 1.50 times")
    assert [len(case) for case in suite] == [0, 0, 1, 0]


def test_junit_is_valid_with_any_name():
    (verdict,) = replayed(session(1, stored_pair(model='a<b>&"]]>')))
    (case,) = ElementTree.fromstring(junit(verdict))[0]
    assert case.get("name") == 'a<b>&"]]>-single'


def test_what_could_not_be_judged_is_skipped_in_junit():
    suite = ElementTree.fromstring(junit(replayed(QUIET[0])[0]))[0]
    assert suite.get("skipped") == "4"
    assert suite[0][0].get("message") == "no baseline: 0 earlier sessions count, 3 are needed"
