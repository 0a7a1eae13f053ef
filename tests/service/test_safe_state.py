"""What drives the outputs of a config into their safe state, after whatever end of the service."""

from fresh_imports import brings


def test_the_way_to_the_safe_state_is_short():
    """Until then a pin of a service that was killed stays as it was."""
    needed = "brewpi.config.config, brewpi.service.safe_state"
    assert brings(needed, "apscheduler", "asyncio", "paho", "brewpi.cellar", "brewpi.mqtt.payloads") == []
