"""What a service out there answers is not read: neither gigabytes in a few kilobytes, nor those that come as such."""

from __future__ import annotations

import gzip
import socket
import threading
from contextlib import suppress

import httpx
import pytest

from brewpi.outbound import Request
from brewpi.outbound.delivery_worker import post

BOMB = gzip.compress(b"\0" * 50_000_000, 9)


class Hostile:
    """Answers one request with a head and as much of a body as anybody reads."""

    def __init__(self, head: bytes, body: bytes, times: int) -> None:
        self.head, self.body, self.times = head, body, times
        self.sent = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        caller, _ = self.door.accept()
        with caller, suppress(OSError):
            caller.recv(65_536)
            caller.sendall(self.head)
            for _ in range(self.times):
                caller.sendall(self.body)
                self.sent += len(self.body)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}/"


@pytest.mark.parametrize(("status", "taken"), [(b"200 OK", True), (b"403 No", False), (b"503 Later", False)])
@pytest.mark.parametrize(
    ("head", "body", "times"),
    [
        (b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(BOMB), BOMB, 1),
        (b"Content-Length: 999999999999\r\n", b"x" * 100_000, 5000),
        (b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", b"10000\r\n" + b"\0" * 65_536 + b"\r\n", 5000),
    ],
    ids=["gzip", "long", "chunked"],
)
def test_an_answer_is_not_read(head, body, times, status, taken):
    server = Hostile(b"HTTP/1.1 " + status + b"\r\n" + head + b"\r\n", body, times)
    with httpx.Client(timeout=5.0) as client:
        outcome = post(client, Request(server.url, {"text": "too warm"}))
    server.thread.join(5.0)
    assert (outcome.why is None) is taken
    assert not server.thread.is_alive()
    assert server.sent < 20_000_000  # what lies in the sockets' buffers


def test_an_endless_head_is_given_up(caplog):
    server = Hostile(b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"y" * 10_000 + b"\r\n", 10_000)
    with httpx.Client(timeout=5.0) as client:
        assert post(client, Request(server.url, {"text": "too warm"})).why
    assert server.sent < 20_000_000
