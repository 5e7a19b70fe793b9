"""pytest-benchmark's Elasticsearch storage, on a stand-in server that speaks the calls used."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lowprec.cli import main
from lowprec.errors import HistoryError, UsageError
from lowprec.history.storage import open_storage, storage_of
from tests.literals import stored_document

pytest.importorskip("elasticsearch", reason="pip install 'lowprec[elasticsearch]'")

# pytest-benchmark gives the client arguments that Elasticsearch 7 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).parents[2]
NOISE = (2.0, 2.02, 1.98, 2.01)
PAGE = 3
COMMIT = {"commit_info": {"id": "abc", "project": "lowprec"}}


class Handler(BaseHTTPRequestHandler):
    """Elasticsearch 7, as far as a document is stored and all of a project are scrolled through."""

    def log_message(self, *_):
        pass

    def answer(self, content, status=200):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")

    def do_GET(self):
        self.answer({"version": {"number": "7.17.28", "build_flavor": "default"}, "tagline": ""})

    def do_PUT(self):
        index, *document = urlsplit(self.path).path.strip("/").split("/")
        if document:
            self.server.documents[document[-1]] = self.body()
            self.answer({"result": "created"}, 201)
        else:
            self.body()
            self.answer({"index": index})

    def do_POST(self):
        url, query = urlsplit(self.path), self.body()
        if url.path == "/_search/scroll":
            self.answer(self.page(int(query["scroll_id"])))
            return
        assert url.path == "/benchmark/_search"
        assert "scroll" in parse_qs(url.query)
        project = query["query"]["bool"]["filter"]["term"]["commit_info.project"]
        self.server.hits = [
            {"_id": key, "_source": source}
            for key, source in self.server.documents.items()
            if source["commit_info"]["project"] == project
        ]
        self.answer(self.page(0))

    def do_DELETE(self):
        self.body()
        self.answer({"succeeded": True})

    def page(self, start):
        hits = self.server.hits[start : start + PAGE]
        return {
            "_scroll_id": str(start + PAGE),
            "_shards": {"successful": 1, "total": 1, "skipped": 0},
            "hits": {"hits": hits},
        }


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.documents = {}
        running.url = f"elasticsearch+http://127.0.0.1:{running.server_port}"
        running.url += "/benchmark/benchmark?project_name=lowprec"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def save(server, day, fit_s=2.0, **changes):
    """Store a session through pytest-benchmark's storage, as its plugin does."""
    content = stored_document(day, {"single": fit_s, "half": 2 * fit_s}) | COMMIT
    for bench, name in zip(content["benchmarks"], ("single", "half"), strict=True):
        bench |= {"name": name, "fullname": name, "group": None, "params": {}, "param": None}
    storage = open_storage(server.url)._storage
    storage.save({**content, **changes}, f"{day:04}_tf221k3-cpu")


def check(server, capsys):
    code = main(["check", "--storage", server.url])
    return code, capsys.readouterr()


def test_sessions_are_put_together_from_all_pages(server):
    save(server, 2)
    save(server, 1, untimed=[])
    assert len(server.documents) == 4 > PAGE
    history = open_storage(server.url).history()
    assert [session.name for session in history.sessions] == [
        *("0001_tf221k3-cpu", "0002_tf221k3-cpu")
    ]
    assert [list(session.pairs) for session in history.sessions] == [
        [("NN-I", "single"), ("NN-I", "half")]
    ] * 2
    assert history.sessions[0].pairs["NN-I", "half"].rounds[0].fit_s == 4.0


def test_two_sessions_of_one_name_are_two(server):
    """pytest-benchmark replaces the documents of the benchmarks that both have."""
    save(server, 1)
    later = stored_document(2, {"half": 9.0}) | COMMIT
    later["benchmarks"][0] |= {"name": "half", "fullname": "half", "params": {}, "param": None}
    open_storage(server.url)._storage.save(later, "0001_tf221k3-cpu")
    first, second = open_storage(server.url).history().sessions
    assert [pair.fit_s for pair in first.pairs["NN-I", "single"].rounds] == [2.0]
    assert first.pairs.keys() == {("NN-I", "single")}
    assert [pair.fit_s for pair in second.pairs["NN-I", "half"].rounds] == [9.0]


