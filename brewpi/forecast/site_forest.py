"""What a site's own batches say of a prefix: quantiles of how those ended that fell into the same leaves.

A quantile forest (Meinshausen 2006, "Quantile Regression Forests") of extremely randomised trees (Geurts, Ernst and
Wehenkel 2006). Every leaf keeps SAMPLES outcomes in a byte each, and a forecast is the quantiles of what the leaves of
all trees hold together. Where gravity ends is kept as attenuation, which a site repeats; what is left to fall depends
on when one asks. It lies behind the flat buffer of the network in the same file, where interpreters look no further
(as the associated files of TFLite's metadata do); how long its parts are is in the card.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brewpi.forecast import ModelError
from brewpi.forecast.features import NAMES
from brewpi.forecast.quantiles import QUANTILES
from brewpi.records import Array, BatchSeries

DEPTH = 14
SAMPLES = 8
TARGETS = 3  # remaining and rest in the network's scale, and ATTENUATION_WEIGHT times the attenuation at the end
SAID = TARGETS * len(QUANTILES)
ATTENUATION_WEIGHT = 16.0  # so that it counts about as much as the log hours where a tree splits
POINTS, LEAST_POINTS = 50.0, 10.0  # of extract for each unit of the feature; no wort has less
OG, ATTENUATION = (NAMES.index(name) for name in ("og", "attenuation"))
CODES = 255  # steps of an outcome between the least and the most of its kind
MOST_NODES, MOST_WORDS = 60_000, 200
KINDS = ("brand", "style", "yeast")
DAMAGED = "the forest behind the weights is damaged; copy the model anew"

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Forest:
    """Trees side by side in one table. Nodes are numbered through: the inner ones first, then the leaves."""

    feature: Whole  # (inner,) which feature is asked
    threshold: Array  # (inner,) and whether it is above this
    below: Whole  # (inner,) node where it is not
    above: Whole  # (inner,) node where it is
    roots: Whole  # (trees,)
    codes: NDArray[np.uint8]  # (leaves, TARGETS, SAMPLES) outcomes, lowest first
    low: Array  # (TARGETS,) outcome of code 0
    step: Array  # (TARGETS,) between two codes

    def quantiles(self, x: NDArray[np.floating[Any]]) -> Array:
        """QUANTILES of each target for each row: (n, SAID)."""
        inner = self.feature.size
        node = np.broadcast_to(self.roots, (len(x), self.roots.size))
        row, asked = np.arange(len(x))[:, None], np.asarray(x, np.float32)
        for _ in range(DEPTH):
            at = np.minimum(node, max(inner - 1, 0))
            if not inner:
                break
            onward = np.where(asked[row, self.feature[at]] > self.threshold[at], self.above[at], self.below[at])
            node = np.where(node < inner, onward, node)
        held = self.codes[node - inner].astype(np.float64)  # (n, trees, TARGETS, SAMPLES)
        pool = np.sort(held.transpose(0, 2, 1, 3).reshape(len(x), TARGETS, -1), axis=2)
        first, way = levels(pool.shape[2])
        between = pool[:, :, first] + way * (pool[:, :, first + 1] - pool[:, :, first])
        outcome: Array = self.low[:, None] + self.step[:, None] * between
        to_fall = outcome[:, 2] / ATTENUATION_WEIGHT - x[:, ATTENUATION, None]
        outcome[:, 2] = np.arcsinh(np.maximum(to_fall * extract_points(x)[:, None], 0.0))
        return outcome.reshape(len(x), -1)

    @property
    def ends(self) -> bool:
        """Whether every way from a root comes to a leaf within DEPTH steps."""
        inner, reached = self.feature.size, self.roots
        for _ in range(DEPTH):
            asked = np.unique(reached[reached < inner])
            reached = np.concatenate([self.below[asked], self.above[asked]])
        return not (reached < inner).any()

    def packed(self) -> bytes:
        """As it stands behind the weights. Outcomes rise within a leaf and children are near, so differences are small,
        and bytes of like weight beside each other need less room."""
        rising, here = np.diff(self.codes, axis=2, prepend=np.uint8(0)), np.arange(self.feature.size)
        parts = (
            _planes(self.feature, "<u2"), _planes(self.threshold, "<f2"), _planes(self.below - here, "<i4"),
            _planes(self.above - here, "<i4"), _planes(self.roots, "<u2"), rising.transpose(1, 2, 0),
            _planes(self.low, "<f4"), _planes(self.step, "<f4"),
        )  # fmt: skip
        return zlib.compress(b"".join(part.tobytes() for part in parts), 9)


@dataclass(frozen=True)
class SiteForest:
    """A forest, how much of it is heard, and the words that its site has batches enough to know.

    words: such as "brand rousse" or "yeast us-05"; each is a column of a row, 1 where it is said of a batch.
    """

    forest: Forest
    share: float
    words: tuple[str, ...] = ()

    def shift(self, series: BatchSeries, row: Array, quantiles: Array) -> Array:
        """What it moves: (SAID,), to be added to what the network says, (SAID,), of a row without a plan, and to what
        it says with one: the site's logs know no plans."""
        return self.moved(row, quantiles[:SAID], known_words(series, self.words))

    def moved(self, row: NDArray[np.floating[Any]], quantiles: Array, words: NDArray[np.float32]) -> Array:
        """The same of a row whose words are known: (words,) 0 or 1."""
        asked = knowing(row[None], quantiles[None], words[None])
        return np.asarray(self.share * (self.forest.quantiles(asked)[0] - quantiles))

    @classmethod
    def unpacked(cls, behind: bytes, card: Mapping[str, Any]) -> Self:
        """The forest of a file. Raises ModelError where it is damaged, or not what the card says."""
        trees, inner, leaves = (_count(card[what]) for what in ("trees", "inner", "leaves"))
        words = tuple(str(word) for word in card.get("words", ()))
        share = float(card["share"])
        if not 0.0 <= share <= 1.0 or len(words) > MOST_WORDS:
            raise ModelError("the forest's card cannot be true")
        forest = _forest(_unzipped(behind, trees, inner, leaves), trees, inner, leaves)
        nodes = np.concatenate([forest.roots, forest.below, forest.above])
        if nodes.min() < 0 or nodes.max() >= inner + leaves or (
            inner and forest.feature.max() >= len(NAMES) + len(words) + SAID
        ) or not forest.ends:
            raise ModelError(DAMAGED)
        return cls(forest, share, words)

    def card(self) -> dict[str, Any]:
        """What `unpacked` needs."""
        forest = self.forest
        counts = {"trees": forest.roots.size, "inner": forest.feature.size, "leaves": len(forest.codes)}
        return {"share": round(self.share, 4), **counts, "words": list(self.words)}


