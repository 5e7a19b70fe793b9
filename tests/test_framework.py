"""How TensorFlow says that it has no kernel; its words are those of 2.12, 2.15 and 2.21."""

import pytest

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
