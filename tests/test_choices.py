"""What an option's value may be; a refusal tells the legal ones."""

import argparse
from pathlib import Path

import pytest

from lowprec.choices import MAX_SEED, file_or_folder, integer, names_in, something

SHELF = {"NN-I": 1, "CNN-I": 2, "RNN-T": 3}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("NN-I", ("NN-I",)),
        ("RNN-T,NN-I", ("RNN-T", "NN-I")),
        ("NN-I, CNN-I", ("NN-I", "CNN-I")),
        ("NN-I,CNN-I,NN-I", ("NN-I", "CNN-I")),
    ],
    ids=["one", "in the order given", "a blank after the comma", "each once"],
)
def test_names(text, names):
    assert names_in(SHELF)(text) == names


def test_a_set_stands_for_its_names():
    sets = {"images": ("NN-I", "CNN-I"), "all": tuple(SHELF)}
    assert names_in(SHELF, sets)("RNN-T,images,NN-I") == ("RNN-T", "NN-I", "CNN-I")
    told = "of NN-I, CNN-I, RNN-T, images, all; did you mean 'images'"
    with pytest.raises(argparse.ArgumentTypeError, match=told):
        names_in(SHELF, sets)("image")


@pytest.mark.parametrize(
    ("text", "unknown", "meant"),
    [
        ("LSTM", "LSTM", ""),
        ("NN-I,nn-i", "nn-i", "; did you mean 'NN-I'?"),
        ("", "", ""),
        ("NN-I,", "", ""),
        ("CNN-I;NN-I", "CNN-I;NN-I", "; did you mean 'CNN-I'?"),
    ],
)
def test_a_refused_name_is_told_with_the_legal_ones(text, unknown, meant):
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        names_in(SHELF)(text)
    assert str(caught.value) == (
        f"unknown name {unknown!r}, expected some of NN-I, CNN-I, RNN-T{meant}"
    )


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("1000", 1000), ("007", 7)])
def test_integer(text, number):
    assert integer(1, 1000)(text) == number


@pytest.mark.parametrize(
    "text", ["0", "1001", "-1", "+5", "1.0", "1e2", "1_0", " 5", "", "three", "٣", "²"]
)
def test_a_refused_integer_is_told_with_the_range(text):
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        integer(1, 1000)(text)
    assert str(caught.value) == f"got {text!r}, expected an integer from 1 to 1000"


def test_argparse_shows_the_refusal(capsys):
    parser = argparse.ArgumentParser("lowprec")
    parser.add_argument("--models", type=names_in(SHELF))
    with pytest.raises(SystemExit):
        parser.parse_args(["--models", "LSTM"])
    assert (
        "error: argument --models: unknown name 'LSTM', expected some of NN-I, CNN-I, RNN-T"
        in capsys.readouterr().err
    )


def test_the_largest_seed_leaves_room_for_the_seeds_that_follow_it():
    """NumPy takes seeds below 2**32; a run of up to 1,000 seeds starts at the given one."""
    assert MAX_SEED + 1000 < 2**32


def test_something():
    assert (something("x"), file_or_folder("x/y")) == ("x", Path("x/y"))
    for parse in (something, file_or_folder):
        with pytest.raises(argparse.ArgumentTypeError, match="got nothing, expected a value"):
            parse("")
