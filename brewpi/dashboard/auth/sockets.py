"""A page obeys the browser session that opened it, and no other socket that has learnt its number.

NiceGUI knows a page by a random number alone. That number is no secret of the session: it stands in the page, in logs
of a proxy, in a screenshot of an error. Whoever looks only must not press the buttons of somebody who acts.

The seam: NiceGUI has no place of its own for such a check, so its socket.io handlers (`core.sio.handlers["/"]`) are
taken and put back with ours before them. A browser may send anything under any of their names: what no page of ours
says is left out, counted, and said in the log once a minute. They are private: which there are, and what each is given,
may change with any version, and so may what makes its packets. tests/dashboard/test_sockets.py looks at the handlers,
and at the versions that they were read in (`HOLDS_FOR`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client, core
from socketio.exceptions import ConnectionRefusedError
from socketio.packet import BINARY_EVENT, EVENT, Packet
from starlette.requests import HTTPConnection

from brewpi.dashboard.auth.guard import SOCKETS
from brewpi.sanitize import clean_text

HOLDS_FOR = ((3, 0), (3, 18))  # versions of NiceGUI, first and last
OF_A_PAGE = ("event", "javascript_response", "ack", "log")
LOAD_ANEW = "Implicit handshake failed"  # at these words NiceGUI's script loads the page again

log = logging.getLogger(__name__)

Shown = Callable[[HTTPConnection], str]


def named_packet(*args: Any, **how: Any) -> Packet:
    """A packet of socket.io in which the name of an event is text: of whatever else a browser puts in its place the
    handler is looked for, and a table there fails in a task that nobody waits for. Raises ValueError for another."""
    packet = Packet(*args, **how)
    if packet.packet_type in (EVENT, BINARY_EVENT) and not (packet.data and isinstance(packet.data[0], str)):
        raise ValueError("an event without a name")
    return packet


def keep_apart(shown: Shown) -> None:
    """Once, before serving. shown: what a browser shows as its session."""
    sio = core.sio
    handlers: Mapping[str, Callable[..., Any]] = sio.handlers["/"]
    connect, handshake, disconnect = (handlers[name] for name in ("connect", "handshake", "disconnect"))

    def same(sid_environ: Mapping[str, Any], client_id: object) -> bool:
        """Whether the socket's browser is the one that opened the page; a page that is gone is nobody's."""
        client = Client.instances.get(str(client_id))
        return client is None or shown(client.request) == shown(HTTPConnection(sid_environ["asgi.scope"]))

    async def on_connect(sid: str, environ: Mapping[str, Any], auth: object = None) -> None:
        if environ is not sio.get_environ(sid):  # a message of that name, and what it says of itself
            return
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("client_id", [""])
        if not all(same(environ, client_id) for client_id in asked) or not await _taken(connect(sid, environ, auth)):
            raise ConnectionRefusedError(LOAD_ANEW)

    async def on_handshake(sid: str, data: Mapping[str, Any]) -> bool:
        async def shaken() -> bool:
            return same(sio.get_environ(sid), data.get("client_id")) and bool(await handshake(sid, data))

        return await _taken(shaken())

    def only_own(handler: Callable[[str, Mapping[str, Any]], object]) -> Callable[..., None]:
        def passed(sid: str, message: object = None, *_: object) -> None:
            if isinstance(message, dict) and message.get("client_id") in sio.rooms(sid):  # the handshake put it there
                SOCKETS.run(time.monotonic(), lambda: handler(sid, message), None)

        return passed

    def on_disconnect(sid: str, *_: object) -> None:
        if not sio.manager.is_connected(sid, "/"):  # or it is a message of that name
            disconnect(sid)

    sio.packet_class = named_packet
    sio.eio.logger.addFilter(_in_a_line)
    sio.on("connect", on_connect)
    sio.on("handshake", on_handshake)
    sio.on("disconnect", on_disconnect)
    for name in OF_A_PAGE:
        sio.on(name, only_own(_log if name == "log" else handlers[name]))


async def _taken(work: Awaitable[object]) -> bool:
    """Whether it was, and said yes or nothing. Raises ConnectionRefusedError alone."""
    try:
        return await work is not False
    except ConnectionRefusedError:
        raise
    except Exception as error:
        SOCKETS.failed(error, time.monotonic())
        return False


def _in_a_line(record: logging.LogRecord) -> bool:
    """A frame that cannot be taken apart is no page of traceback each time."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, Exception):
        SOCKETS.failed(error, time.monotonic())
    return error is None


def _log(_: str, message: Mapping[str, Any]) -> None:
    """What a browser would like to have in the log of the board: for who looks for a fault, and a line."""
    log.debug("a browser says: %s", clean_text(str(message.get("message")), 200))
