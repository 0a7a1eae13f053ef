"""A control loop that hangs, and a supervisor that listens."""

import socket
import threading
from pathlib import Path

from brewpi.hardware.systemd import notify
from brewpi.hardware.watchdog import HUNG_STATUS, Watchdog, overdue


def test_overdue_only_after_the_limit():
    assert not overdue(fed_at=100.0, now=130.0, limit_s=30.0)
    assert overdue(fed_at=100.0, now=130.1, limit_s=30.0)


def test_a_hung_loop_is_switched_off_and_the_process_ends():
    off, ended = threading.Event(), []

    with Watchdog(off.set, limit_s=0.05, end=ended.append) as watchdog:
        watchdog.thread.join(5.0)

    assert off.is_set()
    assert ended == [HUNG_STATUS]


def test_a_fed_loop_is_left_alone():
    ended: list[int] = []
    with Watchdog(lambda: None, limit_s=0.5, end=ended.append) as watchdog:
        for _ in range(20):
            watchdog.fed()
            watchdog.left.wait(0.05)
    assert not ended


def test_systemd_hears_ready(tmp_path: Path, monkeypatch):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(path))
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        assert notify("READY=1")
        assert supervisor.recv(100) == b"READY=1"


def test_a_supervisor_that_does_not_listen_keeps_nobody_waiting(tmp_path: Path, monkeypatch):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(path))
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        assert not all(notify("WATCHDOG=1") for _ in range(5000))


def test_without_systemd_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")
