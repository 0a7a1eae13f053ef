"""What all tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brokers import MOSQUITTO, Broker, Listener, until
from hypothesis import HealthCheck, settings

# A Raspberry Pi or a busy machine takes its time; that is not what these tests are about.
settings.register_profile("brewpi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brewpi")


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
