"""A handful of examples to train on, so plain that a few epochs learn them."""

from dataclasses import replace

import numpy as np

from lowprec.data.inputs import Arrays, Inputs, Reviews
from lowprec.framework import import_tensorflow
from lowprec.record.data_info import DataInfo
from lowprec.rows.protocols import PROTOCOLS
from lowprec.training.round import Training
from lowprec.training.task import paper_task

INFO = DataInfo("tiny", "test", 64, 64, "0" * 64)


def images(count=64):
    """Class k is a bright row k."""
    labels = np.arange(count) % 10
    pixels = np.zeros((count, 28, 28, 1))
    pixels[np.arange(count), labels] = 1.0
    return Arrays(pixels, labels)


def reviews(count=64):
    """Positive reviews say 7, negative ones 8, at lengths from 2 to 5."""
    tf = import_tensorflow()
    labels = np.arange(count) % 2
    rows = [[8 - label] * (2 + i % 4) for i, label in enumerate(labels)]
    return Reviews(tf.cast(tf.ragged.constant(rows), tf.int32), labels)


def inputs(model):
    """The same examples to train and to test."""
    feed = images() if model.dataset == "fashion_mnist" else reviews()
    return Inputs(INFO, feed, feed)


def task_of(model):
    """One of the paper's models as the quick protocol trains it, but on these examples."""
    return replace(paper_task(model, PROTOCOLS["quick"]), load=lambda: inputs(model))


def training_of(model, scheme, epochs, net=None):
    """A round of one of the paper's models; inside `precision`."""
    task = task_of(model)
    return Training(net or task.build(scheme), task, scheme, inputs(model), epochs)
