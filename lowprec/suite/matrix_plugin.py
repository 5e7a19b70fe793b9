"""What this repository's own sessions have besides: the paper's models, and short option names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lowprec.rows.matrix import Pair
from lowprec.suite.options import add_options
from lowprec.suite.plugin import suite_of

__all__ = ["regression", "train_pair"]


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser, short=True)


def pytest_configure(config: pytest.Config) -> None:
    if not config.option.collectonly:
        suite_of(config)


@pytest.fixture
def train_pair(request: pytest.FixtureRequest, benchmark: Any) -> Callable[..., Any]:
    """A function (model, scheme) -> Judgement that trains one of the paper's as the options say.

    The rounds are timed by pytest-benchmark, and the record goes into its stored file.
    """
    suite = suite_of(request.config)
    return lambda model, scheme: suite.trainings.paper(request.node, benchmark, Pair(model, scheme))


@pytest.fixture
def regression(request: pytest.FixtureRequest) -> Callable[[str, str], str | None]:
    """A function (model, scheme) -> in what the pair is worse than in earlier sessions, or None.

    Where that cannot be judged it skips the test, or fails it under `--slowdown fail`.
    """
    suite = suite_of(request.config)
    return lambda model, scheme: suite.running.regression(request.node, Pair(model, scheme))
