"""What the page says, and what the plot on it holds."""

import re
from datetime import UTC, datetime

from lowprec.judging.session import replay
from lowprec.record.session import Session
from lowprec.record.summary import summaries_of
from lowprec.report import page as page_module
from lowprec.report.page import page
from lowprec.report.selection import selections
from lowprec.report.timeline import timelines
from tests.literals import environment, stored_pair
from tests.pages import page_parts

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01)


def session(day, fit_s=2.0, factor=1.0, name="x", schemes=SCHEMES, asked_for=None, **changes):
    """A session of NN-I; `half` takes `factor` times as long."""
    pairs = [
        stored_pair(s, (fit_s * (factor if s == "half" else 1),), asked_for=asked_for)
        for s in schemes
    ]
    time = datetime(2026, 11, day, 10, tzinfo=UTC)
    return Session.of(f"{day:04}_{name}", time, environment(**changes), pairs)


QUIET = [session(day, fit_s) for day, fit_s in enumerate(NOISE, start=1)]


def page_of(*sessions, unreadable=()):
    """The page on the last of these sessions."""
    verdicts = list(replay(summaries_of(sessions)))
    [selection, *_] = selections(sessions)
    figures = {"A figure": b"<svg/>"}
    return page(verdicts[-1], selection, timelines(verdicts), figures, unreadable)


def test_it_begins_with_the_verdicts_of_the_session():
    text, data = page_parts(page_of(*QUIET, session(5, factor=1.5)))
    assert "Session 0005_x , 2026-11-05 10:00 UTC, quick protocol" in text
    assert "1 of 4 pairs flagged" in text
    assert "NN-I half: slower; 1.50 times the 2.00 s of 4 earlier sessions" in text
    first_row = text.partition("outcome ")[2]
    assert first_row.startswith("NN-I half slower 1.50")
    half = data["pairs"][2]
    assert half["name"] == "NN-I half"
    assert [point["state"] for point in half["points"]] == ["ok"] * 4 + ["flagged"]
    assert half["points"][-1]["seconds"] == 3.0


def test_it_tells_what_was_not_asked_for():
    some = session(5, schemes=("double",), asked_for=(("NN-I", "double"),))
    text, _ = page_parts(page_of(*QUIET, some))
    assert "All 1 pairs ok Pairs of earlier sessions not asked for in this one: 3." in text


def test_it_asks_no_network():
    ours = re.sub(r"<script>.*?</script>", "", page_of(*QUIET), flags=re.S)
    assert 'src="data:' in ours
    assert not re.search(r"""(src|href)=["'](?!data:)""", ours)
    assert "@import" not in ours


def test_names_with_markup_stay_text():
    html = page_of(*QUIET, session(5, factor=1.5, name="<script>alert(1)<", keras="3<b>bold"))
    text, data = page_parts(html)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;" in text
    assert "<b>bold" not in html
    assert data["pairs"][0]["points"][-1]["session"] == "0005_<script>alert(1)<"


def test_a_long_history_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(page_module, "MOST_POINTS", 3)
    text, data = page_parts(page_of(*QUIET))
    assert "The newest 3 sessions of each pair." in text
    assert [p["session"] for p in data["pairs"][0]["points"]] == ["0002_x", "0003_x", "0004_x"]


def test_what_could_not_be_read_is_named():
    text, _ = page_parts(page_of(*QUIET, unreadable=["0009_x.json: not a stored session"]))
    assert "0009_x.json: not a stored session" in text
