"""The clocks of a fit: its first step, its epochs, and no hook in any other step."""

import time

import pytest

from lowprec.framework import import_tensorflow
from lowprec.rows.models import MODELS
from lowprec.rows.schemes import SCHEMES
from lowprec.training import clock as clock_module
from lowprec.training.clock import FitClock
from lowprec.training.paper_model import build
from lowprec.training.precision import precision
from tests.training.tiny_inputs import inputs

tf = import_tensorflow()
MODEL, SCHEME = MODELS["NN-I"], SCHEMES["single"]


@pytest.fixture
def net():
    with precision(SCHEME, seed=1):
        yield build(MODEL, SCHEME)


def fitted(net, clock, epochs=2):
    """What the clock says of a fit of two steps an epoch."""
    arguments = inputs(MODEL).train.fit_arguments(MODEL.batch_size)
    clock.start()
    net.fit(**arguments, epochs=epochs, verbose=0, callbacks=[clock.callback])
    return clock.stop()


def test_there_is_no_hook_per_batch():
    """Keras calls per-batch hooks where a callback overrides them; the clock must not."""
    clock = clock_module._epoch_clock([], None)
    base = tf.keras.callbacks.Callback
    for hook in ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"):
        assert getattr(type(clock), hook) is getattr(base, hook)


def test_the_first_step_of_a_new_model_is_its_start(net):
    first = fitted(net, FitClock(net))
    again = fitted(net, FitClock(net))
    assert first.start_s > 2 * again.start_s > 0
    assert 0 < first.train_s < first.start_s
    assert first.fit_s == first.start_s + first.train_s
    assert first.start_cpu_s > 2 * again.start_cpu_s > 0


def test_only_the_first_step_of_a_fit_is_looked_at(net, monkeypatch):
    net.make_train_function()
    step, steps, waited = net.train_function, [], []
    net.train_function = lambda iterator: steps.append(1) or step(iterator)
    counting = net.train_function
    monkeypatch.setattr(clock_module.framework, "synchronize", lambda: waited.append(len(steps)))
    fitted(net, FitClock(net), epochs=3)
    assert waited == [0, 1, 6]
    assert net.train_function is counting


def test_epochs_are_timed_and_told(net):
    told = []
    timing = fitted(net, FitClock(net, told.append), epochs=3)
    assert told == [1, 2, 3]
    assert len(timing.epoch_s) == len(timing.epoch_cpu_s) == 3
    assert sum(timing.epoch_cpu_s) <= timing.start_cpu_s + timing.cpu_s
    assert sum(timing.epoch_s) <= timing.fit_s


def test_time_asleep_is_no_time_of_the_processors(net):
    asleep = tf.keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: time.sleep(0.3))
    clock = FitClock(net)
    arguments = inputs(MODEL).train.fit_arguments(MODEL.batch_size)
    clock.start()
    net.fit(**arguments, epochs=1, verbose=0, callbacks=[clock.callback, asleep])
    timing = clock.stop()
    assert timing.train_s > 0.3 > timing.cpu_s > 0
