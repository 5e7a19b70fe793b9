"""What a night says of its pairs, made for `lowprec issues`. Pure."""

from __future__ import annotations

import hashlib
import json

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.environment import FIELDS, ON_RECORD_ONLY, VERSION_FIELDS
from lowprec.record.night import NightPair, NightPairs
from lowprec.record.summary import SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.report.pair_lines import pair_line

__all__ = ["night_pairs"]

LANE_FIELDS = [name for name in FIELDS if name not in {*VERSION_FIELDS, *ON_RECORD_ONLY}]


def night_pairs(verdict: SessionVerdict) -> NightPairs:
    """Return what is said of a session's pairs."""
    session = verdict.session
    environment = session.environment
    release = _release(session)
    name = f"{release}, {environment.device_name or environment.device}, {session.protocol}"
    return NightPairs(
        lane=_lane(session, release),
        lane_name=name,
        session=session.name,
        environment=environment.key,
        pairs=tuple(map(_night_pair, verdict.pairs)),
    )


def _release(session: SessionSummary) -> str:
    environment = session.environment
    tensorflow = ".".join(environment.tensorflow.split(".")[:2])
    return f"TensorFlow {tensorflow}, Keras {environment.keras_generation}"


def _lane(session: SessionSummary, release: str) -> str:
    values = [getattr(session.environment, name) for name in LANE_FIELDS]
    content = json.dumps([*values, session.protocol, release])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _night_pair(pair: PairVerdict) -> NightPair:
    ratios = [said.ratio for said in pair.times if said.verdict is Verdict.SLOWER and said.ratio]
    change = pair.accuracy_change
    return NightPair(
        model=pair.pair.model,
        scheme=pair.pair.scheme,
        state="flagged" if pair.flagged else "fine" if pair.judged else "not judged",
        words=pair.verdicts,
        line=pair_line(pair),
        slower=max(ratios, default=None),
        loss=-change.value if change and Verdict.WORSE in pair.verdicts else None,
    )
