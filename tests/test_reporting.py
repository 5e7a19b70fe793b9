"""`lowprec report` over small stored histories: what is written, and what the page says."""

import json
import re
import sys

import pytest

from lowprec import reporting
from lowprec.cli import main
from lowprec.report import page
from tests.literals import ENVIRONMENT, stored_document

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01)


@pytest.fixture
def storage(tmp_path):
    return tmp_path / "history"


@pytest.fixture
def save(storage):
    """Stores a session of NN-I; `half` takes `factor` times as long."""

    def write(day, fit_s=2.0, factor=1.0, name="x", verdict="ok", **environment):
        seconds = {s: fit_s * (factor if s == "half" else 1) for s in SCHEMES}
        content = stored_document(day, seconds, verdict=verdict, environment=environment)
        path = storage / "Linux-CPython-3.11-64bit" / f"{day:04}_{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.fixture
def quiet(save):
    for day, fit_s in enumerate(NOISE, start=1):
        save(day, fit_s)


@pytest.fixture
def without_files(monkeypatch):
    """Leaves out the files of figures, which take two seconds; the page has them all the same."""
    monkeypatch.setattr(reporting, "save", lambda figure, folder, name: None)


@pytest.fixture
def run(storage, tmp_path, capsys):
    def report(*options):
        out = tmp_path / "out"
        code = main(["report", "--storage", str(storage), "--out", str(out), *options])
        return code, out, capsys.readouterr()

    return report


def page_of(out):
    """The page's text without scripts, its data, and all of it."""
    whole = (out / "index.html").read_text()
    data = json.loads(re.search(r'id="data">(.*?)</script>', whole, re.S).group(1))
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", whole, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split()), data, whole


