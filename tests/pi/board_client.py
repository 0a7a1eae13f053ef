#!/usr/bin/env python3
"""On the emulated Pi: signs in at the board as a browser on a tablet does, over TLS, trusting Caddy's authority only.

`board_client.py PASSWORD [NAME [PATH [WORDS]]]` says "signed in", how many bytes the page has and whether the words
stand in it, or "refused".
"""

from __future__ import annotations

import http.client
import ssl
import sys
from urllib.parse import urlencode

ROOT = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
BOARD = "cellar.local"


def ask(method: str, path: str, body: str | None = None, cookie: str = "") -> tuple[int, str, str]:
    """Status, the cookie that was set, and the page."""
    connection = http.client.HTTPSConnection(BOARD, timeout=60, context=ssl.create_default_context(cafile=ROOT))
    headers = {"Origin": f"https://{BOARD}", "Cookie": cookie, "Accept": "text/html"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    kept = "; ".join(line.split(";")[0] for line in answer.headers.get_all("set-cookie") or [])
    return answer.status, kept, answer.read().decode(errors="replace")


def main(password: str, name: str = "brewer", path: str = "/", words: str = "") -> str:
    """What came of it, in a line."""
    outside, _, _ = ask("GET", path)
    status, cookie, _ = ask("POST", "/sign-in", urlencode({"name": name, "password": password, "next": path}))
    inside, _, page = ask("GET", path, cookie=cookie)
    if (outside, status, inside) == (303, 303, 200):
        return f"signed in: {len(page)} bytes, {'with' if words in page else 'without'} these words"
    return f"refused: {outside} before, {status} at the form, {inside} after"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
