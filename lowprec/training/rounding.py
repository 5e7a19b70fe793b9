"""Numbers of float32 rounded to a smaller format, by operations on their bits."""

from __future__ import annotations

from typing import Any

from lowprec import framework
from lowprec.rows.small_formats import SMALL_FORMATS, SmallFormat

__all__ = ["rounded", "rounded_backward", "rounded_forward", "scaled_and_rounded"]

_MANTISSA_BITS, _EXPONENT_BIAS, _EXPONENT_MASK = 23, 127, 0x7F800000
"""Of float32: IEEE 754-2019, table 3.5."""

LEAST_SCALE = 2.0**-100
"""Of a tensor that is nearly 0 everywhere; smaller ones would divide by 0."""


def rounded(x: Any, name: str) -> Any:
    """Return float32 numbers rounded to the nearest of a format, ties to even, and cut at its ends.

    NaN stays NaN.
    """
    tf = framework.import_tensorflow()
    row = SMALL_FORMATS[name]
    spacing = 1.0 if row.mantissa_bits is None else _spacing(x, row)
    return tf.clip_by_value(tf.round(x / spacing) * spacing, -row.largest, row.largest)


def _spacing(x: Any, row: SmallFormat) -> Any:
    """Return the distance between neighbours of the format, where each number is."""
    tf = framework.import_tensorflow()
    bits = tf.bitwise.right_shift(tf.bitcast(x, tf.int32), _MANTISSA_BITS)
    exponent = tf.maximum(tf.bitwise.bitwise_and(bits, 255) - _EXPONENT_BIAS, row.least_exponent)
    biased = exponent - row.mantissa_bits + _EXPONENT_BIAS
    return tf.bitcast(tf.bitwise.left_shift(biased, _MANTISSA_BITS), tf.float32)


def scaled_and_rounded(x: Any, name: str) -> Any:
    """Return numbers rounded with a scale for the whole tensor, a power of two.

    The scale itself so rounds nothing; with it the largest value is within the format.
    """
    tf = framework.import_tensorflow()
    ratio = tf.reduce_max(tf.abs(x)) / SMALL_FORMATS[name].largest
    power = tf.bitcast(
        tf.bitwise.bitwise_and(tf.bitcast(ratio, tf.int32), _EXPONENT_MASK), tf.float32
    )
    scale = tf.maximum(power * 2.0, LEAST_SCALE)
    return rounded(x / scale, name) * scale


def rounded_forward(x: Any, name: str) -> Any:
    """Return numbers rounded on their way forward; the gradient goes back as it is."""
    tf = framework.import_tensorflow()

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def function(x: Any) -> Any:
        return scaled_and_rounded(x, name), lambda upstream: upstream

    return function(tf.convert_to_tensor(x))


def rounded_backward(x: Any, name: str) -> Any:
    """Return numbers as they are; the gradient is rounded on its way back."""
    tf = framework.import_tensorflow()

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def function(x: Any) -> Any:
        return tf.identity(x), lambda upstream: scaled_and_rounded(upstream, name)

    return function(x)
