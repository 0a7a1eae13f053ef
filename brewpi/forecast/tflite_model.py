"""The learned forecaster: a TFLite network and the card that says what it is.

A pair that does not match (another hash, features this version does not
know, a card from the future) is refused with a sentence: better no model than the wrong one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, expm1, isfinite, sinh
from pathlib import Path
from typing import Any, Self

import numpy as np

from brewpi.forecast import CannotForecast
from brewpi.forecast import ModelError as ModelError
from brewpi.forecast.features import NAMES, replanned, vector
from brewpi.forecast.interpreter import OUTPUTS, Network, interpreter
from brewpi.forecast.model_trial import try_in_child
from brewpi.forecast.pool import verdict
from brewpi.forecast.quantiles import QUANTILES, Band, Quantiles
from brewpi.forecast.sampling import lowest
from brewpi.forecast.site_forest import SAID, SiteForest
from brewpi.hardware.files import read_bytes, read_text
from brewpi.records import Array, BatchSeries, Forecast, SiteHistory
from brewpi.sentences import Sentence

FORMAT, WITH_FOREST = 1, 2  # of a card; earlier versions would not hear the forest of a site, and refuse the second
LARGEST = 2**26  # bytes of weights
PACKAGED = Path(__file__).parents[1] / "models"
CHECKOUT = Path(__file__).parents[2] / "models"
LARGEST_LOG = 700.0  # whose exponential is a number
KEPT = 4  # outputs
LOGGED = 0  # among the card's sampling modes
INDEX = {name: i for i, name in enumerate(NAMES)}
LOG_HOURS, ASINH_POINTS = (0.0, 8.0), (-3.0, 6.0)  # the least and the most of both times, and of what is left


class OutOfDistribution(CannotForecast):
    """A batch unlike anything the model was trained on."""


def default_directory() -> Path:
    """Where the shipped model lies: inside the installed package, or in the checkout."""
    return PACKAGED if PACKAGED.exists() else CHECKOUT


def read_pair(where: Path) -> tuple[ModelCard, bytes]:
    """Card and weights of a directory, which belong together and to this version; not tried yet. Raises ModelError."""
    card = ModelCard.read(where / "fermentation.json")
    weights = where / "fermentation.tflite"
    try:
        blob = read_bytes(weights, LARGEST)
    except OSError as error:
        raise ModelError(f"{weights}: {error.strerror}") from None
    if hashlib.sha256(blob).hexdigest() != card.sha256:
        raise ModelError(f"{weights}: does not belong to its card (sha256 differs); copy both files together")
    if card.features != NAMES or card.quantiles != QUANTILES:
        raise ModelError(f"{where}: made for other features than this version's; retrain it or update brewpi")
    return card, blob


@dataclass(frozen=True)
class ModelCard:
    """What the Pi needs of `fermentation.json`: see `training/network/export.py` for all of it."""

    name: str
    sha256: str
    features: tuple[str, ...]
    quantiles: tuple[float, ...]
    # (sampling modes, progress bins, 3, 7): added to the quantiles of the two times, in log1p of hours, and to those of
    # points still to fall, in asinh
    offsets: Array
    progress_edges: Array
    spread: tuple[float, ...]  # by sampling mode: how much farther from the median the other quantiles lie
    distance_widens: float
    distance_refused: float
    site_history: tuple[int, float, float, float] | None
    forest: dict[str, Any] | None = None  # what a site has taught: `SiteForest.card`, and `at` byte of the weights

    @classmethod
    def read(cls, path: Path) -> Self:
        """Parse a card. Raises ModelError."""
        try:
            raw: dict[str, Any] = json.loads(read_text(path))
            if raw["format"] not in (FORMAT, WITH_FOREST):
                raise ModelError(f"{path}: card of format {raw['format']}; this version reads up to {WITH_FOREST}")
            return cls.of(raw)
        except FileNotFoundError:
            raise ModelError(f"{path.parent}: holds no model ({path.name} is not there)") from None
        except NotADirectoryError:
            raise ModelError(f"{path.parent}: is no folder; a model is one, with {path.name} in it") from None
        except OSError as error:
            raise ModelError(f"{path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ModelError(f"{path}: not a model card ({type(error).__name__}: {error})") from None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """A card as JSON has it. Raises ValueError, KeyError or another error of Python's where it is none."""
        calibration = raw["calibration"]
        return cls(
            name=raw["name"],
            sha256=raw["sha256"],
            features=tuple(raw["features"]),
            quantiles=tuple(raw["quantiles"]),
            offsets=np.concatenate((_offsets(calibration["times"], 2), _offsets(calibration["final"], 1)), axis=2),
            progress_edges=np.array(calibration["progress_edges"]),
            spread=tuple(calibration.get("spread", (1.0, 1.0, 1.0))),
            distance_widens=raw["distance"]["widens"],
            distance_refused=raw["distance"]["refused"],
            site_history=tuple(raw["house"]) if raw.get("house") else None,
            forest=dict(raw["forest"]) if raw["format"] == WITH_FOREST else None,
        )


