"""One HTML page of a history: self-contained, without any request to a network."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from lowprec.judging.comparison import FirstComparison
from lowprec.judging.verdict import SessionVerdict
from lowprec.record.commits import CommitRange
from lowprec.record.session import Session
from lowprec.record.stored_pair import StoredPair
from lowprec.report.comparison import first_session_lines
from lowprec.report.details import Commits, commits_between, commits_text, details
from lowprec.report.findings import Finding, finding_line, findings
from lowprec.report.headline import headline
from lowprec.report.page.drawings import Drawing, losses_drawing
from lowprec.report.page.overview import overview, state_of
from lowprec.report.page.points import history_data
from lowprec.report.paper_tables import TABLES, any_published, table_lines, title_of
from lowprec.report.selection import Selection
from lowprec.report.style import left_out_text
from lowprec.report.text import short_name
from lowprec.report.timeline import MOST_POINTS, Point
from lowprec.report.verdicts import session_lines
from lowprec.rows.matrix import Pair

__all__ = ["PageContents", "page"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PageContents:
    """What the page is made of.

    Attributes:
        verdict: what is said of the session that the page is about.
        selection: what its tables are about.
        lines: every pair's times.
        sessions: stored sessions by their full names, that of the page and those that it names.
        figures: caption and SVGs, which stand beside each other where there is room.
        commits: as in `lowprec.report.verdicts.verdicts_text`.
        nearest: pairs that are new to the environment beside the nearest other one, if any.
        unreadable: what is wrong with files that should be sessions.
    """

    verdict: SessionVerdict
    selection: Selection
    lines: Mapping[Pair, Sequence[Point]]
    sessions: Mapping[str, Session]
    figures: Mapping[str, Sequence[bytes]]
    commits: Commits
    nearest: FirstComparison | None
    unreadable: Sequence[str]


@dataclass(frozen=True)
class _Told:
    """A finding as the page tells it: what links to its history, and what stands below it."""

    pair: str
    flagged: bool
    title: str
    line: str
    details: tuple[str, ...]
    commits: CommitRange | None
    commits_text: str
    losses: Drawing | None
    before: str | None


def page(contents: PageContents) -> str:
    """Return the page."""
    verdict, selection = contents.verdict, contents.selection
    environment = Environment(
        loader=PackageLoader("lowprec.report", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = findings(verdict)
    flagged = [finding.first.pair for finding in found if finding.first.flagged]
    return environment.get_template("page.html").render(
        session=verdict.session,
        short=short_name(verdict.session.name),
        headline=headline(verdict),
        state=state_of(verdict),
        models=overview(verdict),
        told=[_told(finding, contents) for finding in found],
        remarks=session_lines(verdict),
        nearest=first_session_lines(contents.nearest) if contents.nearest else [],
        unreadable=contents.unreadable,
        environment=selection.environment,
        losses={str(pair): losses_drawing(stored) for pair, stored in selection.pairs.items()},
        tables=[(title_of(selection, kind), *table_lines(selection, kind)) for kind in TABLES],
        published=any_published(selection),
        drawn=left_out_text(selection.drawn()).strip(),
        figures={caption: [*map(_image, svgs)] for caption, svgs in contents.figures.items()},
        history=history_data(contents.lines, next(iter(flagged), None), verdict.session),
        cut=MOST_POINTS if any(len(p) > MOST_POINTS for p in contents.lines.values()) else None,
        # The package's own files; all that comes from a history is escaped.
        css=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),  # nosec B704
        script=Markup((FOLDER / "page.js").read_text(encoding="utf-8")),  # nosec B704
    )


def _told(finding: Finding, contents: PageContents) -> _Told:
    pair, streak = finding.first, finding.first.streak
    good = streak.last_good if streak else None
    commits = commits_between(streak, contents.commits)
    title, _, line = finding_line(finding).partition(": ")
    alone = len(finding.pairs) == 1 and pair.flagged
    now = _stored(contents, contents.verdict.session.full_name, pair.pair) if alone else None
    before = _stored(contents, good.full_name, pair.pair) if good else None
    losses = losses_drawing(now, before) if now else None
    return _Told(
        pair=str(pair.pair),
        flagged=pair.flagged,
        title=title,
        line=line,
        details=tuple(details(finding, contents.verdict)),
        commits=commits,
        commits_text=commits_text(commits) if commits else "",
        losses=losses if losses and losses.ends else None,
        before=short_name(good.name) if good and before else None,
    )


def _stored(contents: PageContents, session: str, pair: Pair) -> StoredPair | None:
    found = contents.sessions.get(session)
    return found.pairs.get(pair) if found else None


def _image(svg: bytes) -> str:
    """Return a figure as the text of an image's address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
