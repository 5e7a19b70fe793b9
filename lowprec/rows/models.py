"""The paper's four models as rows; layers follow its public notebooks.

Source: R. Mahinpei, "Low Precision Training of Deep Learning Models", 2024, Figure 1 and
notebooks. For CNN-I the figure draws three Conv 64 + Pool blocks; the notebooks, which made the
published numbers, have 32-64-64 filters with two poolings, and are followed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lowprec.rows.schemes import Scheme

__all__ = ["MODELS", "PAPER_MODELS", "VOCABULARY_SIZE", "Model"]

VOCABULARY_SIZE = 1000
EMBEDDING_SIZE = 64
IMAGE_SHAPE = (28, 28, 1)


@dataclass(frozen=True)
class Model:
    """One of the paper's models.

    Attributes:
        name: the paper's name, as in `test_training[NN-I-half]`.
        dataset: name of its data set in `lowprec.data.datasets`.
        classes: number of labels; guessing is right once in `classes` on a balanced test set.
        batch_size: examples a step, in every protocol.
        layers: makes the list of Keras layers, input included, from the `keras` module and
            the scheme.
        float32_layers: classes of layers that stay in float32 whatever dtype the scheme gives
            to each layer.
    """

    name: str
    dataset: str
    classes: int
    batch_size: int
    layers: Callable[[Any, Scheme], list[Any]]
    float32_layers: tuple[str, ...] = ()


def _image_input(keras: Any, scheme: Scheme) -> Any:
    # The notebooks give the dtype to the first layer together with its input shape, which
    # makes the input that dtype; a bare keras.Input would be float32 on Keras 3.
    return keras.Input(IMAGE_SHAPE, dtype=scheme.variable_dtype)


def _id_input(keras: Any) -> Any:
    # Word ids stay integers: float16 cannot tell 2049 from 2048.
    return keras.Input((None,), dtype="int32")


def _dense_image(keras: Any, scheme: Scheme) -> list[Any]:
    dtype = scheme.layer_dtype
    return [
        _image_input(keras, scheme),
        keras.layers.Flatten(dtype=dtype),
        keras.layers.Dense(128, activation="relu", dtype=dtype),
        keras.layers.Dense(10, activation="softmax", dtype=dtype),
    ]


def _conv_image(keras: Any, scheme: Scheme) -> list[Any]:
    dtype = scheme.layer_dtype
    return [
        _image_input(keras, scheme),
        keras.layers.Conv2D(32, 3, activation="relu", dtype=dtype),
        keras.layers.MaxPooling2D(2, dtype=dtype),
        keras.layers.Conv2D(64, 3, activation="relu", dtype=dtype),
        keras.layers.MaxPooling2D(2, dtype=dtype),
        keras.layers.Conv2D(64, 3, activation="relu", dtype=dtype),
        keras.layers.Flatten(dtype=dtype),
        keras.layers.Dense(64, activation="relu", dtype=dtype),
        keras.layers.Dense(10, activation="softmax", dtype=dtype),
    ]


def _bag_of_embeddings(keras: Any, scheme: Scheme) -> list[Any]:
    dtype = scheme.layer_dtype
    return [
        _id_input(keras),
        keras.layers.Embedding(VOCABULARY_SIZE, EMBEDDING_SIZE, dtype=dtype),
        keras.layers.Dropout(0.2, dtype=dtype),
        keras.layers.GlobalAveragePooling1D(dtype=dtype),
        keras.layers.Dropout(0.2, dtype=dtype),
        keras.layers.Dense(1, activation="sigmoid", dtype=dtype),
    ]


def _recurrent(keras: Any, dtype: str | None, lstm_dtype: str | None) -> list[Any]:
    return [
        _id_input(keras),
        keras.layers.Embedding(VOCABULARY_SIZE, EMBEDDING_SIZE, mask_zero=True, dtype=dtype),
        keras.layers.Bidirectional(keras.layers.LSTM(64, dtype=lstm_dtype), dtype=dtype),
        keras.layers.Dense(64, activation="relu", dtype=dtype),
        keras.layers.Dense(1, activation="sigmoid", dtype=dtype),
    ]


def _recurrent_text(keras: Any, scheme: Scheme) -> list[Any]:
    return _recurrent(keras, scheme.layer_dtype, lstm_dtype=scheme.layer_dtype)


def _recurrent_text_published(keras: Any, scheme: Scheme) -> list[Any]:
    # The notebooks give the dtype to the Bidirectional wrapper only, so under schemes 1 to 3 the
    # LSTM inside it takes the global policy: float32.
    return _recurrent(keras, scheme.layer_dtype, lstm_dtype=None)


_ROWS = (
    Model("NN-I", "fashion_mnist", classes=10, batch_size=32, layers=_dense_image),
    Model("CNN-I", "fashion_mnist", classes=10, batch_size=32, layers=_conv_image),
    Model("NN-T", "imdb_reviews", classes=2, batch_size=64, layers=_bag_of_embeddings),
    Model("RNN-T", "imdb_reviews", classes=2, batch_size=64, layers=_recurrent_text),
    Model(
        "RNN-T-published",
        "imdb_reviews",
        classes=2,
        batch_size=64,
        layers=_recurrent_text_published,
        float32_layers=("LSTM", "LSTMCell"),
    ),
)

MODELS: Mapping[str, Model] = MappingProxyType({row.name: row for row in _ROWS})
"""All models by name, in the paper's order."""

PAPER_MODELS: tuple[str, ...] = ("NN-I", "CNN-I", "NN-T", "RNN-T")
"""The models of the default matrix."""
