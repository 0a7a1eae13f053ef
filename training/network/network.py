"""The network: a small stack of dense layers with quantile heads that cannot cross.

Inputs are the rows of `brewpi.forecast.features`, standardised inside the network; outputs are, per target, QUANTILES
in the target's own scale (log1p of hours, asinh of points), then the log-odds of being stuck. A head gives the median
and positive steps away from it, so quantiles are in order whatever the weights. A planned temperature acts through one
door alone: it takes a factor that is never negative off the log of hours per degree, so warmer is never later.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from brewpi.forecast.features import NAMES
from brewpi.forecast.quantiles import QUANTILES
from brewpi.records import Array
from training import Floats

LEVELS = len(QUANTILES)
HEADS = ("remaining", "rest", "final")
STUCK = len(HEADS) * LEVELS
CLIP = 6.0
WIDTH = 160
PLAN = NAMES.index("plan_change")  # planned minus present temperature, in 5 °C
TOLD = NAMES.index("has_plan")  # from here on a row holds what was told, before it what was measured
PLANNED = slice(TOLD, PLAN + 1)
ANY = [NAMES.index("cooled"), *range(TOLD, len(NAMES))]  # no reason to call a row strange, however rare
WEIGHTS = (1.0, 0.6, 0.4)  # of the targets in the loss
SCALES = (40.0, 40.0, 4.0)  # hours, hours and points that count as much as 1 on the target's own scale


def build(mean: Array, sd: Array, width: int = WIDTH, dropout: float = 0.05) -> keras.Model:
    """An untrained network for rows with this mean and spread: (n, features) -> (n, 22)."""
    row = keras.Input((len(NAMES),), name="features")
    scaled = layers.Normalization(mean=mean, variance=sd**2, name="standard")(row)
    seen = np.ones(len(NAMES), np.float32)
    seen[PLANNED] = 0.0
    x = ops.clip(scaled, -CLIP, CLIP) * seen
    x = layers.Dense(width, activation="swish")(x)
    for _ in range(2):
        h = layers.Dropout(dropout)(x)
        x = layers.Add()([x, layers.Dense(width, activation="swish")(h)])
    x = layers.Dense(width // 2, activation="swish")(x)
    raw = layers.Dense(STUCK + 3, name="heads")(x)
    return keras.Model(row, _heads(raw, row))


def _heads(raw: Any, row: Any) -> Any:
    """Of each target the median, with steps down and up from it that are positive, so that the quantiles are in order;
    less what a plan takes off both times; and the log-odds: (n, STUCK + 3) -> (n, STUCK + 1).

    Constant matrices pick and sum what belongs together. Written out by slices it is a hundred operations, each of
    which takes an interpreter longer than its arithmetic.
    """
    positive = ops.softplus(raw - OFFSETS)
    taken_off = ops.matmul(positive, SOONER) * row[:, PLAN : PLAN + 1]
    return ops.matmul(raw, AS_IT_IS) + ops.matmul(positive, STEPS) - taken_off


def _tables() -> tuple[Floats, Floats, Floats, Floats]:
    """What `_heads` subtracts, (STUCK + 3,), and its matrices, each (STUCK + 3, STUCK + 1)."""
    offsets = np.zeros(STUCK + 3, np.float32)
    as_it_is, steps, sooner = (np.zeros((STUCK + 3, STUCK + 1), np.float32) for _ in range(3))
    as_it_is[STUCK, STUCK] = 1.0
    middle = LEVELS // 2
    for first in range(0, STUCK, LEVELS):
        as_it_is[first, first : first + LEVELS] = 1.0
        offsets[first + 1 : first + LEVELS] = 1.5
        for i in range(middle):
            low, high = first + 1 + i, first + 1 + middle + i
            steps[low, first : first + i + 1] = -1.0
            steps[high, first + middle + 1 + i : first + LEVELS] = 1.0
    for k in range(2):
        offsets[STUCK + 1 + k] = 1.0
        sooner[STUCK + 1 + k, k * LEVELS : (k + 1) * LEVELS] = 1.0
    return offsets, as_it_is, steps, sooner


OFFSETS, AS_IT_IS, STEPS, SOONER = _tables()


def with_distance(model: keras.Model, mean: Array, sd: Array, whiten: Array, shift: Array) -> keras.Model:
    """The network with one more output: Mahalanobis distance to the training rows, squared, per feature."""
    row = model.inputs[0]
    standard = layers.Normalization(mean=mean, variance=sd**2, name="distance_standard")(row)
    projection = layers.Dense(len(NAMES), name="whiten", trainable=False)
    inner = projection(ops.clip(standard, -2 * CLIP, 2 * CLIP))
    projection.set_weights([whiten, shift])
    distance = ops.mean(ops.square(inner), axis=1, keepdims=True)
    return keras.Model(row, layers.Concatenate(name="all")([model.outputs[0], distance]))


def whitening(x: Floats, mean: Array, sd: Array) -> tuple[Array, Array]:
    """Weights and bias that turn what was measured, standardised like `x`, into independent unit variance.

    What was told of a batch counts for nothing, nor does a cold crash: neither is a reason to doubt its readings.
    """
    scaled = np.clip((x - mean) / sd, -CLIP, CLIP)
    scaled[:, ANY] = 0.0
    values, vectors = np.linalg.eigh(np.cov(scaled.T) + 0.05 * np.eye(x.shape[1]))
    whiten = vectors / np.sqrt(values)
    whiten[ANY] = 0.0
    return whiten.astype(np.float32), (-(scaled.mean(0) @ whiten)).astype(np.float32)


def loss(y: Any, out: Any) -> Any:
    """Mean pinball of each target, on its own scale and in hours or points, and cross-entropy of being stuck."""
    total = 0.0
    for k, weight in enumerate(WEIGHTS):
        truth = y[:, k : k + 1]
        known = tf.math.is_finite(truth)
        truth = tf.where(known, truth, 0.0)
        predicted = out[:, LEVELS * k : LEVELS * (k + 1)]
        error = _pinball(truth, predicted) + _pinball(natural(truth, k), natural(predicted, k)) / SCALES[k]
        total = total + weight * tf.reduce_mean(tf.where(known, error, 0.0))
    known = tf.math.is_finite(y[:, 3])
    stuck = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.where(known, y[:, 3], 0.0), logits=out[:, 21])
    return total + 0.1 * tf.reduce_mean(tf.where(known, stuck, 0.0))


def natural(values: Any, k: int) -> Any:
    """Target `k` in hours or in points, within what any batch comes to."""
    if k < 2:
        return tf.math.expm1(tf.clip_by_value(values, 0.0, 8.0))
    return tf.math.sinh(tf.clip_by_value(values, -3.0, 6.0))


def _pinball(truth: Any, predicted: Any) -> Any:
    q = tf.constant(QUANTILES, tf.float32)
    off = truth - predicted
    return tf.maximum(q * off, (q - 1.0) * off)


def quantiles(out: Array) -> tuple[Array, Array, Array, Array]:
    """Network output as (remaining h, rest h, points still to fall: each (n, 7); p_stuck (n,))."""
    hours = np.expm1(np.clip(out[:, :14], 0.0, 8.0))
    return hours[:, :7], hours[:, 7:14], np.sinh(out[:, 14:21]), 1 / (1 + np.exp(-out[:, 21]))
