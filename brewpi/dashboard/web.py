"""The server: guard, sign-in, metrics and pages as one ASGI application, and what it hears from the broker."""

from __future__ import annotations

import hmac
import resource
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from nicegui import Client, ui
from nicegui import app as pages_app
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from brewpi.dashboard import installable
from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.api import app as api
from brewpi.dashboard.api.app import WithApi
from brewpi.dashboard.api.tokens import Tokens
from brewpi.dashboard.auth.guard import METRICS, App, Guard, cookie_name, own_names
from brewpi.dashboard.auth.login import LoginPages
from brewpi.dashboard.auth.sessions import Sessions
from brewpi.dashboard.auth.sockets import keep_apart
from brewpi.dashboard.auth.users import Users
from brewpi.dashboard.batch_files import BatchFiles
from brewpi.dashboard.feed.board import WAITING, Board
from brewpi.dashboard.feed.metrics import exposition
from brewpi.dashboard.push import PushOptions
from brewpi.dashboard.views.batch_pages import BatchPages
from brewpi.dashboard.views.frame import Frame
from brewpi.dashboard.views.pages import Pages
from brewpi.dashboard.views.plain_page import tell_failures
from brewpi.dashboard.views.setup_page import Setup, SetupPage
from brewpi.mqtt.null import Link
from brewpi.mqtt.payloads import TOPICS
from brewpi.slow_clients import PatientProtocol

if TYPE_CHECKING:
    from brewpi.dashboard.push.sender import PushSender

PRUNE_S, UNSEEN_S = 2.0, 20.0  # a browser opens its socket within a second or two
UNSEEN_KEPT = 60
PUSH_LOOK_S = 2.0
PROXIES = "127.0.0.1,::1"  # a proxy in front runs on this machine
NO_API = PlainTextResponse("this board has no API; brewpi dashboard --api-tokens gives it one", 404)
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Serving:
    """How browsers reach the board. names: what else it is called in an address; behind_proxy: TLS is the proxy's;
    metrics_token: what a scraper shows, None where nobody needs one or nobody without a session may scrape;
    anyone_may_look: without signing in; command_keys: what commands are signed with; api_tokens: of programs, None
    where there is no API; setup: the config that may be changed in the browser, and what it raises; push: how devices
    are told of alarms, None where none are."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    metrics_token: str | None = None
    anyone_may_look: bool = False
    command_keys: Path | None = None
    api_tokens: Path | None = None
    setup: Setup | None = None
    setup_failure: type[Exception] = ValueError
    push: PushOptions | None = None

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS only."""
        return self.behind_proxy or self.certificate is not None


def address_of(serving: Serving) -> str:
    """What to type into a browser: of a board that listens on every network, the address that this machine has."""
    host = serving.host
    if host in ("0.0.0.0", "::"):
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(("192.0.2.1", 9))  # an address of nobody (RFC 5737); nothing is sent
            host = str(asked.getsockname()[0])
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if serving.certificate else 'http'}://{name}:{serving.port}"


def serve(link: Link, online: Callable[[], bool], site: str, users: Users, serving: Serving) -> None:
    """Until Ctrl-C. `site` may be + for all of them."""
    board = Board()
    sender = _push_sender(board, users, serving.push)
    topics = ("availability", "scorecard", "batches/+", *(f"+/{word}" for word in TOPICS if word != "scorecard"))
    inboxes = [link.subscribe(f"brewpi/{site}/{rest}") for rest in topics]
    for inbox in inboxes:
        inbox.limit = WAITING

    def pump() -> None:
        link.pump()
        board.connected = online()
        for inbox in inboxes:
            messages = inbox.take()
            board.receive(messages)
            if sender is not None:
                sender.receive(messages)

    print(f"The board: {address_of(serving)}", flush=True)
    pages_app.on_startup(link.start)
    pages_app.on_shutdown(link.stop)
    pages_app.timer(0.1, pump)
    pages_app.timer(PRUNE_S, prune)
    if sender is not None:
        pages_app.timer(PUSH_LOOK_S, sender.poll)
        pages_app.on_shutdown(sender.stop)
    _allow_many_connections()
    uvicorn.run(
        application(board, users, link.publish, serving, sender),
        host=serving.host, port=serving.port, log_level="warning", server_header=False,
        ssl_certfile=serving.certificate, ssl_keyfile=serving.key,
        proxy_headers=serving.behind_proxy, forwarded_allow_ips=PROXIES if serving.behind_proxy else [],
        timeout_graceful_shutdown=2, ws_max_size=2**20, http=PatientProtocol,
    )  # fmt: skip


