"""HTTP byte by byte, as no library sends it."""

from __future__ import annotations

import re
import socket

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
SECOND = b"GET /alive HTTP/1.1\r\nHost: HERE\r\n\r\n"  # what is smuggled behind the first
TWO_IN_ONE = [
    b"Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc", b"Content-Length: 3, 30\r\n\r\nabc",
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    b"Content-Length: 4\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"Content-Length: -1\r\n\r\n", b"Content-Length: +3\r\n\r\nabc", b"Content-Length: 0x3\r\n\r\nabc",
    b"Content-Length: 99999999999999999999999\r\n\r\nabc", b"Content-Length: 3\n\nabc",
    b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc",
    b"X: a\x00b\r\n\r\n", b" folded: x\r\n\r\n",

]  # fmt: skip


def answers(port: int, request: bytes) -> tuple[list[int], bytes]:
    """The status of each answer, and all that came, until the server has closed the line. HERE: its address."""
    with socket.create_connection(("127.0.0.1", port), 10.0) as line:
        line.sendall(request.replace(b"HERE", f"127.0.0.1:{port}".encode()))
        said = b""
        while part := line.recv(65536):
            said += part
    return [int(status) for status in STATUS.findall(said)], said


def statuses_of_two(port: int, path: str, headers: bytes) -> list[int]:
    """Of a request whose end is somewhere else for a proxy than for the server."""
    return answers(port, f"POST {path} HTTP/1.1\r\nHost: HERE\r\n".encode() + headers + SECOND)[0]
