"""Tiny rounds, records and expectations; a test names only what it is about."""

from lowprec.datasets import DataInfo
from lowprec.expectations import Expectation, Key
from lowprec.outcomes import Finding, Score
from lowprec.records import Record, Round

INFO = DataInfo("fashion_mnist", "sample", 4000, 1000, "0" * 64)
KEY = Key("quick", "NN-I", "half", "3", "cpu")


def one_round(
    outcome="learns", hits=800, total=1000, seed=12, fit_s=2.0, loss=(0.75, 0.5), finding=None
):
    """A round of NN-I that gets `hits` test images of `total` right."""
    return Round(
        seed=seed,
        fit_s=fit_s,
        epoch_s=(1.0, 0.5),
        loss=loss,
        train=Score(3000, 4000),
        test=Score(hits, total),
        finding=finding or Finding(outcome),
    )


def record(*rounds, model="NN-I", scheme="half", **others):
    """A record of these rounds."""
    return Record(model, scheme, "quick", INFO, rounds, **others)


def expectation(
    outcome="learns", low=0.75, high=0.85, evidence="learns in 8 of 8 seeds", key=KEY, **changes
):
    """A row for NN-I half, or for `key` with `changes`."""
    return Expectation(
        **key._replace(**changes)._asdict(),
        outcome=outcome,
        accuracy_min=low,
        accuracy_max=high,
        evidence=evidence,
    )
