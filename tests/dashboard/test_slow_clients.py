"""Half requests by the thousand: whoever asks properly is served all the same."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import uvicorn
from brokers import own_address, until
from ports import free_port
from running import RunningBoard

from brewpi import slow_clients
from brewpi.slow_clients import PatientProtocol


async def answers(scope: Any, receive: Any, send: Any) -> None:
    """Reads the request to its end, then says hello."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(slow_clients, "REQUEST_S", 1.0)
    monkeypatch.setattr(slow_clients, "ALL", 300)
    port = free_port()
    config = uvicorn.Config(answers, port=port, log_level="error", http=PatientProtocol)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join(10.0)


def opened(port: int, text: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), 5.0)
    with suppress(OSError):
        line.sendall(text)
    return line


HALF = [
    b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nab",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
]  # fmt: skip


@pytest.mark.parametrize("half", HALF, ids=range(len(HALF)))
def test_a_request_that_never_ends_is_given_up(port, half):
    line = opened(port, half)
    line.settimeout(9.0)
    began = time.monotonic()
    with suppress(ConnectionResetError):
        while line.recv(4096):
            pass
    assert time.monotonic() - began < 8.0  # 5 s is what uvicorn keeps a line for
    line.close()


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "header": (HEAD + b"X: ", b"a"), "headers": (HEAD, b"X: a\r\n"), "target": (b"GET /", b"a"),
    "chunks": (CHUNKED, b"5\r\nhello\r\n"), "extension": (CHUNKED + b"5;", b"a"),
    "trailers": (CHUNKED + b"0\r\n", b"X: a\r\n"), "body": (HEAD + b"Content-Length: 999999999\r\n\r\n", b"a"),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDLESS)
def test_a_request_without_end_fills_no_memory(port, what, monkeypatch):
    monkeypatch.setattr(slow_clients, "REQUEST_S", 60.0)
    begin, more = ENDLESS[what]
    line, sent, part = opened(port, begin), 0, more * (2**16 // len(more))
    with suppress(OSError), line:
        while sent < 2**27:
            sent += line.send(part)
    assert sent < 2**24  # what lies in the buffers of both sides
    with httpx.Client() as client:
        assert client.get(f"http://127.0.0.1:{port}/").text == "hello"


def test_many_requests_over_one_connection_are_not_one_large_one(port):
    with httpx.Client() as client:
        for _ in range(40):
            assert client.post(f"http://127.0.0.1:{port}/", content=b"a" * 8192).text == "hello"


def test_a_byte_now_and_then_does_not_keep_the_place(port):
    line = opened(port, b"GET / HTTP/1.1\r\n")
    line.settimeout(0.2)
    began = time.monotonic()
    with suppress(ConnectionError):
        while time.monotonic() - began < 8.0:
            line.sendall(b"X-a: b\r\n")
            with suppress(TimeoutError):
                if line.recv(100) == b"":
                    break
    assert time.monotonic() - began < 7.0
    line.close()


def test_whoever_asks_properly_is_served_among_half_requests_without_number(port, monkeypatch):
    monkeypatch.setattr(slow_clients, "REQUEST_S", 60.0)
    lines = [opened(port, b"GET / HT") for _ in range(400)]
    began = time.monotonic()
    assert httpx.get(f"http://127.0.0.1:{port}/").text == "hello"
    assert time.monotonic() - began < 2.0
    for line in lines:
        line.close()


def test_one_address_has_its_share_of_the_board_and_others_have_theirs(tmp_path, broker):
    board = RunningBoard(tmp_path, broker, "--without-tls", host="0.0.0.0")
    stranger = own_address()
    lines = []
    for _ in range(slow_clients.PER_ADDRESS + 50):
        lines.append(socket.create_connection((stranger, board.port), 5.0))
        with suppress(OSError):
            lines[-1].sendall(b"GET / HT")
    assert sum(map(is_closed, lines)) == 50
    assert httpx.get(board.url + "/sign-in").status_code == 200
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{stranger}:{board.port}/sign-in")
    for line in lines:
        line.close()
    until(lambda: is_answered(f"http://{stranger}:{board.port}/sign-in"))
    board.stop()


def is_closed(line: socket.socket) -> bool:
    line.settimeout(0.05)
    try:
        return line.recv(100) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def is_answered(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(url).status_code == 200
    return False


def test_a_connection_is_kept_for_more_requests(port):
    with httpx.Client() as client:
        for _ in range(3):
            assert client.get(f"http://127.0.0.1:{port}/").text == "hello"
            time.sleep(0.4)


UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def test_a_websocket_gives_its_place_back_when_it_is_closed(port, monkeypatch):
    monkeypatch.setattr(slow_clients, "ALL", 20)
    for _ in range(40):
        line = opened(port, UPGRADE)
        assert line.recv(4096).startswith(b"HTTP/1.1 101")
        line.close()
    assert httpx.get(f"http://127.0.0.1:{port}/").text == "hello"
