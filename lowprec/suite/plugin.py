"""The pytest plugin: options, the marker `lowprec_schemes`, the fixture `train`.

It is loaded into every session where lowprec is installed. All else is loaded by the first test
that trains.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES
from lowprec.suite.items import SCHEME, SCHEMES_MARK, trains
from lowprec.suite.options import SUITE, add_options, options_of
from lowprec.suite.shared_storage import check_storage

if TYPE_CHECKING:
    from lowprec.suite.hooks import SuiteHooks
    from lowprec.suite.own import Train


REFUSED = "lowprec-refused"
"""Of what a worker of xdist sends at its end: why it collected nothing."""


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    check_storage(config)
    config.addinivalue_line(
        "markers", f"{SCHEMES_MARK}(*names): train the test's model in these precision schemes"
    )
    config.pluginmanager.register(_OfWorkers(config), "lowprec-of-workers")


@pytest.hookimpl(tryfirst=True)  # before xdist starts its workers
def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the devices that are asked for: test modules may use TensorFlow when they are imported,
    after which the CPU cannot be parted.
    """
    count = options_of(session.config).devices
    if count is None or session.config.option.collectonly:
        return
    from lowprec import framework
    from lowprec.errors import LowprecError
    from lowprec.suite.preflight import require_devices

    framework.prefer_repeatable_results(chatter=session.config.option.verbose > 0)
    try:
        require_devices(session.config, count)
    except LowprecError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that is marked by `lowprec.schemes` its schemes, as far as they are asked for."""
    mark = metafunc.definition.get_closest_marker(SCHEMES_MARK)
    if mark is None:
        return
    if unknown := [name for name in mark.args if name not in SCHEMES]:
        raise pytest.UsageError(
            f"{metafunc.definition.nodeid}: unknown scheme {unknown[0]!r}, expected some of "
            f"{', '.join(SCHEMES)}"
        )
    if SCHEME not in metafunc.fixturenames:
        raise pytest.UsageError(
            f"{metafunc.definition.nodeid}: takes no argument `{SCHEME}`, expected one, which "
            "lowprec.schemes fills in"
        )
    asked_for = options_of(metafunc.config).schemes
    named = mark.args or asked_for or PAPER_SCHEMES
    names = [name for name in named if asked_for is None or name in asked_for]
    metafunc.parametrize(SCHEME, names, ids=names)


def pytest_itemcollected(item: pytest.Item) -> None:
    if trains(item):
        suite_of(item.config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Hand on what stops a worker of xdist, which it would not tell itself."""
    try:
        return (yield)
    except pytest.UsageError as error:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[REFUSED] = str(error)
        raise


class _OfWorkers:
    """What xdist's controller, which collects no tests, learns by its workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Stop the session as it would stop without workers."""
        if refused := getattr(node, "workeroutput", {}).get(REFUSED):
            raise pytest.UsageError(refused)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Begin the suite with the first report of a training."""
        if hasattr(report, "lowprec") and not self._config.pluginmanager.has_plugin(SUITE):
            suite = suite_of(self._config)
            suite.begin_late()
            suite.pytest_runtest_logreport(report)


def suite_of(config: pytest.Config) -> SuiteHooks:
    """Return the suite of a session, which begins with the first call.

    Raises:
        pytest.UsageError: pytest-benchmark, which times and stores, is switched off.
    """
    from lowprec.suite.hooks import SuiteHooks
    from lowprec.suite.session_warnings import tell_warnings

    suite = config.pluginmanager.get_plugin(SUITE)
    if suite is None:
        if not hasattr(config.option, "benchmark_disable"):
            raise pytest.UsageError(
                "pytest-benchmark is not loaded, expected it, as it times and stores; leave out "
                "-p no:benchmark, or load it with -p pytest_benchmark.plugin"
            )
        suite = SuiteHooks(config)
        config.pluginmanager.register(suite, SUITE)
        tell_warnings(config)
    assert isinstance(suite, SuiteHooks)
    return suite


@pytest.fixture
def train(request: pytest.FixtureRequest) -> Train:
    """Trains the test's model in the test's scheme, times and judges it, and keeps the record.

    To lowprec what `benchmark` is to pytest-benchmark; `lowprec.suite.own.Train` has its arguments.
    """
    from lowprec.suite.own import Train

    return Train(request, suite_of(request.config))
