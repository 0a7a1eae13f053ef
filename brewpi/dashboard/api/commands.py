"""Commands over the API: the same as over MQTT, with the cellar's own answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.actions.sender import ANSWER_S, Sender
from brewpi.dashboard.api.access import Problem
from brewpi.dashboard.feed.board import Board
from brewpi.mqtt.command_fields import COMMANDS, Fields
from brewpi.validation import sentences


class Done(BaseModel):
    """The cellar has obeyed; `id` is that of the command."""

    id: str
    ok: bool = Field(default=True, description="always true: what is refused has another status")


@cache
def body_of(name: str) -> type[BaseModel]:
    """What is sent with a command: its fields without id, time and name, which the board gives."""
    command = COMMANDS[name]
    own: dict[str, Any] = {
        field: (info.annotation, info)
        for field, info in command.model_fields.items()
        if field not in Fields.model_fields
    }
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return create_model(f"{command.__name__}Body", __config__=config, __doc__=command.__doc__, **own)


class Commands:
    """`send` publishes; command_keys: the file of keys that commands are signed with, where sites ask for that."""

    def __init__(self, board: Board, send: Callable[[str, str], None], command_keys: Path | None = None) -> None:
        self.board, self.sender = board, Sender(board, send, command_keys)

    async def give(self, site: str, tank: str, name: str, fields: dict[str, Any], by: str) -> Done:
        """Send it and wait for the answer. Raises Problem with the refusal."""
        if (site, tank) not in self.board.tanks:
            raise Problem(404, f"nothing has been heard of a tank {tank} of {site}")
        missing = self.sender.missing(site, tank)
        unreachable = "the broker does not answer" if missing == "broker" else f"the service of {site} is gone"
        if missing and name != "stop":
            raise Problem(503, unreachable)
        try:
            command_id = self.sender.send(Order(site, tank, name, name, "", "", fields), by)
        except ValidationError as error:
            raise Problem(422, sentences(error, COMMANDS[name], word="field")[0]) from None
        except ValueError as error:
            raise Problem(422, str(error)) from None
        if missing:
            raise Problem(503, f"STOP was sent; nobody is known to hear it: {unreachable}")
        return await self._answer(tank, name, command_id)

    async def _answer(self, tank: str, name: str, command_id: str) -> Done:
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            ack = self.board.acks.get(command_id)
            if ack is not None and ack.ok:
                return Done(id=command_id)
            if ack is not None:
                raise Problem(409, ack.why or f"{tank} refuses {name}")
            await asyncio.sleep(0.05)
        raise Problem(504, f"{tank} has not answered to {name}; it may have obeyed: look at it")
