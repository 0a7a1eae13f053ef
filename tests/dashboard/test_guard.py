"""What stands before every page and socket."""

from pathlib import Path

import httpx
import pytest
from doors import HOST, Door
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

SOCKET = f"ws://{HOST}/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


@pytest.fixture
def open_door() -> Door:
    """No users: to look at, on this machine."""
    return Door(None)


def connects(browser, **headers: str) -> bool:
    try:
        with browser.websocket_connect(SOCKET, headers=headers) as socket:
            socket.send_text("hello")
            return socket.receive_text() == "hello"
    except WebSocketDisconnect:
        return False


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "192.168.1.7", HOST.upper(), f"{HOST}."]
)
def test_it_answers_to_its_own_names_and_to_numbers(open_door, host):
    assert open_door.browser().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8080", "localhost.evil.test", "127.0.0.1.evil.test", "", "[::1", "a@evil.test"]
)
def test_a_name_that_was_made_to_point_here_is_refused(open_door, host):
    browser = open_door.browser()
    assert browser.get("/", headers={"host": host}).status_code == 421
    assert not connects(browser, host=host, origin=f"http://{host}")


def test_two_names_at_once_are_none(open_door):
    browser = open_door.browser()
    hosts = [("host", HOST), ("host", "evil.test")]
    assert browser.get("/", headers=httpx.Headers(hosts)).status_code == 421


def test_what_starlettes_own_check_cannot_do_yet():
    """When one of these fails, the board's own check can go."""

    async def inside(scope, receive, send):
        await PlainTextResponse("inside")(scope, receive, send)

    trusted = TestClient(TrustedHostMiddleware(inside, allowed_hosts=[HOST]), base_url=f"http://{HOST}")
    assert trusted.get("/", headers={"host": "192.168.1.7"}).status_code == 400
    assert trusted.get("/", headers=httpx.Headers([("host", HOST), ("host", "evil.test")])).text == "inside"


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://cellar.test", "http://cellar.test:8081", ""])
def test_a_page_of_somebody_else_gets_no_websocket(door, open_door, origin):
    anna = door.browser()
    door.sign_in(anna)
    assert not connects(anna, origin=origin)
    assert not connects(open_door.browser(), origin=origin)


def test_a_websocket_says_where_it_comes_from(open_door):
    assert not connects(open_door.browser())
    assert connects(open_door.browser(), origin=open_door.origin)


def test_a_websocket_wants_a_session_where_pages_do(door):
    anna = door.browser()
    assert not connects(anna, origin=door.origin)
    door.sign_in(anna)
    assert connects(anna, origin=door.origin)


def test_a_socket_that_is_open_ends_with_its_session(door):
    anna = door.browser()
    door.sign_in(anna)
    with anna.websocket_connect(SOCKET, headers={"origin": door.origin}) as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"
        door.sessions.end(anna.cookies["brewpi_session"])
        socket.send_text("one more")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


def test_there_is_no_way_around_the_websocket_and_nothing_else_is_posted(door):
    anna = door.browser()
    door.sign_in(anna)
    polled = anna.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling", headers={"origin": door.origin})
    assert polled.status_code == 426
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert anna.request(method, "/", headers={"origin": door.origin}).status_code == 405


def test_what_is_no_page_is_not_led_away_but_refused(door):
    browser = door.browser()
    assert browser.get("/_nicegui/1/components/x.js").status_code == 401
    assert browser.get("/", headers={"accept": "application/json"}).status_code == 401


def test_anyone_may_look_where_that_was_said(tmp_path):
    door = Door(tmp_path, anyone=True)
    assert door.browser().get("/").text == "the whiteboard"
    assert connects(door.browser(), origin=door.origin)


def test_every_answer_keeps_frames_sniffers_and_caches_away(door):
    browser = door.browser()
    for path in ("/", "/sign-in", "/nothing"):
        headers = browser.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
