"""A server somewhere on the internet, with bad days: it fails, hangs, asks to wait, or hangs up, as the test says."""

from __future__ import annotations

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Web:
    """`days` are its next answers: a status, (status, headers), "hangs up" or "sleeps"; after those, 200."""

    def __init__(self, port: int = 0) -> None:
        self.days: deque[Any] = deque()
        self.got: list[dict[str, Any]] = []  # path, token, body and what was answered
        self.awake = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                day = web.days.popleft() if web.days else 200
                status, headers = day if isinstance(day, tuple) else (day, {})
                web.got.append(
                    {"path": self.path, "token": self.headers.get("Authorization"), "body": body, "answer": status}
                )
                if status == "sleeps":
                    web.awake.wait(20.0)
                    status = "hangs up"
                if status == "hangs up":
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self, taken: bool = True) -> list[dict[str, Any]]:
        """What it took, in order; with `taken` false, every attempt."""
        return [one["body"] for one in self.got if not taken or one["answer"] == 200]

    def close(self) -> None:
        self.awake.set()
        self.server.shutdown()
        self.server.server_close()
