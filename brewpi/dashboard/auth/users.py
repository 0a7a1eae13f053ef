"""Who may look and who may act: a file of named users with salted scrypt hashes, read again whenever it changes."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import tempfile
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

# OWASP Password Storage Cheat Sheet: scrypt with N = 2^17, r = 8, p = 1, or N = 2^14 with p = 5, which takes a Pi Zero
# the same time in 16 MiB instead of 128.
N, R, P = 2**14, 8, 5
SHORTEST = 10  # characters of a password
LONGEST = 1000

log = logging.getLogger(__name__)

Role = Literal["view", "operate"]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]


class User(BaseModel):
    """`[anna]` in the file of users."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role = "view"
    password: str = Field(pattern=r"^scrypt:\d{1,7}:\d{1,2}:\d{1,2}:[0-9a-f]{32}:[0-9a-f]{128}$")

    @property
    def operates(self) -> bool:
        """Whether this user may act."""
        return self.role == "operate"


TABLE = TypeAdapter(dict[Name, User])


def hashed(password: str, n: int = N, r: int = R, p: int = P) -> str:
    """What the file of users holds: `scrypt:n:r:p:salt:hash`; scrypt's cost stays with the hash that it made."""
    salt = secrets.token_bytes(16)
    return f"scrypt:{n}:{r}:{p}:{salt.hex()}:{_scrypt(password, salt, n, r, p).hex()}"


def matches(user: User, password: str) -> bool:
    """Whether it is this user's password. Takes a quarter of a second and more: not for the event loop."""
    _, n, r, p, salt, digest = user.password.split(":")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p)).hex(), digest)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password[:LONGEST].encode("utf-8", "replace"), salt=salt, n=n, r=r, p=p)


# An unknown name takes as long as a known one, and no password is right for it.
NOBODY = User(password=f"scrypt:{N}:{R}:{P}:{secrets.token_hex(16)}:{secrets.token_hex(64)}")


class Users:
    """Everybody in the file, as it is now: whoever is taken out of it, or changed in it, is out at once.

    file: None where nobody has to sign in, and nobody may act.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._stamp: tuple[int, ...] = ()
        self._known: dict[str, User] = {}
        if file:
            self._known, self._stamp = read(file), _stamp(file)

    def known_as(self, typed: str) -> str:
        """The name as it stands in the file: phones begin a name with a capital, and end it with a blank."""
        self._refresh()
        name = typed.strip()
        if name in self._known:
            return name
        alike = [known for known in self._known if known.casefold() == name.casefold()]
        return alike[0] if len(alike) == 1 else name

    def get(self, name: str) -> User | None:
        """The user, or None."""
        self._refresh()
        return self._known.get(name)

    def _refresh(self) -> None:
        if self.file is None:
            return
        stamp = _stamp(self.file)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known = read(self.file)
            except (OSError, ValueError) as error:
                log.error("%s: %s; until it is mended nobody may sign in", self.file.name, error)
                self._known = {}


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        seen = file.stat()
    except OSError:
        return (0,)
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def read(file: Path) -> dict[str, User]:
    """Everybody in the file. Raises OSError, or ValueError with a sentence."""
    return users_of(tomllib.loads(file.read_text(encoding="utf-8")))


def users_of(table: object) -> dict[str, User]:
    """What the TOML says. Raises ValueError with a sentence."""
    try:
        return TABLE.validate_python(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None


def write(file: Path, known: dict[str, User]) -> None:
    """All of them at once or not at all; a new file is for its owner alone, an old one keeps owner and mode.

    Raises OSError, or ValueError for a name that cannot be one.
    """
    users_of({name: user.model_dump() for name, user in known.items()})
    lines = ["# Written by brewpi dashboard-user; scrypt hashes, no passwords.\n"]
    for name, user in sorted(known.items()):
        quoted = json.dumps(name, ensure_ascii=False)  # a JSON string is a TOML string
        lines.append(f'\n[{quoted}]\nrole = "{user.role}"\npassword = "{user.password}"\n')
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # with mode 0600
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            if file.exists():
                old = file.stat()
                os.fchmod(out.fileno(), old.st_mode & 0o777)
                if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(out.fileno(), old.st_uid, old.st_gid)
            out.write("".join(lines))
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def readable_by_others(file: Path) -> bool:
    """Whether more than its owner may read it."""
    return bool(file.stat().st_mode & 0o077)
