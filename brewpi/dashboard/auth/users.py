"""Who may look and who may act: a file of named users with Argon2 hashes, read again whenever it changes.

Files of before hold scrypt hashes. They open the door as ever, and become Argon2 when their user signs in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from pathlib import Path
from typing import Annotated, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from brewpi.dashboard.auth.private_file import stamp
from brewpi.hardware.files import read_text, replace_text, why_unreadable
from brewpi.toml_file import parse_toml
from brewpi.validation import sentences

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
SHORTEST = 10  # characters of a password
LONGEST = 1000

log = logging.getLogger(__name__)

Role = Literal["view", "operate", "configure"]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]


class User(BaseModel):
    """`[anna]` in the file of users."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role = "view"
    password: str = Field(
        max_length=400,
        pattern=r"^(\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
        r"|scrypt:\d{1,7}:\d{1,2}:\d{1,2}:[0-9a-f]{32}:[0-9a-f]{128})$",
    )

    @property
    def operates(self) -> bool:
        """Whether this user may act."""
        return self.role != "view"

    @property
    def configures(self) -> bool:
        """Whether this user may also change the config."""
        return self.role == "configure"


TABLE = TypeAdapter(dict[Name, User])


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """What the file of users holds; the cost stays with the hash that it made."""
    return hasher.hash(_cut(password))


def matches(user: User, password: str) -> bool:
    """Whether it is this user's password. Takes a tenth of a second and more: not for the event loop."""
    if user.password.startswith("scrypt:"):
        _, n, r, p, salt, digest = user.password.split(":")
        found = hashlib.scrypt(_cut(password), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p))
        return hmac.compare_digest(found.hex(), digest)
    try:
        return HASHER.verify(user.password, _cut(password))
    except (VerificationError, InvalidHashError):
        return False


def _cut(password: str) -> bytes:
    return password[:LONGEST].encode("utf-8", "replace")


# An unknown name takes as long as a known one, and nobody knows the password of this one.
NOBODY = User(password=hashed(os.urandom(32).hex()))


class Users:
    """Everybody in the file, as it is now: whoever is taken out of it, or changed in it, is out at once.

    file: None where nobody has to sign in, and nobody may act.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._stamp: tuple[int, ...] = ()
        self._known: dict[str, User] = {}
        if file:
            self._known, self._stamp = read(file), stamp(file)

    def known_as(self, typed: str) -> str:
        """The name as it stands in the file: phones begin a name with a capital, and end it with a blank."""
        self._refresh()
        name = typed.strip()
        if name in self._known:
            return name
        alike = [known for known in self._known if known.casefold() == name.casefold()]
        return alike[0] if len(alike) == 1 else name

    def get(self, name: str) -> User | None:
        self._refresh()
        return self._known.get(name)

    def upgrade(self, name: str, user: User, password: str) -> User:
        """The user with a hash of today's kind, once the right `password` is known; as they were where that is so
        already, or where the file cannot be written or says otherwise by now."""
        if self.file is None or not user.password.startswith("scrypt:"):
            return user
        new = User(role=user.role, password=hashed(password))
        try:
            known = read(self.file)
            if known.get(name) != user:
                return user
            write(self.file, {**known, name: new})
        except (OSError, ValueError) as error:
            log.info("%s: the password of %s keeps its old hash (%s)", self.file.name, name, error)
            return user
        return new

    def _refresh(self) -> None:
        if self.file is None:
            return
        seen = stamp(self.file)
        if seen != self._stamp:
            self._stamp = seen
            try:
                self._known = read(self.file)
            except (OSError, ValueError) as error:
                log.error("%s: %s; until it is mended nobody may sign in", self.file.name, why_unreadable(error))
                self._known = {}


def read(file: Path) -> dict[str, User]:
    """Everybody in the file. Raises OSError, or ValueError with a sentence."""
    return users_of(parse_toml(read_text(file)))


def users_of(table: object) -> dict[str, User]:
    """What the TOML says. Raises ValueError with a sentence."""
    try:
        return TABLE.validate_python(table)
    except ValidationError as error:
        raise ValueError(sentences(error, dict[Name, User])[0]) from None


def write(file: Path, known: dict[str, User]) -> None:
    """All of them at once or not at all.

    Raises OSError, or ValueError for a name that cannot be one.
    """
    users_of({name: user.model_dump() for name, user in known.items()})
    lines = ["# Written by brewpi dashboard-user; Argon2 hashes, no passwords.\n"]
    for name, user in sorted(known.items()):
        quoted = json.dumps(name, ensure_ascii=False)  # a JSON string is a TOML string
        lines.append(f'\n[{quoted}]\nrole = "{user.role}"\npassword = "{user.password}"\n')
    replace_text(file, "".join(lines))


def readable_by_others(file: Path) -> bool:
    """Whether more than its owner may read it."""
    return bool(file.stat().st_mode & 0o077)
