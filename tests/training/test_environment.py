"""How each field of this process' environment is read."""

import os
import platform
from dataclasses import replace
from importlib import metadata

import pytest

from lowprec import framework
from lowprec.training import environment as environment_module
from lowprec.training.cuda_libraries import CudaVersions
from lowprec.training.environment import cpu_name, current_environment
from lowprec.training.workers import Share
from tests import literals

CPU = framework.Device("cpu", None, None, None, None, tf32=True, xla=False, onednn=False)
VARIABLES = (
    *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"),
    *("TF_CUDNN_DETERMINISTIC", "TF_XLA_FLAGS", "NVIDIA_TF32_OVERRIDE"),
    "TF_FORCE_GPU_ALLOW_GROWTH",
)
SETTINGS = ("cpu_quota", "intra_op_threads", "inter_op_threads", "omp_threads", "deterministic")
T4 = framework.Device("gpu", "Tesla T4", "7.5", "12.5.1", "9", tf32=True, xla=True, onednn=True)


@pytest.fixture
def _framework(monkeypatch):
    """TensorFlow 2.21 on a CPU, without importing it."""
    monkeypatch.setattr(framework, "device", lambda: CPU)
    monkeypatch.setattr(framework, "tensorflow_version", lambda: "2.21.0")
    monkeypatch.setattr(framework, "keras_version", lambda: "3.15.1")
    monkeypatch.setattr(framework, "keras_backend", lambda: "tensorflow")
    monkeypatch.setattr(framework, "thread_options", lambda: (0, 0))
    monkeypatch.setattr(framework, "op_determinism", lambda: False)
    monkeypatch.setattr(environment_module, "cpu_quota", lambda processors: None)
    monkeypatch.setattr(environment_module, "loaded_versions", CudaVersions)
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
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


@pytest.fixture
def on_t4(monkeypatch, driver):
    """A function that reads the environment of a GPU with these options of TensorFlow.

    A variable is set for it; None is not to set it.
    """

    def read(variable, setting, **options):
        driver("550.54")
        monkeypatch.setattr(framework, "device", lambda: replace(T4, **options))
        if setting is not None:
            monkeypatch.setenv(variable, setting)
        return current_environment({})

    return read


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


def test_the_libraries_of_a_gpu_are_those_that_are_loaded(driver, monkeypatch):
    driver("550.54")
    loaded = CudaVersions("12.9", "9.28.0", "12.9.1")
    monkeypatch.setattr(environment_module, "loaded_versions", lambda: loaded)
    environment = current_environment({})
    assert (environment.cuda, environment.cudnn, environment.cublas) == ("12.9", "9.28.0", "12.9.1")
    assert (environment.cuda_build, environment.cudnn_build) == ("12.5.1", "9")


@pytest.mark.parametrize(
    ("forced", "option", "growth"),
    [
        (None, False, None),
        (None, True, True),
        ("true", False, True),
        ("false", True, None),
        ("1", True, True),
        ("", False, None),
    ],
)
def test_memory_grows_by_the_variable_or_else_the_option(on_t4, forced, option, growth):
    environment = on_t4("TF_FORCE_GPU_ALLOW_GROWTH", forced, memory_growth=option)
    assert environment.memory_growth is growth


