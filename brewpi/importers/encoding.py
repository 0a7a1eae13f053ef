"""From the bytes of a text file to its text: by its mark, its zeros, else the words that a reading of it shows."""

from __future__ import annotations

import re

from brewpi.importers import vocabulary as known
from brewpi.importers.heads import simple
from brewpi.importers.sheet import LogError

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OF_ONE_BYTE = ("cp1252", "cp1250")  # of western and of central Europe; the first where both read alike
_CYRILLIC = re.compile(rb"[\xc0-\xff]{5,}")  # so many accents in a row has no language with Latin letters
_PADDING = re.compile(rb"\0{8,}")  # what a power cut leaves of a block that was never written
_SAMPLE = 4000  # characters
# Signs as wide as an ideograph, which an input method for Japanese, Chinese or Korean writes: １．０５２，２０：００.
_WIDE = {0xFF01 + n: 0x21 + n for n in range(0x5E)} | {0x3000: 0x20}
# Signs without width: directions of writing, which Windows and Arabic or Hebrew spreadsheets put around dates; joints.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x61C, 0xFEFF])
_SIGNS = _WIDE | _UNSEEN
_KINDS = (known.GRAVITY, known.TEMPERATURE, known.MOMENT, known.ELAPSED, known.BATCH, known.DEVICE, known.BEER)
_MONTH = re.compile("|".join(f"{month}[a-z]*" for months in known.MONTHS for month in months))


def text_of(data: bytes) -> str:
    """Raises LogError for what is no text."""
    text = _decoded(data).translate(_SIGNS)
    head = text[:2000]
    if sum(not (c.isprintable() or c in "\t\r\n\xa0\u202f\u2009") for c in head) * 50 > len(head):
        raise LogError("is no text; export the log as CSV.")
    return text.replace("\0", "")


def _decoded(data: bytes) -> str:
    data = _PADDING.sub(b"", data)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if data[:200].count(b"\0") > 60:  # UTF-16 without its mark: every other byte of plain text is zero
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _CYRILLIC.search(data[:_SAMPLE]):
            return data.decode("cp1251", errors="replace")
        texts = {name: data[:_SAMPLE].decode(name, errors="replace") for name in _OF_ONE_BYTE}
        best = max(_OF_ONE_BYTE, key=lambda name: _known_words(texts[name]))
        return data.decode(best, errors="replace")


def _known_words(text: str) -> int:
    words = re.findall(r"[a-z]+", simple(text))
    return sum(any(kind.fullmatch(word) for kind in (*_KINDS, _MONTH)) for word in words if len(word) > 2)