def prune() -> None:
    """A page that never opened a socket is nobody's: a script that loads pages must not fill the memory."""
    unseen = [client for client in Client.instances.values() if not client.has_socket_connection]
    many = len(unseen) > UNSEEN_KEPT
    Client.prune_instances(client_age_threshold=PRUNE_S if many else UNSEEN_S)


def _allow_many_connections() -> None:
    """Room for the sockets of every browser, and the limits of `slow_clients` before that of the process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))


def _push_sender(board: Board, users: Users, options: PushOptions | None) -> PushSender | None:
    if options is None:
        return None
    from brewpi.dashboard.push.sender import PushSender  # its extra may be absent

    return PushSender(board, options, lambda name: users.file is None or users.get(name) is not None)


def application(
    board: Board, users: Users, send: Callable[[str, str], None], serving: Serving, sender: PushSender | None = None
) -> Guard:
    """All of it, as uvicorn or a test runs it; `send` publishes a command; `sender` tells devices."""
    sessions = Sessions(users)
    authorization = AuthorizedActions(board, sessions, send, serving.secure, serving.command_keys)
    frame = Frame(board, authorization, serving.setup is not None, sender)
    Pages(board, frame, authorization)
    BatchPages(board, frame, authorization, send)
    SetupPage(frame, authorization, serving.setup, serving.setup_failure)
    routes: list[BaseRoute] = LoginPages(sessions, serving.secure).routes
    routes.append(Route(METRICS, Metrics(board, sessions, serving).get))
    routes += installable.ROUTES
    routes += BatchFiles(board, send).routes
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, routes=routes)
    keep_apart(lambda request: request.cookies.get(cookie_name(serving.secure), ""))
    tell_failures(pages_app)
    pages_app.config.socket_io_js_transports = ["websocket"]
    ui.run_with(  # a screen reader asks in which voice to read
        app, title="brewpi", language="en-US", dark=None, tailwind=False, reconnect_timeout=10.0,
        show_welcome_message=False,
    )  # fmt: skip
    programs: App = NO_API
    if serving.api_tokens is not None:
        programs = api.application(board, Tokens(serving.api_tokens), send, serving.command_keys)
    inner = WithApi(app, programs)
    return Guard(inner, sessions, own_names(list(serving.names)), serving.secure, serving.anyone_may_look)


class Metrics:
    """`/metrics`, for a token, for whoever is signed in, and for all where nobody has to sign in."""

    def __init__(self, board: Board, sessions: Sessions, serving: Serving) -> None:
        self.board, self.sessions, self.serving = board, sessions, serving

    async def get(self, request: Request) -> Response:
        """In Prometheus' text form."""
        if not self._may(request):
            return PlainTextResponse("no or wrong token", 401, {"WWW-Authenticate": "Bearer"})
        return Response(exposition(self.board, time.time()), media_type=PROMETHEUS)

    def _may(self, request: Request) -> bool:
        token = self.serving.metrics_token
        if token is None and (self.sessions.users.file is None or self.serving.anyone_may_look):
            return True
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if token and scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode()):
            return True
        session = request.cookies.get(cookie_name(self.serving.secure), "")
        return self.sessions.get(session, time.monotonic()) is not None
