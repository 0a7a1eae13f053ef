"""Machines to install on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from installing import Machine, QuickMachine


@contextmanager
def ended(machine: Machine) -> Iterator[Machine]:
    yield machine
    if machine.lives():
        os.kill(machine.pid, 9)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("needs Mosquitto: sudo apt-get install mosquitto")
    with ended(Machine(tmp_path)) as machine:
        yield machine


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Machine]:
    with ended(QuickMachine(tmp_path)) as machine:
        yield machine


@pytest.fixture(scope="module")
def boarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One with the board, on which the tests of a file follow one another."""
    with ended(QuickMachine(tmp_path_factory.mktemp("boarded"))) as machine:
        status, said = machine.new()
        assert status == 0, said
        yield machine
