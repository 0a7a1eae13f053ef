"""The board as a process, and a crowd that never finishes what it began: people get in, and memory stays bounded."""

from __future__ import annotations

import os
import random
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from brokers import MOSQUITTO, Broker
from running import AnsweringCellar, Person, RunningBoard

pytestmark = [pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"), pytest.mark.slow]
UNIT = Path(__file__).parents[2] / "systemd" / "brewpi-dashboard.service"
MEMORY_MAX_KIB = 1024 * int(re.search(r"^MemoryMax=(\d+)M$", UNIT.read_text(), re.MULTILINE)[1])
HALVES = [
    b"",
    b"GET / HT",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-",
    b"POST /sign-in HTTP/1.1\r\nContent-Length: 900\r\n\r\nab",
]
CROWD = 1050


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.kill()


@contextmanager
def running(here: Path, broker: Broker) -> Iterator[RunningBoard]:
    cellar = AnsweringCellar(broker)
    for number in range(20):
        cellar.say(f"fv{number}")
    board = RunningBoard(here, broker)
    yield board
    board.stop()
    cellar.client.disconnect()
    cellar.client.loop_stop()


@pytest.fixture
def board(tmp_path: Path, broker: Broker) -> Iterator[RunningBoard]:
    with running(tmp_path, broker) as board:
        yield board


@pytest.fixture(scope="module")
def one_board(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[RunningBoard]:
    """The same for all that it has to bear and answer."""
    with running(tmp_path_factory.mktemp("board"), broker) as board:
        yield board


def rss_kib(board: RunningBoard) -> int:
    status = Path(f"/proc/{board.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def gets_in_within_s(board: RunningBoard, within_s: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        with suppress(httpx.TransportError):
            if httpx.get(f"{board.url}/sign-in", timeout=5.0).status_code == 200:
                return time.monotonic() - began
    raise AssertionError(f"nobody gets in within {within_s:g} s")


def test_a_thousand_half_requests_shut_nobody_out_for_long(board, record_property):
    lines = []
    for number in range(CROWD):
        with suppress(OSError):
            line = socket.create_connection(("127.0.0.1", board.port), 5.0)
            lines.append(line)
            line.sendall(HALVES[number % len(HALVES)])
    waited_s = gets_in_within_s(board, 60.0)
    record_property("half requests", len(lines))
    record_property("waited_s", waited_s)
    assert len(lines) > CROWD * 0.9
    assert waited_s < 30.0  # their ten seconds, and a busy machine
    Person(board, "anna")  # a whole sign-in
    assert rss_kib(board) < MEMORY_MAX_KIB
    for line in lines:
        line.close()


def test_five_hundred_pages_that_never_open_a_socket_are_dropped(board, record_property):
    anna = Person(board, "anna")
    for _ in range(150):  # every buffer has been full once
        anna.load("/")
    said_kib = [rss_kib(board)]
    while len(said_kib) < 4 and (len(said_kib) == 1 or said_kib[-1] - said_kib[-2] >= 20_000):
        for _ in range(500):
            anna.load("/")
        said_kib.append(rss_kib(board))
    record_property("KiB after each 500", said_kib)
    assert said_kib[-1] - said_kib[-2] < 20_000  # what a busy machine lets lie for a while does not grow on
    assert said_kib[-1] < MEMORY_MAX_KIB


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/_nicegui_ws/socket.io/?EIO=4&transport=polling", "/metrics", "/history"]
)
def test_made_up_requests_end_in_an_answer(one_board, path):
    """Bytes of any kind after a head that is right: forms, sockets, pages."""
    board, chance = one_board, random.Random(path)
    each_anew = httpx.Client(base_url=board.url, timeout=20.0, limits=httpx.Limits(max_keepalive_connections=0))
    for _ in range(60):
        body = bytes(chance.randrange(256) for _ in range(chance.randrange(400)))
        method = chance.choice(["POST", "GET", "PUT", "DELETE"])
        kind = chance.choice(
            ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data", "\x7f"]
        )
        with suppress(httpx.TransportError):
            answer = each_anew.request(
                method,
                path,
                content=body,
                headers={"Content-Type": kind, "Origin": board.url, "Cookie": f"a={os.urandom(4).hex()}"},
            )
            assert answer.status_code < 500, answer.text[:300]
    assert gets_in_within_s(board, 20.0) < 20.0
    assert "Traceback" not in board.log.read_text()


def test_made_up_frames_on_a_socket_end_it_or_nothing(one_board):
    import websockets.sync.client as ws

    board, anna = one_board, Person(one_board, "anna")
    anna.load("/")
    cookie = "; ".join(f"{key}={value}" for key, value in anna.http.cookies.items())
    query = "&".join(f"{key}={str(value).lower() if value is True else value}" for key, value in anna.query.items())
    address = (
        f"ws://127.0.0.1:{board.port}/_nicegui_ws/socket.io/?{query}&EIO=4&transport=websocket&tab_id=t&document_id=d"
    )
    chance = random.Random(11)
    starts = [
        "",
        "40",
        "42",
        '42["event",',
        '42["handshake",',
        '42["javascript_response",',
        '42["ack",',
        "2",
        "4",
        "451-",
        "1",
    ]
    for _ in range(60):
        with (
            suppress(Exception),
            ws.connect(address, additional_headers={"Cookie": cookie, "Origin": board.url}) as line,
        ):  # type: ignore[arg-type]
            line.send("40")
            for _ in range(10):
                rest = chance.choice(
                    ['{"client_id": 5}]', "[[[[", "null]", '"\\ud800"]', "{}]", "9" * 400, '{"id": {}, "args": 7}]']
                )
                line.send(
                    chance.choice(starts) + rest
                    if chance.random() < 0.9
                    else bytes(chance.randrange(256) for _ in range(50))
                )
    assert gets_in_within_s(board, 20.0) < 20.0
    assert rss_kib(board) < MEMORY_MAX_KIB
