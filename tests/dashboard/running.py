"""A board as a process of its own on a real Mosquitto, a cellar that answers, and people without a browser."""

from __future__ import annotations

import ast
import html
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import socketio
from brokers import Broker, Listener, until
from doors import KNOWN, PASSWORDS
from ports import free_port

from brewpi.dashboard.auth.users import write
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.commands import Accepted, parse
from brewpi.mqtt.topics import ack, iso

COOKIE = "brewpi_session"


class AnsweringCellar(Listener):
    """Reads commands as the daemon does, obeys and answers; `refusal` is what it says instead."""

    def __init__(self, broker: Broker) -> None:
        self.refusal: str | None = None
        self.obeyed: list[Accepted] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        super().__init__(broker, "brewpi/cellar/+/command/+")
        self.client.on_message = lambda _c, _d, m: self._answer(m.topic, m.payload, bool(m.retain))
        until(lambda: self.ready)

    def _answer(self, topic: str, payload: bytes, retained: bool) -> None:
        asked = parse(Message(topic, payload, retained, time.time()), time.time(), {one.id for one in self.obeyed})
        assert isinstance(asked, Accepted), asked
        self.obeyed.append(asked)
        self.may_answer.wait(20.0)
        self.client.publish(f"brewpi/cellar/{asked.tank}/ack", ack(asked.id, self.refusal), qos=1)

    def say(self, tank: str = "fv1", **more: object) -> None:
        """Its state, retained."""
        said = {"at": iso(time.time()), "sg": 1.0234, "beer_c": 18.9, "target_c": 19.0, "step": "hold", **more}
        self.send("brewpi/cellar/availability", "online", retain=True)
        self.send(f"brewpi/cellar/{tank}/state", json.dumps(said), retain=True)


class RunningBoard:
    """`brewpi dashboard`; options are those of the command line."""

    def __init__(
        self, here: Path, broker: Broker, *options: str, scheme: str = "http", host: str = "127.0.0.1"
    ) -> None:
        self.port = free_port()
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.users = here / "users.toml"
        write(self.users, KNOWN)
        self.log = here / "board.log"
        command = [
            sys.executable, "-m", "brewpi", "dashboard", "--broker", "127.0.0.1", "--port", str(broker.port),
            "--listen", f"{host}:{self.port}", "--users", str(self.users), *options,
        ]  # fmt: skip
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, env=outside_of_pytest())
        until(self._answers, 60.0)

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Person:
    """Somebody with a browser made of its protocols: cookies, one page, its socket."""

    def __init__(self, board: RunningBoard, name: str | None) -> None:
        self.board, self.name = board, name
        self.http = httpx.Client(base_url=board.url, headers={"accept": "text/html"}, timeout=20.0, verify=False)
        self.socket = socketio.AsyncClient(reconnection=False, ssl_verify=False)
        self.elements: dict[str, dict[str, Any]] = {}
        self.cards: list[list[str | None]] = []
        self.said: list[str] = []
        self.shown: list[str] = []  # what stood in a window, if only until the answer came
        self.query: dict[str, Any] = {}
        if name:
            form = {"name": name, "password": PASSWORDS[name]}
            assert self.http.post("/sign-in", data=form, headers={"origin": board.url}).status_code == 303

    async def open(self, path: str) -> Person:
        """A page with its socket."""
        self.load(path)
        await self.connect()
        return self

    def load(self, path: str) -> None:
        page = self.http.get(path)
        assert page.status_code == 200, page.text
        self.elements = json.loads(html.unescape(re.search(r"parseElements\(String\.raw`(.*?)`\)", page.text, re.S)[1]))
        self.query = ast.literal_eval(re.search(r"query: (\{.*\}),", page.text)[1])

    async def connect(self, **headers: str) -> None:
        self.socket.on("update", self._update)
        self.socket.on("run_javascript", self._run)
        self.socket.on("notify", lambda note: self.said.append(note["message"]))
        query = "&".join(f"{key}={str(value).lower() if value is True else value}" for key, value in self.query.items())
        cookie = "; ".join(f"{key}={value}" for key, value in self.http.cookies.items())
        await self.socket.connect(
            f"{self.board.url}/?{query}&tab_id=tab&document_id=doc", socketio_path="/_nicegui_ws/socket.io",
            transports=["websocket"], headers={"Origin": self.board.url, "Cookie": cookie, **headers},
        )  # fmt: skip

    def _update(self, changed: dict[str, Any]) -> None:
        for number, element in changed.items():
            if element is None:  # a button that is gone is not pressed
                self.elements.pop(number, None)
            elif isinstance(element, dict) and "tag" in element:
                self.elements[number] = element
                self.shown.append(str(element.get("text", "")))

    def _run(self, script: dict[str, Any]) -> None:
        """What changes on the whiteboard's cards comes as a call."""
        called = re.search(r'runMethod\(\d+, "put", (\[.*\])\)', script["code"], re.S)
        if called:
            self.cards += json.loads(called[1])[0]

    def buttons(self) -> dict[str, dict[str, Any]]:
        """By what is written on them: the event that a click would send."""
        found = {}
        for number, element in self.elements.items():
            hidden = "hidden" in element.get("class", ())
            label = None if hidden else element.get("props", {}).get("label")
            for event in element.get("events", []) if label else []:
                if event["type"] == "click":
                    found[label] = {
                        "id": int(number), "client_id": self.query["client_id"],
                        "listener_id": event["listener_id"], "args": ["{}"],
                    }  # fmt: skip
        return found

    def written(self) -> str:
        """All that a browser would take for HTML: also the pieces of the whiteboard's cards, after key and classes."""
        props = [element.get("props", {}) for element in self.elements.values()]
        cards = [*(card for one in props for card in one.get("cards", [])), *self.cards]
        pieces = [piece for _, _, *pieces in cards for piece in pieces if piece]
        return "".join([*(str(one.get("innerHTML", "")) for one in props), *pieces])

    async def click(self, label: str) -> None:
        await self.sees(lambda: label in self.buttons())
        await self.socket.emit("event", self.buttons()[label])

    async def hears(self, text: str) -> None:
        """A notification, or what stands in a window."""
        await self.sees(lambda: any(text in said for said in self.heard()))

    def heard(self) -> list[str]:
        """All that was told: in passing, and in the windows."""
        return [*self.said, *self.shown, *(str(element.get("text", "")) for element in self.elements.values())]

    async def sees(self, true: Any, within_s: float = 15.0) -> None:
        end = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < end, f"waited in vain; said: {self.said}; buttons: {list(self.buttons())}"
            await self.socket.sleep(0.02)

    async def __aenter__(self) -> Person:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:  # fmt: skip
        with suppress(Exception):
            await self.socket.disconnect()
        self.http.close()


def outside_of_pytest() -> dict[str, str]:
    """NiceGUI asks the environment whether it is being tested, and then is another."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