class Model:
    """A loaded network. One forecast takes a fraction of a millisecond; not for two threads at once."""

    def __init__(self, card: ModelCard, network: Network, forest: SiteForest | None = None) -> None:
        self.card, self.forest = card, forest
        self._network = network
        self._known: dict[bytes, Array] = {}

    @classmethod
    def load(cls, directory: Path | None = None) -> Self:
        """The model of a directory (default: the shipped one). Raises ModelError."""
        where = directory or default_directory()
        weights = where / "fermentation.tflite"
        card, blob = read_pair(where)
        blob, forest = _parted(blob, card, weights)
        try_in_child(blob, weights, len(card.features))
        return cls(card, interpreter(blob, weights, len(card.features)), forest)

    def raw(self, row: Array) -> Array:
        """The network's own output for one row of features: (23,), before forest, calibration and rules. The latest are
        kept: a tank that plans asks for the row without a plan again."""
        key = row.tobytes()
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = self._network(row)
        return self._known[key]

    def forecast(self, series: BatchSeries, at_h: float) -> Forecast:
        """What the network alone expects at `at_h`. Raises OutOfDistribution, or ValueError: without two
        readings, or where the network's answer is no number."""
        past = series.until(at_h)
        return verdict(self.quantiles(past, at_h), past, at_h, self.card.name)

    def quantiles(self, series: BatchSeries, at_h: float) -> Quantiles:
        """What it expects, before any rule. Raises as `forecast` does."""
        return self.planned(series, at_h, [series.planned_temp_c])[0]

    def row(self, series: BatchSeries, at_h: float) -> Array:
        """The features of its readings, (len(NAMES),), without a plan. Raises ValueError without two readings."""
        past = self._past(series, at_h)
        row = vector(past, at_h)
        return row if past.planned_temp_c is None else replanned(row, None)

    def planned(
        self, series: BatchSeries, at_h: float, plans_c: Sequence[float | None], row: Array | None = None
    ) -> list[Quantiles]:
        """The same for each temperature that the tank may be held at from now on (None: no plan). A warmer one is never
        later: see `_bin`. row: its features where they are at hand. Raises as `forecast` does."""
        past = self._past(series, at_h)
        row = self.row(past, at_h) if row is None else row
        shift: Array | float = 0.0
        unplanned = self._finite(row)
        if self.forest is not None:
            shift = np.zeros(OUTPUTS)
            shift[:SAID] = self.forest.shift(past, row, unplanned)
            unplanned = unplanned + shift
        bin_, low = self._bin(row, unplanned), lowest(past.sg)
        as_it_is = self._said(unplanned, bin_, low)
        return [
            as_it_is if plan_c is None else self._said(shift + self._finite(replanned(row, plan_c)), bin_, low)
            for plan_c in plans_c
        ]

    def what_if(self, series: BatchSeries, at_h: float, holds_c: Sequence[float]) -> list[Forecast]:
        """The forecasts of the network alone for each temperature; none without a measured beer temperature to compare
        with. Raises as `forecast` does."""
        past = series.until(at_h)
        if np.isnan(past.temp_c).all():
            return []
        return [verdict(quantiles, past, at_h, self.card.name) for quantiles in self.planned(past, at_h, holds_c)]

    def _finite(self, row: Array) -> Array:
        """Its output as `raw` has it. Raises ValueError where that is no number, as of weights that overflow."""
        out = self.raw(row)
        if not isfinite(out.dot(out)):  # the sum of squares of 32-bit numbers, each of which is one
            raise ValueError("the network's answer is no number")
        return out

    def _past(self, series: BatchSeries, at_h: float) -> BatchSeries:
        past = series.until(at_h)
        if past.hours.size < 2:
            raise ValueError("needs two readings")
        if past.site_history is None and self.card.site_history is not None:
            past = replace(past, site_history=SiteHistory(*self.card.site_history))
        return past

    def _said(self, out: Array, bin_: tuple[int, int], low: float) -> Quantiles:
        """The network's output, calibrated; `low` is the lowest gravity so far. Raises OutOfDistribution."""
        distance = float(out[-1])
        if distance > self.card.distance_refused:
            raise OutOfDistribution(Sentence("a batch unlike any the model was trained on"))
        widened = 1.5 if distance > self.card.distance_widens else 1.0
        farther = widened * self.card.spread[bin_[0]]
        levels = (out[:21].reshape(3, 7) + self.card.offsets[bin_]).tolist()
        soon, middle, late = _band(levels[0], farther, LOG_HOURS)
        soon_rest, middle_rest, late_rest = _band(levels[1], farther, LOG_HOURS)
        little, left, much = _band(levels[2], widened, ASINH_POINTS)
        return Quantiles(
            (expm1(soon), expm1(middle), expm1(late)),
            (expm1(soon_rest), expm1(middle_rest), expm1(late_rest)),
            (low - sinh(much) / 1e3, low - sinh(left) / 1e3, low - sinh(little) / 1e3),
            1.0 / (1.0 + exp(min(-float(out[21]), LARGEST_LOG))),
        )

    def _bin(self, row: Array, out: Array) -> tuple[int, int]:
        """Habit of reading and bin of progress, by which the card's offsets go. `out` is what the network says without
        a plan: another plan is the same batch at the same progress, and an offset that changed with the plan could
        undo what a warmer one gains."""
        elapsed, median = expm1(row[INDEX["elapsed"]]), expm1(min(max(float(out[3]), 0.0), LARGEST_LOG))
        progress = elapsed / (elapsed + median + 1e-9)
        mode = LOGGED if row[INDEX["logged"]] else 1 if row[INDEX["day_stamped"]] == 1.0 else 2
        return mode, int(self.card.progress_edges.searchsorted(progress))


