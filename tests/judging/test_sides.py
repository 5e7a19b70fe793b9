"""Which environments are set against each other, on literal sessions."""

import pytest

from lowprec.judging.sides import (
    BY_IMPORTANCE,
    Side,
    changed_fields,
    differences,
    distance,
    matches,
    nearest_earlier,
    nearest_side,
    same_hardware,
    sides,
)
from lowprec.record.environment import FIELDS
from lowprec.rows.matrix import Pair
from tests.literals import ENVIRONMENT, environment, stored_pair, summary

SINGLE = Pair("NN-I", "single")
TF212 = {"tensorflow": "2.12.1", "keras": "2.12.0", "numpy": "1.23.5"}
TF215 = {"tensorflow": "2.15.1", "keras": "2.15.0", "numpy": "1.26.4"}
TF218 = {"tensorflow": "2.18.1", "keras": "3.15.1"}
TF221 = {"tensorflow": "2.21.0", "keras": "3.15.1"}
TF221_KERAS2 = {"tensorflow": "2.21.0", "keras": "2.21.0"}
FIVE = [
    summary(day, **environment)
    for day, environment in enumerate((TF221, TF221_KERAS2, TF212, TF218, TF215), start=1)
]


def compared(pairs_of_sides, *fields):
    """The values of these fields on both sides."""
    return [
        tuple(tuple(side.value(field) for field in fields) for side in (before, after))
        for before, after in pairs_of_sides
    ]


def test_every_field_has_its_importance():
    assert {*BY_IMPORTANCE} == {*FIELDS, "keras_generation"}


def test_keras_is_compared_on_one_tensorflow_where_that_is_there():
    assert compared(matches(FIVE, "keras"), "tensorflow", "keras") == [
        (("2.12.1", "2.12.0"), ("2.15.1", "2.15.0")),
        (("2.15.1", "2.15.0"), ("2.21.0", "2.21.0")),
        (("2.21.0", "2.21.0"), ("2.21.0", "3.15.1")),
    ]


def test_tensorflow_is_compared_within_a_generation_of_keras():
    assert compared(matches(FIVE, "tensorflow"), "tensorflow", "keras") == [
        (("2.12.1", "2.12.0"), ("2.15.1", "2.15.0")),
        (("2.15.1", "2.15.0"), ("2.18.1", "3.15.1")),
        (("2.15.1", "2.15.0"), ("2.21.0", "2.21.0")),
        (("2.18.1", "3.15.1"), ("2.21.0", "3.15.1")),
    ]


def test_across_keras_its_generation_brings_no_environments_together():
    """The same TensorFlow with Keras 2 is nearer than Keras 3 on another TensorFlow."""
    stored = [
        summary(1, tensorflow="2.18.1", keras="3.12.0"),
        summary(2, **TF221_KERAS2),
        summary(3, **TF221),
    ]
    assert compared(matches(stored, "keras"), "tensorflow", "keras")[-1] == (
        ("2.21.0", "2.21.0"),
        ("2.21.0", "3.15.1"),
    )


def test_versions_are_not_ordered_as_text():
    stored = [summary(1, tensorflow="2.9.1"), summary(2, tensorflow="2.12.0")]
    assert compared(matches(stored, "tensorflow"), "tensorflow") == [(("2.9.1",), ("2.12.0",))]


def test_of_equally_near_versions_the_highest_is_the_one_before():
    """Though the other one has a session since."""
    stored = [summary(day, tensorflow=f"2.{day}.0") for day in (19, 20, 21)]
    stored.append(summary(25, tensorflow="2.19.0"))
    assert compared(matches(stored, "tensorflow"), "tensorflow") == [
        (("2.19.0",), ("2.20.0",)),
        (("2.20.0",), ("2.21.0",)),
    ]


def test_names_are_ordered_by_their_first_session():
    gpu = {"device": "gpu"}
    stored = [
        summary(1, gpu="T4", **gpu),
        summary(2, gpu="H100", **gpu),
        summary(3, gpu="A100", **gpu),
    ]
    assert compared(matches(stored, "gpu"), "gpu") == [
        (("T4",), ("H100",)),
        (("H100",), ("A100",)),
    ]


def test_switches_and_numbers_are_ordered_by_value():
    assert compared(matches([summary(1, xla=True), summary(2)], "xla"), "xla") == [
        ((False,), (True,))
    ]
    assert compared(matches([summary(1, threads=16), summary(2)], "threads"), "threads") == [
        ((2,), (16,))
    ]


def test_a_field_on_record_only_is_compared_too():
    stored = [summary(1, python="3.11.7"), summary(2, python="3.12.1"), summary(3, python="3.11.7")]
    [(before, after)] = matches(stored, "python")
    assert [s.name for s in before.sessions] == ["0001_session", "0003_session"]
    assert [s.name for s in after.sessions] == ["0002_session"]


def test_protocols_are_kept_apart():
    paper = stored_pair(protocol="paper")
    assert matches([summary(1, **TF218), summary(2, paper, **TF221)], "tensorflow") == []


def test_the_quick_protocol_comes_first():
    paper = stored_pair(protocol="paper")
    stored = [summary(1, paper, **TF218), summary(2, **TF218), summary(3, paper), summary(4)]
    assert [after.protocol for _, after in matches(stored, "tensorflow")] == ["quick", "paper"]


