"""Rows into one network: several are trained from different seeds, and one more learns what they say on average.

The mean of several networks is wrong by less than each of them, most of all on batches unlike the simulated ones, but
several do not fit on a Pi. One that is shown what they say, instead of what came of each row, follows their mean
(distillation: Hinton, Vinyals & Dean 2015, "Distilling the knowledge in a neural network").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from brewpi.records import Array
from training import Floats
from training.data.dataset import Rows
from training.network import network
from training.network.network import LEVELS, STUCK

TEACHERS = 3
THREADS = 1  # TensorFlow cuts a sum by the threads that are free just then, and its last digits go with the cut
BATCH = 1024
LEARNING_RATE = 2e-3
PREDICT = 8192  # rows at once
Tell = Callable[[], None]


def learn(rows: Rows, epochs: int, seed: int, tell: Tell) -> keras.Model:
    """The network that follows the mean of TEACHERS; `tell` is called `steps` times. The same for the same seed
    on one kind of processor, whatever the number of its cores."""
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    tf.config.experimental.enable_op_determinism()
    mean, sd = standard(rows)
    taught = np.zeros((len(rows), STUCK + 1), np.float32)
    for k in range(TEACHERS):
        keras.utils.set_random_seed(seed + k)
        teacher = _trained(network.build(mean, sd), network.loss, Stream(rows.x, rows.y, seed + k), epochs, tell)
        taught += teacher.predict(rows.x, batch_size=PREDICT, verbose=0) / TEACHERS
    keras.utils.set_random_seed(seed + TEACHERS)
    student = network.build(mean, sd, dropout=0.0)
    return _trained(student, _unlikeness, Stream(rows.x, taught, seed + TEACHERS), epochs, tell)


def steps(rows: int, epochs: int) -> int:
    """How many steps `learn` takes in all."""
    return (TEACHERS + 1) * epochs * (rows // BATCH)


def standard(rows: Rows) -> tuple[Array, Array]:
    """Mean and spread of each feature, as the network is given them and the card keeps them."""
    return rows.x.mean(0).round(5), (rows.x.std(0) + 1e-3).round(5)


def _trained(model: keras.Model, loss: Any, stream: Stream, epochs: int, tell: Tell) -> keras.Model:
    pace = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, max(1, epochs * len(stream)), alpha=0.02)
    model.compile(keras.optimizers.AdamW(pace, weight_decay=1e-4), loss=loss)
    step = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: tell())
    model.fit(stream, epochs=epochs, verbose=0, callbacks=[step])
    return model


def _unlikeness(meant: Any, predicted: Any) -> Any:
    """How far two outputs are apart, on the scales and with the weights of `network.loss`."""
    total = 0.1 * tf.reduce_mean(tf.abs(meant[:, STUCK:] - predicted[:, STUCK:]))
    for k, weight in enumerate(network.WEIGHTS):
        pair = [out[:, k * LEVELS : (k + 1) * LEVELS] for out in (meant, predicted)]
        natural = [network.natural(out, k) for out in pair]
        total += weight * tf.reduce_mean(tf.abs(pair[0] - pair[1]))
        total += weight * tf.reduce_mean(tf.abs(natural[0] - natural[1])) / network.SCALES[k]
    return total


class Stream(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of (x, y) in another order each epoch, gathered as they are asked for: the rows are in memory once."""

    def __init__(self, x: Floats, y: Floats, seed: int) -> None:
        super().__init__()
        self.x, self.y, self.rng = x, y, np.random.default_rng(seed)
        self.order = self.rng.permutation(len(x))

    def __len__(self) -> int:
        return len(self.x) // BATCH

    def __getitem__(self, k: int) -> tuple[NDArray[Any], NDArray[Any]]:
        part = self.order[k * BATCH : (k + 1) * BATCH]
        return self.x[part], self.y[part]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.x))