def test_other_projects_are_left_alone(server):
    save(server, 1, commit_info={"id": "abc", "project": "other"})
    assert open_storage(server.url).history().sessions == ()


def test_check(server, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for day, fit_s in enumerate(NOISE, start=1):
        save(server, day, fit_s)
    assert check(server, capsys)[0] == 0
    save(server, 5, 3.0)
    code, output = check(server, capsys)
    assert code == 1
    assert "NN-I half: slower; 1.50 times the 4.00 s" in output.out
    reason = ["--reason", "a new kernel", "--storage", server.url]
    assert main(["accept", "0005", *reason]) == 0
    assert (tmp_path / ".benchmarks" / "elasticsearch-accepted.csv").exists()
    assert check(server, capsys)[0] == 0


def test_what_was_accepted_in_a_folder_is_no_fault_here(server, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = tmp_path / ".benchmarks" / "accepted.csv"
    table.parent.mkdir()
    table.write_text("session,model,scheme,reason\n0042_of_a_file,,,why\n")
    for day, fit_s in enumerate(NOISE, start=1):
        save(server, day, fit_s)
    assert check(server, capsys)[0] == 0


def test_names_tell_no_order(server):
    """pytest-benchmark gives them no numbers; who names a session 0002 has some other reason."""
    for day, name in ((2, "0001_x"), (1, "0002_x")):
        content = stored_document(day, {"single": 2.0}) | COMMIT
        content["benchmarks"][0] |= {"name": "x", "fullname": "x", "params": {}, "param": None}
        open_storage(server.url)._storage.save(content, name)
    history = open_storage(server.url).history()
    assert [session.name for session in history.sessions] == ["0002_x", "0001_x"]
    assert history.faults == ()


def test_a_session_of_the_future_is_told(server):
    for day in (1, 2, 3):
        save(server, day)
    save(server, 4, datetime="2027-11-04T10:00:00+00:00")
    [line] = open_storage(server.url).summaries().faults
    assert line.startswith(
        "Elasticsearch index benchmark: 0004_tf221k3-cpu: dated 2027-11-04 10:00 UTC, in the future"
    )


def test_a_damaged_document_is_named_and_no_pass(server, capsys):
    for day, fit_s in enumerate(NOISE, start=1):
        save(server, day, fit_s)
    server.documents["0002_tf221k3-cpu_half"]["extra_info"]["lowprec"]["rounds"][0]["fit_s"] = None
    code, output = check(server, capsys)
    assert code == 2
    assert "Elasticsearch index benchmark: 0002_tf221k3-cpu: not a stored session" in output.err


def test_the_storage_of_a_session_that_runs(server):
    save(server, 1)
    own = open_storage(server.url)._storage
    assert len(storage_of(own).summaries().sessions) == 1


def test_a_session_under_the_projects_own_settings_is_saved(server, pytester):
    """Warnings are errors there, and the client warns of how pytest-benchmark calls it."""
    pytester.makefile(".ini", pytest=(ROOT / "pytest.ini").read_text())
    pytester.mkdir("tests").joinpath("test_x.py").write_text(
        "def test_x(benchmark):\n    benchmark.pedantic(int)\n"
    )
    storage = f"--benchmark-storage={server.url}"
    pytester.runpytest_subprocess("--benchmark-autosave", storage).assert_outcomes(passed=1)
    assert len(server.documents) == 1


def test_no_server_is_told_without_the_password(server):
    server.shutdown()
    server.server_close()
    url = server.url.replace("http://", "http://user:secret@")
    with pytest.raises(HistoryError, match="cannot be reached") as caught:
        open_storage(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["elasticsearch+http://", "elasticsearch+foo", "elasticsearch+http://h:port/x"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UsageError, match="no address, expected elasticsearch"):
        open_storage(url)


def test_a_server_that_goes_away(server):
    storage = open_storage(server.url)
    server.shutdown()
    server.server_close()
    with pytest.raises(HistoryError, match="Elasticsearch index benchmark: cannot be read"):
        storage.history()


def test_without_the_client_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "elasticsearch", None)
    with pytest.raises(UsageError, match=r"pip install 'lowprec\[elasticsearch\]'"):
        open_storage("elasticsearch+http://127.0.0.1:9")
