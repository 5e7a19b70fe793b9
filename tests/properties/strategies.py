"""What properties are tried on: made by a seed, so that every run tries the same."""

import math

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=30)
"""The same examples in every run, however slow the machine."""

FEW = settings(STEADY, max_examples=8)
"""Likewise, where one takes a tenth of a second."""

MODELS = np.arange(16).reshape(4, 4)
GROUPS = {f"model {i}": columns for i, columns in enumerate(MODELS.tolist())}
GROUPS |= {f"scheme {i}": columns for i, columns in enumerate(MODELS.T.tolist())}


@st.composite
def log_seconds(draw, gaps=True):
    """The log seconds of a matrix of 16, (sessions, pairs): noise, a change at the end, gaps."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sessions = draw(st.integers(4, 50))
    noise = draw(st.sampled_from([0.002, 0.01, 0.03]))
    shared = draw(st.sampled_from([0.002, 0.02, 0.08]))
    log_s = rng.normal(0, noise, (sessions, 16)) + rng.normal(0, shared, (sessions, 1))
    log_s += rng.uniform(-3, 5, 16)
    changed = draw(st.sampled_from([[5], MODELS[:, 1], MODELS[2], range(16), [0, 7, 9]]))
    nights = draw(st.integers(1, 3))
    log_s[-nights:, changed] += draw(st.floats(-0.4, 0.4))
    if gaps and draw(st.booleans()):
        log_s[rng.random(log_s.shape) < 0.1] = math.nan
    return log_s
