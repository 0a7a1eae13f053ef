"""The board's door with a dummy behind it: what gets in, and with what."""

from __future__ import annotations

from pathlib import Path

from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from brewpi.dashboard.auth.guard import Guard, own_names
from brewpi.dashboard.auth.login import LoginPages
from brewpi.dashboard.auth.sessions import Sessions
from brewpi.dashboard.auth.users import User, Users, hashed, write

PASSWORDS = {"anna": "hops and malt", "vera": "just looking"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what is tested is everything around it
KNOWN = {
    "anna": User(role="operate", password=hashed(PASSWORDS["anna"], CHEAP)),
    "vera": User(role="view", password=hashed(PASSWORDS["vera"], CHEAP)),
}
HOST = "cellar.test"


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse("the whiteboard")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


class Door:
    """Sessions, sign-in and guard around a page and a socket; `file` is that of the users."""

    def __init__(self, here: Path | None, secure: bool = False, anyone: bool = False) -> None:
        self.file = here and here / "users.toml"
        if self.file:
            write(self.file, KNOWN)
        self.secure = secure
        self.sessions = Sessions(Users(self.file))
        routes = [
            *LoginPages(self.sessions, secure).routes,
            Route("/", page),
            Route("/tank/demo/ale", page),
            WebSocketRoute("/_nicegui_ws/socket.io/", echo),
        ]
        self.app = Guard(Starlette(routes=routes), self.sessions, own_names([HOST]), secure, anyone)
        self.origin = f"{'https' if secure else 'http'}://{HOST}"

    def browser(self, address: str = "10.0.0.2") -> TestClient:
        """One that keeps its cookies, and does not follow by itself."""
        return TestClient(self.app, base_url=self.origin, client=(address, 50_000), follow_redirects=False,
                          headers={"accept": "text/html"})  # fmt: skip

    def sign_in(self, browser: TestClient, name: str = "anna", password: str | None = None, **more: str):
        """As the form does it."""
        form = {"name": name, "password": PASSWORDS[name] if password is None else password, **more}
        return browser.post("/sign-in", data=form, headers={"origin": self.origin})