@pytest.mark.usefixtures("_framework")
def test_a_cpu_has_no_libraries_of_cuda(monkeypatch):
    monkeypatch.setenv("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    monkeypatch.setattr(environment_module, "loaded_versions", lambda: pytest.fail("asked"))
    assert current_environment({}).memory_growth is None


def test_a_driver_that_does_not_answer_is_unknown(driver):
    driver()
    assert current_environment({"brand_raw": "Xeon"}).driver is None


@pytest.mark.usefixtures("_framework")
def test_a_quota_is_asked_for_with_the_processors_that_may_be_used(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    monkeypatch.setattr(environment_module, "cpu_quota", lambda processors: processors / 12)
    environment = current_environment({})
    assert (environment.threads, environment.cpu_quota) == (3, 0.25)


@pytest.mark.usefixtures("_framework")
def test_in_an_ordinary_environment_nothing_is_set():
    environment = current_environment({})
    assert [getattr(environment, name) for name in SETTINGS] == [None] * 5


@pytest.mark.usefixtures("_framework")
@pytest.mark.parametrize(
    ("variable", "setting", "options", "threads"),
    [
        ("TF_NUM_INTRAOP_THREADS", "1", (0, 0), (1, None, None)),
        ("TF_NUM_INTEROP_THREADS", "4", (0, 0), (None, 4, None)),
        ("OMP_NUM_THREADS", "4,2", (0, 0), (None, None, 4)),
        ("OMP_NUM_THREADS", "1", (2, 3), (2, 3, 1)),
        ("TF_NUM_INTRAOP_THREADS", "1", (2, 0), (2, None, None)),
        ("TF_NUM_INTEROP_THREADS", "1", (0, 3), (None, 3, None)),
        ("TF_NUM_INTRAOP_THREADS", "0", (0, 0), (None, None, None)),
    ],
)
def test_threads_are_those_of_the_variable_or_of_tensorflows_own_option(
    monkeypatch, variable, setting, options, threads
):
    monkeypatch.setenv(variable, setting)
    monkeypatch.setattr(framework, "thread_options", lambda: options)
    environment = current_environment({})
    fields = ("intra_op_threads", "inter_op_threads", "omp_threads")
    assert tuple(getattr(environment, name) for name in fields) == threads


@pytest.mark.usefixtures("_framework")
def test_deterministic_operations_are_told(monkeypatch):
    monkeypatch.setattr(framework, "op_determinism", lambda: True)
    assert current_environment({}).deterministic is True


@pytest.mark.parametrize(
    ("setting", "deterministic"), [("1", True), ("True", True), ("0", None), ("false", None)]
)
def test_cudnn_alone_may_be_deterministic(on_t4, setting, deterministic):
    assert on_t4("TF_CUDNN_DETERMINISTIC", setting).deterministic is deterministic


@pytest.mark.usefixtures("_framework")
def test_on_the_cpu_there_is_no_cudnn_and_no_tf32_to_be_switched(monkeypatch):
    ordinary = current_environment({})
    monkeypatch.setenv("TF_CUDNN_DETERMINISTIC", "1")
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "0")
    assert current_environment({}) == ordinary


@pytest.mark.parametrize(
    ("switch", "setting", "tf32"),
    [
        (True, None, True),
        (True, "0", False),
        (True, "1", True),
        (True, "", True),
        (False, None, False),
        (False, "0", False),
        (False, "1", False),
    ],
)
def test_nvidias_override_switches_tf32_off_and_never_on(on_t4, switch, setting, tf32):
    assert on_t4("NVIDIA_TF32_OVERRIDE", setting, tf32=switch).tf32 is tf32


@pytest.mark.parametrize(
    ("device", "setting", "xla"),
    [
        (CPU, "--tf_xla_auto_jit=2", False),
        (CPU, "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit", True),
        (T4, "", True),
        (T4, "--tf_xla_auto_jit=0", True),
        (T4, "--tf_xla_auto_jit=-1", False),
    ],
)
def test_xla_is_what_flags_and_option_make_of_it(monkeypatch, driver, device, setting, xla):
    driver("550.54")
    monkeypatch.setattr(framework, "device", lambda: device)
    monkeypatch.setenv("TF_XLA_FLAGS", setting)
    assert current_environment({}).xla is xla


@pytest.mark.usefixtures("_framework")
def test_how_many_train_side_by_side():
    environment = current_environment({}, Share(4, workers_a_gpu=2))
    assert (environment.workers, environment.workers_a_gpu) == (4, 2)
    assert current_environment({}).workers is None


@pytest.mark.usefixtures("_framework")
def test_the_clock_at_which_a_processor_runs_makes_no_other_environment():
    """It is measured anew for each session, and differs from one to the next."""
    keys = {
        current_environment({"brand_raw": "Xeon", "hz_actual": [hz, 0]}).key
        for hz in (2_100_000_000, 3_499_998_000)
    }
    assert len(keys) == 1
