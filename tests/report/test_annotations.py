"""Workflow commands: one for each thing, and none that a name begins."""

import pytest

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.verdicts import Verdict
from lowprec.report.annotations import annotation, pair_annotations, trouble_annotations
from lowprec.report.night import Trouble
from lowprec.rows.matrix import Pair
from tests.literals import summary


def annotated(*words, model="NN-I"):
    pairs = [PairVerdict(Pair(model, f"s{i}"), (word,)) for i, word in enumerate(words)]
    return pair_annotations(SessionVerdict(summary(1), tuple(pairs)))


def test_values_are_escaped_as_the_toolkit_does():
    line = annotation("error", "50%: a, b\r\n::x", "50%: a, b\r\n::add-mask::x")
    assert line == ("::error title=50%25%3A a%2C b%0D%0A%3A%3Ax::50%25: a, b%0D%0A::add-mask::x")


def test_an_error_for_each_flagged_pair_and_one_warning_for_those_not_judged():
    assert annotated(
        Verdict.OK, Verdict.WORSE, Verdict.NO_BASELINE, Verdict.NO_EVIDENCE, Verdict.MISSING
    ) == [
        "::error title=lowprec%3A NN-I s1::NN-I s1: worse",
        "::error title=lowprec%3A NN-I s4::NN-I s4: missing",
        "::warning title=lowprec%3A could not judge 2 of 5 pairs::"
        "no baseline, no evidence: NN-I s2, NN-I s3",
    ]


def test_what_pairs_share_is_one_error():
    assert annotated(Verdict.OK, Verdict.MISSING, Verdict.MISSING) == [
        "::error title=lowprec%3A 2 pairs::2 pairs: missing; NN-I s1, NN-I s2"
    ]


@pytest.mark.parametrize(("count", "lines"), [(10, 10), (11, 10), (16, 10)])
def test_github_shows_ten_so_the_last_one_names_the_others(count, lines):
    said = annotated(*[Verdict.WORSE] * count)
    assert len(said) == lines
    assert f"s{count - 1}" in said[-1]


def test_a_name_begins_no_command_of_its_own():
    (line,) = annotated(Verdict.WORSE, model="x\n::add-mask::a%0A::error::")
    assert "\n" not in line
    assert line == (
        r"::error title=lowprec%3A x\n%3A%3Aadd-mask%3A%3Aa%250A%3A%3Aerror%3A%3A s0::"
        r"x\n::add-mask::a%250A::error:: s0: worse"
    )


def test_a_trouble_is_told_with_its_error_and_the_last_line_of_the_suite():
    trouble = Trouble("It broke off:", ["no\x1b", "space"], "-", "-", "-", ["first", "last"])
    assert trouble_annotations([trouble]) == [
        r"::error title=lowprec%3A this night::It broke off: no\x1b space last"
    ]
