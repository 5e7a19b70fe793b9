"""Outcomes and bands in words."""

import pytest

from lowprec.report.expected import expected_text


@pytest.mark.parametrize(
    ("outcome", "band", "accuracy", "text"),
    [
        ("learns", (0.7, 0.9), 0.8, "learns .70-.90"),
        ("chance|learns", (0.1, 0.9), None, "chance|learns .10-.90"),
        ("chance", (0.05, 0.15), 0.1, "chance"),
        ("learns", None, 0.8, "learns"),
        ("learns", (0.7572, 0.8446), 0.7571, "learns .76-.84"),
        ("learns", (0.7572, 0.8446), 0.8447, "learns .76-.84"),
        ("learns", (0.7528, 0.8446), 0.7527, "learns .7528-.8446"),
        ("learns", (0.7572, 0.8446), 0.85, "learns .76-.84"),
    ],
)
def test_what_was_expected(outcome, band, accuracy, text):
    assert expected_text(outcome, band, accuracy) == text
