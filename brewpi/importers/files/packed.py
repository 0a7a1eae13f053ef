"""Archives (zip, tar) and packed files (gzip, bzip2, xz): their logs, unpacked in memory and never beyond a bound."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from brewpi.importers.folder import is_ours
from brewpi.importers.sheet import LogError, Sheet

LARGEST = 32_000_000  # bytes when unpacked, all files of an archive together
MOST_FILES = 300
_TAR = slice(257, 262)  # where "ustar" stands
_TOO_LARGE = f"unpacks to more than {LARGEST // 1_000_000} MB, more than any fermentation needs; export fewer readings."
_NO_LOG = "is an archive without a log; name the files that hold the readings."
_OPEN: dict[str, Callable[[io.BytesIO], Any]] = {
    "gzip": lambda file: gzip.GzipFile(fileobj=file),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}

Reader = Callable[[bytes], list[Sheet]]


def unpacked(data: bytes, packing: str) -> bytes:
    """What is in a file that is packed. Raises LogError for one that is broken, empty or too large."""
    try:
        with _OPEN[packing](io.BytesIO(data)) as file:
            inside: bytes = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError):
        raise LogError(f"is packed ({packing}) and broken; save it again.") from None
    if len(inside) > LARGEST:
        raise LogError(_TOO_LARGE)
    if not inside:
        raise LogError(f"is packed ({packing}) and empty.")
    return inside


def is_tar(data: bytes) -> bool:
    """Whether files stand behind each other in it."""
    return data[_TAR] == b"ustar"


def from_tar(data: bytes, read: Reader) -> list[Sheet]:
    """The tables of all files in it, as in a zip. Raises LogError where there is none, or more than anybody needs."""
    found: list[Sheet] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            items = [item for item in archive if item.isfile() and not is_ours(PurePosixPath(item.name))]
            _check_number(len(items))
            if sum(item.size for item in items) > LARGEST:
                raise LogError(_TOO_LARGE)
            titles = _titles([item.name for item in items])
            for item in items:
                file = archive.extractfile(item)
                found += _titled(file.read() if file else b"", item.name, titles[item.name], read)
    except (tarfile.TarError, OSError, EOFError, ValueError):
        raise LogError("is an archive (tar) that is broken; unpack it and name the files in it.") from None
    if not found:
        raise LogError(_NO_LOG)
    return found


def from_zip(archive: zipfile.ZipFile, read: Reader) -> list[Sheet]:
    """The tables of all files in it, each titled by its file; a file that holds none is named.

    Raises LogError where there is none at all, or more than anybody needs.
    """
    found: list[Sheet] = []
    left = LARGEST
    items = _files(archive)
    titles = _titles([item.filename for item in items])
    for item in items:
        try:
            with archive.open(item) as file:
                data = file.read(left + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
            raise LogError(f"is an archive in which {item.filename} is broken or locked; save it again.") from None
        left -= len(data)
        if left < 0:
            raise LogError(_TOO_LARGE)
        found += _titled(data, item.filename, titles[item.filename], read)
    if not found:
        raise LogError(_NO_LOG)
    return found


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    items = [
        item
        for item in archive.infolist()
        if not item.is_dir() and "__MACOSX" not in item.filename and not is_ours(PurePosixPath(item.filename))
    ]
    _check_number(len(items))
    return items


def _check_number(files: int) -> None:
    if files > MOST_FILES:
        raise LogError(f"is an archive of {files} files; unpack it and name the folder.")


def _titles(names: Sequence[str]) -> dict[str, str]:
    """What to call each file: by its own name, and by its folder too where several are called alike."""
    stems = Counter(PurePosixPath(name).stem for name in names)
    titles = {}
    for name in names:
        path = PurePosixPath(name)
        folder = path.parent.name
        alone = stems[path.stem] == 1 or not folder
        titles[name] = path.stem if alone else folder if len(stems) == 1 else f"{folder} {path.stem}"
    return titles


def _titled(data: bytes, name: str, title: str, read: Reader) -> list[Sheet]:
    try:
        return [replace(sheet, title=" ".join(word for word in (title, sheet.title) if word)) for sheet in read(data)]
    except LogError as error:
        return [Sheet((), [], name, {"refused": f"{name}: {error}"})]
