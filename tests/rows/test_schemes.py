"""Schemes: what the paper's four are, and which rows cannot be made."""

from dataclasses import FrozenInstanceError, fields

import pytest

from lowprec.rows.schemes import COMPUTE_DTYPES, PAPER_SCHEMES, SCHEME_SETS, SCHEMES, Scheme


@pytest.mark.parametrize(
    ("name", "layer_dtype", "global_policy", "variable_dtype", "compute_dtype"),
    [
        ("double", "float64", None, "float64", "float64"),
        ("single", "float32", None, "float32", "float32"),
        ("half", "float16", None, "float16", "float16"),
        ("mixed", None, "mixed_float16", "float32", "float16"),
    ],
)
def test_the_papers_schemes(name, layer_dtype, global_policy, variable_dtype, compute_dtype):
    scheme = SCHEMES[name]
    assert (scheme.layer_dtype, scheme.global_policy) == (layer_dtype, global_policy)
    assert (scheme.variable_dtype, scheme.compute_dtype) == (variable_dtype, compute_dtype)
    assert scheme.floatx is None


@pytest.mark.parametrize(
    ("name", "dtype", "floatx"),
    [
        ("double-floatx", "float64", "float64"),
        ("half-floatx", "float16", "float16"),
        ("bfloat16", "bfloat16", None),
    ],
)
def test_schemes_on_request(name, dtype, floatx):
    scheme = SCHEMES[name]
    assert (scheme.layer_dtype, scheme.global_policy, scheme.floatx) == (dtype, None, floatx)
    assert (scheme.variable_dtype, scheme.compute_dtype) == (dtype, dtype)


def test_the_default_matrix_has_the_papers_schemes_in_its_order():
    assert PAPER_SCHEMES == ("double", "single", "half", "mixed")
    assert [name for name in SCHEMES if name in PAPER_SCHEMES] == list(PAPER_SCHEMES)


def test_sets_are_of_schemes():
    assert SCHEME_SETS["paper"] == PAPER_SCHEMES
    assert set(SCHEME_SETS["all"]) == set(SCHEMES)
    assert set().union(*SCHEME_SETS.values()) <= set(SCHEMES)
    assert not set(SCHEME_SETS) & set(SCHEMES)


@pytest.mark.parametrize(
    ("name", "dtype", "optimizer"),
    [
        ("half-logits", "float16", "adam"),
        ("half-eps", "float16", "adam-epsilon"),
        ("half-scaled", "float16", "adam-epsilon-scaled"),
        ("half-safe", "float16", "safe-adam"),
        ("bfloat16-safe", "bfloat16", "safe-adam"),
    ],
)
def test_what_each_mended_scheme_changes(name, dtype, optimizer):
    scheme = SCHEMES[name]
    assert (scheme.layer_dtype, scheme.optimizer, scheme.logits) == (dtype, optimizer, True)


def test_layers_may_be_given_a_policy_of_two_dtypes():
    scheme = Scheme("new", layer_dtype="mixed_float16")
    assert scheme.policy == "mixed_float16"
    assert (scheme.variable_dtype, scheme.compute_dtype) == ("float32", "float16")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            {},
            "scheme new: got layer_dtype=None and global_policy=None, expected exactly one of them",
        ),
        (
            {"layer_dtype": "float16", "global_policy": "mixed_float16"},
            "scheme new: got layer_dtype='float16' and global_policy='mixed_float16', "
            "expected exactly one of them",
        ),
        (
            {"layer_dtype": "float8"},
            "scheme new: unknown dtype policy 'float8', "
            f"expected one of {', '.join(COMPUTE_DTYPES)}",
        ),
        (
            {"global_policy": "mixed"},
            "scheme new: unknown dtype policy 'mixed', "
            f"expected one of {', '.join(COMPUTE_DTYPES)}",
        ),
    ],
)
def test_rows_that_cannot_be_made(choices, message):
    with pytest.raises(ValueError, match="scheme new") as caught:
        Scheme("new", **choices)
    assert str(caught.value) == message


@pytest.mark.parametrize("field", [field.name for field in fields(Scheme)])
def test_rows_are_frozen(field):
    with pytest.raises(FrozenInstanceError):
        setattr(SCHEMES["half"], field, "float32")


def test_the_table_is_read_only():
    with pytest.raises(TypeError):
        SCHEMES["half"] = SCHEMES["single"]
