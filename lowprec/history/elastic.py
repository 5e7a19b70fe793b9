"""Sessions in pytest-benchmark's Elasticsearch storage, where many machines keep one history.

pytest-benchmark writes a document a benchmark. Its own way back leaves out `extra_info`, reads a
thousand documents at most, and does not understand the time zone that it writes itself (5.3.1), so
the documents are read here, through its connection and with its settings.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lowprec.errors import HistoryError, UsageError
from lowprec.history.accepted import ACCEPTED_NAME
from lowprec.history.collected import History, collected
from lowprec.history.files import session_from
from lowprec.history.index import Summaries
from lowprec.masking import masked, masked_address
from lowprec.record.session import Session
from lowprec.record.summary import summaries_of

__all__ = ["Elastic"]


class Elastic:
    """An index of Elasticsearch 7, of which the documents of this project are read."""

    def __init__(self, storage: Any) -> None:
        """Take pytest-benchmark's `ElasticsearchStorage`."""
        self._storage = storage

    def __str__(self) -> str:
        return f"Elasticsearch index {self._storage._es_index}"

    @classmethod
    def open(cls, url: str) -> Elastic:
        """Connect as pytest-benchmark does; user and password may come from ~/.netrc.

        Raises:
            UsageError: the address is none, or the client is not installed.
            HistoryError: the server does not answer, or is none.
        """
        if not _is_address(url):
            raise UsageError(
                f"--storage {masked_address(url)}: no address, expected elasticsearch+http[s]://HOST/INDEX"
            )
        try:
            from elasticsearch import ElasticsearchException
        except ImportError as error:
            raise UsageError(
                f"--storage {masked_address(url)}: needs a client for Elasticsearch 7 ({error}), "
                "expected `pip install 'lowprec[elasticsearch]'`"
            ) from error
        from pytest_benchmark import utils

        load_storage: Any = utils.load_storage
        try:
            return cls(load_storage(url, logger=logging.getLogger("lowprec"), netrc="~/.netrc"))
        except ElasticsearchException as error:
            raise HistoryError(
                f"{masked_address(url)}: cannot be reached: {masked(str(error), url)}"
            ) from error

    @property
    def accepted(self) -> Path:
        """Lies in the working directory's folder of sessions, to be kept with the project.

        That folder may have a table of its own, whose rows fit no session here.
        """
        return Path(".benchmarks") / f"elasticsearch-{ACCEPTED_NAME}"

    def summaries(self) -> Summaries:
        """Read what is judged of all sessions."""
        history = self.history()
        sessions = summaries_of(history.sessions)
        return Summaries(History(sessions, history.faults, history.remarks))

    def sessions(self, wanted: Collection[str]) -> dict[str, Session]:
        """Read some sessions; the server is asked for all, which it has in one index."""
        every = self.history().sessions
        named = zip(summaries_of(every), every, strict=True)
        return {one.full_name: session for one, session in named if one.full_name in wanted}

    def history(self) -> History[Session]:
        """Read all sessions of the project, oldest first; their names have no numbers.

        Raises:
            HistoryError: the server does not answer.
        """
        documents = _documents(self._hits())
        places = ((f"{self}: {name}", (name, document)) for name, document in documents)
        return collected(places, self._session, numbered=False)

    def _session(self, named_document: tuple[str, dict[str, Any]]) -> Session | None:
        try:
            return session_from(*named_document)
        except HistoryError as error:
            raise HistoryError(f"{self}: {error}; delete its documents") from error

    def _hits(self) -> Iterable[Mapping[str, Any]]:
        from elasticsearch import ElasticsearchException
        from elasticsearch.helpers import scan

        project = {"term": {"commit_info.project": self._storage._project_name}}
        try:
            yield from scan(
                self._storage._es,
                query={"query": {"bool": {"filter": project}}},
                index=self._storage._es_index,
            )
        except ElasticsearchException as error:
            raise HistoryError(f"{self}: cannot be read: {masked(str(error))}") from error


def _documents(hits: Iterable[Mapping[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Put the benchmarks of each session together again, as a file would have them.

    A name may be used twice, as with `--benchmark-save`; pytest-benchmark then replaces the
    documents of those benchmarks that the later session has, too. The time tells them apart.
    """
    documents: dict[tuple[str, Any], dict[str, Any]] = {}
    for hit in hits:
        source = hit["_source"]
        name = str(source.get("benchmark_id", hit.get("_id")))
        session = name, source.get("datetime")
        document = documents.setdefault(session, {**source, "benchmarks": []})
        document["benchmarks"].append({"extra_info": source.get("extra_info", {})})
    return [(name, document) for (name, _), document in documents.items()]


def _is_address(url: str) -> bool:
    try:
        address = urlsplit(url.removeprefix("elasticsearch+"))
        known = address.scheme in ("http", "https") and bool(address.hostname)
        return known and (address.port is None or address.port > 0)
    except ValueError:  # of a port that is no number
        return False
