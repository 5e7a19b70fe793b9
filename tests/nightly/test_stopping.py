"""Signals that stop a night."""

import signal

import pytest

from lowprec.nightly.stopping import Stopped, held_back, stoppable


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
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with stoppable():
        signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_signal_that_is_held_back_stops_at_the_end():
    done = []

    def do_it_whole():
        with held_back():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGHUP)
            done.append("all")

    with stoppable():
        with pytest.raises(Stopped, match="SIGTERM"):
            do_it_whole()
        assert done == ["all"]
        signal.raise_signal(signal.SIGTERM)  # a later one


def test_nothing_comes_of_no_signal():
    before = signal.getsignal(signal.SIGTERM)
    with held_back():
        pass
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_ignored_is_not_held_back_either():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with held_back():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
