"""python -m lab.gate.constants: what other values of the gate's constants would change.

Each value of each constant of `CONSTANTS` meets the same generated histories, by the rule of the
package alone. docs/gate/constants.csv has the rates, docs/gate/constants.md the tables.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from lowprec.judging import changes, evidence, noise, slowdown, student

from . import situations as s
from .effects import Constant, Effect, markdown, measure

DOCS = Path(__file__).parents[2] / "docs" / "gate"
FALSE = (s.FALSE_4, s.FALSE_2)


INTRODUCTION = """\
# The gate's constants

    pip install -e '.[gate]' && python -m lab.gate.constants

(13 minutes of one core, 7 ms a judged night) gives each constant of the gate other values, by
its rule alone, on [generated histories](../gate.md#how-good-it-is) that are the same for all values
of a constant. Numbers are in per cent: of nights for false alarms, of histories or of pairs for
what is called slower. The value in force is bold, with its standard error. Other values have their
difference to it in brackets, with the standard error of the difference, which is smaller, as the
histories are the same; `=` means that not one of them came out differently.

The histories are fewer than those of [rates.md](rates.md): 1600 nights for the false alarms of the
worst machine instead of 4000, which gives 1.2 ± 0.3 in 100 here and 0.9 there.
"""


def _values(*values: float) -> Mapping[str, float]:
    """Return values by the shortest text of each."""
    return MappingProxyType({f"{value:g}": value for value in values})


CONSTANTS = (
    Constant(
        changes,
        "PAIR_EVIDENCE",
        _values(5.4, 6.4, 7.4),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.AFTER_SPIKE),
        "The trade-off that the gate is tuned by: one less finds 7 of 100 slowdowns more and "
        "doubles the false alarms of the worst machine; one more loses 10 of 100 to save a third "
        "of the alarms. 6.4 was taken for about one false alarm in 100 nights there.",
    ),
    Constant(
        changes,
        "GROUP_EVIDENCE",
        _values(4.8, 5.8, 6.8),
        (*FALSE, s.SCHEME),
        "The same trade-off for schemes and models, and a flatter one: 4.8 would find 9 of 100 "
        "more on the night itself for 0.3 ± 0.2 false alarms in 100 nights.",
    ),
    Constant(
        changes,
        "MACHINE_EVIDENCE",
        _values(4, 5, 6),
        (*FALSE, s.EVERYTHING),
        "6 would miss the target of 90% within three nights; 4 finds hardly more than 5, for a "
        "few false alarms.",
    ),
    Constant(
        evidence,
        "SLOWDOWN",
        MappingProxyType({f"log {ratio:.2f}": math.log(ratio) for ratio in (1.07, 1.10, 1.15)}),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.SCHEME, s.EVERYTHING),
        "What is worth a flag is a choice, not a measurement; 10% is that of `asv compare`, too. "
        "A slowdown of 10% is found a little more often by a gate that looks for 7%, at half a "
        "false alarm more in 100 nights, and far less often by one that looks for 15%.",
    ),
    Constant(
        evidence,
        "NIGHTS",
        _values(1, 2, 3, 4),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.EVERYTHING, s.AFTER_SPIKE),
        "Where noise or drift is large, each night up to the third finds more within three "
        "nights, which is how far the detections here look: a fourth can only help later ones, "
        "and is one session less in the baseline.",
    ),
    Constant(
        evidence,
        "SPIKE_RATE",
        _values(0.0005, 0.002, 0.008),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.AFTER_SPIKE),
        "A lower rate would do as well. A higher one takes slowdowns at 2% of noise for spikes, "
        "for a few false alarms less.",
    ),
    Constant(
        evidence,
        "SPIKE_RANGE",
        _values(0.25, 0.5, 1),
        (s.FALSE_4, s.PAIR_2, s.PAIR_4, s.AFTER_SPIKE),
        "It hardly matters: only the rate over the range has a part, and that as a logarithm.",
    ),
    Constant(
        evidence,
        "EARLIER_NIGHT",
        _values(2.5, 3.5, 5),
        (*FALSE, s.PAIR_4, s.EVERYTHING, s.AFTER_SPIKE),
        "With 5 one spike of 20% is enough for a second flag on the night after it, in 3 of 100 "
        "cases at 4% of noise; with 2.5 seven of 100 slowdowns less are found.",
    ),
    Constant(
        evidence,
        "EASY",
        _values(2, 3, 4),
        (s.FALSE_2, s.FALSE_1, s.PAIR_2, s.SMALL),
        "It counts only where noise is below 1.6%, and says how soon less than 10% is flagged "
        "there. 2 would find more of these on the first night and raises no false alarm here: 3 "
        "is the more careful choice, not a better one by these numbers.",
    ),
    Constant(
        slowdown,
        "WINDOW",
        _values(20, 40, 80),
        (s.FALSE_4, s.PAIR_2, s.WANDERING),
        "No difference here is beyond its error: half or twice as many sessions would do as "
        "well, even where usual times wander. 40 is a choice: six weeks of nights.",
    ),
    Constant(
        changes,
        "PART_OF_GROUP",
        MappingProxyType(
            {
                "0": 0.0,
                "SLOWDOWN / 4": evidence.SLOWDOWN / 4,
                "SLOWDOWN / 2": evidence.SLOWDOWN / 2,
            }
        ),
        (s.NAMED, s.NAMED_WRONGLY),
        "Without it a pair that did not change is called slower with its group every other "
        "night. A half of `SLOWDOWN` would be as good a choice as a quarter: it names the wrong "
        "pair in next to no case, and leaves out 2 of 100 that changed.",
    ),
    Constant(
        changes,
        "MIN_GROUP",
        _values(2, 3, 5),
        (s.SCHEME, s.OTHERS),
        "With groups of two, a pair that changed alone takes its neighbour along in one case of "
        "five. 5 leaves this matrix without groups, and most changes of a scheme at 4% of noise "
        "unseen on their first night.",
    ),
    Constant(
        noise,
        "MIN_BASELINE",
        _values(2, 3, 5),
        (s.FIRST_NIGHTS, s.FOURTH_NIGHT),
        "Two sessions bring more false alarms in the first nights of a history, and five no "
        "fewer than three, with two nights less judged.",
    ),
    Constant(
        noise,
        "MIN_PAIRS",
        _values(3, 4, 5),
        (
            *(s.FALSE_OF_3, s.ONE_OF_3, s.OTHERS_OF_3, s.ALL_OF_3),
            *(s.FALSE_OF_4, s.ONE_OF_4),
        ),
        "Of three pairs a common factor can be told, but not safely: 13 of 100 slowdowns of one "
        "pair more are found, and in 5 of 100 another pair is called slower, which 4 never does "
        "here. Of four pairs it pays: without it 9 of 100 slowdowns of one pair are not found.",
    ),
    Constant(
        noise,
        "OUTLIER",
        _values(3, 4, 6),
        (s.FALSE_4, s.PAIR_2, s.SPIKY_BASELINE),
        "Where the baseline is clean it does not matter. Where it has spikes (which the gate "
        "keeps out of it once it judges, but not in its first nights) 3 would find far more than "
        "4, at no cost that shows here.",
    ),
    Constant(
        noise,
        "ODD_SHARE",
        _values(0.01, 0.05, 0.2),
        (*FALSE, s.SCHEME, s.EVERYTHING, s.SIX_PAIRS, s.EIGHT_PAIRS),
        "It matters only where many pairs change at once: with 0.2 the gate would find 6 of 100 "
        "pairs more where six of 16 changed and no fewer where eight did, at no cost that shows "
        "here.",
    ),
    Constant(
        noise,
        "COMMON_FREEDOM",
        _values(1, 3, 10),
        (*FALSE, s.SCHEME, s.EVERYTHING, s.SIX_PAIRS, s.EIGHT_PAIRS),
        "It hardly matters. 10 might find one or two of 100 more where many pairs change at "
        "once, by about twice the error of that.",
    ),
    Constant(
        noise,
        "MEDIAN_ROUNDS",
        _values(1, 2, 4),
        (s.PAIR_2, s.SCHEME, s.SPIKY_BASELINE),
        "One round would do as well: medians are only what the means of clipped residuals start "
        "from.",
    ),
    Constant(
        noise,
        "FACTOR_STEPS",
        _values(2, 4, 8),
        (s.FALSE_2, s.SCHEME, s.EIGHT_PAIRS),
        "Two steps would do as well, and eight find nothing more.",
    ),
    Constant(
        student,
        "MAX_PRIOR_FREEDOM",
        _values(20, 200, 2000),
        (s.FALSE_4, s.PAIR_2, s.FIRST_NIGHTS, s.BIMODAL),
        "It hardly matters: beyond some tens of degrees of freedom Student's density is as good "
        "as the normal one. The bound keeps the estimate finite where all pairs are equally "
        "noisy.",
    ),
    Constant(
        student,
        "LEAST_DEVIATION",
        _values(1e-4, 1e-3, 5e-3),
        (s.TINY,),
        "Any smaller floor would do as well, since nothing below 4.9% is flagged anyway; half a "
        "per cent would hide changes just above that from the quietest machines.",
    ),
)
"""In the order of the page."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.gate.constants", description=__doc__)
    parser.add_argument("--draw-only", action="store_true", help="draw what was measured before")
    path = DOCS / "constants.csv"
    if not parser.parse_args().draw_only:
        table = pd.DataFrame(vars(effect) for effect in measure(CONSTANTS))
        table.to_csv(path, index=False, float_format="%.5g")
    rows = pd.read_csv(path, dtype={"value": str}).to_dict("records")
    effects = [Effect(**{str(name): number for name, number in row.items()}) for row in rows]
    (DOCS / "constants.md").write_text(
        INTRODUCTION + "\n" + markdown(CONSTANTS, effects), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
