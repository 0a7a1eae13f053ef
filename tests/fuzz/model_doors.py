"""Weights whose card matches them, whatever they are: they cost the forecast, never the process."""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sentence import shown

from brewpi.forecast import ModelError
from brewpi.forecast.features import NAMES
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.site_forest import SAID, SAMPLES, TARGETS, SiteForest
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model, default_directory
from brewpi.records import BatchSeries

HEAD, TAIL = 4096, 32_768  # bytes in which the shape of a flat buffer stands; between them are numbers
SETTLED = BatchSeries(np.arange(0.0, 48.0, 4.0), np.linspace(1.05, 1.03, 12), np.full(12, 19.0))
PATCH = struct.Struct("<Hi")  # where, from the head or the tail, and what stands there


@cache
def shipped() -> tuple[bytes, dict[str, Any]]:
    """Weights and card."""
    folder = default_directory()
    return (folder / "fermentation.tflite").read_bytes(), json.loads((folder / "fermentation.json").read_text())


def patched(blob: bytes, patches: bytes) -> bytes:
    """With four bytes replaced at each place that is named; the places are where the structure is."""
    hurt = bytearray(blob)
    for at, value in PATCH.iter_unpack(patches[: len(patches) // PATCH.size * PATCH.size]):
        place = at % HEAD if at & 0x8000 else len(hurt) - 4 - at % TAIL
        hurt[place : place + 4] = struct.pack("<i", value)
    return bytes(hurt)


def weights(data: bytes) -> None:
    """The shipped weights with patches, or bytes that are none; the first byte says which."""
    good, card = shipped()
    kind, rest = (data[0] % 4 if data else 3), data[1:]
    blob = rest if kind == 3 else patched(good[: len(good) - len(rest)] if kind == 2 else good, rest)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fermentation.tflite").write_bytes(blob)
        known = {**card, "sha256": hashlib.sha256(blob).hexdigest()}
        (folder / "fermentation.json").write_text(json.dumps(known))
        try:
            asked = Pool(Model.load(folder))
        except ModelError as error:
            shown(str(error))
            return
    said = TankForecaster(asked).at(SETTLED, 45.0)
    assert said.source in ("model", "curve"), said.why
    assert said.remaining_h is not None
    json.dumps([said.remaining_h.p10, said.remaining_h.p90, said.p_stuck], allow_nan=False)


def forest(data: bytes) -> None:
    """What a site has taught, behind the weights: the first bytes are the card's, the rest what is unpacked."""
    trees, inner, leaves = (data[n] % 6 if len(data) > 2 else 1 for n in range(3))
    raw = data[4:]
    if data[3:4] > b"\x7f":  # as long as the card says, so that more than its length is looked at
        size = 12 * inner + 2 * trees + TARGETS * (SAMPLES * leaves + 8)
        raw = (raw * (size // max(len(raw), 1) + 1))[:size].ljust(size, b"\x00")
    card = {"share": 0.5, "trees": trees, "inner": inner, "leaves": leaves, "words": ["brand rousse"]}
    try:
        taught = SiteForest.unpacked(raw if data[3:4] < b"\x20" else zlib.compress(raw, 1), card)
    except ModelError as error:
        shown(str(error))
        return
    with np.errstate(all="ignore"):
        moved = taught.shift(SETTLED, np.zeros(len(NAMES)), np.zeros(SAID))
    assert moved.shape == (SAID,)
    assert not np.isnan(moved).any(), "the forest moves a forecast to no number"


SEEDS = {
    "weights": (
        b"\x00" + PATCH.pack(0x8004, 0x20), b"\x00" + PATCH.pack(100, -1) + PATCH.pack(0x8010, 2**31 - 1), b"\x02" * 90,
        b"\x03TFL3", b"\x00" + b"".join(PATCH.pack(at, 0x7FFF_FFFF) for at in range(0, 4000, 97)),
    ),
    "forest": (
        b"\x02\x01\x02\xff" + b"\x01\x00" * 60,
        b"\x01\x00\x01\xff" + bytes(80), b"\x01\x00\x01\x00" + zlib.compress(b"x"),
    ),
}  # fmt: skip
