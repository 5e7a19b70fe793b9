"""`lowprec export` over small stored histories."""

import sys

import pytest


@pytest.mark.usefixtures("four_quiet_sessions")
def test_export_to_the_terminal_or_a_file(run, tmp_path):
    code, printed = run("export", "--format", "csv")
    assert (code, printed.out.count("\n")) == (0, 17)
    file = tmp_path / "history.csv"
    assert run("export", "--format", "csv", "--out", str(file))[0] == 0
    assert file.read_text() == printed.out
    assert run("export", "--format", "csv", "--session", "0002")[1].out.count("\n") == 9
    assert 'skipped="4"' in run("export", "--format", "junit", "--session", "0001")[1].out


@pytest.mark.usefixtures("four_quiet_sessions")
def test_export_that_cannot_be(run, tmp_path, monkeypatch):
    code, printed = run("export", "--format", "parquet")
    assert (code, "--format parquet: got no --out" in printed.err) == (2, True)
    code, printed = run("export", "--format", "csv", "--out", str(tmp_path))
    assert (code, f"--out {tmp_path}: cannot be written" in printed.err) == (2, True)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    code, printed = run("export", "--format", "openmetrics")
    assert (code, "pip install 'lowprec[export]'" in printed.err) == (2, True)


@pytest.mark.usefixtures("four_quiet_sessions")
def test_export_of_a_damaged_history_is_no_success(run, save):
    path = save(9)
    path.write_text("{")
    code, printed = run("export", "--format", "csv")
    assert (code, str(path) in printed.err, printed.out.count("\n")) == (2, True, 17)


@pytest.mark.usefixtures("four_quiet_sessions")
def test_export_beside_an_acceptance_of_no_session_is_no_success(run, storage):
    (storage / "accepted.csv").write_text("session,model,scheme,reason\n0009_x,,,why\n")
    code, printed = run("export", "--format", "csv")
    assert (code, printed.out.count("\n")) == (2, 17)
    assert "accepted.csv:2: no stored session is named 0009_x" in printed.err
