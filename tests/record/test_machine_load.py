"""What others took of the machine, on literal counts."""

import pytest

from lowprec.record.machine_load import MachineLoad, ProcessorTimes

BEFORE = ProcessorTimes(busy_s=100.0, stolen_s=5.0, all_s=1000.0, own_s=10.0)


def after(busy_s=0.0, stolen_s=0.0, own_s=0.0):
    """A hundred seconds of two processors later."""
    return ProcessorTimes(100.0 + busy_s, 5.0 + stolen_s, 1200.0, 10.0 + own_s)


@pytest.mark.parametrize(
    ("later", "others", "steal", "visible"),
    [
        (after(), 0.0, 0.0, False),
        (after(busy_s=120.0, own_s=120.0), 0.0, 0.0, False),
        (after(busy_s=140.0, own_s=120.0), 0.2, 0.0, False),
        (after(busy_s=180.0, own_s=120.0), 0.6, 0.0, True),
        (after(busy_s=120.0, own_s=120.0, stolen_s=2.0), 0.0, 0.01, False),
        (after(busy_s=120.0, own_s=120.0, stolen_s=6.0), 0.0, 0.03, True),
        (after(busy_s=119.0, own_s=120.0), 0.0, 0.0, False),
    ],
)
def test_what_others_took(later, others, steal, visible):
    load = MachineLoad.between(BEFORE, later, processors=2)
    assert (load.others, load.steal) == (pytest.approx(others), pytest.approx(steal))
    assert load.is_visible is visible


@pytest.mark.parametrize(
    ("others", "steal", "visible"),
    [(0.25, 0.0, True), (0.249, 0.0, False), (0.0, 0.02, True), (0.0, 0.019, False)],
)
def test_from_a_quarter_of_a_processor_on_a_session_is_crowded(others, steal, visible):
    assert MachineLoad(others, steal).is_visible is visible


def test_half_a_second_of_two_processors_is_enough_and_none_is_no_load():
    later = ProcessorTimes(busy_s=100.5, stolen_s=5.25, all_s=1001.0, own_s=10.25)
    assert MachineLoad.between(BEFORE, later, processors=2) == MachineLoad(0.5, 0.25)
    half = ProcessorTimes(busy_s=100.25, stolen_s=5.125, all_s=1000.5, own_s=10.0)
    assert MachineLoad.between(BEFORE, half, processors=2) == MachineLoad(1.0, 0.25)
    assert MachineLoad.between(BEFORE, BEFORE, processors=2) == MachineLoad(0.0, 0.0)