def test_a_session_without_the_field_is_left_out():
    assert matches([summary(1), summary(2, device="gpu", gpu="T4")], "gpu") == []


def test_a_cpu_is_not_set_against_a_gpu():
    stored = [summary(1, **TF218), summary(2, device="gpu", gpu="T4", **TF221)]
    assert matches(stored, "tensorflow") == []
    assert compared(matches(stored, "device"), "device") == [(("cpu",), ("gpu",))]


def test_sessions_of_one_environment_are_one_side():
    assert [
        len(side.sessions) for side in sides([summary(1), summary(2), summary(3, **TF212)])
    ] == [
        2,
        1,
    ]


def test_what_differs_is_listed_in_full():
    before, after = Side((summary(1, **TF215),)), Side((summary(2, numpy="1.26.4"), summary(3)))
    assert differences(before, after) == {
        "tensorflow": ("2.15.1", "2.21.0"),
        "keras": ("2.15.0", "3.15.1"),
        "numpy": ("1.26.4", "1.26.4 and 2.4.6"),
    }


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ({"tensorflow": "2.12.1", "keras": "3.0.0"}, {"tensorflow": "2.21.0", "keras": "2.21.0"}),
        ({"tensorflow": "2.12.1"}, {"cpu": "Epyc"}),
        ({"numpy": "1.26.4", "python": "3.12.1"}, {"threads": 4}),
    ],
)
def test_the_machine_counts_more_than_the_software(near, far):
    candidates = [Side((summary(1, **far),)), Side((summary(2, **near),))]
    assert nearest_side(Side((summary(3),)), candidates) is candidates[1]


def test_of_equally_near_sides_the_newest_wins():
    candidates = [Side((summary(2, keras="3.14"),)), Side((summary(1, keras="3.13"),))]
    assert nearest_side(Side((summary(3),)), candidates) is candidates[0]


def test_the_first_session_of_an_environment_has_a_nearest_one():
    earlier = [summary(1, **TF212), summary(2, **TF218)]
    side = nearest_earlier(summary(9, **TF221), earlier, [SINGLE])
    assert side.environment.tensorflow == "2.18.1"


@pytest.mark.parametrize(
    "earlier",
    [
        [],
        [summary(2)],
        [summary(1, stored_pair("half"), **TF218)],
        [summary(1, stored_pair(protocol="paper"), **TF218)],
        [summary(1, device="gpu", gpu="T4")],
    ],
    ids=["none", "its own", "other pairs", "another protocol", "another device"],
)
def test_otherwise_there_is_none(earlier):
    assert nearest_earlier(summary(9), earlier, [SINGLE]) is None


def test_the_changed_fields_are_those_that_differ_with_both_values():
    after = environment(driver="570.10", numpy="2.5.0", xla=None)
    assert changed_fields(ENVIRONMENT, after) == {
        "driver": (None, "570.10"),
        "xla": (False, None),
        "numpy": ("2.4.6", "2.5.0"),
    }


def test_the_name_of_an_environment_is_no_field_of_it():
    assert changed_fields(ENVIRONMENT, environment(key="tf221k3")) == {}


def test_the_distance_says_of_each_field_whether_it_differs():
    nowhere = distance(ENVIRONMENT, ENVIRONMENT)
    assert (len(nowhere), any(nowhere)) == (len(BY_IMPORTANCE), False)
    apart = distance(ENVIRONMENT, environment(tensorflow="2.22.0", numpy="2.5.0"))
    assert [n for n, differs in zip(BY_IMPORTANCE, apart, strict=True) if differs] == [
        "tensorflow",
        "numpy",
    ]


@pytest.mark.parametrize(("field", "aside"), [("numpy", 1), ("keras", 2)])
def test_a_distance_leaves_a_field_aside(field, aside):
    """The generation of Keras goes with its version."""
    other = environment(numpy="2.5.0", keras="2.21.0")
    assert sum(distance(ENVIRONMENT, other)) == 3
    assert sum(distance(ENVIRONMENT, other, field)) == 3 - aside


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ({"tensorflow": "2.20.0", "keras": "3.0.0", "numpy": "1.26.4"}, {"python": "3.12.1"}),
        ({"python": "3.12.1"}, {"driver": "570.10"}),
        ({"driver": "570.10"}, {"keras": "2.21.0"}),
        ({"keras": "2.21.0"}, {"deterministic": True}),
        ({"cpu_quota": 0.25, "omp_threads": 1}, {"threads": 4}),
        ({"threads": 4, "system": "Darwin"}, {"cpu": "Epyc"}),
    ],
)
def test_the_field_that_matters_most_decides(nearer, farther):
    near, far = environment(**nearer), environment(**farther)
    assert distance(ENVIRONMENT, near) < distance(ENVIRONMENT, far)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"cpu": "EPYC"}, False),
        ({"threads": 64}, False),
        ({"cpu_quota": 0.5}, False),
        ({"device": "gpu", "gpu": "T4"}, False),
        ({"keras": "2.15.0", "tensorflow": "2.15.1", "python": "3.12.0"}, True),
        ({"onednn": True, "intra_op_threads": 1}, True),
    ],
)
def test_hardware_is_what_computes_and_not_how_it_is_used(change, same):
    assert same_hardware(ENVIRONMENT, environment(**change)) is same
