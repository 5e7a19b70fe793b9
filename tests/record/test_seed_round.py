"""Rounds of a calibration: what decides them, and the record that they make."""

import dataclasses

import msgspec
import pytest

from lowprec.record.seed_round import SeedRound, machines, record_of
from tests.literals import INFO
from tests.seeds.rounds import MAKER, environment, finished, without_kernel, works


def maker(code=MAKER.code, host=MAKER.host, **changes):
    return msgspec.structs.replace(MAKER, code=code, host=host, environment=environment(**changes))


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (maker(host="there", cpu="EPYC", python="3.13.1"), None),
        (maker(keras="2.21.0"), "keras 2.21.0, expected 3.15.1"),
        (maker(tensorflow="2.20.0"), "tensorflow 2.20.0, expected 2.21.0"),
        (maker(device="gpu"), "device gpu, expected cpu"),
        (maker(onednn=True), "onednn True, expected False"),
        (maker(threads=8), "threads 8, expected 2"),
        (maker(threads=8, intra_op_threads=2), None),
        (maker(code="0.2.0-code"), "lowprec 0.2.0-code, expected 0.1.0-code"),
    ],
)
def test_what_decides_a_round(other, difference):
    [work] = works(1)
    assert other.difference(MAKER) == difference
    assert finished(work).would_be(other, INFO) is (difference is None)


def test_other_data_makes_another_round():
    [work] = works(1)
    assert not finished(work).would_be(MAKER, dataclasses.replace(INFO, sha256="1" * 64))


def test_another_budget_makes_another_round():
    one = finished(works(1)[0])
    budget = dataclasses.replace(one.budget, epochs=99)
    assert not msgspec.structs.replace(one, budget=budget).would_be(MAKER, INFO)


def test_a_round_is_kept_as_it_was_to_the_digit():
    one = finished(works(1)[0], loss=(0.1 + 0.2, float("nan")))
    again = msgspec.json.decode(msgspec.json.encode(one), type=SeedRound)
    assert again == one
    assert again.round.loss[0].hex() == (0.1 + 0.2).hex()


def test_a_record_has_its_rounds_by_seed_whatever_order_they_came_in():
    first, second, third = works()
    record = record_of([finished(third, 830), finished(first, 810), finished(second, 820)])
    assert record.pair == ("NN-I", "half")
    assert [(r.seed, r.test_hits) for r in record.rounds] == [(1000, 810), (1001, 820), (1002, 830)]
    assert (record.data, record.guess, record.protocol.name) == (INFO, 0.1, "quick")


def test_one_missing_kernel_makes_the_pair_unsupported():
    first, second, _ = works()
    record = record_of([finished(first), without_kernel(second)])
    assert (record.rounds, record.unsupported.op) == ((), "Qr")


def test_neither_a_round_nor_a_missing_kernel_is_none():
    with pytest.raises(ValueError, match="NN-I half seed 1000: a round or an unsupported op"):
        msgspec.structs.replace(finished(works(1)[0]), round=None)


def test_machines_are_hosts_and_told_by_what_they_compute_with():
    """Of a GPU the processor beside it is no news."""
    first, second, third = works()
    there, elsewhere = (maker(host=host, gpu="T4", device="gpu") for host in ("b", "c"))
    rounds = [finished(first), finished(second, maker=there), finished(third, maker=elsewhere)]
    assert machines(rounds) == (3, {"Xeon": 1, "T4": 2})
