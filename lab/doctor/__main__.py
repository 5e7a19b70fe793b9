"""python -m lab.doctor: what the doctor says of every case."""

from __future__ import annotations

import sys
import time

from lab.doctor.case import HEALTHY
from lab.doctor.held_out import HELD_OUT
from lab.doctor.held_out_again import HELD_OUT_AGAIN
from lab.doctor.others import OTHERS
from lab.doctor.reports import REPORTS
from lowprec import framework
from lowprec.doctor.consultation import consult
from lowprec.rows.schemes import SCHEMES

for case in HELD_OUT_AGAIN if "-a" in sys.argv else HELD_OUT if "-h" in sys.argv else (*REPORTS, *OTHERS):
    names = [a for a in sys.argv[1:] if a not in ("-t", "-h", "-a")]
    if names and not any(a in case.name for a in names):
        continue
    start = time.time()
    try:
        found = consult(case.task(), SCHEMES[case.scheme], 12, "-t" in sys.argv)
    except Exception as error:
        print("ERR", case.name, type(error).__name__, str(error)[:300], flush=True)
        continue
    d = found.diagnosis
    said = d.cause.rule.name if d.cause else d.state if d.state == "healthy" else "not known"
    want = case.cause_on(framework.keras_generation())
    print(
        "HIT " if said == want else "MISS",
        f"{time.time() - start:4.1f}s",
        case.name,
        case.scheme,
        "said:",
        said,
        "" if said == want else f"(want {want})",
        d.state,
        "twin",
        d.observed.twin.outcome,
        "%.3f" % d.observed.twin.score,
        "low %.3f" % d.observed.low.score,
        [(f.sign.step, f.rule.name) for f in d.findings][:4],
        [(t.remedy.mend, t.run and round(t.run.score, 3)) for t in found.tried],
        flush=True,
    )
