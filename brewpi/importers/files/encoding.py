"""From the bytes of a text file to its text: by its mark, its zeros, else the words that a reading of it shows."""

from __future__ import annotations

import re

from brewpi.importers.sheet import LogError
from brewpi.importers.words import other_scripts
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import simple

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OF_ONE_BYTE = ("cp1252", "cp1250")  # of western and of central Europe; the first where both read alike
# Of DOS and old Macintoshes, of Turkey, of Unix in Russia: each only if it shows more words of heads than those before.
_OLDER = ("cp1254", "mac_roman", "cp850", "cp852", "cp866", "koi8_r", "iso8859_5", "mac_latin2", "mac_cyrillic")
_ESCAPES = re.compile(rb"\x1b\$[@B]")  # of Japanese mail, ISO-2022-JP
_OF_EAST_ASIA = ("cp932", "euc_jp", "gb18030", "cp949", "big5")  # each only if it shows words of heads
_CYRILLIC = re.compile(rb"[\xc0-\xff]{5,}")  # so many accents in a row has no language with Latin letters
_PADDING = re.compile(rb"\0{8,}")  # what a power cut leaves of a block that was never written
_SAMPLE = 4000  # characters
# Signs as wide as an ideograph, which an input method for Japanese, Chinese or Korean writes: １．０５２，２０：００.
_WIDE = {0xFF01 + n: 0x21 + n for n in range(0x5E)} | {0x3000: 0x20}
# Signs without width: directions of writing, which Windows and Arabic or Hebrew spreadsheets put around dates; joints.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x61C, 0xFEFF])
# Signs that end a line, a page or a record, or stand between cells: FileMaker's line within a cell, form feeds, ASCII's
# own separators. (U+2028 and U+2029 are line and paragraph of a word processor, U+0085 of a mainframe.)
_LAYOUT = {0x0B: " ", 0x0C: "\n", 0x1C: "\n", 0x1D: " ", 0x1E: "\n", 0x1F: "\t", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_SIGNS = _WIDE | _UNSEEN | _LAYOUT
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # of a terminal, as in what `script` and serial consoles keep
_CONTROL = "\0-\x08\x0e-\x1b\x7f"
_AT_ENDS = re.compile(rf"^[{_CONTROL}]+|[{_CONTROL}]+(?=\r?$)", re.M)  # STX and ETX of a serial line, a bell, a zero
_STRAY = re.compile(rf"[{_CONTROL}]")
_TWO_BYTES = re.compile(rb"(?:[\t\r\n -~]\0){8,}")  # what PowerShell's >> appends to a text of one byte a sign
_KINDS = (known.GRAVITY, known.TEMPERATURE, known.MOMENT, known.ELAPSED, known.BATCH, known.DEVICE, known.BEER)
_MONTH = re.compile("|".join(f"{month}[a-z]*" for months in known.MONTHS for month in months))


def text_of(data: bytes) -> str:
    """Raises LogError for what is no text."""
    text = _AT_ENDS.sub("", _COLOUR.sub("", _decoded(data).translate(_SIGNS)))
    head = text[:2000]
    if sum(not (c.isprintable() or c in "\t\r\n\xa0\u202f\u2009") for c in head) * 50 > len(head):
        raise LogError("is no text; export the log as CSV.")
    return _STRAY.sub("", text)


def _decoded(data: bytes) -> str:
    data = _PADDING.sub(b"", data)
    if _ESCAPES.search(data[:_SAMPLE]):
        return data.decode("iso2022_jp", errors="replace")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if (of_two := _of_two_bytes(data[:_SAMPLE])) is not None:
        return data.decode(of_two, errors="replace")
    data = _TWO_BYTES.sub(lambda found: found[0][::2], data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if (eastern := _east_asian(data)) is not None:
            return data.decode(eastern, errors="replace")
        usual = ("cp1251",) if _CYRILLIC.search(data[:_SAMPLE]) else _OF_ONE_BYTE
        lines = data[:_SAMPLE]
        known = {name: _known_words(lines.decode(name, errors="replace")) for name in (*usual, *_OLDER)}
        return data.decode(max(known, key=lambda name: known[name]), errors="replace")


def _east_asian(data: bytes) -> str | None:
    """The encoding of a spreadsheet in Japan, China, Korea or Taiwan, by its heads; None if it is none."""
    lines = data[:_SAMPLE].rpartition(b"\n")[0] or data
    found: dict[str, int] = {}
    for encoding in _OF_EAST_ASIA:
        try:
            found[encoding] = other_scripts.known_words(lines.decode(encoding))
        except UnicodeDecodeError:
            continue
    best = max(found, key=lambda encoding: found[encoding], default="")
    return best if found.get(best, 0) >= 2 else None


def _of_two_bytes(data: bytes) -> str | None:
    """UTF-16 without its mark: of plain text every other byte is zero, and no others are."""
    even, odd = data[::2].count(b"\0"), data[1::2].count(b"\0")
    if 10 * max(even, odd) < 3 * (len(data) // 2) or 10 * min(even, odd) > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _known_words(text: str) -> int:
    words = re.findall(r"[a-z]+", simple(text))
    latin = sum(any(kind.fullmatch(word) for kind in (*_KINDS, _MONTH)) for word in words if len(word) > 2)
    return latin + other_scripts.known_words(text)
