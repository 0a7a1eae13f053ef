"""A model directory as `retrain` opens it: the network inside, without what a site has taught it before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np

from brewpi.forecast.features import NAMES
from brewpi.forecast.tflite_model import ModelCard, ModelError
from brewpi.records import Array
from training import Floats
from training.network import network
from training.site_retraining.forest import halved

AT_ONCE = 4096  # rows


@dataclass(frozen=True)
class Base:
    """The base network of a directory, its numbers rounded to 16 bits as they will be stored, and its card."""

    card: dict[str, Any]
    model: keras.Model
    mean: Array
    sd: Array
    whiten: tuple[Array, Array]

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Read the pair. Raises ModelError with a sentence where there is none, or not one this version knows."""
        sha256 = ModelCard.read(directory / "fermentation.json").sha256
        card = json.loads((directory / "fermentation.json").read_text(encoding="utf-8"))
        blob = (directory / "fermentation.tflite").read_bytes()
        if hashlib.sha256(blob).hexdigest() != sha256 or card["features"] != list(NAMES):
            raise ModelError(f"{directory}: weights and card do not belong together, or not to this version")
        mean, sd = (np.array(card["standard"][k]) for k in ("mean", "sd"))
        mean, sd = halved(mean), 1 / halved(1 / sd)  # the converter turns division into a product
        model, whiten = network.from_tflite(blob, mean, sd)
        for layer in model.layers:
            if isinstance(layer, keras.layers.Dense):
                layer.set_weights([halved(w) for w in layer.get_weights()])
        return cls(card, model, mean, sd, (halved(whiten[0]), halved(whiten[1])))

    @property
    def name(self) -> str:
        """Of what was there before any site."""
        return str(self.card.get("base", self.card)["name"])

    @property
    def calibration(self) -> dict[str, Any]:
        """Its offsets, likewise."""
        found: dict[str, Any] = self.card.get("base", self.card)["calibration"]
        return found

    def quantiles(self, x: Floats) -> Array:
        """What the network says, before calibration: (n, 21)."""
        said: Array = self.model.predict(x, verbose=0, batch_size=AT_ONCE)[:, :21]
        return said
