"""How TensorFlow says that it has no kernel, and what it is asked of its settings.

Its words are those of 2.12, 2.15 and 2.21.
"""

import sys
from types import SimpleNamespace

import pytest

from lowprec import framework
from lowprec.errors import UnsupportedError
from lowprec.framework import missing_kernel

ATTRIBUTE = (
    "Value for attr 'T' of bfloat16 is not in the list of allowed values: double, float, half, "
    "complex64, complex128\n\t; NodeDef: {{node Qr}}; Op<name=Qr; signature=input:T -> q:T, r:T; "
    "attr=full_matrices:bool,default=false; attr=T:type,allowed=[DT_DOUBLE, DT_FLOAT, DT_HALF, "
    "DT_COMPLEX64, DT_COMPLEX128]> [Op:Qr] name: "
)
PARAMETER = (
    "Value passed to parameter 'input' has DataType bfloat16 not in list of allowed values: "
    "float64, float32, float16, complex64, complex128"
)
NO_DEVICE = (
    "Could not find device for node: {{node Svd}} = Svd[T=DT_HALF, compute_uv=true, "
    "full_matrices=false]\nAll kernels registered for op Svd:\n"
    "  device='XLA_CPU_JIT'; T in [DT_FLOAT, DT_DOUBLE, DT_HALF]\n"
    "  device='CPU'; T in [DT_FLOAT]\n [Op:Svd] name: "
)
NO_KERNEL = (
    "No OpKernel was registered to support Op 'Cholesky' used by {{node Cholesky}} with these "
    "attrs: [T=DT_HALF]\nRegistered devices: [CPU]\nRegistered kernels:\n"
    "  device='CPU'; T in [DT_FLOAT]\n  device='CPU'; T in [DT_DOUBLE]\n\n\t [[Cholesky]]"
)
SHAPES = "Matrix size-incompatible: In[0]: [2,2], In[1]: [3,2] [Op:MatMul]"


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        (ATTRIBUTE, ("Qr", "bfloat16")),
        (PARAMETER, ("'input'", "bfloat16")),
        (NO_DEVICE, ("Svd", "float16")),
        (NO_KERNEL, ("Cholesky", "float16")),
    ],
    ids=["attribute", "parameter", "device", "kernel"],
)
def test_each_refusal_names_op_and_dtype(message, missing):
    assert missing_kernel(TypeError(message)) == missing


@pytest.mark.parametrize(
    ("tensorflows", "numpys"),
    [
        ("HALF", "float16"),
        ("FLOAT", "float32"),
        ("DOUBLE", "float64"),
        ("BFLOAT16", "bfloat16"),
        ("COMPLEX64", "complex64"),
    ],
)
@pytest.mark.parametrize("message", [NO_DEVICE, NO_KERNEL], ids=["device", "kernel"])
def test_dtypes_have_numpys_names(message, tensorflows, numpys):
    refusal = RuntimeError(message.replace("[T=DT_HALF", f"[T=DT_{tensorflows}"))
    assert missing_kernel(refusal)[1] == numpys


@pytest.mark.parametrize("message", [NO_DEVICE, NO_KERNEL], ids=["device", "kernel"])
def test_of_several_dtypes_the_first_is_named(message):
    refusal = RuntimeError(message.replace("T=DT_HALF", "T=DT_HALF, Tidx=DT_INT32"))
    assert missing_kernel(refusal)[1] == "float16"


@pytest.mark.parametrize("kind", [ValueError, TypeError, RuntimeError, UnicodeError])
def test_the_words_count_and_not_the_type_of_the_error(kind):
    assert missing_kernel(kind(f"Exception encountered: {NO_KERNEL}")) == ("Cholesky", "float16")


@pytest.mark.parametrize(
    "message", [SHAPES, "", "OOM when allocating tensor with shape[64] and type half"]
)
def test_other_errors_are_none(message):
    assert missing_kernel(RuntimeError(message)) is None


