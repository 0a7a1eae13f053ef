"""Base network and forest of a site as one network: what the Pi runs after `retrain`.

For each target its quantiles are a mean of what the two say, in the target's own scale. Half of the trees also see
what the base says. What a planned temperature changes is added after that, untouched: the site's logs know no plans.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from training.network import network
from training.site_retraining.forest import (
    ATTENUATION,
    ATTENUATION_WEIGHT,
    DEPTH,
    LEAST_POINTS,
    OG,
    POINTS,
    SAMPLES,
    TARGETS,
    Forest,
    levels,
)


def blend(base: keras.Model, forest: Forest, share: float) -> keras.Model:
    """The base, (n, features) -> (n, 22), with `share` of its quantiles from the forest."""
    row, said = base.inputs[0], base.outputs[0]
    raw = base.get_layer("heads").output
    sooner = layers.Concatenate()([network.sooner(raw, row, k) for k in range(2)])
    unplanned = layers.Concatenate()([said[:, :14] + _sevenfold(sooner), said[:, 14:21]])
    asked = layers.Concatenate()([row, unplanned])
    mixed = (1.0 - share) * unplanned + share * Trees(forest)(asked)
    out = [mixed[:, :14] - _sevenfold(sooner), mixed[:, 14:], said[:, network.STUCK :]]
    return keras.Model(row, layers.Concatenate(name="blended")(out))


def _sevenfold(each: Any) -> Any:
    return keras.ops.repeat(each, network.LEVELS, axis=1)


class Trees(layers.Layer):  # type: ignore[misc]  # keras has no types
    """`Forest.quantiles` in operations that TFLite has: (n, features) -> (n, 21).

    Every inner node is asked at once; then it takes one look-up for each level to get from the roots to the leaves.
    """

    def __init__(self, forest: Forest) -> None:
        super().__init__(trainable=False)
        self.forest = forest

    def call(self, row: Any) -> Any:
        """The quantiles."""
        forest, inner = self.forest, self.forest.feature.size
        asked = tf.gather(row, tf.constant(forest.feature, tf.int32), axis=1)
        above = asked > tf.constant(forest.threshold, tf.float32)
        onward = tf.where(above, *(tf.constant(n, tf.int16) for n in (forest.above, forest.below)))
        leaves = tf.constant(inner + np.arange(len(forest.codes)), tf.int16)
        onward = tf.cast(tf.concat([onward, tf.zeros_like(row[:, :1], tf.int16) + leaves], axis=1), tf.int32)
        node = tf.zeros_like(row[:, :1], tf.int32) + tf.constant(forest.roots, tf.int32)
        for _ in range(DEPTH):
            node = tf.gather(onward, node, axis=1, batch_dims=1)
        flat = tf.constant(forest.codes.reshape(-1, TARGETS * SAMPLES))
        held = tf.reshape(tf.gather(flat, node - inner), (-1, forest.roots.size, TARGETS, SAMPLES))
        pool = tf.reshape(tf.transpose(held, (0, 2, 1, 3)), (-1, TARGETS, forest.roots.size * SAMPLES))
        outcome = self._read_off(tf.cast(pool, tf.float32))
        return tf.concat([outcome[:, 0], outcome[:, 1], self._final(row, outcome[:, 2])], axis=1)

    def _final(self, row: Any, attenuation: Any) -> Any:
        """Points still to fall, on the network's scale (asinh, which TFLite lacks), from the attenuation at the end."""
        extract = tf.maximum(POINTS * row[:, OG : OG + 1], LEAST_POINTS)
        to_fall = attenuation / ATTENUATION_WEIGHT - row[:, ATTENUATION : ATTENUATION + 1]
        points = tf.maximum(to_fall * extract, 0.0)
        return tf.math.log(points + tf.sqrt(points * points + 1.0))

    def _read_off(self, pool: Any) -> Any:
        """Outcomes of the leaves together, as codes: (n, TARGETS, all) -> (n, TARGETS, levels)."""
        size = pool.shape[2]
        falling = tf.math.top_k(pool, size).values
        first, way = levels(size)
        low, high = (tf.gather(falling, tf.constant(size - 1 - at, tf.int32), axis=2) for at in (first, first + 1))
        between = low + tf.constant(way, tf.float32) * (high - low)
        scale = [tf.constant(v[:, None], tf.float32) for v in (self.forest.low, self.forest.step)]
        return scale[0] + scale[1] * between
