"""The tables of docs/doctor/hits.md, from the measured rows."""

from __future__ import annotations

import pandas as pd

from lab.doctor.case import NOT_KNOWN

__all__ = ["text"]

HEAD = """\
# What the doctor says, and whether it is right

    python -m lab.doctor    # under Keras 3; and again with TF_USE_LEGACY_KERAS=1

examines trainings whose cause is known, tries the remedies, writes `hits.csv` and this file.
*Wrong* is another cause than the right one, or a cause where there is none; *does not know* is said
where no rule fits. "held out" are trainings that were written after the rules. At first 4 of the 17
were named wrongly or not at all, and rules were mended for these; 5 more did not do what they were
written to do, what was said of them was right, and the label was mended. "held out again" were
written after that: 12 of 14 as labelled, 2 labels mended, no rule changed to name one of them.
"""


CASES_HEAD = """
## Every training

Scores are in the metric of the training. A remedy is the first that made it learn as in float64
(less .05); "in its code" where only its author can write it, "none" where none did.
"""


def text(rows: pd.DataFrame) -> str:
    """Return the page."""
    rows = rows.assign(verdict=[_verdict(r, s) for r, s in zip(rows.right, rows.said, strict=True)])
    return "\n".join(
        [
            HEAD,
            _counts(rows).to_markdown(),
            CASES_HEAD,
            _cases(rows).to_markdown(index=False, floatfmt=".3f"),
            *(
                f"\n## Right and said, Keras {keras}\n\n{_confusion(part).to_markdown()}"
                for keras, part in rows.groupby("keras")
            ),
            "",
        ]
    )


def _verdict(right: str, said: str) -> str:
    if said == NOT_KNOWN:
        return "does not know"
    return "right" if right == said else "wrong"


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    counts = pd.crosstab([rows.group, rows.keras], rows.verdict, margins=True, margins_name="all")
    for verdict in ("right", "wrong", "does not know"):
        if verdict not in counts:
            counts[verdict] = 0
    order = [*dict.fromkeys(rows.group), "all"]
    counts = counts.reindex(sorted(counts.index, key=lambda key: (order.index(key[0]), key[1])))
    counts.index = [f"{group}, Keras {keras}" if keras else group for group, keras in counts.index]
    counts.index.name = "trainings"
    return counts[["right", "wrong", "does not know", "all"]]


def _cases(rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.assign(
        said=[
            s if r == s else f"**{s}** (right: {r})"
            for r, s in zip(rows.right, rows.said, strict=True)
        ],
        mended=rows.mended.map(lambda value: "" if pd.isna(value) else f"{value:.3f}"),
        remedy=rows.remedy.fillna(""),
    )
    return shown[
        ["keras", "group", "case", "scheme", "float64", "as_it_is", "said", "remedy", "mended"]
    ]


def _confusion(rows: pd.DataFrame) -> pd.DataFrame:
    matrix = pd.crosstab(rows.right, rows.said)
    names = sorted({*matrix.index, *matrix.columns})
    numbers = {name: str(place) for place, name in enumerate(names, start=1)}
    matrix = matrix.reindex(index=names, columns=names, fill_value=0)
    matrix.index = [f"{numbers[name]} {name}" for name in names]
    matrix.columns = [numbers[name] for name in names]
    matrix.index.name = "right, below; said, to the right"
    return matrix.astype(str).replace("0", "")
