"""The tank on the bench."""

import pytest
from bench import LeadIn


@pytest.fixture
def tank() -> LeadIn:
    """An ale tank with a compressor and a heater, target 19 °C, just switched on."""
    return LeadIn()