def test_the_answer_makes_the_error_that_is_told():
    error = UnsupportedError(*missing_kernel(RuntimeError(NO_DEVICE)))
    assert str(error) == "TensorFlow has no kernel for Svd in float16"


UTIL_PORT = "tensorflow.python.util._pywrap_util_port"
CONFIG = "tensorflow.python.framework.config"


@pytest.fixture
def tensorflow(monkeypatch):
    """A TensorFlow on a CPU whose options are all unset, with nothing private in it."""
    config = SimpleNamespace(
        list_physical_devices=lambda kind: [],
        experimental=SimpleNamespace(tensor_float_32_execution_enabled=lambda: True),
        optimizer=SimpleNamespace(get_jit=lambda: ""),
        threading=SimpleNamespace(
            get_intra_op_parallelism_threads=lambda: 0, get_inter_op_parallelism_threads=lambda: 0
        ),
    )
    module = SimpleNamespace(config=config)
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    monkeypatch.setitem(sys.modules, UTIL_PORT, None)
    monkeypatch.setitem(sys.modules, CONFIG, None)
    return module


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("setting", ["0", "1", "off"])
def test_onednn_is_what_tensorflow_says_of_it(monkeypatch, answer, setting):
    """It took the variable when it started, and with "off" the processor decides."""
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", setting)
    monkeypatch.setitem(sys.modules, UTIL_PORT, SimpleNamespace(IsMklEnabled=lambda: answer))
    assert framework.device().onednn is answer


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("setting", "onednn"),
    [
        *(("0", False), ("false", False), ("FALSE", False), ("fAlSe", False)),
        *(("1", True), ("true", True), ("TRUE", True)),
    ],
)
def test_a_tensorflow_that_does_not_say_follows_the_switch(monkeypatch, setting, onednn):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", setting)
    assert framework.device().onednn is onednn


@pytest.mark.parametrize(("option", "xla"), [("", False), ("autoclustering", True)])
def test_xla_of_the_device_is_the_option(monkeypatch, tensorflow, option, xla):
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_auto_jit=2")
    tensorflow.config.optimizer.get_jit = lambda: option
    assert framework.device().xla is xla


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("answer", [True, False])
def test_determinism_is_what_tensorflow_says_of_it(monkeypatch, answer):
    monkeypatch.setenv("TF_DETERMINISTIC_OPS", "0")
    config = SimpleNamespace(is_op_determinism_enabled=lambda: answer)
    monkeypatch.setitem(sys.modules, CONFIG, config)
    assert framework.op_determinism() is answer


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("setting", "deterministic"),
    [("1", True), ("True", True), ("0", False), ("false", False), (None, False)],
)
def test_a_tensorflow_that_does_not_say_follows_the_variable(monkeypatch, setting, deterministic):
    monkeypatch.delenv("TF_DETERMINISTIC_OPS", raising=False)
    if setting is not None:
        monkeypatch.setenv("TF_DETERMINISTIC_OPS", setting)
    assert framework.op_determinism() is deterministic


def test_threads_are_those_of_the_options(tensorflow):
    assert framework.thread_options() == (0, 0)
    tensorflow.config.threading.get_intra_op_parallelism_threads = lambda: 3
    tensorflow.config.threading.get_inter_op_parallelism_threads = lambda: 4
    assert framework.thread_options() == (3, 4)


def test_the_tensorflow_that_is_installed_says_it_all(monkeypatch):
    """It answers by itself: what the variables say after its start is nothing to it."""
    tf = framework.import_tensorflow()
    onednn = framework.device().onednn
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0" if onednn else "1")
    assert framework.device().onednn is onednn
    before = framework.op_determinism()
    tf.config.experimental.enable_op_determinism()
    try:
        assert framework.op_determinism() is True
    finally:
        if not before:
            sys.modules[CONFIG].disable_op_determinism()
    assert framework.op_determinism() is before
    assert all(isinstance(threads, int) for threads in framework.thread_options())