def knowing(x: NDArray[np.floating[Any]], quantiles: Array, words: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Rows with the words that are said of them, and what the network says of them: (n, NAMES + words + SAID)."""
    return np.concatenate([x, words, quantiles], axis=1, dtype=np.float32)


def known_words(series: BatchSeries, words: Sequence[str]) -> NDArray[np.float32]:
    """(words,): 1 where a word is said of the batch, else 0."""
    known = set(words_of(series))
    return np.array([word in known for word in words], np.float32)


def words_of(series: BatchSeries) -> list[str]:
    """What a batch is called: its brand, its style and its yeast, in small letters; of a brand without its number."""
    facts = zip(KINDS, (series.brand, series.style, series.yeast), strict=True)
    return [f"{kind} {plain_word(text, kind == 'brand')}" for kind, text in facts if text and text.strip()]


def plain_word(text: str, without_number: bool) -> str:
    """In small letters and single spaces; without_number: "Rousse #212" and "rousse 213" are one beer."""
    words = "".join(letter if letter.isalnum() or letter in "-/&'" else " " for letter in text.casefold()).split()
    named = [word for word in words if not (without_number and _is_number(word))]
    return " ".join(named or words)


def _is_number(word: str) -> bool:
    """212, b212, 2024-07: what counts batches."""
    return sum(letter.isdigit() for letter in word) >= max(1, len(word) - 2) and not word.isalpha()


def extract_points(x: NDArray[np.floating[Any]]) -> Array:
    """What there was to ferment, in points above water, as the features have it."""
    return np.asarray(np.maximum(POINTS * x[:, OG], LEAST_POINTS), np.float64)


def levels(size: int) -> tuple[Whole, Array]:
    """Where QUANTILES lie among `size` ordered outcomes: the one below, and how far on to the next."""
    at: Array = np.clip(np.asarray(QUANTILES) * size - 0.5, 0.0, size - 1.001)
    first = np.floor(at).astype(np.int64)
    return first, at - first


def _count(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MOST_NODES:
        raise ModelError("the forest's card cannot be true")
    return value


def _unzipped(behind: bytes, trees: int, inner: int, leaves: int) -> bytes:
    size = 12 * inner + 2 * trees + TARGETS * (SAMPLES * leaves + 8)
    try:
        opened = zlib.decompressobj()
        raw = opened.decompress(behind, size + 1)
    except zlib.error:
        raw = b""
    if len(raw) != size or not leaves or not trees:
        raise ModelError(DAMAGED)
    return raw


def _planes(values: NDArray[Any], kind: str) -> NDArray[np.uint8]:
    return values.astype(kind).view(np.uint8).reshape(values.size, -1).T


def _forest(raw: bytes, trees: int, inner: int, leaves: int) -> Forest:
    at = 0

    def part(kind: str, count: int) -> NDArray[Any]:
        nonlocal at
        width = np.dtype(kind).itemsize
        planes = np.frombuffer(raw, np.uint8, count * width, at).reshape(width, count)
        at += count * width
        return np.ascontiguousarray(planes.T).view(kind).reshape(-1)

    feature, threshold, below, above = (part(kind, inner) for kind in ("<u2", "<f2", "<i4", "<i4"))
    roots, rising = part("<u2", trees), part("u1", leaves * TARGETS * SAMPLES)
    low, step = part("<f4", TARGETS), part("<f4", TARGETS)
    if not np.isfinite([*low, *step, *threshold]).all():
        raise ModelError(DAMAGED)
    here, rising = np.arange(inner), rising.reshape(TARGETS, SAMPLES, leaves).transpose(2, 0, 1)
    return Forest(
        feature.astype(np.int64), threshold.astype(np.float64), here + below, here + above, roots.astype(np.int64),
        np.cumsum(rising, axis=2, dtype=np.uint8), low.astype(np.float64), step.astype(np.float64),
    )  # fmt: skip
