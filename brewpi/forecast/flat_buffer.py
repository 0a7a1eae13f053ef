"""Whether weights are what they say, before an interpreter believes them: a TFLite interpreter follows every offset of
its flat buffer, wherever it leads, and what it then reads or overwrites depends on what lies there in this process.

The layout is TensorFlow's schema (tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3; numbers are field ids),
as far as a network of dense layers in 32-bit floats uses it; how flat buffers lie is in flatbuffers.dev/internals.
Anything else in it is refused: no custom operation, no quantization, no second graph, no data outside.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from brewpi.forecast import ModelError

IDENTIFIER, VERSION = b"TFL3", 3
LARGEST = 10_000  # entries of a list of tables
CELLS = 1_000_000  # of a tensor; the largest here has 103 x 160
SCALARS = {"u8": "<B", "i32": "<i", "u32": "<I", "u64": "<Q"}
ITEM_BYTES = {"u8": 1, "i32": 4, "char": 1}

# Of each table: field id, its name, and its kind: a scalar, a [list] of scalars, a table or a [list] of tables.
TABLES: Mapping[str, Mapping[int, tuple[str, str]]] = {
    "Model": {
        0: ("version", "u32"), 1: ("codes", "[Code]"), 2: ("graphs", "[Graph]"), 3: ("description", "[char]"),
        4: ("buffers", "[Buffer]"), 5: ("metadata_buffers", "[i32]"), 6: ("metadata", "[Metadata]"),
        7: ("signatures", "[Signature]"),
    },
    "Code": {0: ("deprecated", "u8"), 2: ("version", "i32"), 3: ("builtin", "i32")},
    "Graph": {
        0: ("tensors", "[Tensor]"), 1: ("inputs", "[i32]"), 2: ("outputs", "[i32]"), 3: ("operators", "[Operator]"),
        4: ("name", "[char]"), 5: ("debug", "i32"),
    },
    "Tensor": {
        0: ("shape", "[i32]"), 1: ("type", "u8"), 2: ("buffer", "u32"), 3: ("name", "[char]"),
        4: ("quantization", "Quantization"), 5: ("is_variable", "u8"), 7: ("signature", "[i32]"), 8: ("has_rank", "u8"),
    },
    "Quantization": {4: ("kind", "u8"), 6: ("dimension", "i32")},
    "Operator": {
        0: ("code", "u32"), 1: ("inputs", "[i32]"), 2: ("outputs", "[i32]"), 3: ("options_kind", "u8"),
        4: ("options", "Options"), 6: ("custom_format", "u8"), 7: ("mutating", "[u8]"), 8: ("intermediates", "[i32]"),
        9: ("large_offset", "u64"), 10: ("large_size", "u64"), 13: ("debug", "i32"),
    },
    "Buffer": {0: ("data", "[u8]")},
    "Metadata": {0: ("name", "[char]"), 1: ("buffer", "u32")},
    "Signature": {
        0: ("inputs", "[Named]"), 1: ("outputs", "[Named]"), 2: ("key", "[char]"), 4: ("graph", "u32"),
    },
    "Named": {0: ("name", "[char]"), 1: ("tensor", "u32")},
}  # fmt: skip

# Operations of such a network: which options belong to each, and how many of its inputs are floats; the ones behind
# those are constant whole numbers, such as a shape or an axis. Options hold nothing but numbers.
EVERY = 1_000
OPERATIONS = {
    0: (11, 2), 2: (10, EVERY), 9: (8, 3), 14: (0, 1), 18: (21, 2), 19: (0, 1), 21: (0, 1), 22: (0, 1), 25: (9, 1),
    28: (0, 1), 34: (22, 1), 36: (23, 1), 39: (26, 1), 40: (27, 1), 41: (28, 2), 42: (29, 2), 45: (32, 1), 47: (33, 1),
    55: (39, 2), 57: (39, 2), 59: (42, 1), 65: (48, 1), 73: (0, 1), 74: (27, 1), 75: (0, 1), 76: (0, 1), 78: (56, 2),
    83: (59, EVERY), 92: (66, 1), 98: (75, 1), 101: (78, 1), 111: (0, 1), 117: (0, 1), 128: (102, 1), 150: (116, 1),
}  # fmt: skip
FLOATS, WHOLE, CELL_BYTES = 0, 2, 4  # types of tensors, float32 and int32, and what each number takes
FULLY_CONNECTED, OPTIONAL = 9, -1  # whose third input, the bias, may be left out

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FlatBuffer:
    """The bytes, and what stands where in them. Raises ModelError instead of looking outside."""

    blob: bytes

    def number(self, kind: str, at: int) -> int:
        """What stands at `at`, in one of struct's forms."""
        form = struct.Struct(kind)
        if at < 0 or at + form.size > len(self.blob):
            raise ModelError("points outside of the file")
        return int(form.unpack_from(self.blob, at)[0])

    def follow(self, at: int) -> int:
        """Where an offset that stands at `at` leads, which is always ahead."""
        target = at + self.number("<I", at)
        if target <= at or target % 4:
            raise ModelError("points to where nothing can stand")
        return target

    def fields(self, at: int) -> tuple[dict[int, int], int]:
        """Of the table at `at`: where each field that is there stands, and where the table ends."""
        v_table = at - self.number("<i", at)
        v_size, size = self.number("<H", v_table), self.number("<H", v_table + 2)
        if v_size < 4 or v_size % 2 or size < 4 or v_table + v_size > len(self.blob) or at + size > len(self.blob):
            raise ModelError("has a table without its fields")
        offsets = (self.number("<H", v_table + 4 + 2 * n) for n in range((v_size - 4) // 2))
        there = {n: offset for n, offset in enumerate(offsets) if offset}
        if any(not 4 <= offset < size for offset in there.values()):
            raise ModelError("has a field outside of its table")
        return {n: at + offset for n, offset in there.items()}, at + size

    def items(self, at: int, bytes_each: int) -> tuple[int, int]:
        """Of the list to which an offset at `at` leads: where its items begin, and how many there are."""
        begin = self.follow(at)
        count = self.number("<I", begin)
        if begin + 4 + count * bytes_each > len(self.blob):
            raise ModelError("has a list that is longer than the file")
        return begin + 4, count

    def table(self, name: str, at: int) -> Table:
        """The table as a dict, without the fields that are absent. Raises ModelError for what the schema has not."""
        found, end = self.fields(at)
        if name == "Options":  # numbers only: the interpreter looks no further than the table, or 8 bytes behind it
            if end + 8 > len(self.blob):
                raise ModelError("has options outside of the file")
            return {}
        unknown = set(found) - set(TABLES[name])
        if unknown:
            raise ModelError(f"has a field of {name.lower()} that no network of ours has")
        return {TABLES[name][n][0]: self.value(TABLES[name][n][1], where, end) for n, where in found.items()}

    def value(self, kind: str, at: int, end: int) -> Any:
        """A field of a table that ends at `end`: a number, a table, a list of those; of bytes and names their count."""
        if form := SCALARS.get(kind):
            if at + struct.calcsize(form) > end:
                raise ModelError("has a number outside of its table")
            return self.number(form, at)
        if at + 4 > end:
            raise ModelError("has an offset outside of its table")
        if not kind.startswith("["):
            return self.table(kind, self.follow(at))
        of = kind[1:-1]
        if of in ITEM_BYTES:
            begin, count = self.items(at, ITEM_BYTES[of])
            if of == "char" and self.number("<B", begin + count):
                raise ModelError("has a name without an end")
            return count if of != "i32" else list(struct.unpack_from(f"<{count}i", self.blob, begin))
        begin, count = self.items(at, 4)
        if count > LARGEST:
            raise ModelError("has a list that is too long")
        return [self.table(of, self.follow(begin + 4 * n)) for n in range(count)]


@lru_cache(maxsize=2)  # of a model and its candidate: a tank may be built anew time and again
def verify(blob: bytes) -> None:
    """Raises ModelError, with what is wrong, for weights that an interpreter must not see; other bytes may stand behind
    the flat buffer. A network that passes may still be refused by the interpreter, or be another than the card says."""
    buffer = FlatBuffer(blob)
    if blob[4:8] != IDENTIFIER:
        raise ModelError("is no TFLite file")
    model = buffer.table("Model", buffer.follow(0))
    graphs = model.get("graphs", [])
    if model.get("version") != VERSION or len(graphs) != 1:
        raise ModelError("is of another version, or has several networks")
    buffers, tensors = model.get("buffers", []), graphs[0].get("tensors", [])
    _within([item.get("buffer", 0) for item in model.get("metadata", [])], len(buffers))
    _within(model.get("metadata_buffers", []), len(buffers))
    for signature in model.get("signatures", []):
        _within([signature.get("graph", 0)], 1)
        named = (*signature.get("inputs", []), *signature.get("outputs", []))
        _within([item.get("tensor", 0) for item in named], len(tensors))
    _check_tensors(tensors, buffers)
    _check_operators(graphs[0], model.get("codes", []), [_data(tensor, buffers) > 0 for tensor in tensors])


def _within(indices: list[int], count: int) -> None:
    if any(not 0 <= index < count for index in indices):
        raise ModelError("names something that is not there")


def _data(tensor: Table, buffers: list[Table]) -> int:
    """How many bytes of constants belong to it."""
    return int(buffers[tensor.get("buffer", 0)].get("data", 0))


def _check_tensors(tensors: list[Table], buffers: list[Table]) -> None:
    _within([tensor.get("buffer", 0) for tensor in tensors], len(buffers))
    for tensor in tensors:
        shape: list[int] = tensor.get("shape", [])
        is_plain = tensor.get("type", FLOATS) in (FLOATS, WHOLE) and not tensor.get("is_variable")
        if not is_plain or tensor.get("quantization", {}).get("kind"):
            raise ModelError("is not of 32-bit floats")
        if len(shape) > 6 or any(not 0 < size <= CELLS for size in shape) or prod(shape) > CELLS:
            raise ModelError("has a layer of an impossible size")
        if len(tensor.get("signature", shape)) != len(shape):
            raise ModelError("has a layer of two shapes")
        if (held := _data(tensor, buffers)) and held != prod(shape) * CELL_BYTES:
            raise ModelError("has a layer with too few or too many numbers")


def _check_operators(graph: Table, codes: list[Table], constant: list[bool]) -> None:
    """Each operation works with what there is already, and writes where nothing else stands."""
    types = [tensor.get("type", FLOATS) for tensor in graph.get("tensors", [])]
    inputs, outputs = graph.get("inputs", []), graph.get("outputs", [])
    _within([*inputs, *outputs], len(types))
    known = {index for index in range(len(types)) if constant[index]}
    if known & set(inputs):
        raise ModelError("overwrites its own numbers")
    known |= set(inputs)
    for operator in graph.get("operators", []):
        reads, floats = _reads(operator, codes)
        writes = operator.get("outputs", [])
        _within([*reads, *writes], len(types))
        if not set(reads) <= known or set(writes) & known or not writes:
            raise ModelError("has an operation on what is not there yet, or overwrites its own numbers")
        whole = reads[floats:]
        if any(types[index] != FLOATS for index in (*reads[:floats], *writes)) or any(
            types[index] != WHOLE or not constant[index] for index in whole
        ):
            raise ModelError("has an operation on numbers of the wrong kind")
        known |= set(writes)
    if not set(outputs) <= known:
        raise ModelError("has an answer that nothing gives")


def _reads(operator: Table, codes: list[Table]) -> tuple[list[int], int]:
    """Which tensors it reads, and how many of them are floats. Raises ModelError for one that no network has here."""
    _within([operator.get("code", 0)], len(codes))
    code = codes[operator.get("code", 0)]
    builtin = max(code.get("builtin", 0), code.get("deprecated", 0))
    options, floats = OPERATIONS.get(builtin, (-1, 0))
    given = operator.get("options_kind", 0)
    if given not in (0, options) or options < 0 or bool(given) != ("options" in operator):
        raise ModelError(f"has an operation that no network of ours has (number {builtin})")
    if any(operator.get(name) for name in ("mutating", "intermediates", "large_offset", "large_size")):
        raise ModelError("has an operation that keeps something")
    reads = list(operator.get("inputs", []))
    if builtin == FULLY_CONNECTED and reads[2:] == [OPTIONAL]:
        return reads[:2], floats
    return reads, floats
