"""A model directory as `retrain` opens it: the network inside, without what a site has taught it before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from brewpi.forecast.interpreter import Network, interpreter
from brewpi.forecast.site_forest import SAID, SiteForest
from brewpi.forecast.tflite_model import Model, ModelCard, ModelError
from brewpi.records import Array
from training import Floats


@dataclass(frozen=True)
class Base:
    """The base network of a directory with its card, and the directory's model as a Pi runs it: the champion."""

    card: dict[str, Any]
    weights: bytes
    network: Network
    champion: Model

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Read the pair. Raises ModelError with a sentence where there is none, or not one this version knows."""
        champion = Model.load(directory)
        card = json.loads((directory / "fermentation.json").read_text(encoding="utf-8"))
        if "forest_share" in card:
            raise ModelError(f"{directory}: retrained by an earlier version; start anew from the shipped model, models")
        weights = (directory / "fermentation.tflite").read_bytes()[: (champion.card.forest or {}).get("at")]
        network = interpreter(weights, directory, len(champion.card.features))
        return cls(card, weights, network, champion)

    @property
    def name(self) -> str:
        """Of what was there before any site."""
        return str(self.card.get("base", self.card)["name"])

    @property
    def calibration(self) -> dict[str, Any]:
        found: dict[str, Any] = self.card.get("base", self.card)["calibration"]
        return found

    def quantiles(self, x: Floats) -> Array:
        """What the network says, before calibration: (n, SAID)."""
        return np.array([self.network(row)[:SAID] for row in x]).reshape(-1, SAID)

    def taught(self, forest: SiteForest, card: dict[str, Any]) -> Model:
        """The base with a forest beside it, as a Pi would run it; card: as it will be written."""
        return Model(ModelCard.of(card), self.network, forest)
