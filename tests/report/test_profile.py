"""The table of a profile, alone and beside another."""

from lowprec.record.profile import OperationTime, Profile
from lowprec.report.profile import MOST, profile_text
from lowprec.rows.matrix import Pair


def profile(scheme, start_s=0.5, **ms):
    operations = {kind: OperationTime(value * 0.1, 100) for kind, value in ms.items()}
    return Profile(Pair("NN-I", scheme), 100, 0.6, start_s, operations)


def rows(text):
    return [line.split() for line in text.splitlines() if line]


def test_the_largest_first_and_conversions_apart():
    found = rows(profile_text(profile("half", MatMul=1.0, Relu=3.0, Cast=9.0)))
    assert found[0] == ["ms", "a", "step", "NN-I", "half"]
    assert found[1:7] == [
        ["Relu", "3.000"],
        ["MatMul", "1.000"],
        ["conversions", "(Cast)", "9.000"],
        ["all", "operations", "13.000"],
        ["by", "the", "clock", "6.000"],
        ["start", "(once),", "ms", "500.000"],
    ]


def test_the_largest_difference_first():
    text = profile_text(
        profile("half", MatMul=5.0, Cast=1.0), profile("single", 0.4, MatMul=4.9, Sqrt=2.0)
    )
    found = rows(text)
    assert found[0][-3:] == ["NN-I", "half", "difference"]
    assert found[1:4] == [
        ["Sqrt", "2.000", "0.000", "-2.000"],
        ["MatMul", "4.900", "5.000", "+0.100"],
        ["conversions", "(Cast)", "0.000", "1.000", "+1.000"],
    ]
    assert found[6] == ["start", "(once),", "ms", "400.000", "500.000", "+100.000"]
    assert all(len(line) <= 80 for line in text.splitlines())


def test_small_kinds_are_one_line():
    many = {f"Kind{place:02}": 1.0 + place for place in range(MOST + 3)}
    found = rows(profile_text(profile("half", **many)))
    assert found[1 + MOST] == ["3", "other", "kinds", "6.000"]
