"""Verdicts as JSON, on literal verdicts."""

import json
from dataclasses import replace

from lowprec.judging.verdict import Streak
from lowprec.report.verdicts_json import verdicts_json
from tests.literals import ENVIRONMENT, summary
from tests.report.judged import DRIFTED, MISSING, judged, slower, verdict


def test_json_is_strict_and_whole():
    def refuse(constant):
        raise AssertionError(constant)

    sessions = [judged(slower(), MISSING, not_asked_for=2)]
    text = verdicts_json(sessions, ["0009.json: truncated"])
    document = json.loads(text, parse_constant=refuse)
    assert document["unreadable"] == ["0009.json: truncated"]
    [session] = document["sessions"]
    assert (session["session"], session["protocol"]) == ("0007_session", "quick")
    assert (session["environment"], session["not_asked_for"]) == (ENVIRONMENT.key, 2)
    half, mixed = session["verdicts"]
    assert (half["model"], half["scheme"]) == ("NN-I", "half")
    assert (half["verdict"], half["verdicts"], half["flagged"]) == ("slower", ["slower"], True)
    assert (half["ratio"], half["own_ratio"], half["smallest_slowdown"]) == (1.5, 1.48, 1.25)
    assert (half["baseline_sessions"], half["scope"], half["accepted"]) == (6, None, None)
    assert (half["since"], half["drift"]) == ({}, None)
    assert (mixed["verdict"], mixed["ratio"], mixed["baseline_sessions"]) == ("missing", None, 0)


def test_json_has_causes_and_drifts():
    since = {"driver": (None, "570.10")}
    document = json.loads(
        verdicts_json([judged(verdict("slower", timing=DRIFTED, since=since))], [])
    )
    [pair] = document["sessions"][0]["verdicts"]
    assert (pair["since"], pair["drift"]) == ({"driver": [None, "570.10"]}, 1.16)


def test_json_has_since_when():
    fourth = replace(slower(), streak=Streak(4, summary(13), summary(12)))
    document = json.loads(verdicts_json([judged(fourth)], []))
    assert document["sessions"][0]["verdicts"][0]["streak"] == {
        "sessions": 4,
        "first": "0013_session",
        "first_commit": None,
        "last_good": "0012_session",
        "last_good_commit": None,
    }
