"""Weights whose hash matches their card may still be anything: they cost the forecast, never the process."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import Done, brewpi

from brewpi.forecast import ModelError
from brewpi.forecast.tflite_model import Model, default_directory
from brewpi.records import BatchSeries

GOOD = (default_directory() / "fermentation.tflite").read_bytes()
CARD = json.loads((default_directory() / "fermentation.json").read_text())
SETTLED = BatchSeries(np.arange(0.0, 48.0, 1.0), np.linspace(1.05, 1.03, 48), np.full(48, 19.0))


def model_of(folder: Path, blob: bytes, **card: object) -> Path:
    """A pair that matches by its hash."""
    folder.mkdir(exist_ok=True)
    (folder / "fermentation.tflite").write_bytes(blob)
    known = {**CARD, "sha256": hashlib.sha256(blob).hexdigest(), **card}
    (folder / "fermentation.json").write_text(json.dumps(known))
    return folder


def mutants(seed: int, count: int) -> list[bytes]:
    """The shipped weights, damaged as a card or a copy damages, or as somebody does who knows where offsets stand."""
    chance, made = random.Random(seed), []
    for number in range(count):
        blob = bytearray(GOOD)
        match number % 6:
            case 0:
                blob = blob[: chance.randrange(len(blob))]
            case 1:
                blob[:64] = bytes(chance.randrange(256) for _ in range(64))
            case 2:
                for _ in range(40):
                    blob[chance.randrange(min(4096, len(blob)))] = chance.choice((0, 255, chance.randrange(256)))
            case 3:
                start = chance.randrange(len(blob) - 4096)
                blob[start : start + 4096] = b"\xff" * 4096
            case 4:
                for _ in range(400):
                    blob[chance.randrange(len(blob))] = 255
            case 5:
                end = len(blob) - chance.randrange(1, 6000)
                for at in range(end, min(end + 300, len(blob))):
                    blob[at] = chance.randrange(256)
        made.append(bytes(blob))
    return made


def predicted(folder: Path) -> list[str]:
    """The words that ask for a forecast by the model of a folder."""
    log = folder / "log.csv"
    log.write_text("hours,sg,temp_c\n" + "".join(f"{h},{1.05 - h * 0.0004:.4f},19.0\n" for h in range(0, 48, 2)))
    return ["predict", "--json", "--model", str(folder), str(log)]


def survives(folder: Path) -> str:
    """The source of the forecast that a process of its own made of it, or "refused"."""
    command = [sys.executable, "-m", "brewpi", *predicted(folder)]
    return source_of(subprocess.run(command, capture_output=True, text=True, timeout=120.0, check=False))


def source_of(done: subprocess.CompletedProcess[str] | Done) -> str:
    assert done.returncode in (0, 1, 2), f"{done.returncode}: {done.stderr[-300:]}"
    assert "Traceback" not in done.stderr
    return str(json.loads(done.stdout)["source"]) if done.stdout else "refused"


@pytest.mark.parametrize(
    "count", [pytest.param(12), pytest.param(240, marks=[pytest.mark.soak, pytest.mark.timeout(3000)])]
)
def test_malformed_weights_end_no_process(tmp_path, count):
    said: list[str] = []
    for number, blob in enumerate(mutants(7, count)):
        folder = model_of(tmp_path / f"m{number}", blob)
        try:
            Model.load(folder).raw(np.zeros(len(CARD["features"])))
        except ModelError as error:
            said.append(str(error))
    assert len(said) >= count // 3
    assert all(text.startswith(str(tmp_path)) and "\n" not in text for text in said), said
    crashed = sum("crashes" in text for text in said)
    print(f"{count} models, {len(said)} refused, of these {crashed} crash an interpreter")


def test_predict_says_in_one_sentence_what_is_wrong_with_weights(tmp_path):
    worst = bytearray(GOOD)
    worst[8:4000] = b"\xff" * 3992
    assert survives(model_of(tmp_path / "m", bytes(worst))) in ("curve", "refused")


def test_weights_are_tried_once_in_a_process(tmp_path):
    Model.load(default_directory())
    began = time.monotonic()
    Model.load(default_directory())
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("calibration", {}), ("calibration", "x"), ("quantiles", []), ("quantiles", [0.5] * 7), ("distance", None),
        ("features", []), ("house", [1]), ("name", 5), ("format", "1"), ("sha256", None),
    ],
)  # fmt: skip
def test_a_card_that_says_nonsense_costs_the_model_at_most(tmp_path, key, value):
    said = source_of(brewpi(*predicted(model_of(tmp_path / "m", GOOD, **{key: value}))))
    assert said in ("model", "curve", "refused")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 5000, "", "\x00", '{"format": ' + "9" * 5000 + "}", "[]", "7"], ids=range(7)
)
def test_a_card_that_is_none_is_refused(tmp_path, text):
    folder = model_of(tmp_path / "m", GOOD)
    (folder / "fermentation.json").write_text(text)
    with pytest.raises(ModelError):
        Model.load(folder)


@pytest.mark.parametrize("name", ["fermentation.tflite", "fermentation.json"])
@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "large"])
def test_what_is_no_file_is_refused_at_once(tmp_path, name, kind):
    folder = model_of(tmp_path / "m", GOOD)
    path = folder / name
    path.unlink()
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "large":
            with path.open("wb") as file:
                file.truncate(2**31)
    began = time.monotonic()
    with pytest.raises(ModelError):
        Model.load(folder)
    assert time.monotonic() - began < 5.0
