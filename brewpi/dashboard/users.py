"""Who may look and who may act: named users, salted scrypt hashes, and patience that runs out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

N, R, P = 2**14, 8, 1
TRIES, WINDOW_S = 5, 300.0
NAMES_KEPT = 1000


class User(BaseModel):
    """`[anna]` in the file of users."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["view", "operate"] = "view"
    password: str = Field(pattern=r"^scrypt:[0-9a-f]{32}:[0-9a-f]{128}$")


def hashed(password: str) -> str:
    """What the file of users holds: `scrypt:salt:hash`."""
    salt = secrets.token_bytes(16)
    return f"scrypt:{salt.hex()}:{_scrypt(password, salt).hex()}"


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=N, r=R, p=P)


NOBODY = User(password=hashed(secrets.token_hex(16)))  # an unknown name takes as long as a known one


@dataclass(slots=True)
class Users:
    """Everybody in the file; `failed` is when tries for a name went wrong."""

    known: dict[str, User] = field(default_factory=dict)
    failed: dict[str, list[float]] = field(default_factory=dict)

    def sign_in(self, name: str, password: str, now: float) -> User | str:
        """The user, or why not: too many tries, or name or password (never which)."""
        recent = [at for at in self.failed.pop(name, []) if now - at < WINDOW_S]
        if len(recent) >= TRIES:
            self.failed[name] = recent
            return "too many tries; wait five minutes"
        user = self.known.get(name, NOBODY)
        _, salt, digest = user.password.split(":")
        right = hmac.compare_digest(_scrypt(password[:1000], bytes.fromhex(salt)).hex(), digest)
        if right and name in self.known:
            return user
        self.failed[name[:80]] = [*recent, now]
        while len(self.failed) > NAMES_KEPT:
            del self.failed[next(iter(self.failed))]
        return "name or password is wrong"


def users_of(table: object) -> Users:
    """What the TOML says. Raises ValueError with a sentence."""
    try:
        return Users(TypeAdapter(dict[str, User]).validate_python(table))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
