"""Which sessions are judged by which, on literal environments."""

import pytest

from lowprec.judging.lineage import LANE_FIELDS, Lineage, lineage_key
from lowprec.judging.series import Series
from lowprec.judging.slowdown import WINDOW
from lowprec.record.environment import FIELDS, MACHINE_FIELDS
from tests.literals import environment, stored_pair, summary

OTHER_MACHINES = [
    {"device": "gpu"},
    {"gpu": "NVIDIA H100"},
    {"compute_capability": "9.0"},
    {"cpu": "Epyc"},
    {"keras_backend": "jax"},
]


@pytest.mark.parametrize("other", OTHER_MACHINES, ids=[name for [name] in OTHER_MACHINES])
def test_another_machine_is_another_lineage(other):
    assert lineage_key(summary(1, **other)) != lineage_key(summary(1))


def test_another_protocol_is_another_lineage():
    paper = summary(1, stored_pair(protocol="paper"))
    assert lineage_key(paper) != lineage_key(summary(1))


def test_other_software_and_settings_are_not():
    other = summary(2, tensorflow="2.22.0", driver="570.10", python="3.12.1", threads=4, xla=True)
    assert lineage_key(other) == lineage_key(summary(1))


def test_every_field_is_of_the_machine_or_of_the_lane():
    assert {*LANE_FIELDS} == {*FIELDS, "keras_generation"} - {*MACHINE_FIELDS}


def lineage(*environments):
    """A lineage whose lanes have these environments, and a digest that tells their number."""
    lanes = Lineage()
    for number, changes in enumerate(environments):
        lanes.lane(environment(**changes)).digest = str(number)
    return lanes


def continued(lanes, **changes):
    """Number of the lane that a new one continues; None where it has no baseline."""
    digest = lanes.lane(environment(**changes)).digest
    return int(digest) if digest else None


def test_a_lane_is_the_same_whenever_it_goes_on():
    lanes = lineage({}, {"tensorflow": "2.22.0"})
    assert lanes.lane(environment()).digest == "0"
    assert lanes.lane(environment(tensorflow="2.22.0")).digest == "1"
    assert lanes.lane(environment()) is lanes.lane(environment(key="another name"))


def test_the_first_lane_continues_none():
    assert continued(Lineage()) is None


def test_what_a_new_lane_learns_stays_its_own():
    lanes = lineage({})
    lanes.lane(environment(tensorflow="2.22.0")).series.judge(summary(1))
    older = lanes.lane(environment()).series
    assert older.judge(summary(2)) == Series().judge(summary(2))


@pytest.mark.parametrize(
    "newer",
    [
        {"tensorflow": "2.21.1"},
        {"tensorflow": "2.22.0.dev20260101"},
        {"keras": "3.15.2"},
        {"keras": "10.0.0"},
        {"driver": "570.10"},
        {"cuda": "12.5.1"},
        {"cudnn": "9"},
        {"python": "3.11.10"},
        {"numpy": "2.10.0"},
        {"protobuf": "7.36.3"},
        {"tensorflow": "2.22.0", "numpy": "1.26.4", "python": "3.10.1"},
    ],
)
def test_newer_software_continues_older_software_and_never_the_other_way_round(newer):
    """Versions are not ordered as text; TensorFlow's counts first."""
    assert continued(lineage({}), **newer) == 0
    assert continued(lineage(newer)) is None


@pytest.mark.parametrize(
    "settings",
    [{"threads": 4}, {"cpu_quota": 0.25}, {"xla": True}, {"tf32": None}, {"system": "Darwin"}],
)
def test_settings_have_no_order(settings):
    assert continued(lineage({}), **settings) == 0
    assert continued(lineage(settings)) == 0


def test_no_newer_generation_of_keras_is_continued_though_tensorflow_is_newer():
    keras_3 = {"tensorflow": "2.18.1", "keras": "3.15.1"}
    assert continued(lineage(keras_3), tensorflow="2.21.0", keras="2.21.0") is None
    assert continued(lineage({"tensorflow": "2.18.1", "keras": "2.18.0"})) == 0


def test_a_version_that_is_none_comes_before_all_others():
    assert continued(lineage({"tensorflow": "local build"})) == 0
    assert continued(lineage({}), tensorflow="local build") is None


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ({"tensorflow": "2.12.1"}, {"threads": 4}),
        ({"tensorflow": "2.12.1"}, {"xla": True}),
        ({"tensorflow": "2.12.1"}, {"keras": "2.21.0"}),
        ({"tensorflow": "2.12.1"}, {"python": "3.10.4"}),
        ({"numpy": "1.26.4"}, {"tensorflow": "2.20.0"}),
        ({"tensorflow": "2.20.0"}, {"tensorflow": "2.12.1"}),
        ({"tensorflow": "2.20.0"}, {"tensorflow": "2.20.0.dev20251201"}),
    ],
)
def test_the_nearest_lane_is_continued(near, far):
    """Settings count more than software, and the newest of equally near software is nearest."""
    assert continued(lineage(near, far)) == 0
    assert continued(lineage(far, near)) == 1


def test_a_nearer_lane_of_newer_software_is_passed_over():
    assert continued(lineage({"tensorflow": "2.12.1"}, {"numpy": "3.0.0"})) == 0


def test_of_lanes_as_near_and_as_new_the_last_is_continued():
    assert continued(lineage({"threads": 4}, {"threads": 8})) == 1


def aged(sessions, *environments, **changes):
    """The lane continued where the lanes' sessions are followed by so many of the first lane."""
    lanes = lineage(*environments)
    for _ in range(sessions):
        lanes.lane(environment(**environments[0]))
    return continued(lanes, **changes)


TRIED = {"tensorflow": "2.22.0"}


def test_software_that_was_tried_long_ago_is_passed_over():
    """The first lane went on since, and may have become faster."""
    assert aged(WINDOW - 1, {}, TRIED, tensorflow="2.22.1") == 1
    assert aged(WINDOW, {}, TRIED, tensorflow="2.22.1") == 0
    assert aged(WINDOW, {}, {**TRIED, "keras": "3.16.0"}, tensorflow="2.22.1", keras="3.16.0") == 0


def test_settings_that_were_tried_long_ago_are_not():
    assert aged(WINDOW, {}, {"xla": True}, tensorflow="2.22.0", xla=True) == 1


def test_of_lanes_of_long_ago_the_nearest_is_continued():
    newer = {"tensorflow": "2.23.0"}
    assert aged(WINDOW, newer, {"tensorflow": "2.20.0"}, TRIED, tensorflow="2.22.1") == 2
