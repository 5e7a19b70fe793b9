"""The table of rules."""

from string import Formatter

import pytest

from lowprec.diagnosis.rules import RULES
from lowprec.doctor.mends import MENDS

KNOWN = {"weights", "computes", "optimizer", "rate", "step", "where"}
"""What every sentence may hold, beside the numbers of its sign."""


def test_names_are_unique():
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_row_is_whole(rule):
    assert rule.source
    assert rule.remedies
    assert all(remedy.mend is None or remedy.mend in MENDS for remedy in rule.remedies)
    assert (
        "step {step}" in rule.evidence
        or rule.kind == "own"
        or "after the training" in rule.evidence
    )


def test_every_mend_is_of_a_rule():
    assert {remedy.mend for rule in RULES for remedy in rule.remedies} - {None} == set(MENDS)


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_a_remedy_holds_is_in_the_evidence_or_known(rule):
    """Sentences are filled with real signs in tests/report/test_diagnosis.py."""
    measured = fields(rule.evidence) | fields(rule.diagnosis) | KNOWN
    for remedy in rule.remedies:
        assert fields(remedy.line) <= measured | {"smaller", "largest"}
