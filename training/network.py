"""The network: a small stack of dense layers with quantile heads that cannot cross.

Inputs are the rows of `brewpi.features`, standardised inside the network; outputs are, per target, QUANTILES in the
target's own scale (log1p of hours, asinh of points), then the log-odds of being stuck. A head gives the median and
positive steps away from it, so quantiles are in order whatever the weights.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from brewpi.features import NAMES
from brewpi.records import Array

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
HEADS = ("remaining", "rest", "final")
WIDTH = 160
HOURS_SCALE = 40.0
POINTS_SCALE = 4.0


def build(mean: Array, sd: Array, width: int = WIDTH, dropout: float = 0.05) -> keras.Model:
    """An untrained network for rows with this mean and spread: (n, features) -> (n, 22)."""
    row = keras.Input((len(NAMES),), name="features")
    scaled = layers.Normalization(mean=mean, variance=sd**2, name="standard")(row)
    x = ops.clip(scaled, -6.0, 6.0)
    x = layers.Dense(width, activation="swish")(x)
    for _ in range(2):
        h = layers.Dropout(dropout)(x)
        x = layers.Add()([x, layers.Dense(width, activation="swish")(h)])
    x = layers.Dense(width // 2, activation="swish")(x)
    heads = [_ordered(layers.Dense(len(QUANTILES), name=name)(x)) for name in HEADS]
    stuck = layers.Dense(1, name="stuck")(x)
    return keras.Model(row, layers.Concatenate(name="out")([*heads, stuck]))


def _ordered(raw: Any) -> Any:
    """Median first, then steps down and up from it: positive, so the quantiles are in order."""
    middle = len(QUANTILES) // 2
    steps = ops.softplus(raw[:, 1:] - 1.5)
    low, high = steps[:, :middle], steps[:, middle:]
    median = raw[:, :1]
    below = [median - ops.sum(low[:, i:], axis=1, keepdims=True) for i in range(middle)]
    above = [median + ops.sum(high[:, : i + 1], axis=1, keepdims=True) for i in range(middle)]
    return ops.concatenate([*below, median, *above], axis=1)


def loss(y: Any, out: Any) -> Any:
    """Mean pinball of each target on its scale, of the two times on the scale of hours too, and cross-entropy."""
    total = 0.0
    for k in range(3):
        truth = y[:, k : k + 1]
        known = tf.math.is_finite(truth)
        truth = tf.where(known, truth, 0.0)
        said = out[:, 7 * k : 7 * k + 7]
        error = _pinball(truth, said)
        if k < 2:
            hours = _pinball(tf.math.expm1(truth), tf.math.expm1(tf.clip_by_value(said, 0.0, 8.0)))
            error = error + hours / HOURS_SCALE
        else:
            points = _pinball(tf.math.sinh(truth), tf.math.sinh(tf.clip_by_value(said, -3.0, 6.0)))
            error = error + points / POINTS_SCALE
        total = total + tf.reduce_mean(tf.where(known, error, 0.0)) * (1.0, 0.6, 0.4)[k]
    stuck = tf.nn.sigmoid_cross_entropy_with_logits(labels=y[:, 3], logits=out[:, 21])
    return total + 0.1 * tf.reduce_mean(stuck)


def _pinball(truth: Any, said: Any) -> Any:
    q = tf.constant(QUANTILES, tf.float32)
    off = truth - said
    return tf.maximum(q * off, (q - 1.0) * off)


def quantiles(out: Array) -> tuple[Array, Array, Array, Array]:
    """Network output as (remaining h, rest h, points still to fall: each (n, 7); p_stuck (n,))."""
    hours = np.expm1(np.clip(out[:, :14], 0.0, 8.0))
    return hours[:, :7], hours[:, 7:14], np.sinh(out[:, 14:21]), 1 / (1 + np.exp(-out[:, 21]))
