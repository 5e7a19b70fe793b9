"""The fingerprint: which environments are the same, and how each field is read."""

import json
import os
import platform
import subprocess
from dataclasses import fields, replace
from importlib import metadata

import pytest

from lowprec import environment as environment_module
from lowprec import framework
from lowprec.environment import Environment, cpu_name, current_environment, short_name
from tests import literals

CPU = framework.Device("cpu", None, None, None, None, tf32=True, xla=False, onednn=False)
T4 = framework.Device("gpu", "Tesla T4", "7.5", "12.5.1", "9", tf32=True, xla=True, onednn=True)

ENVIRONMENT = replace(
    literals.ENVIRONMENT,
    device="gpu",
    gpu="Tesla T4",
    compute_capability="7.5",
    driver="550.54",
    cuda="12.5.1",
    cudnn="9",
    numpy="2.1.0",
    protobuf="6.31.1",
)
ON_RECORD_ONLY = {"python", "numpy", "protobuf", "system"}
OPTIONAL = ["gpu", "compute_capability", "driver", "cuda", "cudnn"]


def other(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value + "x"


@pytest.fixture
def _framework(monkeypatch):
    """TensorFlow 2.21 on a CPU, without importing it."""
    monkeypatch.setattr(framework, "device", lambda: CPU)
    monkeypatch.setattr(framework, "tensorflow_version", lambda: "2.21.0")
    monkeypatch.setattr(framework, "keras_version", lambda: "3.15.1")
    monkeypatch.setattr(framework, "keras_backend", lambda: "tensorflow")


@pytest.mark.parametrize("name", [field.name for field in fields(Environment)])
def test_every_field_makes_another_environment_but_those_on_record_only(name):
    changed = replace(ENVIRONMENT, **{name: other(getattr(ENVIRONMENT, name))})
    assert (changed.key == ENVIRONMENT.key) == (name in ON_RECORD_ONLY)


@pytest.mark.parametrize("name", OPTIONAL)
def test_unknown_is_another_environment_than_known(name):
    assert replace(ENVIRONMENT, **{name: None}).key != ENVIRONMENT.key


def test_fields_on_record_only_may_differ_together():
    changed = replace(ENVIRONMENT, **dict.fromkeys(ON_RECORD_ONLY, "other"))
    assert changed.key == ENVIRONMENT.key
    assert changed != ENVIRONMENT


def test_the_key_is_readable_and_the_same_in_every_process():
    """Stored sessions are compared by it: change it and every history starts anew."""
    assert ENVIRONMENT.key == "tf2.21.0-keras3.15.1-gpu-a41b7ca81e"


def test_the_stored_form_is_every_field_and_the_key():
    stored = ENVIRONMENT.to_json()
    assert list(stored) == [*(field.name for field in fields(Environment)), "key"]
    assert stored["key"] == ENVIRONMENT.key
    assert stored["threads"] == 2
    assert json.loads(json.dumps(stored, allow_nan=False)) == stored


@pytest.mark.usefixtures("_framework")
def test_a_cpu_environment(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert current_environment({}) == replace(
        literals.ENVIRONMENT,
        cpu="x86_64",
        threads=3,
        python=platform.python_version(),
        numpy=metadata.version("numpy"),
        protobuf=metadata.version("protobuf"),
        system=platform.system(),
    )


@pytest.mark.usefixtures("_framework")
def test_the_name_that_is_known_is_taken():
    assert current_environment({"brand_raw": "Xeon Gold 6148"}).cpu == "Xeon Gold 6148"


def test_processors_of_one_name_are_told_apart():
    found = {"brand_raw": "Xeon", "family": 6, "model": 167, "stepping": 1, "count": 2}
    assert cpu_name(found) == "Xeon, family 6 model 167 stepping 1"


@pytest.mark.usefixtures("_framework")
def test_a_gpu_environment_asks_for_the_driver(monkeypatch):
    def run(command, **options):
        assert command[:2] == ["/bin/nvidia-smi", "--query-gpu=driver_version"]
        return subprocess.CompletedProcess(command, 0, stdout="550.54\n550.54\n")

    monkeypatch.setattr(framework, "device", lambda: T4)
    monkeypatch.setattr(environment_module.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(environment_module.subprocess, "run", run)
    found = current_environment({"brand_raw": "Xeon"})
    assert (found.device, found.gpu, found.compute_capability) == ("gpu", "Tesla T4", "7.5")
    assert (found.driver, found.cuda, found.cudnn) == ("550.54", "12.5.1", "9")
    assert (found.xla, found.onednn) == (True, True)


@pytest.mark.usefixtures("_framework")
@pytest.mark.parametrize(("code", "stdout"), [(9, "NVIDIA-SMI has failed"), (0, "")])
def test_a_driver_that_does_not_answer_is_unknown(monkeypatch, code, stdout):
    def run(command, **options):
        return subprocess.CompletedProcess(command, code, stdout=stdout)

    monkeypatch.setattr(framework, "device", lambda: T4)
    monkeypatch.setattr(environment_module.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(environment_module.subprocess, "run", run)
    assert current_environment({"brand_raw": "Xeon"}).driver is None


@pytest.mark.usefixtures("_framework")
def test_a_gpu_without_nvidia_smi_has_an_unknown_driver(monkeypatch):
    monkeypatch.setattr(framework, "device", lambda: T4)
    monkeypatch.setattr(environment_module.shutil, "which", lambda name: None)
    assert current_environment({"brand_raw": "Xeon"}).driver is None


@pytest.mark.usefixtures("_framework")
@pytest.mark.parametrize(
    ("version", "keras", "device", "name"),
    [
        ("2.21.0", "3.15.1", CPU, "tf221k3-cpu"),
        ("2.21.0", "2.21.0", CPU, "tf221k2-cpu"),
        ("2.12.1", "2.12.0", T4, "tf212k2-gpu"),
        ("2.22.0-rc1", "3.16.0", CPU, "tf222k3-cpu"),
    ],
)
def test_short_name(monkeypatch, version, keras, device, name):
    monkeypatch.setattr(framework, "keras_version", lambda: keras)
    monkeypatch.setattr(framework, "tensorflow_version", lambda: version)
    monkeypatch.setattr(framework, "device", lambda: device)
    assert short_name() == name
