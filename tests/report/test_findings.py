"""What is told of pairs together, and what of each by itself, on literal verdicts."""

from dataclasses import replace

from lowprec.judging.slowdown import ALL_PAIRS
from lowprec.judging.verdict import PairVerdict, Streak
from lowprec.record.verdicts import Verdict
from lowprec.report.findings import finding_line, findings, ratios_text
from lowprec.rows.matrix import Pair
from tests.literals import summary
from tests.report.judged import DRIFTED, SLOW, judged, verdict


def slower(scheme, ratio=1.5, scope=ALL_PAIRS, **others):
    """A pair of NN-I that got slower with others."""
    timing = replace(SLOW, scope=scope, ratio=ratio)
    return replace(verdict("slower", timing=timing, scheme=scheme), **others)


def lines(*pairs):
    """What is told of these pairs of a session."""
    return [finding_line(finding) for finding in findings(judged(*pairs))]


def test_what_all_pairs_share_is_one_finding():
    assert lines(slower("single", 1.42), slower("half", 1.3)) == [
        "All 2 pairs: slower; 1.30-1.42 times the seconds of 6 earlier sessions"
    ]


def test_what_a_scheme_shares_names_it_and_its_pairs():
    half = [slower("half", scope="scheme half", pair=Pair(m, "half")) for m in ("NN-I", "CNN-I")]
    assert lines(verdict(), *half) == [
        "2 pairs of scheme half: slower; 1.50 times the seconds of 6 earlier sessions; NN-I half, "
        "CNN-I half"
    ]


def test_every_clock_that_they_share_is_told():
    work = replace(SLOW, scope=ALL_PAIRS, ratio=1.2, sessions=9)
    pairs = [slower(scheme, work=replace(work, sessions=n)) for scheme, n in (("a", 8), ("b", 9))]
    assert lines(*pairs) == [
        "All 2 pairs: slower; 1.50 times the seconds of 6 earlier sessions; processors' time 1.20 "
        "times the seconds of 8-9 earlier sessions"
    ]


def test_a_drift_that_they_share_is_told():
    drift = replace(DRIFTED, scope=ALL_PAIRS)
    assert lines(*(verdict("slower", scheme=s, timing=drift) for s in ("single", "half"))) == [
        "All 2 pairs: slower; 1.03 times the seconds of 40 earlier sessions, drifted to 1.16 times "
        "those of their first sessions"
    ]


def test_a_pair_that_changed_by_itself_is_told_by_itself():
    own = slower("mixed", scope=None)
    assert len(lines(slower("single"), slower("half"), own)) == 2
    lost = slower("mixed", verdicts=(Verdict.OUTCOME_CHANGED, Verdict.SLOWER))
    assert len(lines(slower("single"), lost, replace(lost, pair=Pair("NN-I", "half")))) == 3


def test_what_began_in_another_session_or_was_accepted_is_told_apart():
    later = slower("half", streak=Streak(1, summary(7), None))
    accepted = slower("mixed", accepted="known")
    assert [line.partition(":")[0] for line in lines(slower("single"), later, accepted)] == [
        "NN-I single",
        "NN-I half",
        "NN-I mixed",
    ]
    assert lines(accepted)[0].endswith("; accepted: known")
    both = lines(accepted, replace(accepted, pair=Pair("NN-I", "half")))
    assert both == [
        "All 2 pairs: slower (accepted); 1.50 times the seconds of 6 earlier sessions; accepted: "
        "known"
    ]


def test_pairs_that_are_missing_or_without_evidence_are_told_together():
    missing = [PairVerdict(Pair("NN-I", s), (Verdict.MISSING,)) for s in ("half", "mixed")]
    assert lines(verdict(), *missing) == ["2 pairs: missing; NN-I half, NN-I mixed"]
    unknown = [verdict("no evidence", "no baseline", scheme=s) for s in ("half", "mixed")]
    assert lines(*unknown) == ["All 2 pairs: no evidence, no baseline"]


def test_flagged_ones_come_first_and_quiet_ones_are_none():
    faster = verdict("faster")
    assert [finding.first for finding in findings(judged(verdict(), faster, slower("half")))] == [
        slower("half"),
        faster,
    ]
    assert findings(judged(verdict(), verdict("no baseline"))) == []


def test_ratios_that_are_shown_alike_are_shown_once():
    assert ratios_text([1.301, 1.299]) == "1.30"
