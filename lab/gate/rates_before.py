"""The gate's rates within one version, before it had a memory across versions and since."""

from __future__ import annotations

import math

import pandas as pd

KEYS = ["kind", "machine", "scope", "size"]
SHARES = ("same_night", "within_3")
DELAY = "median_delay"
MANY = 2.0
"""Standard errors beyond which a move is no chance."""


def rates_before_and_after(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Return what moved, and a table of all rates side by side.

    Args:
        before: rates as `tables.frame` has them; other rules than the gate are left aside.
        after: likewise, of the same histories.
    """
    both = _gate(before).merge(_gate(after), on=KEYS, suffixes=("", "_after"))
    rows = [_row(cells) for _, cells in both.iterrows()]
    moved = sum(row["before"] != row["after"] for row in rows)
    beyond = [row for row in rows if row["moved by"].startswith("**")]
    named = "; ".join(f"{row['']}, {row['machine']}" for row in beyond)
    text = (
        "The gate without a memory (rates.before.csv) and today's, on the histories of "
        "[rates.md](rates.md), all within one version. "
        f"Of {len(rows)} lines {moved} moved at all, and {len(beyond)} by more than {MANY:g} "
        f"standard errors{f' ({named})' if beyond else ''}. These errors are of two independent "
        "samples; as the histories are the same, they are larger than those of the difference. "
        "Shares are on the same night / within three nights, then the median night."
    )
    return f"{text}\n\n{pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)}"


def _gate(rates: pd.DataFrame) -> pd.DataFrame:
    return rates[rates.rule == "lowprec"].fillna({"scope": ""})


def _row(cells: pd.Series) -> dict[str, str]:
    """Return a line; in bold where a share moved by more than `MANY` standard errors."""
    count = int(cells["count"])
    moves = [_errors(cells[name], cells[f"{name}_after"], count) for name in SHARES]
    known = [move for move in moves if not math.isnan(move)]
    most = max(known, key=abs)
    change = f", {cells['size']:+.0%} of {cells['scope']}" if cells["size"] else ""
    by = f"{most:+.1f} errors" if most else ""
    return {
        "": f"{cells['kind']}{change}",
        "machine": str(cells["machine"]),
        "count": str(count),
        "before": _shown(cells, ""),
        "after": _shown(cells, "_after"),
        "moved by": f"**{by}**" if abs(most) > MANY else by,
    }


def _shown(cells: pd.Series, suffix: str) -> str:
    values = [float(cells[name + suffix]) for name in SHARES]
    shares = " / ".join(f"{100 * value:.2f}%" for value in values if not math.isnan(value))
    delay = float(cells[DELAY + suffix])
    return shares if math.isnan(delay) else f"{shares}; {delay:g}"


def _errors(before: float, after: float, count: int) -> float:
    """Return the difference of two shares of `count` each, in its standard errors."""
    variance = (before * (1 - before) + after * (1 - after)) / count
    return (after - before) / math.sqrt(variance) if variance else after - before
