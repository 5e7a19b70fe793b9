"""The suite's pytest side: options, the `train_pair` fixture, what is stored, the summary."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from lowprec.choices import DEFAULT_SEED, MAX_SEED, integer, names_in
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES

if TYPE_CHECKING:
    from lowprec.suite.hooks import SuiteHooks


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lowprec", "low-precision training")
    group.addoption(
        "--protocol",
        choices=tuple(PROTOCOLS),
        default="quick",
        help="how a pair is trained: on the packaged sample, or as the paper did on the full sets",
    )
    group.addoption(
        "--models",
        type=names_in(MODELS),
        default=PAPER_MODELS,
        metavar="A,B",
        help=f"models to train, of {', '.join(MODELS)}; default: the paper's four",
    )
    group.addoption(
        "--schemes",
        type=names_in(SCHEMES),
        default=PAPER_SCHEMES,
        metavar="a,b",
        help=f"schemes to train, of {', '.join(SCHEMES)}; default: the paper's four",
    )
    group.addoption(
        "--rounds",
        type=integer(1, 1000),
        metavar="N",
        help="timed trainings of each pair; default: the protocol's, 3",
    )
    group.addoption(
        "--seed",
        type=integer(0, MAX_SEED),
        default=DEFAULT_SEED,
        metavar="N",
        help=f"seed of the first round, the next has N + 1; default: {DEFAULT_SEED}",
    )
    group.addoption(
        "--slowdown",
        choices=("fail", "warn", "off"),
        default="warn",
        help="what to do where a pair got slower, or its accuracy fell, against its own history; "
        "fail: also where that could not be judged; default: warn",
    )
    group.addoption(
        "--require-gpu",
        action="store_true",
        help="fail at once where TensorFlow sees no GPU",
    )


def pytest_configure(config: pytest.Config) -> None:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        from lowprec.training.workers import take_share

        take_share(int(worker.removeprefix("gw")), int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))
    if not config.option.collectonly:
        from lowprec.suite.hooks import SuiteHooks

        config.pluginmanager.register(SuiteHooks(config), SuiteHooks.NAME)


@pytest.fixture
def train_pair(request: pytest.FixtureRequest, benchmark: Any) -> Callable[..., Any]:
    """A function (model, scheme) -> Judgement that trains the pair as the options say.

    The rounds are timed by pytest-benchmark, and the record goes into its stored file.
    """
    suite = _suite(request)
    return lambda model, scheme: suite.train(request.node, benchmark, Pair(model, scheme))


@pytest.fixture
def regression(request: pytest.FixtureRequest) -> Callable[[str, str], str | None]:
    """A function (model, scheme) -> in what the pair is worse than in earlier sessions, or None.

    Where that cannot be judged it skips the test, or fails it under `--slowdown fail`.
    """
    suite = _suite(request)
    return lambda model, scheme: suite.regression(request.node, Pair(model, scheme))


def _suite(request: pytest.FixtureRequest) -> SuiteHooks:
    from lowprec.suite.hooks import SuiteHooks

    suite = request.config.pluginmanager.get_plugin(SuiteHooks.NAME)
    assert isinstance(suite, SuiteHooks)
    return suite
