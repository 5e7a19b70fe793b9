"""The doctor names the cause of every training of the laboratory, and its remedy works."""

import pytest

from lab.doctor.measure import GROUPS, IN_ITS_CODE, generation, measure_case

pytestmark = [
    pytest.mark.slow,
    # Numbers that overflow are what these trainings are for.
    pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning"),
]

MENDS = {"report", "precision"}
"""Groups whose remedies are to work."""


@pytest.mark.parametrize(
    ("group", "case"),
    [
        pytest.param(group, case, id=f"{group}: {case.name}")
        for group, cases in GROUPS.items()
        for case in cases
    ],
)
def test_its_cause_is_named(group, case):
    measured = measure_case(generation(), group, case)
    assert measured.said == measured.right
    if group in MENDS and measured.right != "healthy":
        assert measured.remedy not in ("", "none")
        assert measured.mended >= measured.float64 - 0.05
        assert measured.remedy != IN_ITS_CODE or case.mended
