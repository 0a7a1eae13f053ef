"""The tank on the bench."""

import pytest
from bench import Bench


@pytest.fixture
def tank() -> Bench:
    """An ale tank with a compressor and a heater, target 19 °C, just switched on."""
    return Bench()
