"""What an accepted change covers."""

import pytest

from lowprec.record.acceptance import Acceptance
from lowprec.rows.matrix import Pair

HALF = Acceptance("0011_x", Pair("NN-I", "half"), "a new kernel, see #12")
ALL = Acceptance("0012_x", None, 'the machine was "moved", twice')


@pytest.mark.parametrize(
    ("acceptance", "session", "pair", "covered"),
    [
        (HALF, "0011_x", ("NN-I", "half"), True),
        (HALF, "0011_x", ("NN-I", "single"), False),
        (HALF, "0012_x", ("NN-I", "half"), False),
        (ALL, "0012_x", ("CNN-I", "mixed"), True),
    ],
)
def test_what_an_acceptance_covers(acceptance, session, pair, covered):
    assert acceptance.covers(session, Pair(*pair)) is covered
