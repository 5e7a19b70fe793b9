"""What the gate makes of a pair of the running session, and of them all where slowdowns fail it.

Pure. The test of a pair and the end of the session say the same, as both have it from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lowprec.judging.verdict import PairVerdict
from lowprec.record.stored_pair import StoredPair
from lowprec.record.verdicts import Verdict
from lowprec.report.pair_lines import pair_line, unjudged_reason
from lowprec.rows.matrix import Pair
from lowprec.wording import counted

__all__ = ["NOT_TRAINED", "NO_HISTORY", "GateResult", "failure_lines", "gate_result"]

NOT_TRAINED = "the pair was not trained in this session; run its test_training with it"
NO_HISTORY = "no stored session to judge by; store some with --benchmark-autosave"


@dataclass(frozen=True)
class GateResult:
    """What came of a pair. It passes only where it was judged and nothing is wrong with it.

    Attributes:
        text: what is wrong with it, or why it could not be judged; "" where it passes.
        flagged: whether something is wrong with it.
        regressed: whether that is against earlier sessions, and not its expectation alone.
        lacks_sessions: whether there are too few earlier sessions to judge it by.
    """

    text: str = ""
    flagged: bool = False
    regressed: bool = False
    lacks_sessions: bool = False

    @property
    def passes(self) -> bool:
        """Whether it was judged, and nothing is wrong with it."""
        return not self.text


def gate_result(stored: StoredPair | None, verdict: PairVerdict | None) -> GateResult:
    """Return what comes of a pair.

    Args:
        stored: as the session has it; None where it was not trained.
        verdict: what its history says; None where there is no history.
    """
    if stored is None:
        return GateResult(NOT_TRAINED)
    if verdict is None:
        return GateResult(NO_HISTORY, lacks_sessions=True)
    if verdict.flagged:
        beyond = [word for word in verdict.verdicts if word is not stored.verdict]
        if any(word.row.flags for word in beyond):
            return GateResult(pair_line(verdict), flagged=True, regressed=True)
        said = stored.message.partition("\n")[0]
        return GateResult(f"{said} (against what is expected of it)", flagged=True)
    if verdict.judged:
        return GateResult()
    lacks_sessions = verdict.expected and Verdict.NO_BASELINE in verdict.verdicts
    return GateResult(unjudged_reason(verdict), lacks_sessions=lacks_sessions)


def failure_lines(
    tests: Mapping[str, Pair | None],
    stored: Mapping[Pair, StoredPair],
    verdicts: Mapping[Pair, PairVerdict],
    faults: Collection[str],
    option: str,
) -> list[str]:
    """Return why a session fails whose slowdowns shall; nothing where every pair passes.

    Every pair that was trained is judged, and every one that was to be.

    Args:
        tests: the pair of each test that is to train or judge one, by the test's id; None where it
            is not known, as with a test that was skipped.
        stored: the pairs that were trained.
        verdicts: what the history says of them; empty where there is none.
        faults: what is wrong with the history.
        option: by which slowdowns fail a session, as it was given.
    """
    named = {pair for pair in tests.values() if pair} | stored.keys()
    results = {
        str(pair): gate_result(stored.get(pair), verdicts.get(pair))
        for pair in sorted(named, key=Pair.sort_key)
    }
    results |= {name: GateResult(NOT_TRAINED) for name, pair in tests.items() if pair is None}
    flagged = sum(result.flagged for result in results.values())
    unjudged = defaultdict(list)
    for name, result in results.items():
        if not result.passes and not result.flagged:
            unjudged[result.text].append(name)
    lines = [f"not judged ({reason}): {', '.join(names)}" for reason, names in unjudged.items()]
    if flagged or unjudged:
        count = sum(map(len, unjudged.values()))
        lines.append(f"{option}: {counted(flagged, 'pair')} flagged, {count} not judged")
    if faults:
        lines.append(f"{option}: {counted(len(faults), 'fault')} in the history")
    return lines
