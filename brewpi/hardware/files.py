"""Files that people name: read only if they are files, and no more of them than such a file ever holds; written whole
or not at all."""

from __future__ import annotations

import codecs
import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Annotated

from pydantic import BeforeValidator

TEXT_LARGEST = 2**20  # bytes of a config, a recipe, a card or a password


def _named(path: object) -> object:
    """A service's home is nobody's: "~" would be a folder of that name beside it."""
    text = str(path)
    if not text.strip():
        raise ValueError("should be a path, which is text that names something")
    if text.startswith("~"):
        raise ValueError("should be a path from / on: ~ is the home of nobody who runs brewpi")
    return path


class Unfound(PosixPath):
    """Where the file would be that an option names without a whole path, and where there was none."""


NOT_TOLD = "… (not repeated: it may be a secret)"

FilePath = Annotated[Path, BeforeValidator(_named)]  # as an option names a file or a folder


def told(file: Path, untold: str = NOT_TOLD) -> str:
    """A file as sentences name it, which go into logs and to every board. What is no file and no whole path may be the
    secret itself, where the name of its file should be; then `untold`."""
    is_whole = file.is_absolute() and not isinstance(file, Unfound)
    return str(file) if is_whole or os.path.lexists(file) else untold


def told_name(file: Path, untold: str = NOT_TOLD) -> str:
    """The same without its folder."""
    return file.name if told(file, "") else untold


def read_bytes(path: Path, largest: int = TEXT_LARGEST) -> bytes:
    """What is in a file. Raises OSError, also for a folder, a pipe, a device or what is larger."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        data = file.read(largest + 1)
    if len(data) > largest:
        raise OSError(errno.EFBIG, f"it has more than {largest // 1024} kB", str(path))
    return data


def read_text(path: Path, largest: int = TEXT_LARGEST) -> str:
    """The text of a file, without the mark with which some editors begin one in UTF-8. Raises OSError as above, or
    UnicodeDecodeError."""
    return read_bytes(path, largest).decode("utf-8-sig")


def not_utf8(error: UnicodeDecodeError) -> str:
    """Which line of a text is in another code, and what to do about it."""
    if error.object.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "is in UTF-16; save the file as text in UTF-8"
    line = error.object[: error.start].count(b"\n") + 1
    return f"line {line} is not in UTF-8; save the file as text in UTF-8"


def why_unreadable(error: Exception) -> str:
    """In a few words, without the file's name."""
    if isinstance(error, UnicodeDecodeError):
        return "it is no text"
    return getattr(error, "strerror", None) or str(error)


def check_replaceable(file: Path) -> None:
    """Raises the OSError that `replace_text` would: to be asked before something is done that cannot be taken back."""
    handle, name = _beside(replacing(file), file)
    os.close(handle)
    Path(name).unlink()


def replacing(path: Path) -> Path:
    """The file itself, where `path` is a link to it. Raises OSError for what is there and no file: a new one in the
    place of /dev/null would be found by every program of the machine."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return path.resolve()


def _beside(file: Path, path: Path) -> tuple[int, str]:
    """A new file in the same folder, opened, and its name. Raises OSError, of `path` as somebody named it."""
    try:
        return tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:100]}.")
    except OSError as error:
        error.filename = str(path)
        raise


def replace_text(path: Path, text: str, mode: int = 0o600) -> None:
    """The whole file at once or not at all, on the disk itself; a new one has this mode, an old one keeps its owner and
    mode, and a link stays one. Raises OSError."""
    with prepared(path, text, mode) as put:
        put()


@contextmanager
def prepared(path: Path, text: str, mode: int = 0o600) -> Iterator[Callable[[], object]]:
    """As `replace_text`, but for the last step, which what is yielded takes: nothing is in its way any more. Raises
    OSError."""
    file = replacing(path)
    handle, name = _beside(file, path)
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), mode)
            if file.exists():
                old = file.stat()
                os.fchmod(out.fileno(), old.st_mode & 0o777)
                if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(out.fileno(), old.st_uid, old.st_gid)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        yield lambda: new.replace(file)
    finally:
        new.unlink(missing_ok=True)
