"""The tank on the bench."""

import pytest
from scenario_harness import Harness


@pytest.fixture
def tank() -> Harness:
    """An ale tank with a compressor and a heater, target 19 °C, just switched on."""
    return Harness()
