"""What a person does, as an MQTT command with id, time and name. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brewpi.mqtt.commands import COMMANDS
from brewpi.mqtt.topics import Topics, dumps, iso


@dataclass(frozen=True, slots=True)
class Order:
    """A command to be confirmed; `effect` is the sentence beside the button."""

    site: str
    tank: str
    name: str
    effect: str
    fields: tuple[tuple[str, Any], ...] = ()

    def message(self, command_id: str, by: str, now: float) -> tuple[str, str]:
        """Topic and payload. Raises pydantic's ValidationError, a ValueError, for what the cellar would refuse."""
        payload = dumps({"id": command_id, "issued_at": iso(now), "by": by, **dict(self.fields)})
        COMMANDS[self.name].model_validate_json(payload)
        return f"{Topics(self.site).of(self.tank, 'command')}/{self.name}", payload
