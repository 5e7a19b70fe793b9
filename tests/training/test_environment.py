"""How each field of this process' environment is read."""

import os
import platform
from importlib import metadata

import pytest

from lowprec import framework
from lowprec.training import environment as environment_module
from lowprec.training.environment import cpu_name, current_environment, short_name
from tests import literals

CPU = framework.Device("cpu", None, None, None, None, tf32=True, xla=False, onednn=False)
T4 = framework.Device("gpu", "Tesla T4", "7.5", "12.5.1", "9", tf32=True, xla=True, onednn=True)


@pytest.fixture
def _framework(monkeypatch):
    """TensorFlow 2.21 on a CPU, without importing it."""
    monkeypatch.setattr(framework, "device", lambda: CPU)
    monkeypatch.setattr(framework, "tensorflow_version", lambda: "2.21.0")
    monkeypatch.setattr(framework, "keras_version", lambda: "3.15.1")
    monkeypatch.setattr(framework, "keras_backend", lambda: "tensorflow")
    monkeypatch.setattr(environment_module, "nvidia_smi", lambda field: pytest.fail("asked"))


@pytest.fixture
def driver(monkeypatch, _framework):
    """A function that puts the system on a GPU with this answer from its driver."""

    def answer(*versions):
        def nvidia_smi(field):
            assert field == "driver_version"
            return list(versions)

        monkeypatch.setattr(framework, "device", lambda: T4)
        monkeypatch.setattr(environment_module, "nvidia_smi", nvidia_smi)

    return answer


@pytest.mark.usefixtures("_framework")
def test_a_cpu_environment(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert current_environment({}) == literals.environment(
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
    cpu = {"brand_raw": "Xeon", "family": 6, "model": 167, "stepping": 1, "count": 2}
    assert cpu_name(cpu) == "Xeon, family 6 model 167 stepping 1"


def test_a_gpu_environment_asks_for_the_driver(driver):
    driver("550.54", "550.54")
    environment = current_environment({"brand_raw": "Xeon"})
    assert (environment.device, environment.gpu) == ("gpu", "Tesla T4")
    assert environment.compute_capability == "7.5"
    assert (environment.driver, environment.cuda, environment.cudnn) == ("550.54", "12.5.1", "9")
    assert (environment.xla, environment.onednn) == (True, True)


def test_a_driver_that_does_not_answer_is_unknown(driver):
    driver()
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
