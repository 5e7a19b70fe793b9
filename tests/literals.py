"""Tiny rounds, records and expectations; a test names only what it is about."""

from datetime import UTC, datetime
from itertools import cycle

import msgspec

from lowprec.expectations.table import Conditions, Expectation
from lowprec.record.data_info import DataInfo
from lowprec.record.environment import FIELDS, Environment
from lowprec.record.outcomes import RoundOutcome, Score, worst
from lowprec.record.record import Record, Round
from lowprec.record.session import Session
from lowprec.record.stored_pair import StoredExpectation, StoredPair
from lowprec.record.summary import summary_of
from lowprec.record.timing import Timing
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS, Budget

INFO = DataInfo("fashion_mnist", "sample", 4000, 1000, "0" * 64)
CONDITIONS = Conditions("quick", "NN-I", "half", "3", "cpu")


def one_round(
    outcome="learns", hits=800, total=1000, seed=12, fit_s=2.0, loss=(0.75, 0.5), details=None
):
    """A round of NN-I that gets `hits` test images of `total` right."""
    return Round.of(
        seed=seed,
        timing=Timing(
            fit_s=fit_s,
            start_s=0.5,
            epoch_s=(1.0, 0.5),
            cpu_s=1.0,
            start_cpu_s=0.5,
            epoch_cpu_s=(1.0, 0.5),
        ),
        losses=loss,
        train=Score(3000, 4000),
        test=Score(hits, total),
        outcome=details or RoundOutcome(outcome),
    )


def record(*rounds, model="NN-I", scheme="half", **others):
    """A record of these rounds."""
    quick = PROTOCOLS["quick"]
    guess = 1 / MODELS[model].classes if model in MODELS else 0.0
    budget = quick.budgets.get(model, Budget(epochs=3, train_size=4000))
    return Record(Pair(model, scheme), quick, budget, INFO, rounds, **{"guess": guess, **others})


def expectation(
    outcome="learns",
    low=0.75,
    high=0.85,
    evidence="learns in 8 of 8 seeds",
    conditions=CONDITIONS,
    **changes,
):
    """A row for NN-I half, or for `conditions` with `changes`."""
    return Expectation(
        **conditions._replace(**changes)._asdict(),
        outcome=outcome,
        accuracy_min=low,
        accuracy_max=high,
        evidence=evidence,
    )


ENVIRONMENT = Environment.named(
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


def environment(**changes):
    """`ENVIRONMENT` but for what is given, with the key that follows unless it is given, too."""
    fields = {name: getattr(ENVIRONMENT, name) for name in FIELDS}
    key = changes.pop("key", None)
    made = Environment.named(**{**fields, **changes})
    return msgspec.structs.replace(made, key=key) if key else made


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
    verdict="ok",
    **others,
):
    """A pair as a stored session has it: a round for each accuracy, the times repeated."""
    rounds = tuple(
        Round(
            seed=first_seed + i,
            fit_s=fit_s[i % len(fit_s)],
            test_accuracy=accuracy,
            test_total=total,
            outcome=outcome,
        )
        for i, (accuracy, outcome) in enumerate(zip(accuracies, cycle(outcomes), strict=False))
    )
    return StoredPair(
        model=model,
        scheme=scheme,
        protocol=protocol,
        data=data,
        rounds=rounds,
        outcome=worst(r.outcome for r in rounds) if rounds else "unsupported",
        accuracy=sum(accuracies) / len(accuracies) if accuracies else None,
        expected=StoredExpectation(expected, 0.7, 0.9) if expected else None,
        verdict=Verdict(verdict),
        **others,
    )


def parted(train_s=2.0, startup_s=0.5, cpu_s=None, shared_model=True):
    """What a pair stores of its times where the start of a training is timed apart."""
    timing = Timing(
        fit_s=train_s + 0.25,
        start_s=0.25,
        epoch_s=(train_s + 0.25,),
        cpu_s=cpu_s or train_s,
        start_cpu_s=0.25,
        epoch_cpu_s=((cpu_s or train_s) + 0.25,),
    )
    return {
        "startup_s": startup_s,
        "startup_cpu_s": startup_s,
        "timings": (timing,),
        "shared_model": shared_model,
    }


def document(*stored, day=1, untimed=(), environment=ENVIRONMENT, **changes):
    """What pytest-benchmark writes of stored pairs, as far as it is read."""
    content = {
        "datetime": f"2026-11-{day:02}T10:00:00.5+00:00",
        "version": "5.3.1",
        "machine_info": {"node": "host", "lowprec": msgspec.to_builtins(environment)},
        "benchmarks": [
            {"name": "x", "stats": {"data": [1.0]}, "extra_info": {"lowprec": pair}}
            for pair in msgspec.to_builtins(stored)
        ],
        **changes,
    }
    return content | ({"lowprec": {"untimed": msgspec.to_builtins(untimed)}} if untimed else {})


def session(day, *pairs, **changes):
    """The session of a day of November 2026, in `ENVIRONMENT` but for what is given."""
    pairs = pairs or (stored_pair(),)
    time = datetime(2026, 11, day, tzinfo=UTC)
    return Session.of(f"{day:04}_session", time, environment(**changes), pairs)


def summary(day, *pairs, **changes):
    """The same as far as it is judged."""
    return summary_of(session(day, *pairs, **changes))


def as_stored(trained, verdict="ok", asked_for=None):
    """A record as a session stores it, with the expectation of `expectation()`."""
    return StoredPair.of(trained, expectation().stored(), Verdict(verdict), "", asked_for)


def stored_document(day, fit_s, hits=800, verdict="ok", **changes):
    """What pytest-benchmark writes of a session of NN-I, one round for each scheme.

    `fit_s` has the seconds by scheme; `changes` what differs in the environment.
    """
    records = [
        as_stored(record(one_round(hits=hits, fit_s=seconds), scheme=scheme), verdict)
        for scheme, seconds in fit_s.items()
    ]
    return document(*records, day=day, environment=environment(**changes))
