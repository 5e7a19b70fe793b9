"""The stored history for other tools: rows for CSV and Parquet, OpenMetrics, JUnit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.summary import PairSummary
from lowprec.report.pair_cells import time_ratio
from lowprec.report.pair_lines import pair_line, unjudged_reason
from lowprec.report.quoting import cell_text
from lowprec.wording import printable

__all__ = ["csv_table", "frame", "junit", "openmetrics"]


def frame(verdicts: Iterable[SessionVerdict]) -> pd.DataFrame:
    """Return a row for every pair of every session, those that a session lacks included.

    Columns: session, time, protocol, environment (its key), model, scheme, seconds (of the
    training), accuracy (mean over the seeds, where all learnt), outcome, verdicts (joined by "; "),
    flagged, accepted (the reason), baseline_seconds, ratio, measured (how the seconds were),
    cpu_seconds and cpu_ratio (processors' time), start_seconds and start_ratio.
    """
    rows = [_row(verdict, pair) for verdict in verdicts for pair in verdict.pairs]
    types = dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(TEXTS, "string")
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)


def csv_table(verdicts: Iterable[SessionVerdict]) -> str:
    """Return the same as CSV, in which no text is a formula of a spreadsheet."""
    rows = frame(verdicts)
    texts = [name for name in COLUMNS if rows[name].dtype in ("object", "string")]
    rows[texts] = rows[texts].map(lambda cell: cell_text(cell) if isinstance(cell, str) else cell)
    return str(rows.to_csv(index=False, lineterminator="\n"))


COLUMNS = [
    *("session", "time", "protocol", "environment", "model", "scheme", "seconds", "accuracy"),
    *("outcome", "verdicts", "flagged", "accepted", "baseline_seconds", "ratio", "measured"),
    *("cpu_seconds", "cpu_ratio", "start_seconds", "start_ratio"),
]
NUMBERS = (
    *("seconds", "accuracy", "baseline_seconds", "ratio"),
    *("cpu_seconds", "cpu_ratio", "start_seconds", "start_ratio"),
)
TEXTS = ("accepted", "outcome", "measured")


def _row(verdict: SessionVerdict, pair: PairVerdict) -> list[Any]:
    session, timing = verdict.session, pair.timing
    seconds, accuracy = _measured(verdict, pair)
    return [
        *(session.name, session.time, session.protocol, session.environment.key, *pair.pair),
        *(seconds, accuracy, pair.outcome, "; ".join(pair.verdicts), pair.flagged),
        *(pair.accepted, timing.baseline_s if timing else None, time_ratio(timing)),
        *_clocks(verdict.measured.get(pair.pair), pair),
    ]


def _clocks(stored: PairSummary | None, pair: PairVerdict) -> tuple[Any, ...]:
    """Return how the pair was measured, and what the clocks beside its seconds say."""
    measured = stored.measured if stored and stored.seconds else None
    return (
        measured,
        stored.cpu_s if stored else None,
        time_ratio(pair.work),
        stored.startup_s if stored else None,
        time_ratio(pair.startup),
    )


def _measured(verdict: SessionVerdict, pair: PairVerdict) -> tuple[float | None, float | None]:
    """Return seconds and mean accuracy of a pair, None where there is none."""
    stored = verdict.measured.get(pair.pair)
    return (stored.seconds, stored.accuracy) if stored else (None, None)


def openmetrics(verdicts: Sequence[SessionVerdict]) -> str:
    """Return the newest session of every environment and protocol in the OpenMetrics text format.

    Samples have no times of their own: Prometheus takes one that is older than five minutes for
    none, and its node exporter and push gateway refuse them. The session's time is a gauge instead.
    Without times the text is one in Prometheus' own format, too, which these tools read.

    Raises:
        ImportError: prometheus-client is not installed.
    """
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.openmetrics import exposition

    gauges = {
        name: GaugeMetricFamily(f"lowprec_{name}", text, labels=PAIR_LABELS, unit=unit)
        for name, text, unit in GAUGES
    }
    times = GaugeMetricFamily(
        "lowprec_session_time_seconds",
        "When the session was stored, in seconds since 1970",
        labels=PAIR_LABELS[:2],
        unit="seconds",
    )
    newest = {verdict.session.series: verdict for verdict in verdicts}
    for (environment, protocol), verdict in newest.items():
        times.add_metric((protocol, environment), verdict.session.time.timestamp())
        for pair in verdict.pairs:
            seconds, accuracy = _measured(verdict, pair)
            values = (seconds, accuracy, pair.flagged, pair.judged)
            for gauge, value in zip(gauges.values(), values, strict=True):
                if value is not None:
                    gauge.add_metric((protocol, environment, *pair.pair), float(value))

    class Collected:
        def collect(self) -> Iterable[GaugeMetricFamily]:
            return [*gauges.values(), times]

    registry = CollectorRegistry()
    registry.register(Collected())
    generate_latest: Any = exposition.generate_latest  # some versions carry no types
    return str(generate_latest(registry).decode())


PAIR_LABELS = ("protocol", "environment", "model", "scheme")

GAUGES = (
    ("fit_seconds", "Seconds of a training", "seconds"),
    ("test_accuracy_ratio", "Mean test accuracy", "ratio"),
    ("flagged", "1 where the pair is flagged and nobody accepted it", ""),
    ("judged", "0 where the pair could not be judged, which is no pass", ""),
)
"""Name, help and unit of what is told of a pair."""


def junit(verdict: SessionVerdict) -> str:
    """Return a session as JUnit XML: a flagged pair is a failure, one not judged is skipped."""
    session, pairs = verdict.session, verdict.pairs
    failures = sum(pair.flagged for pair in pairs)
    skipped = sum(not pair.flagged and not pair.judged for pair in pairs)
    counts = {"tests": len(pairs), "failures": failures, "errors": 0, "skipped": skipped}
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites,
        "testsuite",
        {"name": "lowprec", "timestamp": session.time.isoformat(timespec="seconds")}
        | {name: str(count) for name, count in counts.items()},
    )
    for pair in pairs:
        seconds, _ = _measured(verdict, pair)
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "classname": printable(f"lowprec.{session.protocol}.{session.environment.key}"),
                "name": printable(pair.pair.test_id),
                "time": f"{seconds or 0:.3f}",
            },
        )
        if pair.flagged:
            ElementTree.SubElement(case, "failure", {"message": printable(pair_line(pair))})
        elif not pair.judged:
            ElementTree.SubElement(case, "skipped", {"message": printable(unjudged_reason(pair))})
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
