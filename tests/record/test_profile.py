"""A profile's numbers a step."""

import pytest

from lowprec.record.profile import OperationTime, Profile
from lowprec.rows.matrix import Pair


def test_milliseconds_a_step():
    operations = {"MatMul": OperationTime(0.2, 300), "Cast": OperationTime(0.1, 50)}
    profile = Profile(Pair("NN-I", "half"), 100, 0.5, 1.0, operations)
    assert profile.ms_per_step("MatMul") == pytest.approx(2.0)
    assert profile.ms_per_step("Sqrt") == 0.0
    assert profile.all_ms_per_step == pytest.approx(3.0)
