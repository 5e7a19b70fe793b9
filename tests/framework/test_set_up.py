"""How TensorFlow and Keras are set up from outside: one line where nothing can be trained."""

import json
import subprocess
import sys
import warnings

import pytest

from lowprec.framework import set_up, told_warnings
from tests.suite.sessions import ROOT


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    """No variable, and a home without a keras.json."""
    for name in ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


@pytest.fixture
def keras_home(tmp_path):
    """Writes a keras.json; returns its folder."""

    def write(**settings):
        (tmp_path / "keras.json").write_text(json.dumps(settings))
        return str(tmp_path)

    return write


def test_another_backend_is_named_instead_of_what_its_import_says(monkeypatch):
    """In a process of its own, as TensorFlow is imported once."""
    code = (
        "from lowprec.errors import FrameworkError\n"
        "from lowprec.framework import keras_module\n"
        "try:\n    keras_module()\nexcept FrameworkError as error:\n    print(error)\n"
    )
    monkeypatch.setenv("KERAS_BACKEND", "nonsense")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == (
        "KERAS_BACKEND has Keras compute with nonsense, expected tensorflow; set "
        "KERAS_BACKEND=tensorflow (ValueError: Unable to import backend : nonsense)"
    )


def test_so_is_one_of_keras_json(keras_home):
    home = keras_home(backend="torch")
    assert set_up.import_fault(ModuleNotFoundError("No module named 'torch'")) == (
        f"{home}/keras.json has Keras compute with torch, expected tensorflow; set "
        "KERAS_BACKEND=tensorflow (ModuleNotFoundError: No module named 'torch')"
    )


def test_the_variable_precedes_keras_json(keras_home, monkeypatch):
    keras_home(backend="torch")
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert "expected tensorflow" not in set_up.import_fault(ImportError("something else"))


@pytest.mark.parametrize("content", ['{"epsilon": "small"}', "[]", "{"])
def test_a_keras_json_that_keras_does_not_take_is_named(tmp_path, content):
    (tmp_path / "keras.json").write_text(content)
    assert set_up.import_fault(AssertionError()) == (
        "TensorFlow or its Keras cannot be imported (AssertionError); `pip check` tells which "
        f"versions do not fit, and {tmp_path}/keras.json what is set"
    )


def test_the_first_cause_is_told():
    """TensorFlow says `Keras cannot be imported` whatever the cause."""
    error = ImportError("Keras cannot be imported")
    error.__context__ = ModuleNotFoundError("No module named 'h5py'")
    assert "(ModuleNotFoundError: No module named 'h5py')" in set_up.import_fault(error)


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
def test_a_backend_that_is_installed_is_no_better(monkeypatch, variables, where):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert set_up.wrong_backend("jax") == (
        f"{where} has Keras compute with jax, expected tensorflow; set KERAS_BACKEND=tensorflow"
    )


def test_versions_that_do_not_fit_are_an_environments_fault():
    """NumPy's and protobuf's errors have many types."""
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
