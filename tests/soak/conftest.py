"""The figures of a soak, printed when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker
from soak_plants import Plant

FIGURES: list[tuple[str, str, str]] = []


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, object], None]:
    """Something counted or measured, for the table at the end."""

    def publish(name: str, value: object) -> None:
        FIGURES.append((request.node.name, name, str(value)))

    return publish


@pytest.fixture
def plant(tmp_path: Path, broker: Broker) -> Iterator[Plant]:
    plant = Plant(tmp_path, broker)
    yield plant
    plant.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if FIGURES:
        terminalreporter.section("figures")
    shown = ""
    for test, name, value in FIGURES:
        if test != shown:
            terminalreporter.write_line(test)
        shown = test
        terminalreporter.write_line(f"  {name:52} {value:>14}")
