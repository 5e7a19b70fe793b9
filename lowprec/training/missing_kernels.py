"""TensorFlow's refusals for want of a kernel, by the name of operation and dtype."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lowprec import framework
from lowprec.errors import UnsupportedError

__all__ = ["naming_missing_kernels"]


@contextmanager
def naming_missing_kernels() -> Iterator[None]:
    """Raise TensorFlow's refusal for want of a kernel as the UnsupportedError that names it."""
    try:
        yield
    except Exception as error:
        if missing := framework.missing_kernel(error):
            raise UnsupportedError(*missing) from error
        raise
