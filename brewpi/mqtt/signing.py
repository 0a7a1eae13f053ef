"""Commands that prove who sent them, where a site asks for that: HMAC-SHA256 with the operator's own key.

Signed is the command's compact JSON with its keys sorted and without `sig`, prefixed with `<site>/<tank>/<name>` and a
line feed; so a signature is worth nothing on another tank, for another command, or once its id has been obeyed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brewpi.hardware.files import read_text, told_name
from brewpi.sentences import Sentence
from brewpi.toml_file import parse_toml

SHORTEST_KEY = 16  # bytes


class BadKeys(Exception):
    """What is wrong with the file of keys, as a sentence."""


def read_keys(file: Path) -> dict[str, bytes]:
    """The operators' keys: TOML, `anna = "64 hex digits"` (openssl rand -hex 32). Raises BadKeys."""
    try:
        raw = parse_toml(read_text(file))
        keys = {name: bytes.fromhex(key) for name, key in raw.items()}
    except (OSError, ValueError, TypeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadKeys(f"{told_name(file)} cannot be read ({why})") from None
    for name, key in keys.items():
        if len(key) < SHORTEST_KEY:
            raise BadKeys(f"{file.name}: the key of {name} is too short; try openssl rand -hex 32")
    return keys


def sign(key: bytes, site: str, tank: str, name: str, fields: Mapping[str, Any]) -> str:
    """The signature of a command's fields, hex."""
    return _signed(key, site, tank, name, fields, ascii_only=False)


def why_unproven(
    keys: Mapping[str, bytes], site: str, tank: str, name: str, fields: Mapping[str, Any], sig: object
) -> str | None:
    """Why it is not proven that `by` sent this; None if it is."""
    if not isinstance(sig, str):
        return Sentence("it is not signed, and this site obeys signed commands only")
    by = fields.get("by")
    key = keys.get(by) if isinstance(by, str) else None
    if key is None:
        return Sentence("no key is known for who it says it is from")
    forms = (_signed(key, site, tank, name, fields, ascii_only=ascii_only) for ascii_only in (False, True))
    shown = sig.lower().encode("utf-8", "replace")
    if not any(hmac.compare_digest(form.encode(), shown) for form in forms):
        return Sentence("its signature is not that of who it says it is from")
    return None


def _signed(key: bytes, site: str, tank: str, name: str, fields: Mapping[str, Any], *, ascii_only: bool) -> str:
    body = {field: value for field, value in fields.items() if field != "sig"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only)
    return hmac.new(key, f"{site}/{tank}/{name}\n{text}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
