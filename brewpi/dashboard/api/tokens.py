"""Tokens of programs: each has a name, may read or also command, and can be revoked. The file holds hashes only.

A token is 32 random bytes: unlike a password it cannot be guessed, so one SHA-256 is hash enough.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from brewpi.dashboard.auth.private_file import stamp
from brewpi.hardware.files import read_text, replace_text, why_unreadable
from brewpi.toml_file import parse_toml
from brewpi.validation import sentences

log = logging.getLogger(__name__)

Scope = Literal["read", "command"]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]


class BadTokens(Exception):
    """What is wrong with the file or a name, as a sentence."""


class Token(BaseModel):
    """`[home-assistant]` in the file of tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: Scope = "read"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    made: str = Field(default="", max_length=40)


TABLE = TypeAdapter(dict[Name, Token])


def read(file: Path) -> dict[str, Token]:
    """All of the file; none of one that is not there. Raises BadTokens."""
    try:
        return TABLE.validate_python(parse_toml(read_text(file)))
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise BadTokens(f"{file.name}: {sentences(error, dict[Name, Token])[0]}") from None
    except (OSError, ValueError) as error:  # no text, or no TOML
        raise BadTokens(f"{file.name}: {why_unreadable(error)}") from None


def add(file: Path, name: str, scope: Scope) -> str:
    """A new token, which is shown once: nobody can find it again. Raises BadTokens."""
    known = read(file)
    if name in known:
        raise BadTokens(f"{name} has a token already; revoke it first, or choose another name")
    token = f"brewpi_{secrets.token_urlsafe(32)}"
    new = {"scope": scope, "sha256": _hash(token), "made": f"{datetime.now(UTC):%Y-%m-%d}"}
    try:
        TABLE.validate_python({name: new})
    except ValidationError:
        raise BadTokens(f"{json.dumps(name)}: a name has letters, digits, blanks, . _ and -, 40 at most") from None
    _write(file, {**known, name: Token.model_validate(new)})
    return token


def revoke(file: Path, name: str) -> None:
    """Its program is refused from now on. Raises BadTokens."""
    known = read(file)
    if known.pop(name, None) is None:
        raise BadTokens(f"{file.name}: knows no {name}")
    _write(file, known)


def _write(file: Path, known: dict[str, Token]) -> None:
    lines = ["# Written by brewpi api-token; hashes, no tokens.\n"]
    for name, token in sorted(known.items()):
        lines.append(f'\n[{json.dumps(name)}]\nscope = "{token.scope}"\nsha256 = "{token.sha256}"\n')
        lines.append(f'made = "{token.made}"\n')
    try:
        replace_text(file, "".join(lines))
    except OSError as error:
        raise BadTokens(f"{file}: cannot be written ({error.strerror or error})") from None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Tokens:
    """The file as it is now: what is revoked there is refused at once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._known, self._stamp = read(file), stamp(file)

    def owner(self, shown: str) -> tuple[str, Token] | None:
        """Whose token it is; None of nobody's."""
        seen = stamp(self.file)
        if seen != self._stamp:
            self._stamp = seen
            try:
                self._known = read(self.file)
            except BadTokens as error:
                log.error("%s; until it is mended no program is let in", error)
                self._known = {}
        digest, found = _hash(shown), None
        for name, token in self._known.items():  # all of them, so that time tells nothing
            if hmac.compare_digest(token.sha256, digest):
                found = name, token
        return found
