"""Keeps a plug's libraries from changing the process they run in.

Blinka's pulseio, which `import adafruit_dht` brings, sets its own SIGTERM handler; pyserial configures logging;
others set locale, umask, warning filters or gpiozero's pin factory. All of that belongs to the program, so it is put
back after every call into a driver: a driver may be imported long after the start, when its sensor is plugged in late.
"""

from __future__ import annotations

import gc
import locale
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from _signal import getsignal, pthread_sigmask  # type: ignore[import-not-found] # those of `signal` make enums of all
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

log = logging.getLogger("brewpi")
Handler = Callable[[int, FrameType | None], Any] | int | None
SIGNALS = (
    signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM,
    signal.SIGCHLD, signal.SIGPIPE, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU,
)  # fmt: skip


class Leaving(SystemExit):
    """The program itself ends, told by a signal: passes through whatever plug is being asked."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that a process has once. `take` reads it, `put` sets it to what was taken."""

    name: str
    take: Callable[[], Any]
    put: Callable[[Any], object]


def _handlers() -> dict[int, Handler]:
    """Only the main thread may set them, so only there they can be changed. None was installed by C code."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: handler for number in SIGNALS if (handler := getsignal(number)) is not None}


def _set_handlers(handlers: dict[int, Handler]) -> None:
    for number, handler in handlers.items():
        if getsignal(number) is not handler:
            signal.signal(number, handler)


def _signal_mask() -> set[int]:
    mask: set[int] = pthread_sigmask(signal.SIG_BLOCK, ())
    return mask


def _umask() -> int:
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    return mask


def _pin_factory() -> Any:
    """gpiozero's, once it has one: the first use sets it, and nobody else may afterwards."""
    gpiozero = sys.modules.get("gpiozero")
    return gpiozero.Device.pin_factory if gpiozero else None


def _set_pin_factory(factory: Any) -> None:
    if factory is not None:
        sys.modules["gpiozero"].Device.pin_factory = factory


def _root_log() -> tuple[int, list[logging.Handler], int]:
    return logging.root.level, list(logging.root.handlers), logging.root.manager.disable


def _set_root_log(kept: tuple[int, list[logging.Handler], int]) -> None:
    logging.root.setLevel(kept[0])
    logging.root.handlers[:] = kept[1]
    logging.disable(kept[2])


def _hooks() -> tuple[Any, Any, Any]:
    return sys.excepthook, threading.excepthook, sys.unraisablehook


def _set_hooks(kept: tuple[Any, Any, Any]) -> None:
    sys.excepthook, threading.excepthook, sys.unraisablehook = kept


SETTINGS = (
    Setting("signal handlers", _handlers, _set_handlers),
    Setting("signal mask", _signal_mask, lambda mask: signal.pthread_sigmask(signal.SIG_SETMASK, mask)),
    Setting("locale", lambda: locale.setlocale(locale.LC_ALL), lambda name: locale.setlocale(locale.LC_ALL, name)),
    Setting("logging", _root_log, _set_root_log),
    Setting("exception hooks", _hooks, _set_hooks),
    Setting("umask", _umask, os.umask),
    Setting("working directory", os.getcwd, os.chdir),
    Setting("socket timeout", socket.getdefaulttimeout, socket.setdefaulttimeout),
    Setting("thread switch interval", sys.getswitchinterval, sys.setswitchinterval),
    Setting("garbage collection", gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
    Setting("pin factory", _pin_factory, _set_pin_factory),
)


@contextmanager
def kept_process_state(who: str) -> Iterator[None]:
    """Whatever the block changes of the process is put back and said once; `who` is whose driver it calls.

    A driver that ends the process (`sys.exit` in an import) raises RuntimeError here instead. If a signal did that
    through a handler of the driver's, the signal is sent again and finds the program's own handler.
    """
    before = _taken()
    ended: SystemExit | None = None
    changed: list[str] = []
    try:
        with warnings.catch_warnings():
            yield
    except Leaving:
        raise
    except SystemExit as error:
        ended = error
    finally:
        if _taken() != before:
            changed = [setting.name for setting, kept in zip(SETTINGS, before, strict=True) if _put_back(setting, kept)]
        if changed:
            log.info("%s: its driver changed %s of the process; put back", who, ", ".join(changed))
    if ended is not None:
        if "signal handlers" in changed:
            signal.raise_signal(signal.SIGTERM)
        raise RuntimeError(f"its driver wanted to end the program (status {ended.code})")


def _taken() -> list[Any]:
    """All of it as it is now, in the order of SETTINGS."""
    return [setting.take() for setting in SETTINGS]


def _put_back(setting: Setting, kept: Any) -> bool:
    """Whether it had been changed. The first pin factory is no change but the start of one."""
    if setting.take() == kept or (setting.name == "pin factory" and kept is None):
        return False
    setting.put(kept)
    return True


def lingering_threads() -> list[str]:
    """Names of threads that would keep the process from ending."""
    own = threading.main_thread()
    return [t.name for t in threading.enumerate() if t is not own and t.is_alive() and not t.daemon]
