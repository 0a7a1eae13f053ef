"""The board's addresses, forms and sockets, and the bodies of its API: a client that says anything costs itself.

All of it as uvicorn would run it, without a network: one event loop, the whole application, and a page of somebody
else whose number the client has learnt.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
import re
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

from api_harness import ApiHarness
from doors import KNOWN, PASSWORDS
from nicegui import Client
from payload_factory import board_of, curve, say
from sentence import shown

from brewpi.dashboard.api import access, commands
from brewpi.dashboard.auth.users import Users, write
from brewpi.dashboard.web import Serving, application
from brewpi.mqtt.command_fields import COMMANDS

HOST = b"127.0.0.1:8080"
ORIGIN = b"http://" + HOST
PATIENT_S = 10.0
FIELDS = re.compile(rb"[\r\n\x00]")


class Loop:
    """The one in which everything runs; what fails in it unseen is kept."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.failed: list[str] = []
        self.loop.set_exception_handler(lambda _, context: self.failed.append(str(context.get("exception") or context)))

    def run(self, work: Any) -> Any:
        """Its result. Raises AssertionError for what failed meanwhile, or does not come to an end."""
        self.failed.clear()
        result = self.loop.run_until_complete(asyncio.wait_for(work, PATIENT_S))
        assert not self.failed, f"failed unseen: {self.failed[:3]}"
        return result


@cache
def loop() -> Loop:
    return Loop()


async def exchange(app: Any, scope: dict[str, Any], incoming: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """All that an application answers; after what comes, the client is gone."""
    waiting, answers = list(incoming), []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        if waiting:
            return waiting.pop(0)
        return {"type": "websocket.disconnect" if scope["type"] == "websocket" else "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    await app(scope, receive, send)
    return answers


addresses = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in count(1))


def scope_of(kind: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], method: str = "GET") -> dict[str, Any]:
    """As uvicorn makes it of a request line."""
    raw, _, query = target.partition(b"?")
    scheme = "ws" if kind == "websocket" else "http"
    return {
        "type": kind, "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "server": ("127.0.0.1", 8080), "client": (next(addresses), 50_000), "scheme": scheme, "root_path": "",
        "path": unquote(raw.decode("latin-1")), "raw_path": raw, "query_string": query, "headers": list(headers),
        "subprotocols": [], "state": {}, "extensions": {},
    }  # fmt: skip


