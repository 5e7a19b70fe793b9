"""Spellings of TensorFlow's variables, each as TensorFlow 2.21 was seen to read it."""

import pytest

from lowprec.training.switches import integer, is_on, openmp_threads, thread_count


@pytest.mark.parametrize("setting", ["1", "true", "True", "TRUE", "tRuE"])
def test_one_and_true_in_any_case_are_on(setting):
    assert is_on(setting) is True


@pytest.mark.parametrize("setting", [None, "0", "false", "FALSE", "", "on", "yes", "t", "2", "1 "])
def test_anything_else_is_not(setting):
    assert is_on(setting) is False


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("4", 4), (" 4", 4), ("4\n", 4), ("+4", 4), ("-1", -1), ("0", 0), ("04", 4)),
        *(("", None), ("4.0", None), ("4,2", None), ("1_0", None), ("0x4", None)),
        *(("four", None), ("٤", None), ("2147483647", 2147483647), ("2147483648", None)),
    ],
)
def test_a_number_is_read_as_tensorflow_reads_it(text, number):
    assert integer(text) == number


@pytest.mark.parametrize("setting", [None, "", "0", "-1", "4.0", "4,2", "four", "99999999999"])
def test_tensorflow_chooses_its_threads_where_no_positive_number_is_set(setting):
    assert thread_count(setting) is None


@pytest.mark.parametrize(("setting", "threads"), [("1", 1), (" 4 ", 4), ("+16", 16)])
def test_threads_that_are_set_are_counted(setting, threads):
    assert thread_count(setting) == threads


@pytest.mark.parametrize(
    ("setting", "threads"),
    [(None, None), ("", None), ("1", 1), ("4,2", 4), (" 4 , 2", 4), ("0", None), ("dynamic", None)],
)
def test_openmp_has_a_list_of_which_the_first_is_the_outermost(setting, threads):
    assert openmp_threads(setting) == threads
