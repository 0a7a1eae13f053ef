"""One daemon for a config and for a record: whoever comes second is told so before it touches pins or broker."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("brewpi")


class Taken(Exception):
    """Another process has it; the message is a sentence."""


@contextmanager
def lock_config(config: Path) -> Iterator[None]:
    """Hold the config until the process leaves, however it ends. Raises Taken.

    The record may be another one, where its path is relative and a record of before lies where brewpi is started.
    """
    with _held(config, os.O_RDONLY):
        yield


@contextmanager
def lock_record(record: Path) -> Iterator[None]:
    """Hold FILE.lock beside the record until the process leaves, however it ends. Raises Taken.

    The folder of a record that begins is made for it: a second start would find it there, and no lock in it.
    """
    with suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
    with _held(record.with_name(f"{record.name}.lock"), os.O_RDWR | os.O_CREAT):
        yield


@contextmanager
def _held(path: Path, flags: int) -> Iterator[None]:
    """Where the file cannot be opened (a card that is read-only) there is no lock: cooling matters more."""
    try:
        handle = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    except OSError as error:
        log.warning("%s cannot be locked (%s): nothing keeps a second brewpi run away", path.name, error.strerror)
        yield
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Taken(
                f"{path.name}: another brewpi run works with it already; stop that one first"
                " (as a service: sudo systemctl stop brewpi)"
            ) from None
        yield
    finally:
        os.close(handle)
