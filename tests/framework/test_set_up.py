"""How TensorFlow and Keras are set up from outside: one line where nothing can be trained."""

import json
import os
import subprocess
import sys
import warnings

import pytest

from lowprec.framework import set_up, told_warnings
from tests.suite.sessions import ROOT


def fault_in_a_process(**variables):
    """The message of a process with these variables, in which Keras is asked for."""
    code = (
        "from lowprec.errors import FrameworkError\n"
        "from lowprec.framework import keras_module\n"
        "try:\n    keras_module()\nexcept FrameworkError as error:\n    print(error)\n"
    )
    unset = ("KERAS_BACKEND", "KERAS_HOME", "TF_USE_LEGACY_KERAS")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def keras_home(tmp_path):
    """Writes a keras.json; returns its folder."""

    def write(**settings):
        (tmp_path / "keras.json").write_text(json.dumps(settings))
        return str(tmp_path)

    return write


def test_another_backend_that_is_not_installed_is_named():
    assert fault_in_a_process(KERAS_BACKEND="nonsense") == (
        "KERAS_BACKEND has Keras compute with nonsense, expected tensorflow; set "
        "KERAS_BACKEND=tensorflow (ValueError: Unable to import backend : nonsense)"
    )


def test_so_is_one_of_keras_json_which_the_variable_precedes(keras_home):
    home = keras_home(backend="nonsense")
    assert fault_in_a_process(KERAS_HOME=home).startswith(
        f"{home}/keras.json has Keras compute with nonsense, expected tensorflow; set "
    )
    assert fault_in_a_process(KERAS_HOME=home, KERAS_BACKEND="tensorflow") == ""


def test_a_keras_json_that_keras_does_not_take_is_named(keras_home):
    home = keras_home(epsilon="small")
    assert fault_in_a_process(KERAS_HOME=home) == (
        "TensorFlow or its Keras cannot be imported (AssertionError); `pip check` tells which "
        f"versions do not fit, and {home}/keras.json what is set"
    )


def test_keras_2_without_its_package_is_named(monkeypatch):
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "True")
    monkeypatch.setattr(set_up.importlib.util, "find_spec", lambda name: None)
    assert set_up.import_fault(ImportError("no keras")).startswith(
        "TF_USE_LEGACY_KERAS=True asks for Keras 2, whose package tf-keras is not installed; "
    )


@pytest.mark.parametrize(
    ("variables", "where"),
    [({"KERAS_BACKEND": "jax"}, "KERAS_BACKEND"), ({}, "this process")],
    ids=["variable", "set by someone"],
)
def test_a_backend_that_is_installed_is_no_better(monkeypatch, tmp_path, variables, where):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert set_up.wrong_backend("jax") == (
        f"{where} has Keras compute with jax, expected tensorflow; set KERAS_BACKEND=tensorflow"
    )


def test_versions_that_do_not_fit_are_an_environments_fault(monkeypatch, tmp_path):
    """NumPy's and protobuf's errors have many types; the first cause is what is told."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert set_up.import_fault(AttributeError("_ARRAY_API not found")) == (
        "TensorFlow or its Keras cannot be imported (AttributeError: _ARRAY_API not found); "
        "`pip check` tells which versions do not fit"
    )


def test_a_warning_is_told_where_filters_make_errors_of_them():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("error")
        with told_warnings():
            warnings.warn("old", DeprecationWarning, stacklevel=1)
        with pytest.raises(DeprecationWarning):
            warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert [str(warning.message) for warning in told] == ["old"]
