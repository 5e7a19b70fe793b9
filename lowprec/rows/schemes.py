"""Precision schemes: each row is one set of numeric choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lowprec.rows.small_formats import Rounding

__all__ = ["PAPER_SCHEMES", "REFERENCE_SCHEME", "SCHEMES", "SCHEME_SETS", "Scheme"]

COMPUTE_DTYPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "float16": ("float16", "float16"),
        "float32": ("float32", "float32"),
        "float64": ("float64", "float64"),
        "mixed_float16": ("float32", "float16"),
        "mixed_bfloat16": ("float32", "bfloat16"),
        "bfloat16": ("bfloat16", "bfloat16"),
    }
)
"""Keras dtype policy name -> (variable dtype, compute dtype)."""


@dataclass(frozen=True)
class Scheme:
    """One row of numeric choices.

    Exactly one of `layer_dtype` and `global_policy` is set: the paper's schemes 1 to 3 pass a
    dtype to each layer and leave the globals alone, its scheme 4 sets the global policy.

    Attributes:
        name: id of the scheme, as in `test_training[NN-I-half]`.
        layer_dtype: dtype given to every layer and to the model's float inputs.
        global_policy: name of the global Keras dtype policy during the training.
        floatx: Keras' floatx during the training; None leaves it at float32, as the paper does.
            It decides the dtype of the loss, of metrics and of array inputs.
        logits: whether the paper's models end in float32 logits, which their loss takes.
        optimizer: of the paper's models: "adam"; "adam-epsilon" with an epsilon of 1e-4; the same
            with a dynamic loss scale, "adam-epsilon-scaled"; or "safe-adam", `lowprec.SafeAdam`
            with a dynamic loss scale.
        rounding: formats that layers round to, emulated in float32; None for none.
        quantize: mode of Keras' own `quantize`, as in "float8"; None for none.
        tf32: whether float32 products may run in TF32 on a GPU; None leaves that as it is.
    """

    name: str
    layer_dtype: str | None = None
    global_policy: str | None = None
    floatx: str | None = None
    logits: bool = False
    optimizer: str = "adam"
    tf32: bool | None = None
    rounding: Rounding | None = None
    quantize: str | None = None

    def __post_init__(self) -> None:
        if (self.layer_dtype is None) == (self.global_policy is None):
            raise ValueError(
                f"scheme {self.name}: got layer_dtype={self.layer_dtype!r} and "
                f"global_policy={self.global_policy!r}, expected exactly one of them"
            )
        if self.policy not in COMPUTE_DTYPES:
            raise ValueError(
                f"scheme {self.name}: unknown dtype policy {self.policy!r}, "
                f"expected one of {', '.join(COMPUTE_DTYPES)}"
            )

    @property
    def policy(self) -> str:
        """Name of the dtype policy that every layer ends up with."""
        return self.layer_dtype or self.global_policy or ""

    @property
    def variable_dtype(self) -> str:
        """Dtype that the model's weights are stored in."""
        return COMPUTE_DTYPES[self.policy][0]

    @property
    def compute_dtype(self) -> str:
        """Dtype that the layers compute in."""
        return COMPUTE_DTYPES[self.policy][1]


_ROWS = (
    Scheme("double", layer_dtype="float64"),
    Scheme("single", layer_dtype="float32"),
    Scheme("half", layer_dtype="float16"),
    Scheme("mixed", global_policy="mixed_float16"),
    # What setting floatx besides would change: the loss and the metrics then work in that dtype.
    Scheme("double-floatx", layer_dtype="float64", floatx="float64"),
    Scheme("half-floatx", layer_dtype="float16", floatx="float16"),
    # Half's sibling with float32's range. RNN-T does not build in it: QR has no bfloat16 kernel.
    Scheme("bfloat16", layer_dtype="bfloat16"),
    Scheme("mixed-bfloat16", global_policy="mixed_bfloat16"),
    # Half precision that works: weights and moments in float16, the optimizer's arithmetic not.
    Scheme("half-safe", layer_dtype="float16", logits=True, optimizer="safe-adam"),
    # What part of that each change has: logits alone, a larger epsilon, a loss scale besides.
    Scheme("half-logits", layer_dtype="float16", logits=True),
    Scheme("half-eps", layer_dtype="float16", logits=True, optimizer="adam-epsilon"),
    Scheme("half-scaled", layer_dtype="float16", logits=True, optimizer="adam-epsilon-scaled"),
    Scheme("bfloat16-safe", layer_dtype="bfloat16", logits=True, optimizer="safe-adam"),
    # Single precision as it is written; a GPU else takes TF32 for products.
    Scheme("single-strict", layer_dtype="float32", tf32=False),
    # A quarter of single precision and less, emulated: float32 that is rounded, time means nothing.
    Scheme("fp8", layer_dtype="float32", logits=True, rounding=Rounding("e4m3", "e5m2")),
    Scheme("int4-fp8", layer_dtype="float32", logits=True, rounding=Rounding("int4", "e5m2")),
    Scheme("fp4", layer_dtype="float32", logits=True, rounding=Rounding("e2m1", "e2m1")),
    # Keras 3's own, of Dense layers alone.
    Scheme("fp8-keras", layer_dtype="float32", logits=True, quantize="float8"),
)

SCHEMES: Mapping[str, Scheme] = MappingProxyType({row.name: row for row in _ROWS})
"""All schemes by name: the paper's in its order, then those that are trained on request only."""

PAPER_SCHEMES: tuple[str, ...] = ("double", "single", "half", "mixed")
"""The schemes of the default matrix."""

SCHEME_SETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "paper": PAPER_SCHEMES,
        "mended": ("half-logits", "half-eps", "half-scaled", "half-safe", "bfloat16-safe"),
        "quarter": ("fp8", "int4-fp8", "fp4", "fp8-keras"),
        "all": tuple(SCHEMES),
    }
)
"""Names that stand for several schemes where these are asked for."""

REFERENCE_SCHEME = "single"
"""A scheme's time relative to this one's, in the same session, holds across machines."""
