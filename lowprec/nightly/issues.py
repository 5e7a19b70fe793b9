"""Which issues of flagged pairs are to be opened, told or closed. Pure.

An issue carries what was told of its pair last in a comment that GitHub does not show, so that a
regression is told once, and by nothing but the issues themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lowprec.record.night import NightPair, NightPairs

__all__ = ["Issue", "Step", "Told", "issues_from", "key_of", "marker", "steps"]

CLEARLY_SLOWER = 1.1
"""Times the ratio that was told last: the least slowdown that the gate flags."""

CLEARLY_LESS = 0.005
"""Accuracy lost besides what was told last: the least loss that the gate flags."""

_MARKER = re.compile(
    r"<!-- lowprec (?P<key>[0-9a-f]{16}) "
    r"(?:fine|(?P<words>[a-z, ]+); slower (?P<slower>[0-9.]+); loss (?P<loss>[0-9.]+)) -->"
)


@dataclass(frozen=True)
class Told:
    """What was said last of a flagged pair.

    Attributes:
        words: those that flag.
        slower: the largest ratio; 1 where it is not slower.
        loss: of accuracy; 0 without.
    """

    words: tuple[str, ...]
    slower: float
    loss: float

    @classmethod
    def of(cls, pair: NightPair) -> Told:
        """Return what there is to say of a pair."""
        words = tuple(str(word) for word in pair.words if word.row.flags)
        return cls(words, pair.slower or 1.0, pair.loss or 0.0)

    def is_news_after(self, before: Told) -> bool:
        """Whether it says another word, or is clearly worse."""
        return (
            set(self.words) != set(before.words)
            or self.slower > before.slower * CLEARLY_SLOWER
            or self.loss > before.loss + CLEARLY_LESS
        )


@dataclass(frozen=True)
class Issue:
    """An issue that `lowprec issues` has opened.

    Attributes:
        key: of its lane and pair.
        told: what was said last; None where that the pair is fine.
        body: its text.
    """

    number: int
    is_open: bool
    key: str
    told: Told | None
    body: str

    def marked(self, mark: str) -> str:
        """Return its text with another marker; people may have added to it."""
        return _MARKER.sub(mark, self.body, count=1)


@dataclass(frozen=True)
class Step:
    """What is to be done.

    Attributes:
        kind: "open" an issue, "tell" in a comment what changed, "close" it, or "note" in one that
            somebody closed that the pair is fine.
        issue: None where it is to be opened.
    """

    kind: Literal["open", "tell", "close", "note"]
    pair: NightPair
    issue: Issue | None = None


def key_of(night: NightPairs, pair: NightPair) -> str:
    """Return by what an issue of a pair is found again: a digest, so no name can end a comment."""
    content = "\0".join((night.lane, pair.model, pair.scheme))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def marker(key: str, told: Told | None) -> str:
    """Return the comment in the text of an issue that says whose it is and what was told last."""
    if told is None:
        return f"<!-- lowprec {key} fine -->"
    said = f"{', '.join(told.words)}; slower {told.slower:.4f}; loss {told.loss:.6f}"
    return f"<!-- lowprec {key} {said} -->"


def issues_from(documents: Iterable[dict[str, Any]]) -> dict[str, Issue]:
    """Return the newest issue of each key, of issues as GitHub's REST API has them."""
    newest: dict[str, Issue] = {}
    for document in documents:
        body = document["body"] or ""
        found = _MARKER.search(body)
        if found is None or "pull_request" in document:
            continue
        told = None
        if words := found["words"]:
            told = Told(tuple(words.split(", ")), float(found["slower"]), float(found["loss"]))
        issue = Issue(document["number"], document["state"] == "open", found["key"], told, body)
        if issue.key not in newest or newest[issue.key].number < issue.number:
            newest[issue.key] = issue
    return newest


def steps(night: NightPairs, issues: dict[str, Issue]) -> Iterator[Step]:
    """Yield what is to be done after a night.

    A pair that could not be judged, is not in the session, or is slower with all and has its issue
    there, changes nothing. An issue that somebody closed is told of news alone, which opens it
    again.
    """
    for pair in night.pairs:
        issue = issues.get(key_of(night, pair))
        if pair.state == "flagged":
            if issue is None or (issue.told is None and not issue.is_open):
                yield Step("open", pair)
            elif issue.told is None or Told.of(pair).is_news_after(issue.told):
                yield Step("tell", pair, issue)
        elif pair.state == "fine" and issue and issue.told:
            yield Step("close" if issue.is_open else "note", pair, issue)
