"""Signals that stop a night."""

import signal

import pytest

from lowprec.nightly.stopping import Stopped, stoppable


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_stops_and_later_ones_do_nothing(number):
    with stoppable():
        with pytest.raises(Stopped, match=signal.Signals(number).name):
            signal.raise_signal(number)
        signal.raise_signal(signal.SIGTERM)


def test_the_handlers_are_those_of_before():
    before = signal.getsignal(signal.SIGTERM)
    with stoppable():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_was_ignored_stays_ignored_here_and_not_in_what_is_started():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