class BoardHarness:
    """A board of two tanks with users, as `brewpi dashboard` serves it; `sent` is what it told the cellar."""

    def __init__(self) -> None:
        here = Path(tempfile.mkdtemp())
        write(here / "users.toml", KNOWN)
        self.sent: list[tuple[str, str]] = []
        self.board = board_of("fv1", "fv2")
        say(self.board, "fv1/curve", curve())
        self.app = application(
            self.board, Users(here / "users.toml"), lambda topic, payload: self.sent.append((topic, payload)),
            Serving("127.0.0.1", 8080),
        )  # fmt: skip
        self.loop = loop()
        self._alive = self.loop.loop.create_task(self._live())
        self.loop.run(asyncio.sleep(0.2))
        self.cookies = {name: self._signed_in(name) for name in KNOWN}

    async def _live(self) -> None:
        started = asyncio.Event()
        begin = iter([{"type": "lifespan.startup"}])

        async def receive() -> Any:
            said = next(begin, None)
            return said if said else await asyncio.Event().wait()

        async def send(_: Any) -> None:
            started.set()

        await self.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)

    def ask(
        self, target: bytes, headers: Iterable[tuple[bytes, bytes]] = (), method: str = "GET", body: bytes = b""
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, headers (of several of a name the first) and body."""
        scope = scope_of("http", target, [(b"host", HOST), *headers], method)
        incoming = [{"type": "http.request", "body": body, "more_body": False}]
        first, *rest = self.loop.run(exchange(self.app, scope, incoming))
        return first["status"], dict(reversed(first["headers"])), b"".join(part.get("body", b"") for part in rest)

    def _signed_in(self, name: str) -> bytes:
        form = f"name={name}&password={PASSWORDS[name].replace(' ', '+')}".encode()
        status, headers, _ = self.ask(b"/sign-in", FORM, "POST", form)
        assert status == 303, status
        return headers[b"set-cookie"].split(b";")[0]

    def page_of(self, name: str) -> dict[str, str]:
        """Query of the socket of a page that this user opens."""
        status, _, text = self.ask(b"/", [(b"cookie", self.cookies[name]), (b"accept", b"text/html")])
        assert status == 200, status
        found = re.search(rb"query: (\{.*\}),", text)
        assert found
        query = json.loads(html.unescape(_json(found[1])))
        return {key: "true" if value is True else str(value) for key, value in query.items()}


def _json(query: bytes) -> str:
    return query.decode().replace("'", '"').replace("True", "true").replace("False", "false")


FORM = [(b"origin", ORIGIN), (b"content-type", b"application/x-www-form-urlencoded")]


@cache
def board_harness() -> BoardHarness:
    logging.getLogger("nicegui").setLevel(logging.CRITICAL)
    return BoardHarness()


def form(data: bytes) -> None:
    """A request to any address: the lines are its method and target, a cookie, an accepted language; then its body."""
    first, cookie, language, *rest = [*data.split(b"\n", 3), b"", b"", b""]
    method, _, target = first.partition(b" ")
    known = method.decode("latin-1") if method in (b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS", b"TRACE") else "POST"
    target = target if target.startswith(b"/") else b"/sign-in"
    headers = [*FORM, (b"cookie", FIELDS.sub(b"", cookie)), (b"accept-language", FIELDS.sub(b"", language)),
               (b"accept", b"text/html")]  # fmt: skip
    status, answered, _ = board_harness().ask(FIELDS.sub(b"", target), headers, known, rest[0])
    assert status < 500, status
    assert b"set-cookie" not in answered or b"brewpi_session" not in answered[b"set-cookie"] or b"Max-Age=0" in (
        answered[b"set-cookie"]
    ), "signed in without a password"
    where = answered.get(b"location", b"/")
    assert re.match(rb"/(?![/\\])", where), f"leads away: {where!r}"
    assert not FIELDS.search(b"".join(answered.values())), "a header that is two"


def socket(data: bytes) -> None:
    """What a socket of somebody who may look says, a line a message, with the numbers of both pages at hand."""
    here = board_harness()
    own, other = here.page_of("vera"), here.page_of("anna")
    query = "&".join(f"{key}={value}" for key, value in {**own, "tab_id": "t", "document_id": "d"}.items())
    first, _, rest = data.partition(b"\n")
    if first[:1] == b"?":
        query = FIELDS.sub(b"", first[1:]).decode("latin-1").replace("OWN", own["client_id"])
    else:
        rest = data
    said = rest.replace(b"OWN", own["client_id"].encode()).replace(b"OTHER", other["client_id"].encode())
    messages: list[dict[str, Any]] = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "40"}]
    for line in said.split(b"\n"):
        as_text = {"text": line.decode("utf-8", "replace")}
        messages.append({"type": "websocket.receive", **({"bytes": line[1:]} if line[:1] == b"\xff" else as_text)})
    headers = [(b"host", HOST), (b"origin", ORIGIN), (b"cookie", here.cookies["vera"]),
               (b"upgrade", b"websocket"), (b"connection", b"Upgrade")]  # fmt: skip
    scope = scope_of("websocket", b"/_nicegui_ws/socket.io/?EIO=4&transport=websocket&" + query.encode(), headers)
    here.loop.run(_then_rest(exchange(here.app, scope, messages)))
    assert not here.sent, f"who may only look sent {here.sent[:2]}"
    assert here.ask(b"/alive")[0] == 204
    for client in list(Client.instances.values()):
        client.delete()


async def _then_rest(work: Any) -> None:
    await work
    for _ in range(5):
        await asyncio.sleep(0)


@cache
def programs() -> ApiHarness:
    return ApiHarness(Path(tempfile.mkdtemp()))


def api(data: bytes) -> None:
    """The body of a command over the API, of the name that the first byte says; the second says how it is sent."""
    here = programs()
    name = sorted(COMMANDS)[data[0] % len(COMMANDS)] if data else "stop"
    how, body = data[1:2], data[2:]
    headers = [(key.encode(), value.encode()) for key, value in here.writer.items()]
    headers.append((b"content-type", b"text/plain" if how > b"\xf0" else b"application/json"))
    headers.append((b"content-length", str(len(body)).encode()))
    scope = scope_of("http", f"/api/v1/tanks/cellar/fv1/commands/{name}".encode(), headers, "POST")
    incoming = [{"type": "http.request", "body": body, "more_body": False}]
    # for this request alone: other tests of the same process count how many the API takes
    as_many_as_it_likes = patch.object(access.MovingWindowRateLimiter, "hit", lambda *_: True)
    with as_many_as_it_likes, patch.object(commands, "ANSWER_S", 0.02):
        first, *rest = loop().run(exchange(here.mounted, scope, incoming))
    assert first["status"] in (200, 413, 422), first["status"]
    said = json.loads(b"".join(part.get("body", b"") for part in rest))
    if first["status"] != 200:
        shown(said["why"])


def _emitted(event: str, message: object) -> bytes:
    return f"42{json.dumps([event, message])}".encode()


EVENT = {"id": 5, "client_id": "OWN", "listener_id": "x", "args": ["{}"]}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "form": (
        b"POST /sign-in\nbrewpi_session=x\nde\nname=anna&password=hops+and+malt+not&next=/tank/cellar/fv1",
        b"GET /sign-in?next=//example.org/x\n\nen", b"GET /tank/cellar/fv1\nbrewpi_units=plato; brewpi_zone=UTC\nfr",
        b"POST /sign-out\nbrewpi_session=x\n", b"GET /batch/cellar/b1/readings.csv", b"GET /metrics",
        b"GET /_nicegui/3.18.0/static/../../x", b"GET /batch/%2e%2e/%2f/label.pdf", b"HEAD /\n", b"OPTIONS *",
    ),
    "socket": (
        b"\n".join((_emitted("event", EVENT), _emitted("event", {**EVENT, "client_id": "OTHER"}), b"3probe")),
        b"\n".join(_emitted(name, {"client_id": "OWN", "request_id": "r", "result": 1, "level": "error", "message": "m",
                                   "next_message_id": 3}) for name in ("ack", "log", "javascript_response")),
        _emitted("handshake", {"client_id": "OTHER", "tab_id": "t", "document_id": "d", "next_message_id": 0}),
        _emitted("event", [1]), _emitted("event", None), _emitted("event", {**EVENT, "client_id": []}),
        b'42["event"]', b"420[{}]", b"42[]", b"450-[{}]",
        b"451-[\"event\",{\"_placeholder\":true,\"num\":0}]\n\xffabc", b"41", b"1", b"2", b"6",
        b"b4AAAA", b'420["log",{}]', b'42["disconnect",1,2]', b'42["connect",{"QUERY_STRING":"client_id=OTHER"}]',
        b"?client_id=OWN&implicit_handshake=true&tab_id=t\n2", b"?client_id=x&next_message_id=nine\n40",
        b"?client_id=OWN&implicit_handshake=true&tab_id=t&document_id=d&next_message_id=nine\n2",
    ),
    "api": tuple(
        bytes([number, 0]) + b'{"target_c":18.0,"volume_ml":5,"value":1.05,"quantity":"sg","unit":"sg","what":"drain"}'
        for number in range(len(COMMANDS))
    ),
}  # fmt: skip
DOORS: dict[str, Callable[[bytes], None]] = {"form": form, "socket": socket, "api": api}
