"""What drivers change behind the program's back is put back, and a stop is a stop whatever they set."""

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
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from brewpi.hardware.process_state import Leaving, kept_process_state, lingering_threads


def rude_handler(signum: int, frame: object) -> None:
    raise SystemExit(1)


def umask_now() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


RUDE = {
    "signal handlers": (lambda: signal.signal(signal.SIGTERM, rude_handler), lambda: signal.getsignal(signal.SIGTERM)),
    "ignored signal": (lambda: signal.signal(signal.SIGINT, signal.SIG_IGN), lambda: signal.getsignal(signal.SIGINT)),
    "signal mask": (
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}),
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ()),
    ),
    "locale": (lambda: locale.setlocale(locale.LC_ALL, "C"), lambda: locale.setlocale(locale.LC_ALL)),
    "warnings": (lambda: warnings.simplefilter("error"), lambda: list(warnings.filters)),
    "log level": (lambda: logging.root.setLevel(logging.DEBUG), lambda: logging.root.level),
    "log handler": (lambda: logging.root.addHandler(logging.NullHandler()), lambda: list(logging.root.handlers)),
    "muted log": (lambda: logging.disable(logging.CRITICAL), lambda: logging.root.manager.disable),
    "exception hook": (lambda: setattr(sys, "excepthook", print), lambda: sys.excepthook),
    "thread hook": (lambda: setattr(threading, "excepthook", print), lambda: threading.excepthook),
    "umask": (lambda: os.umask(0o000), umask_now),
    "working directory": (lambda: os.chdir("/"), Path.cwd),
    "socket timeout": (lambda: socket.setdefaulttimeout(0.1), socket.getdefaulttimeout),
    "switch interval": (lambda: sys.setswitchinterval(1.0), sys.getswitchinterval),
    "garbage collection": (gc.disable, gc.isenabled),
    "pin factory": (lambda: setattr(Device, "pin_factory", MockFactory()), lambda: Device.pin_factory),
}


@pytest.fixture(params=RUDE)
def habit(request, monkeypatch):
    monkeypatch.setattr(Device, "pin_factory", MockFactory())
    mask = os.umask(0o022)
    os.umask(0o022)
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    yield RUDE[request.param]
    signal.signal(signal.SIGINT, interrupt)
    os.umask(mask)


def test_what_a_driver_changes_of_the_process_is_put_back(habit):
    change, look = habit
    before = look()
    with kept_process_state("room"):
        change()
        assert look() != before
    assert look() == before


def test_it_is_put_back_when_the_driver_fails_as_well():
    before = signal.getsignal(signal.SIGTERM)

    def import_driver() -> None:
        with kept_process_state("room"):
            signal.signal(signal.SIGTERM, rude_handler)
            raise OSError("no such chip")

    with pytest.raises(OSError, match="no such chip"):
        import_driver()
    assert signal.getsignal(signal.SIGTERM) is before


def test_it_is_said_once_which_driver_did_it(caplog):
    caplog.set_level(logging.INFO)
    with kept_process_state("room"):
        signal.signal(signal.SIGTERM, rude_handler)
        os.chdir("/")
    assert caplog.messages == ["room: its driver changed signal handlers, working directory of the process; put back"]
    with kept_process_state("room"):
        pass
    assert len(caplog.messages) == 1


def test_a_stop_in_the_middle_of_an_import_reaches_the_program():
    stopped: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda signum, frame: stopped.append(signum))

    def import_driver() -> None:
        with kept_process_state("room"):
            signal.signal(signal.SIGTERM, rude_handler)
            signal.raise_signal(signal.SIGTERM)

    try:
        with pytest.raises(RuntimeError, match="wanted to end"):
            import_driver()
        assert stopped == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_driver_that_exits_the_program_is_a_fault_of_its_sensor():
    with pytest.raises(RuntimeError, match="wanted to end the program"), kept_process_state("room"):
        sys.exit("not running as root")


def test_the_program_itself_may_leave_through_a_driver():
    with pytest.raises(Leaving), kept_process_state("room"):
        raise Leaving(0)


def test_the_first_pin_factory_stays(monkeypatch):
    monkeypatch.setattr(Device, "pin_factory", None)
    factory = MockFactory()
    with kept_process_state("heat"):
        Device.pin_factory = factory
    assert Device.pin_factory is factory


def test_it_works_in_a_thread_where_signals_cannot_be_set():
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with kept_process_state("cool"):
                os.chdir("/")
        except BaseException as error:
            failed.append(error)

    here = Path.cwd()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert (failed, Path.cwd()) == ([], here)


def test_threads_that_keep_a_process_from_ending_are_named():
    leave, others = threading.Event(), lingering_threads()  # those of other tests in this process
    for daemon in (False, True):
        threading.Thread(target=leave.wait, name=f"driver {daemon}", daemon=daemon).start()
    try:
        assert [name for name in lingering_threads() if name not in others] == ["driver False"]
    finally:
        leave.set()
