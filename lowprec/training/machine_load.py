"""How long the processors of this machine have been busy, as Linux counts it."""

from __future__ import annotations

import os
from pathlib import Path

from lowprec.record.machine_load import ProcessorTimes

__all__ = ["processor_times"]

STAT = Path("/proc/stat")


def processor_times(stat: Path = STAT) -> ProcessorTimes | None:
    """Return the times until now; None where the system does not tell them."""
    try:
        name, *fields = stat.read_text(encoding="ascii").split("\n", 1)[0].split()
        user, nice, system, idle, wait, irq, softirq, steal = map(int, fields[:8])
    except (OSError, ValueError):
        return None
    if name != "cpu":  # of all processors together
        return None
    tick_s = 1 / os.sysconf("SC_CLK_TCK")
    busy = user + nice + system + irq + softirq
    own = os.times()
    return ProcessorTimes(
        busy_s=busy * tick_s,
        stolen_s=steal * tick_s,
        all_s=(busy + idle + wait + steal) * tick_s,
        own_s=own.user + own.system + own.children_user + own.children_system,
    )