@pytest.mark.usefixtures("quiet")
def test_everything_is_written(run):
    code, out, said = run()
    assert (code, said.err) == (0, "")
    assert said.out == f"{out}/index.html: 0004_x and 3 other sessions\n"
    figures = [f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")]
    tables = [f"{name}.{kind}" for name in ("table1", "table2") for kind in ("csv", "md", "txt")]
    assert {path.name for path in out.iterdir()} == {"index.html", *figures, *tables}
    assert (out / "table1.txt").read_text().startswith("Table 1: training time in seconds\nquick")
    assert "0004_x" in (out / "table1.md").read_text()


FIGURES = ("figure2", "gaps", "losses", "times")


@pytest.mark.usefixtures("quiet", "without_files")
def test_the_page_begins_with_the_verdicts_of_the_newest_session(run, save):
    save(5, factor=1.5)
    _, out, _ = run()
    text, data, _ = page_of(out)
    assert "Session 0005_x , 2026-11-05 10:00 UTC, quick protocol" in text
    assert "1 of 4 pairs flagged" in text
    assert "NN-I half: slower; 1.50 times the 2.00 s of 4 earlier sessions" in text
    first_row = text.partition("outcome ")[2]
    assert first_row.startswith("NN-I half slower 1.50")
    half = data["pairs"][2]
    assert half["name"] == "NN-I half"
    assert [point["state"] for point in half["points"]] == ["ok"] * 4 + ["flagged"]
    assert half["points"][-1]["seconds"] == 3.0


@pytest.mark.usefixtures("quiet", "without_files")
def test_the_page_tells_what_was_not_asked_for(run, save):
    path = save(5)
    content = json.loads(path.read_text())
    content["benchmarks"] = content["benchmarks"][:1]
    content["benchmarks"][0]["extra_info"]["lowprec"]["asked_for"] = [["NN-I", "double"]]
    path.write_text(json.dumps(content))
    text, _, _ = page_of(run()[1])
    assert "All 1 pairs ok Pairs of earlier sessions not asked for in this one: 3." in text


@pytest.mark.usefixtures("quiet", "without_files")
def test_a_session_may_be_chosen(run, save):
    save(5, factor=1.5)
    _, out, _ = run("--session", "0004")
    assert "All 4 pairs ok" in page_of(out)[0]
    assert "0004_x" in (out / "table1.txt").read_text()


@pytest.mark.usefixtures("without_files")
def test_one_session_is_enough_and_is_not_called_ok(run, save):
    save(1)
    code, out, _ = run()
    assert code == 0
    assert "Nothing flagged; 4 of 4 pairs could not be judged" in page_of(out)[0]


@pytest.mark.usefixtures("quiet", "without_files")
def test_the_page_asks_no_network(run):
    _, out, _ = run()
    whole = page_of(out)[2]
    ours = re.sub(r"<script>.*?</script>", "", whole, flags=re.S)
    assert not re.search(r"""(src|href)=["'](?!data:)""", ours)
    assert "@import" not in ours


@pytest.mark.usefixtures("quiet", "without_files")
def test_names_with_markup_stay_text(run, save):
    save(5, factor=1.5, name="<script>alert(1)<", keras="3<b>bold")
    _, out, _ = run()
    text, data, whole = page_of(out)
    assert "<script>alert" not in whole
    assert "&lt;script&gt;alert(1)&lt;" in text
    assert "<b>bold" not in whole
    assert data["pairs"][0]["points"][-1]["session"] == "0005_<script>alert(1)<"


@pytest.mark.usefixtures("quiet", "without_files")
def test_a_long_history_is_cut_and_says_so(run, monkeypatch):
    monkeypatch.setattr(page, "MOST_POINTS", 3)
    text, data, _ = page_of(run()[1])
    assert "The newest 3 sessions of each pair." in text
    assert [p["session"] for p in data["pairs"][0]["points"]] == ["0002_x", "0003_x", "0004_x"]


@pytest.mark.usefixtures("without_files")
def test_mixed_protocols_and_missing_pairs(run, save, storage):
    save(1)
    path = save(2)
    content = json.loads(path.read_text())
    content["benchmarks"] = content["benchmarks"][1:2]
    for bench in content["benchmarks"]:
        bench["extra_info"]["lowprec"]["protocol"] = "paper"
    path.write_text(json.dumps(content))
    _, out, _ = run()
    assert (out / "table1.csv").read_text().splitlines()[1:] == [
        f"NN-I,single,2.0,30.81,{2 / 30.81},learns,paper,{ENVIRONMENT.key}"
    ]
    assert len(page_of(out)[1]["pairs"]) == 4


@pytest.mark.usefixtures("quiet", "without_files")
def test_a_damaged_file_is_told_on_the_page_and_is_no_success(run, save):
    path = save(9)
    path.write_text("{")
    code, out, said = run()
    assert code == 2
    assert str(path) in said.err
    assert str(path) in page_of(out)[0]


def test_no_session_is_refused(run, storage):
    code, out, said = run()
    assert (code, "no such folder" in said.err, out.exists()) == (2, True, False)
    storage.mkdir()
    code, out, said = run()
    assert (code, "no stored session" in said.err, out.exists()) == (2, True, False)


@pytest.mark.usefixtures("quiet", "without_files")
def test_a_folder_that_cannot_be_written(run, tmp_path):
    (tmp_path / "out").write_text("a file")
    code, _, said = run()
    assert (code, "--out" in said.err, "cannot be written to" in said.err) == (2, True, True)


@pytest.fixture
def export(storage, capsys):
    def run(*options):
        return main(["export", "--storage", str(storage), *options]), capsys.readouterr()

    return run


@pytest.mark.usefixtures("quiet")
def test_export_to_the_terminal_or_a_file(export, tmp_path):
    code, said = export("--format", "csv")
    assert (code, said.out.count("\n")) == (0, 17)
    file = tmp_path / "history.csv"
    assert export("--format", "csv", "--out", str(file))[0] == 0
    assert file.read_text() == said.out
    assert export("--format", "csv", "--session", "0002")[1].out.count("\n") == 9
    assert 'skipped="4"' in export("--format", "junit", "--session", "0001")[1].out


@pytest.mark.usefixtures("quiet")
def test_export_that_cannot_be(export, tmp_path, monkeypatch):
    code, said = export("--format", "parquet")
    assert (code, "--format parquet: got no --out" in said.err) == (2, True)
    code, said = export("--format", "csv", "--out", str(tmp_path))
    assert (code, f"--out {tmp_path}: cannot be written" in said.err) == (2, True)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    code, said = export("--format", "openmetrics")
    assert (code, "pip install 'lowprec[export]'" in said.err) == (2, True)


@pytest.mark.usefixtures("quiet")
def test_export_of_a_damaged_history_is_no_success(export, save):
    path = save(9)
    path.write_text("{")
    code, said = export("--format", "csv")
    assert (code, str(path) in said.err, said.out.count("\n")) == (2, True, 17)
