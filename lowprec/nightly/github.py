"""Issues of a repository on GitHub, through its REST API."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from lowprec.errors import GitHubError, UsageError
from lowprec.wording import printable

__all__ = ["LABEL", "GitHubIssues", "run_address"]

LABEL = "lowprec"
"""Of each issue that is opened. Only who may triage sets labels, so nobody else's are touched."""

TIMEOUT_S = 30.0

RETRIES = 3

PAUSE_S = 1.0
"""Between two changes: GitHub asks for it, and refuses clients that are faster."""


class _Token(requests.auth.AuthBase):
    """The token as the way to authenticate, which a .netrc does not override."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class GitHubIssues:
    """The issues with `LABEL` of one repository."""

    def __init__(self, api: str, repository: str, token: str) -> None:
        self._address = f"{api.rstrip('/')}/repos/{repository}/issues"
        self._session = requests.Session()
        self._session.auth = _Token(token)
        self._session.headers["Accept"] = "application/vnd.github+json"
        self._session.headers["X-GitHub-Api-Version"] = "2022-11-28"
        # Reading may be tried again; a change that was made, though its answer got lost, may not.
        retry = Retry(RETRIES, backoff_factor=1.0, status_forcelist=(429, 502, 503, 504))
        self._session.mount(api, HTTPAdapter(max_retries=retry))

    @classmethod
    def from_environment(cls) -> GitHubIssues:
        """Return the issues of the repository that the variables of a job name.

        Raises:
            UsageError: one of them is missing.
        """
        names = ("GITHUB_TOKEN", "GITHUB_REPOSITORY")
        values = [os.environ.get(name) for name in names]
        if missing := [name for name, value in zip(names, values, strict=True) if not value]:
            raise UsageError(
                f"{' and '.join(missing)}: not set, expected a token that may write issues and "
                "OWNER/NAME of the repository; a job on GitHub is given both"
            )
        api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
        return cls(api, str(values[1]), str(values[0]))

    def all(self) -> Iterator[dict[str, Any]]:
        """Yield all of them, open and closed, as the API has them.

        Raises:
            GitHubError: a call failed.
        """
        address: str | None = self._address
        query: dict[str, str | int] | None = {"labels": LABEL, "state": "all", "per_page": 100}
        while address:
            answer = self._call("GET", address, params=query)
            yield from answer.json()
            address, query = answer.links.get("next", {}).get("url"), None

    def open(self, title: str, body: str) -> int:
        """Open one and return its number; raises GitHubError."""
        content = {"title": title, "body": body, "labels": [LABEL]}
        opened = self._change("POST", self._address, content)
        if LABEL not in [label["name"] for label in opened["labels"]]:
            raise GitHubError(
                f"{self._address}: issue {opened['number']} was opened without the label {LABEL}, "
                "without which it is not found again; expected a token that may set labels"
            )
        return int(opened["number"])

    def comment(self, number: int, body: str) -> None:
        """Comment on one; raises GitHubError."""
        self._change("POST", f"{self._address}/{number}/comments", {"body": body})

    def edit(self, number: int, **fields: str) -> None:
        """Change fields of one; raises GitHubError."""
        self._change("PATCH", f"{self._address}/{number}", fields)

    def _change(self, method: str, address: str, content: dict[str, Any]) -> Any:
        time.sleep(PAUSE_S)
        return self._call(method, address, json=content).json()

    def _call(self, method: str, address: str, **content: Any) -> requests.Response:
        try:
            answer = self._session.request(method, address, timeout=TIMEOUT_S, **content)
            answer.raise_for_status()
            answer.json()
        except requests.HTTPError as error:
            said = printable(error.response.text[:300])
            raise GitHubError(
                f"{method} {address}: {error.response.status_code} {said}; expected a token that "
                "may write issues, in a repository that has them"
            ) from error
        except requests.RequestException as error:
            raise GitHubError(f"{method} {address}: {printable(str(error))}") from error
        return answer


def run_address() -> str | None:
    """Return the address of the job that runs; None outside of GitHub."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = map(os.environ.get, names)
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else None
