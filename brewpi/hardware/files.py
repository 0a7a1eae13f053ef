"""Files that people name: read only if they are files, and no more of them than such a file ever holds."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

TEXT_LARGEST = 2**20  # bytes of a config, a recipe, a card or a password


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
    """The text of a file. Raises OSError as above, or UnicodeDecodeError."""
    return read_bytes(path, largest).decode("utf-8")
