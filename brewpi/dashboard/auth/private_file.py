"""A file that is for its owner alone, written all at once or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_text(file: Path, text: str) -> None:
    """A new file is for its owner alone, an old one keeps owner and mode. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # with mode 0600
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            if file.exists():
                old = file.stat()
                os.fchmod(out.fileno(), old.st_mode & 0o777)
                if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(out.fileno(), old.st_uid, old.st_gid)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def stamp(file: Path) -> tuple[int, ...]:
    """Changes when the file does."""
    try:
        seen = file.stat()
    except OSError:
        return (0,)
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
