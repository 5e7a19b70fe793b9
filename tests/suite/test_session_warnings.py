"""Warnings outside of tests under `filterwarnings = error`."""

import subprocess
import sys

import pytest

from tests.suite.sessions import MATRIX_TESTS, ROOT, stored

SMALL = ("--models=NN-I", "--schemes=single", "--benchmark-autosave")


@pytest.fixture
def strict(session, pytester):
    """Sessions in which warnings are errors."""
    pytester.makeini("[pytest]\nfilterwarnings = error")
    return session


def test_a_cache_that_cannot_be_written_costs_neither_table_nor_exit_code(strict, pytester):
    """As in a checkout that is read-only."""
    pytester.path.joinpath("taken").write_text("a file")
    result = strict(*SMALL, "-o", "cache_dir=taken/cache")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        ["*PytestCacheWarning: could not create cache path *", "NN-I * single * 0.8000 * ok"]
    )
    assert stored(pytester)


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ("pytest_sessionstart", False),
        ("pytest_collection_finish", True),
        ("pytest_sessionfinish", True),
        ("pytest_terminal_summary", True),
        ("pytest_unconfigure", False),
    ],
)
def test_no_hook_of_a_session_makes_an_error_of_a_warning(strict, pytester, hook, told):
    pytester.makeconftest(f"import warnings\ndef {hook}():\n    warnings.warn('an old way')\n")
    result = strict(*SMALL)
    assert result.ret == pytest.ExitCode.OK
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert ("UserWarning: an old way" in result.stdout.str()) is told


def test_in_a_test_a_warning_stays_the_error_that_it_is_set_to_be(strict, pytester):
    pytester.makepyfile(
        test_own="import warnings\n\ndef test_own(train_pair):\n"
        "    assert train_pair('NN-I', 'single').passed\n    warnings.warn('an old way')\n"
    )
    result = strict("test_own.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*UserWarning: an old way"])


@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_without_assertions_the_suite_is_collected_as_with_them(level):
    """What pytest says of it, before any plugin is there, is no error by this pytest.ini."""
    done = subprocess.run(
        [sys.executable, level, "-m", "pytest", str(MATRIX_TESTS), "--collect-only", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.OK, done.stderr
    assert "test_training[NN-I-single]" in done.stdout
