"""What all tests share."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brokers import MOSQUITTO, Broker, Listener, until
from hypothesis import HealthCheck, settings

# A Raspberry Pi or a busy machine takes its time; that is not what these tests are about.
settings.register_profile("brewpi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brewpi")


MEMORY, ROOM = Path("/dev/shm"), 4e9  # bytes


def pytest_configure() -> None:
    """`tmp_path` lies in memory where programs may run from there and there is room: a record is written through to its
    disk every few seconds of a cellar's time, and no test is about how long that takes."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        found = os.statvfs(MEMORY)
        if not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize >= ROOM:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if MOSQUITTO is None:
        pytest.skip("needs Mosquitto: sudo apt-get install mosquitto")
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def listen(broker: Broker) -> Iterator[Callable[..., Listener]]:
    listeners: list[Listener] = []

    def listen(*filters: str) -> Listener:
        listener = Listener(broker, *filters)
        listeners.append(listener)
        until(lambda: listener.ready >= len(filters))
        return listener

    yield listen
    for listener in listeners:
        listener.close()
