"""Weights that lie about themselves are refused before an interpreter sees them."""

from __future__ import annotations

import random
import struct
import subprocess
import sys

import pytest

from brewpi.forecast import ModelError
from brewpi.forecast.flat_buffer import TABLES, FlatBuffer, verify
from brewpi.forecast.tflite_model import default_directory

GOOD = (default_directory() / "fermentation.tflite").read_bytes()
VALUES = (-1, 0, 1, 2, 4, 255, 2**31 - 1, -(2**31), len(GOOD), 65_536)

LOADED = """
import sys
from pathlib import Path
import numpy as np
from brewpi.forecast import ModelError
from brewpi.forecast.interpreter import interpreter
good = Path(sys.argv[1]).read_bytes()
for line in sys.stdin:
    place, value = map(int, line.split())
    blob = good[:place] + value.to_bytes(4, "little", signed=True) + good[place + 4:]
    try:
        interpreter(blob, Path("weights"), 103)(np.zeros(103))
    except ModelError:
        pass
"""


def place_of(*way: str | int) -> int:
    """Where a field or an entry of the shipped weights stands, by the names of fields and numbers of entries."""
    buffer, name = FlatBuffer(GOOD), "Model"
    table, at = buffer.follow(0), 0
    for step in way:
        if isinstance(step, int):
            begin, _ = buffer.items(at, 4)
            at = begin + 4 * step
            table = buffer.follow(at) if name in TABLES else table
            continue
        number, kind = next((n, kind) for n, (field, kind) in TABLES[name].items() if field == step)
        at, name = buffer.fields(table)[0][number], kind.strip("[]")
    return at


def changed(place: int, value: int, form: str = "<i") -> bytes:
    hurt = bytearray(GOOD)
    struct.pack_into(form, hurt, place, value)
    return bytes(hurt)


def test_what_is_shipped_passes_with_and_without_something_behind_it():
    verify(GOOD)
    verify(GOOD + bytes(1000))


@pytest.mark.parametrize(
    ("way", "value", "why"),
    [
        (("graphs", 0, "operators", 3, "inputs", 0), 10_000, "names something that is not there"),
        (("graphs", 0, "operators", 3, "inputs", 0), 60, "on what is not there yet"),
        (("graphs", 0, "operators", 3, "outputs", 0), 9, "overwrites its own numbers"),
        (("graphs", 0, "operators", 1, "code"), 99, "names something that is not there"),
        (("graphs", 0, "tensors", 8, "buffer"), 5000, "names something that is not there"),
        (("graphs", 0, "tensors", 8, "buffer"), 3, "too few or too many numbers"),
        (("graphs", 0, "tensors", 7, "shape", 0), 161, "too few or too many numbers"),
        (("graphs", 0, "tensors", 40, "shape", 1), 2**31 - 1, "impossible size"),
        (("graphs", 0, "tensors", 40, "shape", 1), -5, "impossible size"),
        (("graphs", 0, "inputs", 0), 5, "overwrites its own numbers"),
        (("graphs", 0, "outputs", 0), -1, "names something that is not there"),
        (("codes", 5, "builtin"), 32, "no network of ours has"),
        (("metadata", 0, "buffer"), 9999, "names something that is not there"),
        (("version",), 2, "another version"),
        (("buffers",), 2**31 - 1, "nothing can stand"),
    ],
)
def test_what_names_something_that_it_has_not_is_refused(way, value, why):
    with pytest.raises(ModelError, match=why):
        verify(changed(place_of(*way), value))


@pytest.mark.parametrize("cut", [0, 3, 8, 40, 1000, len(GOOD) // 2, len(GOOD) - 8])
def test_a_file_that_was_cut_is_refused(cut):
    with pytest.raises(ModelError):
        verify(GOOD[:cut])


def test_no_four_bytes_of_the_structure_take_the_interpreter_down():
    """Where the structure is, at the head and the tail, four bytes are replaced; what is not refused is loaded."""
    chance = random.Random(11)
    structure = [*range(0, 4096, 4), *range(len(GOOD) // 4 * 4 - 12_288, len(GOOD) - 4, 4)]
    passed, refused = [], 0
    for place in chance.sample(structure, 900):
        value = chance.choice(VALUES)
        try:
            verify(changed(place, value))
            passed.append(f"{place} {value}")
        except ModelError:
            refused += 1
    assert refused > 200
    assert len(passed) > 50
    weights = default_directory() / "fermentation.tflite"
    command = [sys.executable, "-c", LOADED, str(weights)]
    done = subprocess.run(command, input="\n".join(passed), text=True, capture_output=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    print(f"{refused} refused, {len(passed)} loaded")
