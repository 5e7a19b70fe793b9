"""Sessions of the suite in pytest within pytest, with literal records in the place of trainings."""

import json
from pathlib import Path

from lowprec.expectations.table import Conditions, Expectation
from lowprec.record.data_info import DataInfo
from lowprec.record.outcomes import Score, round_outcome
from lowprec.record.record import Record, Round
from lowprec.record.timing import Timing
from lowprec.rows.models import PAPER_MODELS
from tests.literals import stored_pair

ROOT = Path(__file__).parents[2]
MATRIX_TESTS = ROOT / "benchmarks" / "test_training.py"
PLUGINS = ("-p", "lowprec.suite.matrix_plugin", "-p", "no:randomly", "-p", "no:hypothesispytest")
"""Of the inner pytest; where pytest-randomly is installed, it would train in another order, and
hypothesis would be imported anew for each session."""

DATA = DataInfo("fashion_mnist", "sample", 100, 100, "0" * 64)
NAN = float("nan")


def timing_of(fit_s):
    """The clocks of a training of so many seconds, in two epochs."""
    return Timing(
        fit_s=fit_s + 0.1,
        start_s=0.1,
        epoch_s=(0.6 * fit_s + 0.1, 0.4 * fit_s),
        cpu_s=fit_s,
        start_cpu_s=0.1,
        epoch_cpu_s=(0.6 * fit_s + 0.1, 0.4 * fit_s),
    )


def record(plan, losses=(0.5, 0.4), hits=80, fit_s=1.0):
    """What a training of this plan leaves, every round alike; its start takes half a second."""
    test = Score(hits, 100)
    outcome = round_outcome(losses, None, None, test, guess=0.1)
    timing = timing_of(fit_s)
    seeds = plan.seeds[plan.warmups :]
    return Record(
        plan.pair,
        plan.protocol,
        plan.task.budget,
        DATA,
        tuple(Round.of(seed, timing, losses, test, test, outcome) for seed in seeds),
        startup_s=0.5,
        startup_cpu_s=0.5,
        timings=(timing,) * len(seeds),
        shared_model=True,
    )


def conditions_of(trained):
    """The conditions of a record, on Keras 3 and a CPU whatever is there."""
    return Conditions(trained.protocol.name, *trained.pair, "3", "cpu")


class Sessions:
    """Runs the matrix: half diverges, the other schemes learn to 0.80, as expected.

    Attributes:
        table: the expectations.
        hits: test images of 100 that a round which learns gets right.
        fit_s: seconds of a round by scheme; 1 where a scheme is not there.
        second_fit_s: likewise in another process; a scheme that is not there is not trained there.
        looked_at: the pairs that were trained in another process, each time.
    """

    def __init__(self, pytester):
        self._pytester = pytester
        self.table, self.fit_s, self.hits = {}, {}, 80
        self.second_fit_s, self.looked_at = {}, []
        for model in PAPER_MODELS:
            for scheme in ("double", "single", "mixed"):
                self.expect(model, scheme, "learns", 0.75, 0.85)
            self.expect(model, "half", "diverged", 0.05, 0.15)

    def expect(self, model, scheme, outcome, low, high):
        """Set what is expected of a pair."""
        row = Expectation("quick", model, scheme, "3", "cpu", outcome, low, high, "made up")
        self.table[row.conditions] = row

    def trained(self, plan, benchmark, on_epoch):
        """Stand in for `lowprec.suite.pair.trained`."""
        benchmark.pedantic(lambda: None, rounds=len(plan.seeds) - plan.warmups)
        fit_s = self.fit_s.get(plan.scheme.name, 1.0)
        if plan.scheme.name == "half":
            return record(plan, (NAN, NAN), 10, fit_s)
        return record(plan, hits=self.hits, fit_s=fit_s)

    def trained_again(self, pairs, tests, config, options):
        """Stand in for `lowprec.suite.second_look.trained_again`."""
        self.looked_at.append([tests[pair] for pair in pairs])
        return {
            pair: stored_pair(pair.scheme, timings=(timing_of(self.second_fit_s[pair.scheme]),))
            for pair in pairs
            if pair.scheme in self.second_fit_s
        }

    def __call__(self, *options, slowdown="off"):
        """Run a session in this process."""
        return self._pytester.runpytest_inprocess(
            *PLUGINS, "--slowdown", slowdown, *options, no_reraise_ctrlc=True
        )


def stored_files(pytester):
    """The files of the sessions that were stored."""
    return list(pytester.path.glob(".benchmarks/*/*.json"))


def stored(pytester):
    """The one file that was stored, and what it holds, which must be strict JSON."""
    (path,) = stored_files(pytester)

    def refuse(constant):
        raise AssertionError(f"{constant} is not strict JSON")

    return path, json.loads(path.read_text(), parse_constant=refuse)


def flat(result):
    """What a session printed, in one line, so that nothing in it is broken over two."""
    return " ".join(result.stdout.str().split())
