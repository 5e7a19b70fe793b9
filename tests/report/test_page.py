"""What the page says, and what it is made of."""

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from lowprec.judging.session import against_nearest, replay
from lowprec.record.commits import CommitRange
from lowprec.record.session import Session
from lowprec.record.summary import summaries_of
from lowprec.report.page import PageContents, page
from lowprec.report.selection import newest_of_pairs, selection_of
from lowprec.report.timeline import timelines
from tests.literals import environment, stored_pair
from tests.pages import page_parts, points_of

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


def page_of(*sessions, **others):
    """The page on the last of these sessions."""
    summaries = summaries_of(sessions)
    verdicts = list(replay(summaries))
    by_name = {one.full_name: s for one, s in zip(summaries, sessions, strict=True)}
    newest = [by_name[one.full_name] for one in newest_of_pairs(summaries)]
    contents = {
        "verdict": verdicts[-1],
        "selection": selection_of(newest),
        "lines": timelines(verdicts),
        "sessions": by_name,
        "figures": {"A figure": [b"<svg/>", b"<svg/>"]},
        "commits": {},
        "nearest": against_nearest(verdicts[-1], summaries),
        "unreadable": (),
    }
    return page(PageContents(**{**contents, **others}))


def test_it_begins_with_what_there_is_to_do_and_a_cell_a_pair():
    text, data = page_parts(page_of(*QUIET, session(5, factor=1.5)))
    assert "lowprec 0005 2026-11-05 10:00 UTC, quick protocol, TensorFlow 2.21.0" in text
    headline = "1 of 4 pairs flagged: NN-I half (slower 1.50). NN-I double ok 2.00 s, 1.00 times"
    assert headline in text
    assert "half slower 3.00 s, 1.50 times .8000 mixed ok" in text
    assert data["pair"] == "NN-I half", "the history opens on what is flagged"
    half = points_of(data, "NN-I half")
    assert [point["state"] for point in half] == ["ok"] * 4 + ["flagged"]
    assert half[-1]["seconds"] == 3.0


def test_it_tells_of_what_is_flagged_since_when_and_what_it_was_before():
    html = page_of(*QUIET, session(5, factor=1.5, numpy="2.5.0"))
    text, _ = page_parts(html)
    told = text.partition("What is flagged ")[2].partition(" History ")[0]
    assert told.startswith("NN-I half : slower; 1.50 times the 2.00 s of 4 earlier sessions")
    assert "3.00 s, accuracy .8000, expected learns .70-.90; before, in 0004: 2.01 s" in told
    assert "last good 0004 of 2026-11-04; between them changed: numpy 2.4.6 -&gt; 2.5.0" in told
    assert '<a class="flagged" href="#NN-I%20half">NN-I half</a>: slower' in html


def test_the_losses_of_what_is_flagged_stand_beside_those_of_the_last_good_session():
    def with_loss(made, *loss):
        pairs = {}
        for pair, stored in made.pairs.items():
            rounds = tuple(msgspec.structs.replace(r, loss=loss) for r in stored.rounds)
            pairs[pair] = msgspec.structs.replace(stored, rounds=rounds)
        return Session.of(made.name, made.time, made.environment, pairs.values())

    sessions = [with_loss(made, 2.0, 1.0) for made in QUIET]
    html = page_of(*sessions, with_loss(session(5, factor=1.5), 2.0, 0.5))
    figure = html.partition("What is flagged")[2].partition("<figure")[2].partition("</figure>")[0]
    assert "Training loss: 0.5 to 2; dashed: 0004, the last good one" in figure
    assert re.findall(r'class="(\w+)" points="([^"]+)"', figure) == [
        ("before", "5.0,5.0 235.0,71.7"),
        ("loss", "5.0,5.0 235.0,105.0"),
    ]


def test_commits_have_a_link_where_there_is_a_page_for_them():
    sessions = [*QUIET, session(5, factor=1.5)]
    key = ("./0004_x", "./0005_x")
    for url, shown in (
        ("https://x.test/a", '<a href="https://x.test/a">aaaaaaaaa..bbbbbbbbb, 2 commits</a>'),
        (None, "<code>aaaaaaaaa..bbbbbbbbb, 2 commits</code>"),
    ):
        between = CommitRange("a" * 40, "b" * 40, 2, url)
        assert shown in page_of(*sessions, commits={key: between})


def test_a_session_in_which_nothing_is_flagged_opens_on_the_first_pair():
    text, data = page_parts(page_of(*QUIET))
    assert "None of 4 pairs flagged." in text
    assert data["pair"] is None
    assert "What is flagged" not in text


def test_the_first_night_of_a_machine_is_set_beside_the_nearest_other():
    text, _ = page_parts(page_of(*QUIET, session(5, cpu="EPYC")))
    assert "Could not judge 4 of 4 pairs (no baseline)." in text
    nearest = text.partition("Beside the nearest other environment ")[2]
    assert nearest.startswith("First session of tf2.21.0-keras3.15.1-cpu-")
    assert "Beside the nearest" not in page_parts(page_of(*QUIET))[0]


def test_it_tells_what_was_not_asked_for():
    some = session(5, schemes=("double",), asked_for=(("NN-I", "double"),))
    text, _ = page_parts(page_of(*QUIET, some))
    assert "Pairs of earlier sessions not asked for in this one: 3." in text


def test_every_figure_has_a_name_for_each_of_its_parts():
    html = page_of(*QUIET)
    assert re.findall(r'alt="([^"]+)"', html) == [
        "A figure, part 1 of 2",
        "A figure, part 2 of 2",
    ]


def test_it_asks_no_network():
    ours = re.sub(r"<script>.*?</script>", "", page_of(*QUIET), flags=re.S)
    assert 'src="data:' in ours
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", ours)
    assert "@import" not in ours
    assert "url(" not in ours


def test_names_with_markup_stay_text():
    html = page_of(*QUIET, session(5, factor=1.5, name="<script>alert(1)<", keras="3<b>bold"))
    text, data = page_parts(html)
    assert "<script>alert" not in html
    assert "0005_&lt;script&gt;alert(1)&lt;" in text
    assert "<b>bold" not in html
    assert points_of(data, "NN-I half")[-1]["session"] == "0005_<script>alert(1)<"


def test_what_could_not_be_read_is_named():
    text, _ = page_parts(page_of(*QUIET, unreadable=["0009_x.json: not a stored session"]))
    assert "0009_x.json: not a stored session" in text


def test_every_file_of_the_page_is_packaged():
    folder = Path("lowprec/report/page")
    kinds = {path.suffix for path in folder.iterdir() if path.is_file()} - {".py"}
    packaged = re.findall(r'"report/page/\*(\.\w+)"', Path("pyproject.toml").read_text())
    assert kinds == set(packaged)


def test_figures_that_leave_pairs_out_say_so():
    many = [stored_pair(model=f"test_{i:03}") for i in range(60)]
    made = Session.of("0001_x", datetime(2026, 11, 1, tzinfo=UTC), environment(), many)
    assert '<p class="note">40 of 60 pairs are drawn; the tables have all.</p>' in page_of(made)
    assert "are drawn" not in page_of(*QUIET)
