"""python pretrain.py: train the base on stripes and write base.npz."""

import numpy as np
from net import BASE, with_head
from shapes import stripes
from tensorflow import keras

keras.utils.set_random_seed(1)
net = with_head(keras, None, classes=4)
net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(*stripes(2000, 0), epochs=5, validation_data=stripes(500, 1), verbose=2)
arrays = {}
for name in ("conv_1", "conv_2"):
    kernel, bias = net.get_layer(name).get_weights()
    arrays |= {f"{name}/kernel": kernel, f"{name}/bias": bias}
np.savez(BASE, **arrays)
