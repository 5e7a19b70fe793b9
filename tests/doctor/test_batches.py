"""Batches come in the same order for each training."""

import numpy as np

from lowprec import framework
from lowprec.doctor.batches import batches, steps_of
from tests.doctor.trainings import points, task


def test_batches_are_the_same_for_each_training():
    one, other = (list(batches(task(), task().load(), 5)) for _ in range(2))
    assert len(one) == 9
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one[0][0], one[3][0])  # epochs differ
    first_epoch = np.concatenate([y for _, y, _ in one[:3]])
    assert sorted(first_epoch) == sorted(points()[1])


def test_data_sets_and_weights_of_examples():
    tf = framework.import_tensorflow()
    x, y = points()
    weighted = tf.data.Dataset.from_tensor_slices((x, y, np.ones(len(y), "float32"))).batch(16)
    made = task(train=weighted)
    found = list(batches(made, made.load(), 5))
    assert len(found) == steps_of(made, made.load()) == 18
    assert found[0][2].shape == (16,)
    assert steps_of(task(), task().load()) == 9
