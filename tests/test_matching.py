"""Which environments are set against each other, on literal sessions."""

import pytest

from lowprec.environment import FIELDS
from lowprec.matching import (
    _BY_IMPORTANCE,
    Side,
    differences,
    matches,
    nearest_earlier,
    nearest_side,
    sides,
)
from tests.literals import session, stored_pair

TF212 = {"tensorflow": "2.12.1", "keras": "2.12.0", "numpy": "1.23.5"}
TF215 = {"tensorflow": "2.15.1", "keras": "2.15.0", "numpy": "1.26.4"}
TF218 = {"tensorflow": "2.18.1", "keras": "3.15.1"}
TF221 = {"tensorflow": "2.21.0", "keras": "3.15.1"}
TF221_KERAS2 = {"tensorflow": "2.21.0", "keras": "2.21.0"}
FIVE = [
    session(day, **environment)
    for day, environment in enumerate((TF221, TF221_KERAS2, TF212, TF218, TF215), start=1)
]


def compared(found, *fields):
    return [
        tuple(tuple(side.environment[f] for f in fields) for side in (before, after))
        for before, after in found
    ]


def test_every_field_has_its_importance():
    assert {*_BY_IMPORTANCE} == {*FIELDS, "keras_generation"}


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
        session(1, tensorflow="2.18.1", keras="3.12.0"),
        session(2, **TF221_KERAS2),
        session(3, **TF221),
    ]
    assert compared(matches(stored, "keras"), "tensorflow", "keras")[-1] == (
        ("2.21.0", "2.21.0"),
        ("2.21.0", "3.15.1"),
    )


def test_versions_are_not_ordered_as_text():
    found = matches([session(1, tensorflow="2.9.1"), session(2, tensorflow="2.12.0")], "tensorflow")
    assert compared(found, "tensorflow") == [(("2.9.1",), ("2.12.0",))]


def test_names_are_ordered_by_their_first_session():
    gpu = {"device": "gpu"}
    stored = [
        session(1, gpu="T4", **gpu),
        session(2, gpu="H100", **gpu),
        session(3, gpu="A100", **gpu),
    ]
    assert compared(matches(stored, "gpu"), "gpu") == [
        (("T4",), ("H100",)),
        (("H100",), ("A100",)),
    ]


def test_switches_and_numbers_are_ordered_by_value():
    assert compared(matches([session(1, xla=True), session(2)], "xla"), "xla") == [
        ((False,), (True,))
    ]
    assert compared(matches([session(1, threads=16), session(2)], "threads"), "threads") == [
        ((2,), (16,))
    ]


def test_a_field_on_record_only_is_compared_too():
    stored = [session(1, python="3.11.7"), session(2, python="3.12.1"), session(3, python="3.11.7")]
    [(before, after)] = matches(stored, "python")
    assert [s.name for s in before.sessions] == ["0001_session", "0003_session"]
    assert [s.name for s in after.sessions] == ["0002_session"]


def test_protocols_are_kept_apart():
    paper = stored_pair(protocol="paper")
    assert matches([session(1, **TF218), session(2, paper, **TF221)], "tensorflow") == []


def test_the_quick_protocol_comes_first():
    paper = stored_pair(protocol="paper")
    stored = [session(1, paper, **TF218), session(2, **TF218), session(3, paper), session(4)]
    found = matches(stored, "tensorflow")
    assert [after.protocol for _, after in found] == ["quick", "paper"]


def test_a_session_without_the_field_is_left_out():
    assert matches([session(1), session(2, device="gpu", gpu="T4")], "gpu") == []


def test_a_cpu_is_not_set_against_a_gpu():
    stored = [session(1, **TF218), session(2, device="gpu", gpu="T4", **TF221)]
    assert matches(stored, "tensorflow") == []
    assert compared(matches(stored, "device"), "device") == [(("cpu",), ("gpu",))]


def test_sessions_of_one_environment_are_one_side():
    assert [
        len(side.sessions) for side in sides([session(1), session(2), session(3, **TF212)])
    ] == [
        2,
        1,
    ]


def test_what_differs_is_listed_in_full():
    before, after = Side((session(1, **TF215),)), Side((session(2, numpy="1.26.4"), session(3)))
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
    candidates = [Side((session(1, **far),)), Side((session(2, **near),))]
    assert nearest_side(Side((session(3),)), candidates) is candidates[1]


def test_of_equally_near_sides_the_newest_wins():
    candidates = [Side((session(2, keras="3.14"),)), Side((session(1, keras="3.13"),))]
    assert nearest_side(Side((session(3),)), candidates) is candidates[0]


def test_the_first_session_of_an_environment_has_a_nearest_one():
    earlier = [session(1, **TF212), session(2, **TF218)]
    found = nearest_earlier(session(9, **TF221), earlier, [("NN-I", "single")])
    assert found.environment["tensorflow"] == "2.18.1"


@pytest.mark.parametrize(
    "earlier",
    [
        [],
        [session(2)],
        [session(1, stored_pair("half"), **TF218)],
        [session(1, stored_pair(protocol="paper"), **TF218)],
        [session(1, device="gpu", gpu="T4")],
    ],
    ids=["none", "its own", "other pairs", "another protocol", "another device"],
)
def test_otherwise_there_is_none(earlier):
    assert nearest_earlier(session(9), earlier, [("NN-I", "single")]) is None
