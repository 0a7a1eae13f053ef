"""What a browser never sends, on a running board: it costs the sender at most, and no page, log or tank of anybody."""

import asyncio
from contextlib import suppress

import pytest
from brokers import MOSQUITTO
from running import Person
from socketio.exceptions import SocketIOError

pytestmark = [pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"), pytest.mark.slow]
OWN = "OWN"  # the number of the sender's page
MESSAGES = [
    ("event", [1]), ("event", None), ("event", {"client_id": [OWN]}), ("event", {"client_id": OWN}),
    ("event", {"client_id": OWN, "id": 4, "listener_id": "none", "args": ["{}"]}),
    ("event", {"client_id": OWN, "id": {}, "listener_id": [], "args": 7}),
    ("ack", {"client_id": OWN, "next_message_id": "nine"}), ("javascript_response", {"client_id": OWN}),
    ("log", {"client_id": OWN, "level": "error", "message": "a fault\nanna signed in from 10.0.0.9"}),
    ("handshake", 7), ("handshake", {"client_id": OWN, "tab_id": {}}),
    ("connect", {"QUERY_STRING": "client_id=x", "asgi.scope": {"type": "http", "headers": [[b"cookie", b"a=b"]]}}),
    ("connect", 1), ("disconnect", [1, 2, 3]),
]  # fmt: skip
FRAMES = [
    "b4AAAA", "451-[", "4", "9", "42", '42["event"', "42{}", '459999-["event"]', '42["event"]', "4" * 5000,
    "42[]", "42[{}]", "420[[7]]", "42[null]", "450-[{}]", '42/other,[{}]', "43{}", "431[{}]",
]  # fmt: skip


def put(said: object, own: str) -> object:
    if isinstance(said, dict):
        return {key: put(value, own) for key, value in said.items()}
    return own if said == OWN else [own] if said == [OWN] else said


def test_whatever_a_socket_says_its_page_goes_on_and_the_log_is_the_boards_own(board, cellar):
    async def story() -> None:
        async with Person(board, "vera") as vera:
            await vera.open("/")
            for name, said in MESSAGES:
                await vera.socket.emit(name, put(said, vera.query["client_id"]))
            await vera.socket.sleep(0.5)
            cellar.say(sg=1.011)
            await vera.sees(lambda: "1.011" in vera.written())

    asyncio.run(story())
    said = board.log.read_text()
    assert "Traceback" not in said
    assert "anna signed in from 10.0.0.9" not in said
    assert said.count("a browser's socket failed") == 1  # a line, once a minute
    assert cellar.obeyed == []


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_that_is_none_ends_its_own_socket_at_most(board, cellar, frame):
    async def story() -> None:
        async with Person(board, "anna") as anna, Person(board, "vera") as vera:
            await anna.open("/")
            await vera.open("/")
            with suppress(SocketIOError, OSError):
                await vera.socket.eio.ws.send_str(frame)
            await anna.socket.sleep(0.2)
            cellar.say(sg=1.022)
            await anna.sees(lambda: "1.022" in anna.written())
            cellar.say(sg=1.033)
            await anna.sees(lambda: "1.033" in anna.written())

    asyncio.run(story())
    assert "Traceback" not in board.log.read_text()
