"""How a command leaves the board, whoever gives it: with whose key it is signed, and whether anybody may hear it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.feed.board import Board
from brewpi.mqtt.signing import BadKeys, read_keys

ANSWER_S = 15.0  # how long an answer is waited for
STOP_ANSWER_S = 4.0  # before a person goes to the tank; a service that hears a STOP waits for no tick

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """`publish`: topic and payload to the broker; command_keys: the file of keys that commands are signed with, where
    sites ask for that."""

    board: Board
    publish: Callable[[str, str], None]
    command_keys: Path | None = None

    def missing(self, site: str, tank: str) -> Literal["broker", "service"] | None:
        """Why nobody may hear a command, as far as is known here: what a broker says of a service may be wrong."""
        if not self.board.connected:
            return "broker"
        if (site, tank) not in self.board.tanks or self.board.online.get(site) is False:
            return "service"
        return None

    def send(self, order: Order, by: str) -> str:
        """The id under which the answer comes. Raises ValueError, pydantic's ValidationError too, for what no command
        can be; then nothing is sent."""
        command_id = str(uuid4())
        topic, payload = order.message(command_id, by, time.time(), self._key(by))
        log.info("%s tells %s / %s: %s (%s)", by, order.site, order.tank, order.title, command_id)
        self.publish(topic, payload)
        return command_id

    def _key(self, by: str) -> bytes | None:
        """Without one the cellar refuses the command, and says why."""
        if self.command_keys is None:
            return None
        try:
            return read_keys(self.command_keys).get(by)
        except BadKeys as error:
            log.warning("%s", error)
            return None
