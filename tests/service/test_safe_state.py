"""What drives the outputs of a config into their safe state, after whatever end of the service."""

import subprocess
import sys


def test_the_way_to_the_safe_state_is_short():
    """Until it has been gone a pin of a service that was killed stays as it was, and a Pi imports slowly."""
    code = (
        "import sys; from brewpi.config import config; from brewpi.service import safe_state; "
        "print([name for name in ('apscheduler', 'asyncio', 'paho', 'brewpi.cellar', 'brewpi.mqtt.payloads') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
