"""Who can act on a running board: by its buttons, and by everything that somebody makes up."""

import asyncio
import json
import time
from pathlib import Path

import httpx
import pytest
from brokers import MOSQUITTO
from running import COOKIE, Person, RunningBoard
from socketio.exceptions import ConnectionError as Unconnected

from brewpi.dashboard.auth.users import read, write

pytestmark = [
    pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"),
    pytest.mark.slow,
]
TANK = "/tank/cellar/fv1"
STOP = ["STOP …", "STOP fv1"]
RESUME = ["Resume …", "Resume fv1"]


def page_of(person: Person, path: str = TANK) -> None:
    """The board may not have heard of the tank yet."""
    for _ in range(500):
        person.load(path)
        if "Nothing has been heard" not in json.dumps(person.elements):
            return
    raise AssertionError("the tank never came")


async def acting(board: RunningBoard) -> Person:
    """With a page that has heard that the service is there: the test before may have said that it is gone."""
    anna = Person(board, "anna")
    page_of(anna)
    await anna.connect()
    await anna.sees(lambda: "service is gone" not in anna.written())
    return anna


def test_who_operates_presses_twice_and_the_cellar_obeys_and_the_answer_is_shown(board, cellar):
    async def story() -> None:
        async with await acting(board) as anna:
            for label in STOP:
                await anna.click(label)
            await anna.hears("fv1: STOP – done")

    asyncio.run(story())
    assert [(one.tank, one.name, one.fields.by) for one in cellar.obeyed] == [("fv1", "stop", "anna")]


def test_a_refusal_is_shown_with_its_reason(board, cellar):
    cellar.refusal = "the emergency stop is still pressed"

    async def story() -> None:
        async with await acting(board) as anna:
            await anna.click("Resume …")
            await anna.click("Resume fv1")
            await anna.hears("fv1 refuses resume: the emergency stop is still pressed")

    asyncio.run(story())


def test_stop_is_on_every_page(board, cellar):
    async def story() -> None:
        for path in ("/", "/schedule", "/scorecard"):
            async with Person(board, "anna") as anna:
                await anna.open(path)
                await anna.click("STOP any tank …")
                await anna.click("STOP cellar / fv1")
                await anna.hears("fv1: STOP – done")

    asyncio.run(story())
    assert len(cellar.obeyed) == 3


@pytest.mark.parametrize("name", ["vera"])
def test_who_only_looks_has_no_button_and_cannot_press_those_of_others(board, cellar, name):
    async def story() -> None:
        async with await acting(board) as anna, Person(board, name) as other:
            await anna.click(STOP[0])
            await anna.sees(lambda: STOP[1] in anna.buttons())
            page_of(other)
            assert not any(word in label for label in other.buttons() for word in ("STOP", "Setpoint", "Confirm"))
            await other.connect()
            stolen = anna.buttons()[STOP[1]]
            await other.socket.emit("event", stolen)  # the very event that anna's browser would send
            await other.socket.emit("event", {**stolen, "client_id": other.query["client_id"]})
            await other.socket.emit("handshake", {"client_id": anna.query["client_id"], "tab_id": "tab",
                                                  "document_id": "doc", "next_message_id": 0})  # fmt: skip
            await other.socket.emit("event", stolen)
            await anna.socket.sleep(0.5)
            assert cellar.obeyed == []
            await anna.click(STOP[1])
            await anna.hears("done")

    asyncio.run(story())
    assert len(cellar.obeyed) == 1


def test_a_socket_of_another_browser_does_not_get_into_a_page(board, cellar):
    async def story() -> None:
        async with await acting(board) as anna, Person(board, "vera") as vera:
            vera.query = anna.query
            with pytest.raises(Unconnected):
                await vera.connect()

    asyncio.run(story())


def test_a_socket_from_a_page_of_somebody_else_is_refused(board, cellar):
    async def story() -> None:
        async with Person(board, "anna") as anna:
            page_of(anna)
            with pytest.raises(Unconnected):
                await anna.connect(Origin="http://evil.test")

    asyncio.run(story())


def test_after_signing_out_the_buttons_of_a_page_that_is_still_open_do_nothing(board, cellar):
    async def story() -> None:
        async with await acting(board) as anna:
            await anna.click(STOP[0])
            await anna.sees(lambda: STOP[1] in anna.buttons())
            press = anna.buttons()[STOP[1]]
            anna.http.post("/sign-out", headers={"origin": board.url})
            await anna.socket.emit("event", press)
            await anna.socket.sleep(0.5)
            assert cellar.obeyed == []
            await anna.sees(lambda: not anna.socket.connected)

    asyncio.run(story())


def test_whoever_is_made_a_viewer_cannot_finish_what_they_began(board, cellar):
    known = read(board.users)

    async def story() -> None:
        async with await acting(board) as anna:
            await anna.click(STOP[0])
            await anna.sees(lambda: STOP[1] in anna.buttons())
            write(board.users, {**known, "anna": known["anna"].model_copy(update={"role": "view"})})
            await anna.socket.emit("event", anna.buttons()[STOP[1]])
            await anna.socket.sleep(0.5)

    try:
        asyncio.run(story())
    finally:
        write(board.users, known)
    assert cellar.obeyed == []


