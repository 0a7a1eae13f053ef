"""The API over a board of one site, with a cellar that obeys or refuses at once."""

from __future__ import annotations

import json
import time
from pathlib import Path

from fastapi import FastAPI
from payload_factory import curve, forecast, state
from starlette.applications import Starlette

from brewpi.dashboard.api import tokens
from brewpi.dashboard.api.app import WithApi, application
from brewpi.dashboard.feed.board import Board
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.commands import Accepted, parse
from brewpi.mqtt.topics import ack, dumps, iso

SCORES = {"batches": 2, "forecasts": 4, "median_abs_error_h": 3.0, "inside_interval": 0.8}


class ApiHarness:
    """reader, writer: headers of programs; `refusal` is what the cellar says instead of yes."""

    def __init__(self, here: Path) -> None:
        self.file = here / "tokens.toml"
        self.reader = {"authorization": f"Bearer {tokens.add(self.file, 'grafana', 'read')}"}
        self.writer = {"authorization": f"Bearer {tokens.add(self.file, 'node-red', 'command')}"}
        self.board = Board()
        self.board.connected = True
        self.refusal: str | None = None
        self.silent = False
        self.obeyed: list[Accepted] = []
        self._say("availability", "online")
        self._say("fv1/state", state(time.time(), target_c=19.0, batch={"id": "b1", "name": "Amber 27"}))
        self._say("fv1/forecast", forecast(10, 24, 50))
        self._say("fv1/curve", curve())
        self._say("scorecard", SCORES)
        listed = {"id": "b1", "tank": "fv1", "name": "Amber 27", "og": 1.05, "started_at": iso(time.time() - 86_400.0)}
        self._say("batches/0", {"batches": [listed]})
        self.app: FastAPI = application(self.board, tokens.Tokens(self.file), self.send)

    @property
    def mounted(self) -> WithApi:
        """Where the board has it."""
        return WithApi(Starlette(), self.app)

    def send(self, topic: str, payload: str) -> None:
        if self.silent:
            return
        if topic.endswith("/batches/command/record"):
            asked = json.loads(payload)
            self._say("batches/record", {"id": asked["id"], "batch": asked["batch"], "measured": {}}, retained=False)
            return
        asked = parse(Message(topic, payload.encode(), False, time.time()), time.time(), set())
        assert isinstance(asked, Accepted), asked
        self.obeyed.append(asked)
        self._say("fv1/ack", ack(asked.id, self.refusal), retained=False)

    def _say(self, topic: str, payload: object, retained: bool = True) -> None:
        text = payload if isinstance(payload, str) else dumps(payload)
        self.board.receive([Message(f"brewpi/cellar/{topic}", text.encode(), retained, time.time())])
