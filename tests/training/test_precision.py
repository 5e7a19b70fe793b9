"""Global numeric state: set inside the block, restored after it, whatever happens."""

import random
from itertools import pairwise, permutations

import numpy as np
import pytest

from lowprec.errors import PrecisionError
from lowprec.framework import import_tensorflow
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES
from lowprec.training import precision as precision_module
from lowprec.training.precision import precision

tf = import_tensorflow()


def global_state():
    return (
        tf.keras.backend.floatx(),
        tf.keras.mixed_precision.global_policy().name,
        tf.config.experimental.tensor_float_32_execution_enabled(),
    )


@pytest.mark.parametrize("name", PAPER_SCHEMES)
def test_only_mixed_changes_the_global_policy_and_none_changes_floatx(name):
    with precision(SCHEMES[name], seed=1):
        policy = tf.keras.mixed_precision.global_policy().name
        assert (tf.keras.backend.floatx(), policy) == (
            "float32",
            "mixed_float16" if name == "mixed" else "float32",
        )


def test_floatx_is_set_where_the_scheme_says_so():
    with precision(SCHEMES["half-floatx"], seed=1):
        assert tf.keras.backend.floatx() == "float16"
    assert tf.keras.backend.floatx() == "float32"


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_state_is_restored_after_a_failure(scheme):
    before = global_state()

    def fail():
        with precision(scheme, seed=1):
            tf.config.experimental.enable_tensor_float_32_execution(not before[2])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert global_state() == before
    assert before[:2] == ("float32", "float32"), "an earlier test has left its own"


def test_random_state_is_restored():
    random.seed(5)
    np.random.seed(5)
    expected = (random.random(), np.random.rand())
    random.seed(5)
    np.random.seed(5)
    with precision(SCHEMES["single"], seed=1):
        random.random()
        np.random.rand()
    assert (random.random(), np.random.rand()) == expected


def test_a_seed_fixes_the_weights():
    def kernel(seed):
        with precision(SCHEMES["single"], seed):
            layer = tf.keras.layers.Dense(3)
            layer.build((None, 2))
            return layer.get_weights()[0].tolist()

    assert kernel(7) == kernel(7)
    assert kernel(7) != kernel(8)


def dense_dtypes(scheme):
    with precision(scheme, seed=1):
        layer = tf.keras.layers.Dense(1, dtype=scheme.layer_dtype)
        layer.build((None, 2))
        return str(layer.variable_dtype), str(layer.compute_dtype)


ORDERS = [
    ("double", "single", "mixed", "half"),
    ("single", "half", "double", "mixed"),
    ("half", "mixed", "single", "double"),
    ("mixed", "double", "half", "single"),
]
"""Each scheme follows each other one once, and is first once and last once."""


def test_each_scheme_follows_each_other_one():
    followers = [pair for order in ORDERS for pair in pairwise(order)]
    assert sorted(followers) == sorted(permutations(PAPER_SCHEMES, 2))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_schemes_do_not_leak_in_any_order(order):
    for name in order:
        scheme = SCHEMES[name]
        assert dense_dtypes(scheme) == (scheme.variable_dtype, scheme.compute_dtype)


def test_a_state_that_does_not_hold_is_an_error(monkeypatch):
    monkeypatch.setattr(
        precision_module.keras_module().mixed_precision, "set_global_policy", lambda name: None
    )
    with (
        pytest.raises(PrecisionError, match=r"mixed: .*'float32'\), expected .*'mixed_float16'"),
        precision(SCHEMES["mixed"], seed=1),
    ):
        pass


SET_BESIDES = {
    "epsilon": (tf.keras.backend.epsilon, tf.keras.backend.set_epsilon, 1e-3),
    "image_data_format": (
        tf.keras.backend.image_data_format,
        tf.keras.backend.set_image_data_format,
        "channels_first",
    ),
    "run_eagerly": (tf.config.functions_run_eagerly, tf.config.run_functions_eagerly, True),
}
"""How each is read and set, and what someone has set it to."""


@pytest.fixture
def set_besides():
    """All that keras.json and others may set, and the state from before put back afterwards."""
    before = {name: read() for name, (read, _, _) in SET_BESIDES.items()}
    for _, write, value in SET_BESIDES.values():
        write(value)
    yield
    for name, (_, write, _) in SET_BESIDES.items():
        write(before[name])


def as_set():
    return {name: read() for name, (read, _, _) in SET_BESIDES.items()}


@pytest.mark.usefixtures("set_besides")
def test_what_others_have_set_is_at_its_default_inside_and_back_afterwards():
    others = as_set()
    with precision(SCHEMES["single"], seed=1):
        assert as_set() == {
            "epsilon": 1e-7,
            "image_data_format": "channels_last",
            "run_eagerly": False,
        }
    assert as_set() == others == {name: value for name, (_, _, value) in SET_BESIDES.items()}


@pytest.mark.skipif(
    not hasattr(getattr(tf.keras, "config", None), "set_max_epochs"), reason="this Keras has none"
)
def test_a_limit_of_epochs_does_not_shorten_a_training():
    """KERAS_MAX_EPOCHS and KERAS_MAX_STEPS_PER_EPOCH set it."""
    tf.keras.config.set_max_steps_per_epoch(1)
    try:
        with precision(SCHEMES["single"], seed=1):
            assert tf.keras.config.max_steps_per_epoch() is None
        assert tf.keras.config.max_steps_per_epoch() == 1
    finally:
        tf.keras.config.set_max_steps_per_epoch(None)


def test_floatx_and_policy_of_others_do_not_reach_a_training():
    """As keras.json sets them; the scheme names neither."""
    tf.keras.backend.set_floatx("float16")
    tf.keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        with precision(SCHEMES["single"], seed=1):
            policy = tf.keras.mixed_precision.global_policy().name
            assert (tf.keras.backend.floatx(), policy) == ("float32", "float32")
        policy = tf.keras.mixed_precision.global_policy().name
        assert (tf.keras.backend.floatx(), policy) == ("float16", "mixed_float16")
    finally:
        tf.keras.backend.set_floatx("float32")
        tf.keras.mixed_precision.set_global_policy("float32")
