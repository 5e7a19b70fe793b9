"""The measured rates as tables and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import matplotlib as mpl
import pandas as pd

mpl.use("agg")
from matplotlib import pyplot as plt

from lowprec.report.style import OKABE_ITO

from .measure import CHANGING, QUIET, Rate
from .rules import RULES

MARKERS = "*osD^vP"
SCOPE_NAMES: Mapping[str, str] = MappingProxyType(
    {"pair": "one pair", "scheme": "one scheme", "all": "all pairs"}
)


def frame(rates: list[Rate]) -> pd.DataFrame:
    """Return a row a rate."""
    return pd.DataFrame([vars(rate) for rate in rates])


def replaced(rates: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return rates with those of one rule measured anew, in the same places."""
    keys = ["kind", "rule", "machine", "scope", "size"]
    both = rates.fillna({"scope": ""}).set_index(keys)
    again = new.set_index(keys)
    both.loc[again.index] = again[both.columns]
    return both.reset_index()


def markdown(rates: pd.DataFrame, oracle: pd.DataFrame) -> str:
    """Return all tables, with headings."""
    parts = [
        "### Against the targets",
        _targets(rates, oracle),
        "### False alarms per 100 nights of 16 pairs",
        _false_alarms(rates),
        "### Slowdown of 10%: found on the same night / within three nights, in %",
    ]
    for scope, name in SCOPE_NAMES.items():
        parts += [f"Of {name}:", _detections(rates, scope, 0.10)]
        if scope == "pair":
            parts[-1] += "\n" + _oracle_line(oracle)
    for size in (0.05, 0.20):
        parts += [
            f"### Slowdown of {size:.0%} of one pair, likewise",
            _detections(rates, "pair", size),
        ]
    parts += ["### Nights until a slowdown of 10% of one pair is found, median", _delays(rates)]
    parts += ["### After a spike, and a slow creep", _spikes_and_creep(rates)]
    return "\n\n".join(parts) + "\n"


TARGETS = (
    ("+10% on one pair, noise 1%, same night", "noise 1%", "pair", "same_night", 0.995),
    ("+10% on one pair, noise 2%, same night", "noise 2%", "pair", "same_night", 0.80),
    ("+10% on one pair, noise 2%, within 3 nights", "noise 2%", "pair", "within_3", 0.99),
    ("+10% on one pair, noise 4%, within 3 nights", "noise 4%", "pair", "within_3", 0.80),
    ("+10% on a whole scheme, noise 2%, within 3 nights", "noise 2%", "scheme", "within_3", 0.99),
    *(
        (f"+10% on everything, {machine}, within 3 nights", machine, "all", "within_3", 0.90)
        for machine in CHANGING
        if "drift" in machine
    ),
)
"""What, on which machine, of which scope, the rate's name and the least that it should be."""

MOST_FALSE_ALARMS = 0.01


def _targets(rates: pd.DataFrame, oracle: pd.DataFrame) -> str:
    """Return what lowprec reaches beside what it should."""
    ours = rates[rates.rule == "lowprec"]
    quiet = ours[(ours.kind == "false alarm") & ours.machine.isin(CHANGING)]
    worst = quiet.nlargest(1, "same_night").iloc[0]
    rows = [
        (
            "false alarms in 100 nights, the worst machine",
            f"at most {100 * MOST_FALSE_ALARMS:g}",
            f"{100 * worst.same_night:.2f} ({worst.machine}, {worst['count']} nights)",
            "",
        )
    ]
    for what, machine, scope, name, least in TARGETS:
        reached = _percent(_on(machine, _of(ours, scope, 0.10), name))
        best = f"{_percent(_on(machine, oracle, name))}%" if scope == "pair" else ""
        rows.append((what, f"at least {100 * least:g}%", f"{reached}%", best))
    after = ours[ours.kind == "after a spike"].iloc[0]
    told = f"{_percent(after.same_night)}% flagged ({after['count']} spikes)"
    rows.append(("the night after a spike of 20%", "ok", told, ""))
    columns = ["", "target", "reached", "an oracle"]
    return pd.DataFrame(rows, columns=columns).to_markdown(index=False, disable_numparse=True)


def _table(cells: pd.DataFrame, columns: Sequence[str]) -> str:
    ordered = cells.reindex(index=list(RULES), columns=list(columns))
    ordered.index.name = "rule"
    return ordered.to_markdown(disable_numparse=True)


