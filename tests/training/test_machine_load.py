"""The counts of Linux, in a literal file and as they are."""

import os
import time

import pytest

from lowprec.training.machine_load import processor_times


def test_the_counts_of_linux(tmp_path):
    (tmp_path / "stat").write_text("cpu  100 20 30 400 50 6 7 80 9 10\ncpu0 1 2 3\n")
    times = processor_times(tmp_path / "stat")
    tick_s = 1 / os.sysconf("SC_CLK_TCK")
    assert times.busy_s == pytest.approx(163 * tick_s)
    assert times.stolen_s == pytest.approx(80 * tick_s)
    assert times.all_s == pytest.approx(693 * tick_s)
    assert times.own_s > 0


@pytest.mark.parametrize("text", ["", "cpu  1 2 3\n", "intr 1 2 3 4 5 6 7 8 x\n"])
def test_counts_that_are_not_understood_tell_nothing(tmp_path, text):
    (tmp_path / "stat").write_text(text)
    assert processor_times(tmp_path / "stat") is None
    assert processor_times(tmp_path / "none") is None


@pytest.mark.skipif(processor_times() is None, reason="needs Linux")
def test_ones_own_work_is_no_others():
    before, end_s = processor_times(), time.process_time() + 0.2
    while time.process_time() < end_s:
        pass
    own_s = processor_times().own_s - before.own_s
    assert 0.1 < own_s < 1.0
