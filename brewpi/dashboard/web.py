"""The server of the pages, and what it hears from the broker."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from nicegui import app, ui

from brewpi.dashboard.acting import Acting
from brewpi.dashboard.model import Board
from brewpi.dashboard.pages import Pages
from brewpi.dashboard.users import Users
from brewpi.mqtt.null import Link


def serve(link: Link, online: Callable[[], bool], site: str, users: Users, host: str, port: int) -> None:
    """Until Ctrl-C. `site` may be + for all of them."""
    board = Board()
    inboxes = [link.subscribe(f"brewpi/{site}/{rest}") for rest in ("availability", "scorecard", "+/+")]
    Pages(board, Acting(board, users, link.say))

    def pump() -> None:
        link.pump()
        board.connected = online()
        for inbox in inboxes:
            board.hear(inbox.take())

    app.on_startup(link.start)
    app.on_shutdown(link.stop)
    app.timer(0.1, pump)
    ui.run(
        host=host, port=port, title="brewpi", reload=False, show=False, show_welcome_message=False, dark=None,
        storage_secret=secrets.token_hex(32), session_middleware_kwargs={"same_site": "strict"},
        uvicorn_logging_level="warning", tailwind=False, reconnect_timeout=10.0,
    )  # fmt: skip
