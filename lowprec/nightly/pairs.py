"""What a night says of its pairs, made for `lowprec issues`. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from lowprec.judging.slowdown import ALL_PAIRS
from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.environment import FIELDS, ON_RECORD_ONLY, VERSION_FIELDS
from lowprec.record.night import NightPair, NightPairs, State
from lowprec.record.summary import SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.report.findings import ratios_text
from lowprec.report.pair_lines import pair_line

__all__ = ["night_pairs"]

LANE_FIELDS = [name for name in FIELDS if name not in {*VERSION_FIELDS, *ON_RECORD_ONLY}]


def night_pairs(verdict: SessionVerdict) -> NightPairs:
    """Return what is said of a session's pairs."""
    session = verdict.session
    environment = session.environment
    together = [pair for pair in verdict.pairs if pair.slower_with_all]
    if len(together) < 2:
        together = []
    pairs = [_night_pair(pair, pair in together) for pair in verdict.pairs]
    release = _release(session)
    name = f"{release}, {environment.device_name or environment.device}, {session.protocol}"
    return NightPairs(
        lane=_lane(session, release),
        lane_name=name,
        session=session.name,
        environment=environment.key,
        pairs=(*pairs, *_all_pairs(verdict.pairs, together)),
    )


def _release(session: SessionSummary) -> str:
    environment = session.environment
    tensorflow = ".".join(environment.tensorflow.split(".")[:2])
    return f"TensorFlow {tensorflow}, Keras {environment.keras_generation}"


def _lane(session: SessionSummary, release: str) -> str:
    values = [getattr(session.environment, name) for name in LANE_FIELDS]
    content = json.dumps([*values, session.protocol, release])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _night_pair(pair: PairVerdict, with_all: bool) -> NightPair:
    change = pair.accuracy_change
    ratios = [said.ratio for said in pair.times if said.verdict is Verdict.SLOWER and said.ratio]
    judged: State = "fine" if pair.judged else "not judged"
    flagged: State = "slower with all" if with_all else "flagged"
    return NightPair(
        model=pair.pair.model,
        scheme=pair.pair.scheme,
        state=flagged if pair.flagged else judged,
        words=pair.verdicts,
        line=pair_line(pair),
        slower=max(ratios, default=None),
        loss=-change.value if change and Verdict.WORSE in pair.verdicts else None,
    )


def _all_pairs(pairs: Sequence[PairVerdict], together: Sequence[PairVerdict]) -> list[NightPair]:
    """Return what is said of all pairs at once; nothing where fewer than two were judged."""
    if not together:
        if sum(pair.judged for pair in pairs) < 2:
            return []
        return [NightPair(ALL_PAIRS, "", "fine", (), f"{ALL_PAIRS}: they share no slowdown")]
    words = dict.fromkeys(word for one in together for word in one.verdicts if word.row.flags)
    slower = [said for one in together for said in one.times if said.verdict.row.flags]
    ratios = [said.ratio for said in slower if said.ratio]
    of = "" if len(together) == len(pairs) else f" ({len(together)} of {len(pairs)})"
    line = f"{ALL_PAIRS}{of}: {', '.join(words)}; {ratios_text(ratios)} times as long as before"
    return [NightPair(ALL_PAIRS, "", "flagged", tuple(words), line, max(ratios))]
