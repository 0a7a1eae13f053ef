"""From a file's bytes to its sheets: what kind of container it is shows in its first bytes, never in its name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from brewpi.importers.files import (
    broker_lines,
    database,
    json_tables,
    line_protocol,
    openmetrics,
    packed,
    sql_text,
    text_document,
    toml_text,
    workbook,
    xml_records,
)
from brewpi.importers.files.encoding import text_of
from brewpi.importers.sheet import LogError, Sheet
from brewpi.importers.text import blocks, delimited, diary, labelled, marked_up

LARGEST = 64_000_000  # bytes; a year of readings every minute is 30 MB
LARGEST_JSON = 12_000_000  # which has to be in memory as a whole
_SQLITE = b"SQLite format 3\0"
_ZIP = b"PK\x03\x04"
_PACKED = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))
_PICTURE = "is a picture; export the readings as CSV."
_MAGIC = (
    (b"%PDF", "is a PDF; export the readings as CSV."),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (_SQLITE, "is a database in an archive; unpack it first."),
    *((magic, "is an archive in an archive; unpack it and name the files in it.") for magic, _ in _PACKED),
    (b"7z\xbc\xaf", "is packed (7z); unpack it first."),
    (b"Rar!", "is packed (rar); unpack it first."),
    (b"(\xb5/\xfd", "is packed (zstd); unpack it first."),
    (b"PAR1", "is a Parquet file; export the readings as CSV."),
    (b"{\\rtf", "is a text document; export the readings as CSV."),
    (b"\x7fELF", "is a program, no log."),
    (b"\x93NUMPY", "is a NumPy array; export the readings as CSV."),
)
_MARKUP = re.compile(
    r"^\s*(?:<!--.*?-->\s*)?<(!doctype|html|head|body|table|div|\?xml|svg|[a-z][\w:.-]*)[\s>/]", re.I | re.S
)
_PAGE = ("html", "head", "body", "table", "div")
_LINK = re.compile(
    r"\s*(?:((?:From|Return-Path|Received|Delivered-To|MIME-Version|Subject|To): )|\[InternetShortcut\]|\{\s*\"url\":)"
)
_LATEX = re.compile(r"\\(?:begin\s*\{|documentclass\b)|&[^&\n]*\\\\\s*(?:\\\w+\s*)*$", re.M)
_READERS = (
    marked_up.sheets, json_tables.sheets, broker_lines.sheets, line_protocol.sheets, openmetrics.sheets,
    sql_text.sheets, labelled.sheets, blocks.sheets, toml_text.sheets,
)  # fmt: skip


def _read(path: Path, most: int = -1) -> bytes:
    """The first `most` bytes of a file. Raises LogError for what is no regular file, too large or out of reach."""
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise LogError("is a folder; name the logs in it.")
        if not S_ISREG(status.st_mode):
            raise LogError("is no file but a device or a pipe; save the log as a file.")
        if most < 0 and status.st_size > LARGEST:
            raise LogError(
                f"is {status.st_size / 1e6:.0f} MB, more than any fermentation needs; export fewer readings."
            )
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        raise LogError(f"cannot be read ({getattr(error, 'strerror', None) or error}).") from None


def sheets(path: Path) -> list[Sheet]:
    """The tables in a file. Raises LogError for what holds none."""
    if _read(path, len(_SQLITE)) == _SQLITE:
        return database.sheets(path)
    data = _read(path)
    packing = next((name for magic, name in _PACKED if data.startswith(magic)), None)
    if packing is not None:
        data = packed.unpacked(data, packing)
    if packed.is_tar(data):
        return packed.from_tar(data, _unpacked)
    if packing is not None:
        return _unpacked(data)
    if data.startswith(_ZIP) and (archive := _archive(data)) is not None:
        return packed.from_zip(archive, _unpacked)
    return _unpacked(data)


def notes(path: Path) -> list[Sheet]:
    """What a text that is no table says line by line; nothing where it is none."""
    try:
        data = _read(path)
        document = text_document.text(data) if data.startswith(_ZIP) else None
        if document is None and (data.startswith((_ZIP, *(magic for magic, _ in _PACKED))) or packed.is_tar(data)):
            return []  # whatever its files hold, the archive is no text
        text = text_of(data) if document is None else document
    except LogError:
        return []
    if _MARKUP.match(text[:5000]) or _LINK.match(text[:2000]) or _LATEX.search(text[:5000]):
        return []  # a page is no table, however its lines read
    return diary.sheets(text) or []


def is_prose(path: Path) -> bool:
    """Whether a file is a text that somebody has written, and no table."""
    try:
        return diary.is_prose(text_of(_read(path)))
    except LogError:
        return False


def _unpacked(data: bytes) -> list[Sheet]:
    """The tables in the bytes of a file that is no archive of others."""
    for magic, text in _MAGIC:
        if data.startswith(magic):
            raise LogError(text)
    if data.startswith(_ZIP) and _archive(data) is not None:
        raise LogError("is an archive in an archive; unpack it and name the files in it.")
    if data.startswith(_ZIP) and (document := text_document.text(data)) is not None:
        return _from_text(document)
    if data.startswith((_ZIP, b"\xd0\xcf\x11\xe0")):
        return workbook.sheets(data)
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"AVI ", b"WAVE"):
        raise LogError("is a picture, film or sound; export the readings as CSV.")
    if data[4:8] == b"ftyp":
        raise LogError(_PICTURE)
    return _from_text(text_of(data))


def _from_text(text: str) -> list[Sheet]:
    markup = _MARKUP.match(text[:5000])
    if markup and (markup[1].lower() in _PAGE or "<html" in text[:5000].lower()):
        raise LogError("is a web page (HTML), not the table it shows; download the table as CSV.")
    if markup:
        return xml_records.sheets(text)
    if (link := _LINK.match(text[:2000])) is not None:
        raise LogError(f"is {'a mail' if link[1] else 'a link'}, not the log itself; save that as a file of its own.")
    if _LATEX.search(text[:5000]):
        raise LogError("is LaTeX, not the table it prints; export the readings as CSV.")
    if len(text) > LARGEST_JSON and text.lstrip()[:1] == "[":
        raise LogError(f"is JSON of {len(text) / 1e6:.0f} MB, too much for a log; export fewer readings, or as CSV.")
    for reader in _READERS:
        found = reader(text)
        if found:
            return found
    return delimited.sheets(text)


def _archive(data: bytes) -> zipfile.ZipFile | None:
    """An archive of files, None if it is a workbook or a document. Raises LogError for one that is broken or large."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
        size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError):
        raise LogError("is a workbook or an archive that is broken; save it again.") from None
    if size > LARGEST:
        raise LogError(f"unpacks to {size / 1e6:.0f} MB, more than any fermentation needs; export fewer readings.")
    if any(name.endswith(".iwa") for name in names):
        raise LogError("is a document of Apple's Numbers or Pages; export the readings as CSV.")
    return None if text_document.is_one(data, names) or _is_workbook(names) else archive


def _is_workbook(names: Iterable[str]) -> bool:
    return any(name.startswith("xl/") or name == "content.xml" for name in names)
