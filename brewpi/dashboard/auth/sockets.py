"""A page obeys the browser session that opened it, and no other socket that has learnt its number.

NiceGUI knows a page by a random number alone. That number is no secret of the session: it stands in the page, in logs
of a proxy, in a screenshot of an error. Whoever looks only must not press the buttons of somebody who acts.

The seam: NiceGUI has no place of its own for such a check, so its socket.io handlers (`core.sio.handlers["/"]`) are
taken and put back with ours before them. They are private: which there are, and what each is given, may change with any
version. tests/dashboard/test_sockets.py looks at both, and at the versions that they were read in (`HOLDS_FOR`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client, core
from socketio.exceptions import ConnectionRefusedError
from starlette.requests import HTTPConnection

HOLDS_FOR = ((3, 0), (3, 18))  # versions of NiceGUI, first and last
OF_A_PAGE = ("event", "javascript_response", "ack", "log")
LOAD_ANEW = "Implicit handshake failed"  # at these words NiceGUI's script loads the page again

Shown = Callable[[HTTPConnection], str]


def keep_apart(shown: Shown) -> None:
    """Once, before serving. shown: what a browser shows as its session."""
    sio = core.sio
    handlers: Mapping[str, Callable[..., Any]] = sio.handlers["/"]
    connect, handshake = handlers["connect"], handlers["handshake"]

    def same(sid_environ: Mapping[str, Any], client_id: object) -> bool:
        """Whether the socket's browser is the one that opened the page; a page that is gone is nobody's."""
        client = Client.instances.get(str(client_id))
        return client is None or shown(client.request) == shown(HTTPConnection(sid_environ["asgi.scope"]))

    async def on_connect(sid: str, environ: Mapping[str, Any], auth: object = None) -> None:
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("client_id", [""])
        if not all(same(environ, client_id) for client_id in asked):
            raise ConnectionRefusedError(LOAD_ANEW)
        await connect(sid, environ, auth)

    async def on_handshake(sid: str, data: Mapping[str, Any]) -> bool:
        return same(sio.get_environ(sid), data.get("client_id")) and bool(await handshake(sid, data))

    def only_own(handler: Callable[..., Any]) -> Callable[..., Any]:
        def passed(sid: str, message: Mapping[str, Any]) -> None:
            if message.get("client_id") in sio.rooms(sid):  # the handshake put the socket there
                handler(sid, message)

        return passed

    sio.on("connect", on_connect)
    sio.on("handshake", on_handshake)
    for name in OF_A_PAGE:
        sio.on(name, only_own(handlers[name]))
