"""A board on the wall: all tanks of a cellar are seen at once, however many of twelve there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from brokers import Broker
from playwright.sync_api import Page, expect
from rig import BoardServer, say, state

from brewpi.mqtt.topics import iso

pytestmark = pytest.mark.browser
ASK = {"key": "rise", "action": "step", "standing": "asked", "text": "it", "step": "rise", "target_c": 21.0}
SIZES = [(1920, 1080), (1440, 900), (2560, 1440)]


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, BoardServer]]:
    here = tmp_path_factory.mktemp("wall")
    broker = Broker(here)
    broker.start()
    board = BoardServer(here, broker.port, users=False)
    board.start()
    yield broker, board
    board.stop()
    broker.kill()


def tank(broker: Broker, number: int, **more: object) -> None:
    now = time.time()
    batch = {"id": f"b{number}", "name": f"Amber {number}", "style": "amber ale"}
    asks = [ASK] if number == 1 else []
    said = state(now, batch=batch, asks=asks, next_step="rise", cool_duty=1.0, **more)
    say(broker, f"brewpi/hall/fv{number:02}/state", said)
    times = {name: iso(now + 3600.0 * hours) for name, hours in (("p10", 60), ("p50", 80), ("p90", 110))}
    said = {"at": iso(now), "expires_at": iso(now + 3600.0), "source": "model", "complete_at": times, "rest_at": times}
    say(broker, f"brewpi/hall/fv{number:02}/forecast", said)
    hours = [float(hour) for hour in range(48)]
    measured = {"hours": hours, "sg": [1.05 - 0.0005 * hour for hour in hours], "beer_c": [19.0] * 48}
    say(broker, f"brewpi/hall/fv{number:02}/curve", {"started_at": iso(now - 48 * 3600.0), "measured": measured})


@pytest.mark.parametrize("count", [1, 4, 6, 9, 12])
def test_nothing_is_below_the_edge_and_nothing_is_cut(
    wall: tuple[Broker, BoardServer], visit: Callable[..., Page], count: int
):
    broker, board = wall
    say(broker, "brewpi/hall/availability", "online")
    for number in range(1, count + 1):
        tank(broker, number)
    for width, height in SIZES:
        page = visit(board.url, reduced_motion="reduce", viewport={"width": width, "height": height})
        expect(page.locator(".b-cards > .b-card")).to_have_count(count)
        expect(page.locator(".b-card").first).to_contain_text("done")
        seen: dict[str, float] = page.evaluate("""() => ({
            below: document.documentElement.scrollHeight - innerHeight,
            beside: document.documentElement.scrollWidth - innerWidth,
            cut: Math.max(...[...document.querySelectorAll('.b-cards > .b-card')].map(
                card => Math.max(card.scrollHeight - card.clientHeight, card.scrollWidth - card.clientWidth))),
            number: parseFloat(getComputedStyle(document.querySelector('.b-card .b-big')).fontSize),
        })""")  # fmt: skip
        assert seen["below"] <= 0, (width, height, seen)
        assert seen["beside"] <= 0, (width, height, seen)
        assert seen["cut"] <= 1, (width, height, seen)
        assert seen["number"] >= (40.0 if width >= 1920 else 30.0), "read from two metres, on a wall"


@pytest.mark.parametrize(("count", "every"), [(24, 3), (48, 4)])
def test_each_of_four_dozen_tanks_is_seen_on_a_television_and_those_with_an_alarm_are_named_and_first(
    wall: tuple[Broker, BoardServer], visit: Callable[..., Page], count: int, every: int
):
    broker, board = wall
    alarm = {"key": "cold", "severity": "alarm", "text": "beer is 9.1 °C, 2.0 °C below its low limit for 20 minutes"}
    for number in range(1, count + 1):
        tank(broker, number, alarms=[alarm] if number % every == 0 else [])
    page = visit(board.url, reduced_motion="reduce", viewport={"width": 1920, "height": 1080})
    expect(page.locator(".b-cards > .b-card")).to_have_count(count)
    named = ", ".join(f"fv{number:02}" for number in range(every, count + 1, every))
    expect(page.locator(".b-summary")).to_contain_text(f"Alarm: {named}.")
    expect(page.locator(".b-need-alarm .b-big").last).to_be_in_viewport(ratio=1.0)
    for heading in page.locator(".b-card h2").all():
        expect(heading).to_be_in_viewport(ratio=1.0)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_long_names_and_two_alarms_each_push_none_of_twelve_tanks_off_a_television(
    wall: tuple[Broker, BoardServer], visit: Callable[..., Page]
):
    broker, board = wall
    text = "no effect from cooling in 3 h 10 min: it is off until somebody resumes; look at the valve, pump and probe"
    alarms = [{"key": key, "severity": "alarm", "text": text} for key in ("cool: no effect", "beer: off target")]
    for number in range(1, 49):
        if number > 12:
            say(broker, f"brewpi/hall/fv{number:02}/state", "")
        else:
            tank(broker, number, alarms=alarms if number <= 5 else [])
    page = visit(board.url, reduced_motion="reduce", viewport={"width": 1920, "height": 1080})
    expect(page.locator(".b-cards > .b-card")).to_have_count(12)
    expect(page.locator(".b-need-alarm")).to_have_count(5)
    for done in page.locator(".b-done").all():
        expect(done).to_be_in_viewport(ratio=1.0)
