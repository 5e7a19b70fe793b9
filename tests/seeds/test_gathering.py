"""Rounds by pair: in which order, from where, and what is yet to be trained."""

import msgspec
import pytest

from lowprec.seeds.gathering import gathered, known_rounds, missing
from tests.literals import INFO
from tests.seeds.rounds import MAKER, environment, finished, without_kernel, works

HALF, SINGLE = works(2), works(2, scheme="single")


class Place:
    """Trains nothing."""

    maker = MAKER
    asked = ()

    def data(self, model):
        self.asked += (model,)
        return INFO


def schemes(rounds):
    return [of_pair[0].work.scheme for of_pair in rounds]


def test_pairs_come_in_their_order_whatever_order_rounds_come_in():
    came = [finished(work) for work in (*reversed(SINGLE), *HALF)]
    assert schemes(gathered([HALF, SINGLE], {}, came)) == ["half", "single"]


def test_a_pair_comes_as_soon_as_it_is_whole():
    def coming():
        yield from map(finished, HALF)
        pytest.fail("asked for more than the first pair needs")

    assert schemes([next(gathered([HALF, SINGLE], {}, coming()))]) == ["half"]


def test_known_rounds_are_put_with_those_that_come():
    known = {HALF[1]: finished(HALF[1], 810)}
    [rounds] = gathered([HALF], known, [finished(HALF[0])])
    assert [each.round.test_hits for each in rounds] == [800, 810]


def test_a_missing_kernel_makes_a_pair_whole():
    [rounds] = gathered([HALF], {}, [without_kernel(HALF[1])])
    assert [each.work for each in rounds] == [HALF[1]]


def test_whole_pairs_come_before_the_error_that_ended_the_others():
    def coming():
        yield finished(HALF[0])
        yield from map(finished, SINGLE)
        raise RuntimeError("gone")

    pairs = gathered([HALF, SINGLE], {}, coming())
    assert schemes([next(pairs)]) == ["single"]
    with pytest.raises(RuntimeError, match="gone"):
        next(pairs)


def test_what_is_missing():
    known = {HALF[0]: finished(HALF[0]), SINGLE[0]: without_kernel(SINGLE[0])}
    assert missing([HALF, SINGLE], known) == [HALF[1]]


def test_what_was_finished_elsewhere_or_otherwise_is_not_known():
    keras_2 = msgspec.structs.replace(MAKER, environment=environment(keras="2.15.0"))
    rounds = [finished(HALF[0]), finished(HALF[1], maker=keras_2), finished(SINGLE[0])]
    assert known_rounds(HALF, rounds, Place()) == {HALF[0]: rounds[0]}


def test_data_is_looked_at_only_where_a_round_is_to_be_taken():
    place = Place()
    assert known_rounds(works(2, model="NN-T"), map(finished, HALF), place) == {}
    assert place.asked == ()