def _false_alarms(rates: pd.DataFrame) -> str:
    quiet = rates[rates.kind == "false alarm"]
    cells = quiet.pivot_table(index="rule", columns="machine", values="same_night")
    return _table((100 * cells).map("{:.1f}".format), list(QUIET))


def _detections(rates: pd.DataFrame, scope: str, size: float) -> str:
    found = _of(rates, scope, size)
    told = [
        f"{_percent(same_night)} / {_percent(within_3)}"
        for same_night, within_3 in zip(found.same_night, found.within_3, strict=True)
    ]
    cells = found.assign(told=told).pivot_table(
        index="rule", columns="machine", values="told", aggfunc="first"
    )
    return _table(cells, CHANGING)


def _of(rates: pd.DataFrame, scope: str, size: float) -> pd.DataFrame:
    return rates[(rates.kind == "detection") & (rates.scope == scope) & (rates["size"] == size)]


def _on(machine: str, rates: pd.DataFrame, name: str) -> float:
    """Return the one rate of this name on a machine."""
    return float(rates[rates.machine == machine][name].item())


def _percent(share: float) -> str:
    """Never 100 or 0 where one history says otherwise."""
    if share in (0, 1):
        return f"{100 * share:.0f}"
    return "> 99.9" if share > 0.9995 else "< 0.1" if share < 0.0005 else f"{100 * share:.1f}"


def _oracle_line(oracle: pd.DataFrame) -> str:
    by_machine = oracle.set_index("machine")
    cells = [
        f"{_percent(by_machine.same_night[name])} / {_percent(by_machine.within_3[name])}"
        for name in CHANGING
    ]
    return f"| *what an oracle reaches* | {' | '.join(cells)} |"


def _delays(rates: pd.DataFrame) -> str:
    cells = _of(rates, "pair", 0.10).pivot_table(
        index="rule", columns="machine", values="median_delay", dropna=False
    )
    return _table(cells.map(lambda n: "-" if pd.isna(n) else f"{n:g}"), CHANGING)


def _spikes_and_creep(rates: pd.DataFrame) -> str:
    after = rates[rates.kind == "after a spike"].set_index("rule").same_night
    creep = rates[rates.kind == "creep"].set_index("rule").median_delay
    cells = pd.DataFrame(
        {
            "flagged on the night after a spike of 20%, %": after.map(_percent),
            "nights until a creep of 1% a night is found, median": creep.map(
                lambda n: "-" if pd.isna(n) else f"{n:g}"
            ),
        }
    )
    return _table(cells, list(cells.columns))


def picture(rates: pd.DataFrame, oracle: pd.DataFrame, path: Path) -> None:
    """Draw false alarms against detection, a point a rule; the upper left is where to be."""
    noises = ("noise 1%", "noise 2%", "noise 4%")
    figure, axes = plt.subplots(1, 3, figsize=(10, 4), sharey=True, layout="constrained")
    for axis, machine in zip(axes, noises, strict=True):
        alarms = rates[(rates.kind == "false alarm") & (rates.machine == machine)]
        found = _of(rates, "pair", 0.10)
        found = found[found.machine == machine].set_index("rule")
        for rule, colour, marker in zip(RULES, OKABE_ITO, MARKERS, strict=True):
            [x] = 100 * alarms[alarms.rule == rule].same_night
            axis.plot(
                *(x, 100 * found.within_3[rule], marker),
                **{"color": colour, "markersize": 15 if marker == "*" else 8, "label": rule},
                clip_on=False,
                linestyle="none",
            )
        best = 100 * float(oracle.set_index("machine").within_3[machine])
        axis.axhline(best, color="#888888", linestyle=":", linewidth=1, zorder=0)
        axis.axvline(1, color="#888888", linewidth=1, zorder=0)
        axis.set_xscale("symlog", linthresh=1)
        axis.set(xlim=(0, 100), ylim=(0, 100), title=machine)
        axis.set_xticks([0, 1, 10, 100], ["0", "1", "10", "100"])
    axes[0].set_ylabel("found within three nights, %")
    axes[1].set_xlabel("false alarms per 100 nights of 16 pairs")
    figure.suptitle("A slowdown of 10% of one pair (dotted: an oracle; line: one false alarm)")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.savefig(path, dpi=110)
    plt.close(figure)
