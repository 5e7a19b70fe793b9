"""Do the models train in low precision as they did, and as fast?"""

import os
import time

from mine import autoencoder, spectra, tiny_transformer, tokens

import lowprec


def transformer(keras, dtype):
    net = tiny_transformer(keras, dtype)
    net.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy")
    return net


def coder(keras, dtype):
    net = autoencoder(keras, dtype)
    net.compile(keras.optimizers.Adam(1e-2), "mse")
    return net


@lowprec.schemes()
def test_tiny_transformer(scheme, train):
    train(transformer, tokens(1500, 0), tokens(500, 1), epochs=6, batch_size=64)


@lowprec.schemes("single", "mixed", "half")
def test_autoencoder(scheme, train):
    train(
        coder,
        spectra(1000, 0),
        spectra(300, 1),
        epochs=15,
        score=lowprec.explained,
        callbacks=busier() if os.environ.get("BUSIER") == scheme else (),
    )


def busier():
    """A second of work more an epoch, to see it flagged: `BUSIER=single`."""
    from tensorflow import keras

    def work(epoch, logs):
        end_s = time.process_time() + 1
        while time.process_time() < end_s:
            pass

    return [keras.callbacks.LambdaCallback(on_epoch_end=work)]