def _band(levels: Sequence[float], farther: float, within: tuple[float, float]) -> Band:
    """Of QUANTILES, of which none lies below one before it, so many times as far from their median."""
    first, second, third, fourth, fifth, sixth, _ = levels
    low = max(first, second)
    middle = max(low, third, fourth)
    high = max(middle, fifth, sixth)
    least, most = within
    low, high = middle + farther * (low - middle), middle + farther * (high - middle)
    if least <= low and high <= most:
        return low, middle, high
    return min(max(low, least), most), min(max(middle, least), most), min(max(high, least), most)


def _offsets(numbers: Any, of: int) -> Array:
    """(sampling modes, progress bins, of * 7) -> (sampling modes, progress bins, of, 7). Raises ValueError."""
    table = np.array(numbers, dtype=np.float64)
    return table.reshape(*table.shape[:2], of, 7)


def _parted(blob: bytes, card: ModelCard, weights: Path) -> tuple[bytes, SiteForest | None]:
    """The network's bytes, and what a site has taught. Raises ModelError."""
    if card.forest is None:
        return blob, None
    try:
        at = int(card.forest["at"])
        return blob[:at], SiteForest.unpacked(blob[at:], card.forest)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{weights}: the card does not say where its forest is ({error})") from None
    except ModelError as error:
        raise ModelError(f"{weights}: {error}") from None
