"""What a pair's trainings come to, on literal clocks."""

import pytest

from lowprec.record.timing import Timing, seconds_fault, training_cpu_s, training_s


def timing(*epoch_s, start_s=0.5, fit_s=None):
    """A fit whose first epoch holds its start."""
    fit_s = fit_s or sum(epoch_s)
    return Timing(
        fit_s=fit_s,
        start_s=start_s,
        epoch_s=epoch_s,
        cpu_s=2 * (fit_s - start_s),
        start_cpu_s=start_s,
        epoch_cpu_s=tuple(2 * seconds for seconds in epoch_s),
    )


def test_the_start_is_no_part_of_the_training():
    one = timing(1.5, 0.75, 0.5)
    assert one.train_s == 2.25
    assert one.epoch_train_s == (1.0, 0.75, 0.5)


def test_what_comes_before_and_after_the_epochs_is_in_the_first_one():
    assert timing(1.5, 0.75, fit_s=2.5).epoch_train_s == (1.25, 0.75)


def test_a_training_is_each_epoch_at_its_fastest():
    assert training_s([timing(1.5, 0.75), timing(2.5, 0.5), timing(1.75, 9.0)]) == 1.5


def test_the_start_of_each_training_is_its_own():
    assert training_s([timing(2.5, start_s=2.0), timing(1.5, start_s=0.75)]) == 0.5


def test_processors_time_is_taken_in_the_same_way():
    """On two processors that are both busy."""
    timings = [timing(1.5, 0.75), timing(2.5, 0.5), timing(1.75, 9.0)]
    assert timings[0].epoch_train_cpu_s == (2.0, 1.5)
    assert training_cpu_s(timings) == 2 * training_s(timings) == 3.0


@pytest.mark.parametrize(
    ("seconds", "fault"),
    [
        (1e-9, None),
        (1e9, None),
        (9e-10, "epoch_s of the timings comes to 9e-10 s of training, expected above 0"),
        (1.1e9, "epoch_s of the timings comes to 1.1e+09 s of training, expected above 0"),
    ],
)
def test_seconds_that_no_clock_tells_are_a_fault(seconds, fault):
    one = Timing(
        fit_s=2 * seconds,
        start_s=seconds,
        epoch_s=(2 * seconds,),
        cpu_s=5.0,
        start_cpu_s=1.0,
        epoch_cpu_s=(6.0,),
    )
    assert seconds_fault([one]) == fault
