"""Requests that no browser sends, byte by byte to a running board: two that look like one, ways out of a folder, other
hosts, ways around the door."""

from pathlib import Path
from urllib.parse import quote

import pytest
from brokers import MOSQUITTO
from raw_http import TWO_IN_ONE, answers, statuses_of_two
from running import Person, RunningBoard

from brewpi.dashboard.api import tokens

pytestmark = [pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"), pytest.mark.slow]


@pytest.mark.parametrize("headers", TWO_IN_ONE, ids=range(len(TWO_IN_ONE)))
def test_a_request_that_may_be_two_is_none(board, headers):
    assert statuses_of_two(board.port, "/sign-in", headers) == [400]


@pytest.mark.parametrize(("request_", "status"), [
    (b"GET /alive HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    (b"GET /alive HTTP/1.1\r\nHost: HERE\r\nHost: evil.example\r\n\r\n", 421),
    (b"GET /alive HTTP/1.1\r\nHost: HERE evil.example\r\n\r\n", 421), (b"GET /alive HTTP/1.0\r\n\r\n", 421),
    (b"GET http://evil.example/metrics HTTP/1.1\r\nHost: HERE\r\n\r\n", 401),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400), (b"OPTIONS * HTTP/1.1\r\nHost: HERE\r\n\r\n", 405),
    (b"TRACE / HTTP/1.1\r\nHost: HERE\r\nCookie: brewpi_session=x\r\n\r\n", 405),
    (b"CONNECT example.org:80 HTTP/1.1\r\nHost: HERE\r\n\r\n", 400), (b"PUT / HTTP/1.1\r\nHost: HERE\r\n\r\n", 405),
    (b"BREW / HTTP/1.1\r\nHost: HERE\r\n\r\n", 400), (b"GET /\x00 HTTP/1.1\r\nHost: HERE\r\n\r\n", 400),
    (b"HEAD / HTTP/1.1\r\nHost: HERE\r\n\r\n", 401), (b"GET /alive HTTP/1.0\r\nHost: HERE\r\n\r\n", 204),
], ids=range(14))  # fmt: skip
def test_what_no_browser_asks_is_refused(board, request_, status):
    last = request_.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"
    statuses, said = answers(board.port, last)
    assert statuses == [status]
    assert b"brewpi_session" not in said


OUTSIDE = [
    "/_nicegui/{version}/static/../../../../etc/hostname", "/_nicegui/{version}/static/..%2f..%2f..%2fetc/hostname",
    "/_nicegui/{version}/static/%2e%2e/%2e%2e/%2e%2e/etc/hostname", "/_nicegui/{version}/static//etc/hostname",
    "/_nicegui/{version}/resources/x/..%2f..%2fetc/hostname", "/_nicegui/{version}/esm/x/..%2f..%2fetc/hostname",
    "/_nicegui/{version}/libraries/..%2f..%2fetc/hostname", "/_nicegui/{version}/components/..%2f..%2fetc/hostname",
    "/push-worker.js/..%2f..%2f..%2fetc/hostname", "/icon.svg%2f..%2f..%2fetc/hostname",
    "/batch/cellar/..%2f..%2fetc%2fhostname/readings.csv", "/batch/%2e%2e/%2e%2e/label.pdf", "//etc/hostname",
    "/batch/cellar/%00/label.pdf", "/batch/cellar/a%0d%0aX-Odd:%20y/label.pdf", "/tank/cellar/a%0d%0aX-Odd:%20y",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE, ids=range(len(OUTSIDE)))
def test_no_address_leads_out_of_its_folder(board, path):
    import nicegui

    here = Path("/etc/hostname").read_bytes().strip()
    cookies = Person(board, "vera").http.cookies.items()
    cookie = "; ".join(f"{key}={value}" for key, value in cookies).encode()
    target = path.format(version=nicegui.__version__).encode()
    begin = b"GET " + target + b" HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n"
    for signed_in in (b"", b"Cookie: " + cookie + b"\r\n"):
        statuses, said = answers(board.port, begin + signed_in + b"\r\n")
        assert len(statuses) == 1
        assert statuses[0] in ((401,) if not signed_in else (200, 404))
        assert here not in said.partition(b"\r\n\r\n")[2] or statuses[0] == 404
        assert b"\r\nX-Odd" not in said


@pytest.mark.parametrize("path", ["/api/v1/tanks", "/api/x", "/api/v1/../../metrics", "/api//v1/tanks", "/API/v1"])
def test_there_is_no_page_behind_the_addresses_of_programs(board, path):
    statuses, said = answers(board.port, f"GET {path} HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n\r\n".encode())
    assert statuses in ([404], [401])
    assert b"<html" not in said


@pytest.mark.parametrize("path", ["/api/x{}", "/x{}", "/tank/cellar/fv9{}"])
def test_what_is_asked_for_writes_no_line_of_its_own_into_the_log(board, path):
    forged = "vera signed in from 10.9.8.7"
    vera = Person(board, "vera").http
    vera.get(path.format(quote(f"\n{forged}\n\x1b[2K")))
    said = board.log.read_text()
    assert forged not in said.splitlines()
    assert "\x1b" not in said


def test_a_token_in_an_address_opens_nothing_and_a_session_nothing_of_the_programs(tmp_path, lasting_broker):
    token = tokens.add(tmp_path / "tokens.toml", "node-red", "command")
    board = RunningBoard(tmp_path, lasting_broker, "--api-tokens", str(tmp_path / "tokens.toml"))
    try:
        anna = Person(board, "anna").http
        stop = "/api/v1/tanks/cellar/fv1/commands/stop"
        for shown in ({}, {"params": {"token": token}}, {"cookies": {"token": token}}):
            assert anna.post(stop, json={}, headers={"origin": board.url}, **shown).status_code == 401
        right = {"authorization": f"Bearer {token}"}
        assert anna.post(stop, json={}, headers=right).status_code == 404  # nothing has been heard of that tank
        assert token not in board.log.read_text()
        for name in ("Authorization: Bearer", "Authorization: bearer"):
            twice = f"{name} x\r\n{name} {token}\r\nConnection: close\r\n\r\n"
            asked = f"GET /api/v1/tanks HTTP/1.1\r\nHost: HERE\r\n{twice}"
            assert answers(board.port, asked.encode())[0] in ([401], [200])
    finally:
        board.stop()
