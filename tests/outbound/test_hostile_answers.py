"""What a service out there answers is not read: neither gigabytes in a few kilobytes, nor those that come as such."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from contextlib import suppress

import httpx
import pytest
import trustme
from brokers import until

from brewpi.outbound import Notice, Request, delivery_worker
from brewpi.outbound.delivery_worker import DeliveryWorker, post
from brewpi.outbound.webhook import Webhook

NOW = 1_790_000_000.0
BOMB = gzip.compress(b"\0" * 50_000_000, 9)


class Hostile:
    """Answers one request with a head and as much of a body as anybody reads."""

    def __init__(self, head: bytes, body: bytes, times: int, every_s: float = 0.0,
                 tls: ssl.SSLContext | None = None) -> None:  # fmt: skip
        self.head, self.body, self.times, self.every_s = head, body, times, every_s
        self.asked = 0
        self.sent = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        if tls is not None:
            self.door = tls.wrap_socket(self.door, server_side=True)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        try:
            caller, _ = self.door.accept()
        except OSError:  # of a client that does not trust us
            return
        self.asked += 1
        with caller, suppress(OSError):
            caller.recv(65_536)
            caller.sendall(self.head)
            for _ in range(self.times):
                time.sleep(self.every_s)
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


def test_a_byte_now_and_then_holds_up_nobody_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(delivery_worker, "LONGEST_S", 1.0)
    server = Hostile(b"HTTP/1.1 200 OK\r\nX: ", b"y", 600, every_s=0.1)
    (tmp_path / "url").write_text(server.url)
    worker = DeliveryWorker("logbook", Webhook(secret_file=tmp_path / "url"), lambda: NOW, time_scale=0.01)
    worker.tell(Notice("r-1", "2026-09-21T14:13:20.000Z", "riverside", "fv1", "alarms", "alarm", "too warm"))
    worker.start()
    until(lambda: server.sent)
    until(lambda: not server.thread.is_alive(), 10.0)  # its line is closed long before it has said all
    assert server.sent < 300
    assert [one.text for one in worker.unsent()] == ["too warm"]
    worker.stop()


def test_a_service_under_another_name_is_told_nothing():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    for verify in (True, trusted):  # of an authority that nobody knows, and of one that is known, for another name
        server = Hostile(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", 0, tls=context)
        with httpx.Client(timeout=2.0, verify=verify) as client:
            outcome = post(client, Request(server.url.replace("http:", "https:"), {"text": "too warm"}))
        assert outcome.why is not None
        assert outcome.why.startswith("cannot be reached")
        assert "127.0.0.1" not in outcome.why
        server.thread.join(5.0)
        assert server.asked == 0


@pytest.mark.parametrize("to", ["http://169.254.169.254/", "http://localhost:1883/", "file:///etc/hostname", "//x"])
def test_nobody_is_led_elsewhere(to):
    server = Hostile(f"HTTP/1.1 307 Go\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode(), b"", 0)
    with httpx.Client(timeout=2.0) as client:
        outcome = post(client, Request(server.url, {"text": "too warm"}))
    assert outcome.why == "refuses (307); the address, or where it leads, has changed"
    assert not outcome.again