def test_nothing_is_sent_while_the_service_is_gone(board, cellar):
    async def story() -> None:
        async with await acting(board) as anna:
            cellar.send("brewpi/cellar/availability", "offline", retain=True)
            await anna.sees(lambda: "service is gone" in anna.written())
            for label in RESUME:
                await anna.click(label)
            await anna.hears("the service of cellar is gone")

    asyncio.run(story())
    assert cellar.obeyed == []


def test_a_stop_is_sent_whatever_is_known_of_the_service(board, cellar):
    """A wrong "offline" must not silence it."""

    async def story() -> None:
        async with await acting(board) as anna:
            cellar.send("brewpi/cellar/availability", "offline", retain=True)
            await anna.sees(lambda: "service is gone" in anna.written())
            cellar.may_answer.clear()  # what stands in the window until the answer comes
            for label in STOP:
                await anna.click(label)
            await anna.hears("STOP was sent to fv1; nobody is known to hear it: the service of cellar is gone")
            cellar.may_answer.set()
            await anna.hears("STOP – done")

    asyncio.run(story())
    assert [(one.tank, one.name) for one in cellar.obeyed] == [("fv1", "stop")]


@pytest.mark.parametrize(("refusal", "told"), [(None, "fv1: STOP – done"), ("no", "fv1 refuses STOP: no")])
def test_a_stop_without_an_answer_is_said_soon_and_what_comes_late_is_still_told(board, cellar, refusal, told):
    """Commands that a broker swallows have no answer, and the person has to go to the tank."""
    cellar.refusal = refusal

    async def story() -> None:
        async with await acting(board) as anna:
            cellar.may_answer.clear()
            for label in STOP:
                await anna.click(label)
            began = time.monotonic()
            await anna.hears("fv1 has not answered to STOP; it may have obeyed: look at it")
            assert time.monotonic() - began < 8.0
            cellar.may_answer.set()
            await anna.sees(lambda: told in anna.said)

    asyncio.run(story())


def test_a_drain_that_is_no_longer_armed_is_not_opened(board, cellar):
    cellar.say(drain={"state": "armed", "why": ""})

    async def story() -> None:
        async with await acting(board) as anna:
            await anna.click("Open drain …")
            await anna.sees(lambda: "Open the valve" in anna.buttons())
            assert "Arm drain …" not in anna.buttons()
            cellar.say(drain={"state": "closed", "why": ""})
            await anna.sees(lambda: "Arm drain …" in anna.buttons())
            await anna.click("Open the valve")
            await anna.hears("what was asked has changed meanwhile")

    asyncio.run(story())
    assert cellar.obeyed == []


def test_words_from_the_broker_stay_words(board, cellar):
    evil = '<img src=x onerror=alert(1)>'
    cellar.say(
        why=evil, step=evil, batch={"name": evil},
        alarms=[{"key": evil, "severity": "alarm", "text": evil, "todo": evil}],
        asks=[{"key": evil, "action": "step", "standing": "asked", "text": evil}],
    )  # fmt: skip
    tank = '"onclick=alert(1) <b>'
    cellar.say(tank, why=evil)

    async def story() -> None:
        for path in ("/", TANK, "/schedule", f"/tank/cellar/{tank.replace('<', '%3C').replace('>', '%3E')}"):
            async with Person(board, "anna") as anna:
                await anna.open(path)
                await anna.sees(lambda anna=anna: "&lt;" in anna.written())
                inner = anna.written()
                assert "<img" not in inner
                assert '"onclick' not in inner

    asyncio.run(story())
    cellar.send(f"brewpi/cellar/{tank}/state", "", retain=True)


def test_a_session_that_is_gone_makes_the_page_load_anew(board, cellar):
    async def story() -> None:
        async with await acting(board) as anna:
            await anna.socket.disconnect()
            anna.http.post("/sign-out", headers={"origin": board.url})
            anna.http.cookies.set(COOKIE, "gone", domain="127.0.0.1")
            why: list[dict[str, str]] = []
            anna.socket.on("connect_error", why.append)
            with pytest.raises(Unconnected):
                await anna.connect()
            assert why == [{"message": "Implicit handshake failed"}]

    asyncio.run(story())


def test_metrics_want_a_session_or_the_token(lasting_broker, board, cellar, tmp_path: Path):
    assert httpx.get(f"{board.url}/metrics").status_code == 401
    assert httpx.get(f"{board.url}/metrics", headers={"authorization": "Bearer"}).status_code == 401
    assert "brewpi_broker_connected 1.0" in Person(board, "vera").http.get("/metrics").text
    token = tmp_path / "token"
    token.write_text("0123456789abcdef\n")
    other = RunningBoard(tmp_path, lasting_broker, "--metrics-token", str(token), "--anyone-may-look")
    try:
        assert httpx.get(f"{other.url}/").status_code == 200
        assert httpx.get(f"{other.url}/metrics").status_code == 401
        assert httpx.get(f"{other.url}/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
        scraped = httpx.get(f"{other.url}/metrics", headers={"authorization": "Bearer 0123456789abcdef"})
        assert scraped.status_code == 200
    finally:
        other.stop()
