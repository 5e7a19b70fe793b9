"""A small GitHub: the part of its REST API that keeps the issues of one repository."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "s3cret"
PATH = "/repos/owner/name/issues"


@dataclass
class GitHub:
    """What it keeps, and how it behaves.

    Attributes:
        issues: by number, each with its comments.
        changes: method and path of each request that changed something, or tried to.
        fails_at: of the changes, the one that is answered with 403; -1 for none.
        drops_labels: whether it ignores labels, as for a token without write access.
        page_size: issues of a page at most.
    """

    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    fails_at: int = -1
    drops_labels: bool = False
    page_size: int = 2
    address: str = ""

    def add(self, **fields):
        """Add an issue as somebody would; returns its number."""
        number = len(self.issues) + 1
        plain = {"number": number, "state": "open", "title": "", "body": None, "labels": []}
        self.issues[number] = {**plain, "comments": [], **fields}
        return number


@contextmanager
def running() -> Iterator[GitHub]:
    """Yield one that answers at its address."""
    github = GitHub()

    class Handler(_Handler):
        kept = github

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    kept: GitHub

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        (label,), page = query["labels"], int(query.get("page", ["1"])[0])
        state = query.get("state", ["open"])[0]
        found = [
            issue
            for issue in sorted(self.kept.issues.values(), key=lambda i: -i["number"])
            if label in [one["name"] for one in issue["labels"]]
            and state in ("all", issue["state"])
        ]
        first = (page - 1) * self.kept.page_size
        links = {}
        if found[first + self.kept.page_size :]:
            address = f"{self.kept.address}{PATH}?labels={label}&state={state}&page={page + 1}"
            links = {"Link": f'<{address}>; rel="next", <{address}>; rel="last"'}
        self._answer(200, found[first : first + self.kept.page_size], links)

    def do_POST(self):
        content = self._changed()
        if content is None:
            return
        if self.path == PATH:
            labels = [] if self.kept.drops_labels else content.pop("labels")
            named = [{"name": name} for name in labels]
            number = self.kept.add(title=content["title"], body=content["body"], labels=named)
            self._answer(201, self.kept.issues[number])
        else:
            self._issue(-2)["comments"].append(content["body"])
            self._answer(201, {})

    def do_PATCH(self):
        content = self._changed()
        if content is not None:
            self._issue(-1).update(content)
            self._answer(200, self._issue(-1))

    def _issue(self, place):
        return self.kept.issues[int(self.path.split("/")[place])]

    def _changed(self):
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.kept.changes.append((self.command, self.path.removeprefix(PATH)))
        failed = len(self.kept.changes) - 1 == self.kept.fails_at
        if failed or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(403, {"message": "Resource not accessible by integration\x1b"})
            return None
        return content

    def _answer(self, status, content, headers=()):
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {**dict(headers), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
