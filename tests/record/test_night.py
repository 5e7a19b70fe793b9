"""What a night hands over says of which pair it is, or that all are meant."""

from lowprec.record.night import NightPair


def test_a_pair_by_its_names():
    pair = NightPair("NN-I", "half", "fine", (), "")
    assert (pair.name, pair.accepted_as) == ("NN-I half", "NN-I-half")


def test_all_pairs_are_accepted_without_a_name():
    every = NightPair("all pairs", "", "fine", (), "")
    assert (every.name, every.accepted_as) == ("all pairs", "")
