"""The stored history for other tools: rows for CSV and Parquet, OpenMetrics, JUnit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from lowprec.gate_verdicts import NightVerdict, PairVerdict
from lowprec.report.gate import pair_told, unjudged_told

__all__ = ["frame", "junit", "openmetrics"]


def frame(found: Iterable[NightVerdict]) -> pd.DataFrame:
    """Return a row for every pair of every session, those that a session lacks included.

    Columns: session, time, protocol, environment (its key), model, scheme, seconds (median over the
    rounds), accuracy (mean over the seeds, where all learnt), outcome, verdicts (joined by "; "),
    flagged, accepted (the reason), baseline_seconds, ratio.
    """
    rows = [_row(one, pair) for one in found for pair in one.pairs]
    numbers = ("seconds", "accuracy", "baseline_seconds", "ratio")
    types = dict.fromkeys(numbers, "float64") | {"accepted": "string", "outcome": "string"}
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)


COLUMNS = [
    *("session", "time", "protocol", "environment", "model", "scheme", "seconds", "accuracy"),
    *("outcome", "verdicts", "flagged", "accepted", "baseline_seconds", "ratio"),
]


def _row(one: NightVerdict, verdict: PairVerdict) -> list[Any]:
    night, time = one.night, verdict.time
    seconds, accuracy = _measured(one, verdict)
    return [
        *(night.name, night.time, night.protocol, night.key, verdict.model, verdict.scheme),
        *(seconds, accuracy, verdict.outcome, "; ".join(verdict.verdicts), verdict.flagged),
        *(verdict.accepted, time.baseline_s if time else None, time.ratio if time else None),
    ]


def _measured(one: NightVerdict, verdict: PairVerdict) -> tuple[float | None, float | None]:
    """Return seconds and mean accuracy of a pair, None where there is none."""
    for pair in one.night.pairs:
        if pair.pair == verdict.pair:
            return pair.seconds, pair.accuracy
    return None, None


def openmetrics(found: Sequence[NightVerdict]) -> str:
    """Return the newest session of every environment and protocol in the OpenMetrics text format.

    Raises:
        ImportError: prometheus-client is not installed.
    """
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.openmetrics import exposition

    labels = ("protocol", "environment", "model", "scheme")
    gauges = {
        "seconds": GaugeMetricFamily(
            "lowprec_fit_seconds", "Median seconds of a training", labels=labels, unit="seconds"
        ),
        "accuracy": GaugeMetricFamily(
            "lowprec_test_accuracy_ratio", "Mean test accuracy", labels=labels, unit="ratio"
        ),
        "flagged": GaugeMetricFamily(
            "lowprec_flagged", "1 where the pair is flagged and nobody accepted it", labels=labels
        ),
    }
    newest = {(one.night.protocol, one.night.key): one for one in found}
    for (protocol, key), one in newest.items():
        for verdict in one.pairs:
            names = (protocol, key, verdict.model, verdict.scheme)
            seconds, accuracy = _measured(one, verdict)
            time = one.night.time.timestamp()
            if seconds is not None:
                gauges["seconds"].add_metric(names, seconds, time)
            if accuracy is not None:
                gauges["accuracy"].add_metric(names, accuracy, time)
            gauges["flagged"].add_metric(names, float(verdict.flagged), time)

    class Collected:
        def collect(self) -> Iterable[GaugeMetricFamily]:
            return gauges.values()

    registry = CollectorRegistry()
    registry.register(Collected())
    generate_latest: Any = exposition.generate_latest  # some versions carry no types
    return str(generate_latest(registry).decode())


def junit(one: NightVerdict) -> str:
    """Return a session as JUnit XML: a flagged pair is a failure, one not judged is skipped."""
    failures = sum(pair.flagged for pair in one.pairs)
    skipped = sum(not pair.flagged and not pair.judged for pair in one.pairs)
    counts = {"tests": len(one.pairs), "failures": failures, "errors": 0, "skipped": skipped}
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites,
        "testsuite",
        {"name": "lowprec", "timestamp": one.night.time.isoformat(timespec="seconds")}
        | {name: str(count) for name, count in counts.items()},
    )
    for pair in one.pairs:
        seconds, _ = _measured(one, pair)
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "classname": f"lowprec.{one.night.protocol}.{one.night.key}",
                "name": f"{pair.model}-{pair.scheme}",
                "time": f"{seconds or 0:.3f}",
            },
        )
        if pair.flagged:
            ElementTree.SubElement(case, "failure", {"message": pair_told(pair)})
        elif not pair.judged:
            ElementTree.SubElement(case, "skipped", {"message": unjudged_told(pair)})
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
