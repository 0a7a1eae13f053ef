"""Every output of a config into its safe state, without a cellar: after a crash, or by hand.

After a crash a pin stays as it was until this has run, so it imports no more than a config and its outputs need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from brewpi.config.options import Config
from brewpi.hardware.plug_context import PlugContext
from brewpi.hardware.process_state import kept_process_state
from brewpi.outputs import OutputOptions


def off(config: Config) -> list[str]:
    """Drive every output of a config into its safe state. Returns what failed, a sentence each."""
    failed: list[str] = []
    messages: list[tuple[str, str]] = []

    def tell(topic: str, payload: str) -> bool:
        messages.append((topic, payload))
        return True

    for key, options, site in _outputs_of(config, tell):
        try:
            with kept_process_state(key):
                actuator = options.open(site)
                actuator.off()
                actuator.close()
        except Exception as error:  # the next output has to be tried whatever this one does
            failed.append(f"{key}: {error}")
    if messages and config.mqtt is not None:
        from brewpi.mqtt.once import tell_once

        why = tell_once(config.mqtt, messages)
        if why is not None:
            failed.append(f"broker: {why}; network plugs go off by themselves within their fall_off_s")
    return failed


def _outputs_of(config: Config, tell: Callable[[str, str], bool]) -> Iterator[tuple[str, OutputOptions, PlugContext]]:
    """Every output with its key and its site; tell: what is said over MQTT."""
    shared: dict[str, Any] = {}
    for name, tank in config.tanks.items():
        for role, plug in tank.outputs.items():
            yield f"tanks.{name}.outputs.{role}", plug, PlugContext(name, tell=tell, shared=shared)
    for name, options in config.shared.items():
        yield f"shared.{name}.output", options.output, PlugContext(name, tell=tell, shared=shared)
