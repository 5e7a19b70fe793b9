"""Rounds that nothing was trained for."""

import msgspec

from lowprec.record.record import Unsupported
from lowprec.record.seed_round import Maker, SeedRound, Work
from tests.literals import ENVIRONMENT, INFO, one_round

MAKER = Maker("0.1.0-code", ENVIRONMENT, "here")


def works(count=3, model="NN-I", scheme="half"):
    """The work of a pair, a seed a round from 1000 on."""
    return [Work("quick", model, scheme, 1000 + i) for i in range(count)]


def environment(**changes):
    """The environment of `MAKER` but for these fields."""
    return msgspec.structs.replace(ENVIRONMENT, **changes)


def finished(work, hits=800, maker=MAKER, day="2026-11-25", data=INFO, **others):
    """A round in which `hits` test images of 1000 were right."""
    trained = one_round(hits=hits, seed=work.seed, **others)
    return SeedRound(
        work=work, budget=work.budget, data=data, maker=maker, day=day, guess=0.1, round=trained
    )


def without_kernel(work):
    """A round that met a missing kernel."""
    return SeedRound(
        work=work,
        budget=work.budget,
        data=INFO,
        maker=MAKER,
        day="2026-11-25",
        guess=0.1,
        unsupported=Unsupported("Qr", "float16"),
    )
