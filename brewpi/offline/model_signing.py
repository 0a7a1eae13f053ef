"""Who made a model: an ed25519 signature of its card, which names the weights by their hash."""

from __future__ import annotations

import base64
import binascii
import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Key = TypeVar("Key")
SIGNATURE = "fermentation.sig"
PURPOSE = b"brewpi model 1\n"  # a signature of anything else is none of a model


class BadSignature(Exception):
    """Not signed, not by whom it should be, or it cannot be told; the message is a sentence."""


def make_key(private: Path) -> Path:
    """A new pair: `private`, for its owner alone, and the public half beside it as .pub. Raises FileExistsError, where
    one of both is there."""
    serialization, made = _serialization(), _ed25519().Ed25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.with_name(f"{private.name}.pub")
    if public.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(public))
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        public.write_bytes(_public_pem(made.public_key()))
    except OSError:  # half a key would be in the way of a whole one
        private.unlink()
        public.unlink(missing_ok=True)
        raise
    return public


def sign(folder: Path, private: Path) -> None:
    """Write the signature of a model directory. Raises BadSignature, OSError."""
    key = _private_of(private)
    signature = key.sign(PURPOSE + (folder / "fermentation.json").read_bytes())
    (folder / SIGNATURE).write_bytes(base64.b64encode(signature) + b"\n")


def verify(folder: Path, trusted: Path) -> None:
    """Raises BadSignature unless the owner of the trusted key signed the card in `folder`."""
    from cryptography.exceptions import InvalidSignature

    key = public_of(trusted)
    try:
        signature = base64.b64decode((folder / SIGNATURE).read_bytes(), validate=False)
        key.verify(signature, PURPOSE + (folder / "fermentation.json").read_bytes())
    except FileNotFoundError:
        raise BadSignature("is not signed, and this site takes signed models only; brewpi model sign") from None
    except (InvalidSignature, binascii.Error, ValueError):
        raise BadSignature("is not signed by the key that this site trusts") from None


def public_of(path: Path) -> Ed25519PublicKey:
    """The key in a .pub file. Raises BadSignature, OSError."""
    key: Ed25519PublicKey = _loaded(path, "public", _serialization().load_pem_public_key, _ed25519().Ed25519PublicKey)
    return key


def _private_of(path: Path) -> Ed25519PrivateKey:
    load = partial(_serialization().load_pem_private_key, password=None)
    key: Ed25519PrivateKey = _loaded(path, "private", load, _ed25519().Ed25519PrivateKey)
    return key


def _loaded(path: Path, kind: str, load: Callable[[bytes], object], kind_of_key: type[Key]) -> Key:
    try:
        found = load(path.read_bytes())
    except (ValueError, TypeError):
        raise BadSignature(f"{path}: is no {kind} key; brewpi model key makes one") from None
    if not isinstance(found, kind_of_key):
        raise BadSignature(f"{path}: is no ed25519 key; brewpi model key makes one")
    return found


def _public_pem(key: Ed25519PublicKey) -> bytes:
    serialization = _serialization()
    pem: bytes = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise BadSignature("signatures need a library: pip install 'brewpi-edge[signing]'") from None
    return ed25519


def _serialization() -> Any:
    try:
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise BadSignature("signatures need a library: pip install 'brewpi-edge[signing]'") from None
    return serialization
