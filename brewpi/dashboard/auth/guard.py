"""What stands before every page and socket: which names the board answers to, from which pages, and for whom.

A browser carries its user's session to whoever asks it to. So nothing that changes anything, and no websocket, is taken
from a page of another origin; and nothing at all under a name that is not ours, which is how a page of somebody else
(`attacker.example` that suddenly resolves to 127.0.0.1: DNS rebinding) would become "the same origin".
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from brewpi.dashboard.auth.sessions import Sessions
from brewpi.seam import Seam

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SIGN_IN, SIGN_OUT, METRICS = "/sign-in", "/sign-out", "/metrics"
ALIVE, MANIFEST, ICONS = "/alive", "/manifest.webmanifest", ("/icon.svg", "/icon-192.png", "/icon-512.png")
PUSH_WORKER = "/push-worker.js"
OPEN = {SIGN_IN, SIGN_OUT, METRICS, ALIVE, MANIFEST, PUSH_WORKER, *ICONS, "/favicon.ico"}  # each looks after itself
POSTED = {SIGN_IN, SIGN_OUT}
PROGRAMS = "/api/"  # looks after itself, by tokens; a browser's session is nothing there
SOCKET = "/_nicegui_ws/"
STATIC = "/_nicegui/"
SOCKETS = Seam("a browser's socket", "what it says is left out")
CHECK_S = 2.0  # how long a socket outlives its session at most

# Vue compiles its templates in the browser: hence unsafe-eval. Nothing comes from, goes to or is shown by another site.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would send "Origin: null" with our own form
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def cookie_name(secure: bool) -> str:
    """Of the session. With `__Host-` a browser keeps it to this very host and to TLS."""
    return "__Host-brewpi_session" if secure else "brewpi_session"


def own_names(more: list[str]) -> frozenset[str]:
    """What the board may be called in an address, beside numbers: those cannot be made to point elsewhere."""
    here = socket.gethostname().lower()
    return frozenset({"localhost", here, f"{here}.local", *(name.lower() for name in more)})


class Guard:
    """ASGI, around everything.

    names: see `own_names`; secure: whether browsers reach us over TLS only, here or at a proxy; anyone_may_look:
    whether pages are shown to who has not signed in.
    """

    def __init__(
        self, app: App, sessions: Sessions, names: frozenset[str], secure: bool, anyone_may_look: bool = False
    ) -> None:
        self.app, self.sessions, self.names, self.secure = app, sessions, names, secure
        self.anyone_may_look = anyone_may_look or sessions.users.file is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            refusal = self._refusal(scope)
            await (refusal or self.app)(scope, receive, _with_headers(send, scope["path"]))

    def session(self, scope: Scope) -> str:
        """The token that a browser shows."""
        return HTTPConnection(scope).cookies.get(cookie_name(self.secure), "")

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        if not self._is_ours(headers):
            return PlainTextResponse("this board has another name; see --name of brewpi dashboard", 421)
        if path.startswith(PROGRAMS):
            return None
        if path.startswith(SOCKET):
            return PlainTextResponse("a websocket only", 426)
        if method == "POST" and path in POSTED:
            return None if self._from_here(headers) else PlainTextResponse("asked by a page of another site", 403)
        if method not in ("GET", "HEAD"):
            return PlainTextResponse("nothing is sent here", 405)
        if path in OPEN or self._may_look(scope):
            return None
        if path.startswith(STATIC) or "text/html" not in headers.get("accept", ""):
            return PlainTextResponse("sign in first", 401)
        return RedirectResponse(f"{SIGN_IN}?next={quote(path)}", 303)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        welcome = scope["path"].startswith(SOCKET) and self._is_ours(headers) and self._from_here(headers)
        if not welcome:
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": 1008})
            return
        if not self._may_look(scope):
            await _load_anew(receive, send)
            return
        try:
            await self.app(scope, self._while_signed_in(scope, receive), send)
        except Exception as error:  # of the libraries that take frames apart
            SOCKETS.failed(error, time.monotonic())
            with suppress(RuntimeError):
                await send({"type": "websocket.close", "code": 1007})
            return
        if not self._may_look(scope):
            with suppress(RuntimeError):  # closed already
                await send({"type": "websocket.close", "code": 1008})

    def _while_signed_in(self, scope: Scope, receive: Receive) -> Receive:
        """What arrives, until the session has ended: then the socket is as good as closed."""

        async def next_message() -> MutableMapping[str, Any]:
            waiting = asyncio.ensure_future(receive())
            try:
                while True:
                    done, _ = await asyncio.wait({waiting}, timeout=CHECK_S)
                    if not self._may_look(scope):
                        return {"type": "websocket.disconnect", "code": 1008}
                    if done:
                        return waiting.result()
            finally:
                waiting.cancel()

        return next_message

    def _may_look(self, scope: Scope) -> bool:
        return self.anyone_may_look or self.sessions.get(self.session(scope), time.monotonic()) is not None

    def _is_ours(self, headers: Headers) -> bool:
        """By hand: Starlette's TrustedHostMiddleware has no way to say "any number", goes by the first of two hosts,
        and answers a websocket with a page, which uvicorn cannot send. tests/dashboard/test_guard.py says when it can.
        """
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return False
        name = _name(f"//{hosts[0]}")
        if name in self.names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _from_here(self, headers: Headers) -> bool:
        """Browsers say where the page that asks came from, with every websocket and every form."""
        origin = headers.getlist("origin")
        scheme = "https" if self.secure else "http"
        return [one.lower() for one in origin] == [f"{scheme}://{headers['host'].lower()}"]


async def _load_anew(receive: Receive, send: Send) -> None:
    """To a page of ours whose session is gone: in the words of socket.io (its protocol 5, over Engine.IO 4) that which
    makes the page load again, and so come to the form. It would wait for a connection for ever."""
    await receive()  # the request to connect
    await send({"type": "websocket.accept"})
    hello = '0{"sid":"none","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}'
    await send({"type": "websocket.send", "text": hello})
    try:
        answer = await asyncio.wait_for(receive(), CHECK_S)
    except TimeoutError:
        answer = {}
    if answer.get("type") == "websocket.receive":
        await send({"type": "websocket.send", "text": '44{"message":"Implicit handshake failed"}'})
    if answer.get("type") != "websocket.disconnect":
        await send({"type": "websocket.close", "code": 1008})


def _name(address: str) -> str:
    try:
        parts = urlsplit(address)
        return "" if parts.port == 0 else (parts.hostname or "").rstrip(".")  # a port that is none raises
    except ValueError:
        return ""


def _with_headers(send: Send, path: str) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Content-Security-Policy", POLICY)
            if not path.startswith(STATIC):
                headers["Cache-Control"] = "no-store"
        await send(message)

    return sent
