"""A board in a process of its own for all tests of a file, and a cellar that answers it."""

from collections.abc import Iterator

import pytest
from brokers import Broker
from running import AnsweringCellar, RunningBoard


@pytest.fixture(scope="module")
def lasting_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, lasting_broker: Broker) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), lasting_broker)
    yield board
    board.stop()


@pytest.fixture
def cellar(lasting_broker: Broker) -> Iterator[AnsweringCellar]:
    cellar = AnsweringCellar(lasting_broker)
    cellar.say()
    yield cellar
    cellar.client.disconnect()
    cellar.client.loop_stop()
