"""Archives (zip, gzip): the logs in them, unpacked in memory and never beyond a bound."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from brewpi.importers.folder import is_ours
from brewpi.importers.sheet import LogError, Sheet

LARGEST = 32_000_000  # bytes when unpacked, all files of an archive together
MOST_FILES = 300
_TAR = slice(257, 262)  # where "ustar" stands
_TOO_LARGE = f"unpacks to more than {LARGEST // 1_000_000} MB, more than any fermentation needs; export fewer readings."

Reader = Callable[[bytes], list[Sheet]]


def from_gzip(data: bytes, read: Reader) -> list[Sheet]:
    """The tables of the one file in it. Raises LogError for one that is broken or too large."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            inside = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        raise LogError("is packed (gzip) and broken; save it again.") from None
    if len(inside) > LARGEST:
        raise LogError(_TOO_LARGE)
    if inside[_TAR] == b"ustar" or not inside:
        raise LogError("is an archive (tar) or empty; unpack it and name the files in it.")
    return read(inside)


def from_zip(archive: zipfile.ZipFile, read: Reader) -> list[Sheet]:
    """The tables of all files in it, each titled by its file; a file that holds none is named.

    Raises LogError where there is none at all, or more than anybody needs.
    """
    found: list[Sheet] = []
    left = LARGEST
    for item in _files(archive):
        try:
            with archive.open(item) as file:
                data = file.read(left + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
            raise LogError(f"is an archive in which {item.filename} is broken or locked; save it again.") from None
        left -= len(data)
        if left < 0:
            raise LogError(_TOO_LARGE)
        found += _titled(data, item.filename, read)
    if not found:
        raise LogError("is an archive without a log; name the files that hold the readings.")
    return found


def _files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    items = [
        item
        for item in archive.infolist()
        if not item.is_dir() and "__MACOSX" not in item.filename and not is_ours(PurePosixPath(item.filename))
    ]
    if len(items) > MOST_FILES:
        raise LogError(f"is an archive of {len(items)} files; unpack it and name the folder.")
    yield from items


def _titled(data: bytes, name: str, read: Reader) -> list[Sheet]:
    stem = PurePosixPath(name).stem
    try:
        return [replace(sheet, title=" ".join(word for word in (stem, sheet.title) if word)) for sheet in read(data)]
    except LogError as error:
        return [Sheet((), [], name, {"refused": f"{name}: {error}"})]
