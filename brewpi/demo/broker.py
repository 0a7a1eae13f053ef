"""An MQTT broker inside the demo's own process: the only file that knows amqtt."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any

HOST = "127.0.0.1"
START_S, GOODBYE_S = 10.0, 2.0


class Walkable(dict[str, list[Any]]):
    """A dict that may change while somebody walks through it.

    amqtt 0.12 waits in the middle of a walk through its subscriptions. When another client subscribes meanwhile, the
    one that comes is never heard again, and what is being sent reaches nobody.
    """

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self.keys()))

    def items(self) -> Any:
        """Those of now."""
        return tuple(super().items())


@contextmanager
def broker() -> Iterator[int]:
    """A broker for anybody on this machine and nobody else; gives its port, gone on leaving.

    Raises ImportError without the `demo` extra, OSError if no port can be opened.
    """
    from amqtt.broker import Broker

    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    port = _free_port()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="broker", daemon=True)
    thread.start()

    async def start() -> Broker:
        made = Broker(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
                "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
            }
        )
        made._subscriptions = Walkable()
        await made.start()
        return made

    started: Future[Broker] = asyncio.run_coroutine_threadsafe(start(), loop)
    running = started.result(START_S)
    try:
        yield port
    finally:
        leaving = asyncio.run_coroutine_threadsafe(running.shutdown(), loop)
        with suppress(TimeoutError):  # one that does not leave ends with the process
            leaving.result(GOODBYE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(GOODBYE_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
