"""Signals that stop a session."""

import signal
import threading

import pytest

from lowprec.suite import pair as pair_module
from lowprec.suite import saving
from lowprec.suite.stopping import SIGNALS, Stopping
from tests.suite.sessions import stored


@pytest.fixture
def stopping():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, *SIGNALS)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    stopping = Stopping()
    yield stopping
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_ctrl_c_and_later_ones_do_nothing(stopping, number):
    stopping.begin()
    with pytest.raises(KeyboardInterrupt, match=number.name):
        signal.raise_signal(number)
    for later in (*SIGNALS, signal.SIGINT):
        signal.raise_signal(later)
    stopping.end()
    assert [signal.getsignal(each) for each in SIGNALS] == [signal.SIG_DFL] * 2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_session_that_is_saved_is_not_disturbed(stopping):
    stopping.begin()
    stopping.hold()
    for number in (signal.SIGINT, *SIGNALS):
        signal.raise_signal(number)
    stopping.end()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda number, frame: None])
def test_what_somebody_else_has_a_use_for_is_left(stopping, handler):
    signal.signal(signal.SIGHUP, handler)
    stopping.begin()
    assert signal.getsignal(signal.SIGHUP) is handler
    stopping.end()
    assert signal.getsignal(signal.SIGHUP) is handler


def test_another_thread_has_no_handlers(stopping):
    thread = threading.Thread(target=lambda: (stopping.begin(), stopping.hold()))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize("number", SIGNALS)
def test_a_stopped_session_keeps_the_finished_pairs(
    session, pytester, monkeypatch, stopping, number
):
    def trained(plan, benchmark, on_epoch):
        if plan.scheme.name == "single":
            signal.raise_signal(number)
        return session.trained(plan, benchmark, on_epoch)

    monkeypatch.setattr(pair_module, "trained", trained)
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([f"*KeyboardInterrupt: {number.name}*"])
    names = [bench["name"] for bench in stored(pytester)[1]["benchmarks"]]
    assert names == ["test_training[NN-I-double]"]
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_signal_while_it_saves_does_not_lose_it(session, pytester, monkeypatch, stopping):
    def text(content):
        for number in (signal.SIGINT, *SIGNALS):
            signal.raise_signal(number)
        return whole(content)

    whole = saving._text
    monkeypatch.setattr(saving, "_text", text)
    result = session("--models=NN-I", "--schemes=single", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.OK
    assert len(stored(pytester)[1]["benchmarks"]) == 1
