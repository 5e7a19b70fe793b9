"""What a night hands over says of which pair it is."""

from lowprec.record.night import NightPair
from lowprec.rows.matrix import Pair


def test_a_pair_by_its_names():
    assert NightPair("NN-I", "half", "fine", (), "").pair == Pair("NN-I", "half")
