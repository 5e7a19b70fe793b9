"""Tiny rounds, records and expectations; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle

from lowprec.datasets import DataInfo
from lowprec.environment import Environment
from lowprec.expectations import Expectation, Key
from lowprec.outcomes import OUTCOMES, Finding, Score
from lowprec.records import Record, Round
from lowprec.sessions import Session, StoredExpectation, StoredPair, StoredRound

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


ENVIRONMENT = Environment(
    device="cpu",
    gpu=None,
    compute_capability=None,
    driver=None,
    cuda=None,
    cudnn=None,
    tensorflow="2.21.0",
    keras="3.15.1",
    keras_backend="tensorflow",
    cpu="Xeon",
    threads=2,
    tf32=True,
    xla=False,
    onednn=False,
    python="3.11.7",
    numpy="2.4.6",
    protobuf="7.36.2",
    system="Linux",
)


def stored_pair(
    scheme="single",
    fit_s=(2.0,),
    accuracies=(0.8,),
    model="NN-I",
    outcomes=("learns",),
    expected="learns",
    first_seed=12,
    total=1000,
    protocol="quick",
    data=INFO,
    **others,
):
    """A pair as a stored session has it: a round for each accuracy, the times repeated."""
    rounds = tuple(
        StoredRound(first_seed + i, fit_s[i % len(fit_s)], accuracy, total, outcome)
        for i, (accuracy, outcome) in enumerate(zip(accuracies, cycle(outcomes), strict=False))
    )
    names = [r.outcome for r in rounds] or ["unsupported"]
    return StoredPair(
        model=model,
        scheme=scheme,
        protocol=protocol,
        data=data,
        rounds=rounds,
        outcome=max(names, key=OUTCOMES.index),
        accuracy=sum(accuracies) / len(accuracies) if accuracies else None,
        expected=StoredExpectation(expected, 0.7, 0.9) if expected else None,
        verdict=others.pop("verdict", "ok"),
        **others,
    )


def document(*records, day=1, untimed=(), environment=None, **changes):
    """What pytest-benchmark writes of stored records, as far as it is read."""
    content = {
        "datetime": f"2026-11-{day:02}T10:00:00.5+00:00",
        "version": "5.3.1",
        "machine_info": {"node": "host", "lowprec": environment or ENVIRONMENT.to_json()},
        "benchmarks": [
            {"name": "x", "stats": {"data": [1.0]}, "extra_info": {"lowprec": r}} for r in records
        ],
        **changes,
    }
    return content | ({"lowprec": {"untimed": list(untimed)}} if untimed else {})


def session(day, *pairs, **environment):
    """The session of a day of November 2026, in `ENVIRONMENT` but for what is given."""
    pairs = pairs or (stored_pair(),)
    return Session(
        name=f"{day:04}_session",
        time=datetime(2026, 11, day, tzinfo=UTC),
        environment=replace(ENVIRONMENT, **environment).to_json(),
        protocol=pairs[0].protocol,
        pairs={pair.pair: pair for pair in pairs},
    )


def stored_document(day, fit_s, hits=800, verdict="ok", environment=None, **changes):
    """What pytest-benchmark writes of a session of NN-I, one round for each scheme.

    `fit_s` has the seconds by scheme; `environment` what differs from `ENVIRONMENT`.
    """
    records = [
        record(one_round(hits=hits, fit_s=seconds), scheme=scheme).to_json(
            {"expected": expectation().to_json(), "verdict": verdict, "message": ""}
        )
        for scheme, seconds in fit_s.items()
    ]
    own = {**ENVIRONMENT.to_json(), **(environment or {})}
    return document(*records, day=day, environment=own, **changes)
