"""The whiteboard as one stands before it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import Broker, Listener
from playwright.sync_api import Page, expect
from rig import BoardServer, LiveSite, say, state

from brewpi.mqtt.topics import iso

pytestmark = pytest.mark.browser


def test_cards_fill_with_what_the_cellar_says(site: LiveSite, visit: Callable[..., Page]):
    page = visit(site.board.url)
    card = page.locator(".b-card", has_text="fv2")
    expect(card).to_contain_text("1.011")
    expect(card).to_contain_text("19.0 °C")
    expect(card).to_contain_text("fermentation complete")
    expect(page.locator(".b-card", has_text="fv1")).to_contain_text("needs two readings; has one")
    expect(page.locator(".b-card", has_text="fv3")).to_contain_text(re.compile(r"done \w+.*between .* and "))


def test_who_needs_somebody_comes_first_without_a_reload(site: LiveSite, visit: Callable[..., Page]):
    page = visit(site.board.url)
    expect(page.locator(".b-card")).to_have_count(3)
    alarm = {"key": "beer: silent", "severity": "alarm", "text": "beer: silent for 6 min"}
    say(site.broker, "brewpi/annex/availability", "online")
    say(site.broker, "brewpi/annex/zz/state", state(time.time(), alarms=[alarm]))
    expect(page.locator(".b-card").first).to_contain_text("beer: silent for 6 min")
    say(site.broker, "brewpi/annex/zz/state", state(time.time()))
    expect(page.locator(".b-card", has_text="zz")).not_to_contain_text("silent")
    say(site.broker, "brewpi/annex/zz/state", "")
    expect(page.locator(".b-card")).to_have_count(3)


def test_units_are_those_of_the_reader(site: LiveSite, visit: Callable[..., Page]):
    page = visit(site.board.url)
    card = page.locator(".b-card", has_text="fv2")
    page.get_by_role("button", name="°P").click()
    expect(card).to_contain_text("2.8 °P")
    page.get_by_role("button", name="°F").click()
    expect(card).to_contain_text("66.2 °F")
    page.reload()
    expect(card).to_contain_text("66.2 °F")
    other = visit(site.board.url)
    expect(other.locator(".b-card", has_text="fv2")).to_contain_text("1.011")


def test_times_are_those_of_the_readers_own_clock(site: LiveSite, visit: Callable[..., Page]):
    at = time.time() // 86_400 * 86_400 + 2.5 * 86_400  # noon UTC, in two days or so
    times = {name: iso(at + hours * 3600.0) for name, hours in (("p10", -1.0), ("p50", 0.0), ("p90", 1.0))}
    said = {"at": iso(time.time()), "expires_at": iso(at), "source": "model", "complete_at": times, "rest_at": times}
    say(site.broker, "brewpi/annex/availability", "online")
    say(site.broker, "brewpi/annex/clock/state", state(time.time()))
    say(site.broker, "brewpi/annex/clock/forecast", said)
    for zone, hour in (("UTC", "12:00"), ("Asia/Kolkata", "17:30"), ("America/Phoenix", "05:00")):
        page = visit(site.board.url, timezone_id=zone)
        expect(page.locator(".b-card", has_text="clock")).to_contain_text(re.compile(rf"done \w+ {hour}"))
    say(site.broker, "brewpi/annex/clock/state", "")


def test_it_is_dark_where_the_readers_system_is_and_where_he_says_so(site: LiveSite, visit: Callable[..., Page]):
    paper = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    page = visit(site.board.url, color_scheme="dark")
    card = page.locator(".b-card", has_text="fv2")
    expect(card).to_be_visible()
    assert max(page.evaluate(paper)) < 64
    page.get_by_role("button", name="light", exact=True).click()
    page.wait_for_function(f"() => Math.min(...({paper})()) > 192")
    page.reload()
    expect(card).to_be_visible()
    assert min(page.evaluate(paper)) > 192


def test_the_focus_stays_when_a_card_moves_to_the_front_and_the_change_is_told(
    site: LiveSite, visit: Callable[..., Page]
):
    say(site.broker, "brewpi/riverside/zwickel/state", state(time.time()))
    page = visit(site.board.url)
    link = page.get_by_role("link", name="zwickel")
    link.focus()
    expect(page.locator(".b-card").first).not_to_contain_text("zwickel")
    burns = {"key": "k", "severity": "alarm", "text": "it burns"}
    say(site.broker, "brewpi/riverside/zwickel/state", state(time.time(), alarms=[burns]))
    expect(page.locator(".b-card").first).to_contain_text("it burns")
    expect(link).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Alarm: zwickel.")
    say(site.broker, "brewpi/riverside/zwickel/state", "")
    expect(link).to_have_count(0)


def test_a_board_that_comes_late_shows_all_of_many_tanks(broker: Broker, tmp_path: Path, visit: Callable[..., Page]):
    """Everything that is retained arrives at once."""
    cellars = Listener(broker)
    points = {"hours": list(range(180)), "sg": [1.02] * 180, "beer_c": [19.0] * 180}
    curve = json.dumps({"started_at": iso(time.time() - 180 * 3600.0), "measured": points})
    said = json.dumps(state(time.time()))
    for number in range(600):
        for word, body in (("state", said), ("curve", curve), ("else", curve), ("more", curve)):
            cellars.client.publish(f"brewpi/annex/t{number}/{word}", body, qos=1, retain=True)
    cellars.send("brewpi/annex/availability", "online", retain=True)
    cellars.close()
    board = BoardServer(tmp_path, broker.port, users=False)
    board.start()
    try:
        expect(visit(board.url).locator(".b-card")).to_have_count(600)
    finally:
        board.stop()


def test_the_browser_chooses_the_language_of_pages_and_of_the_cellars_sentences(
    site: LiveSite, visit: Callable[..., Page]
):
    page = visit(site.board.url, locale="de-DE")
    expect(page.locator(".b-card", has_text="fv2")).to_contain_text("Gärung abgeschlossen")
    expect(page.locator(".b-card", has_text="fv2")).to_contain_text("1,011")
    expect(page.get_by_role("link", name="Sieben Tage")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto(f"{site.board.url}/tank/riverside/fv2")
    expect(page.get_by_text("der Schalter sagt ja")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "least_px"), [(1920, 1080, 26), (390, 844, 20)])
def test_it_is_read_from_two_metres(
    site: LiveSite, visit: Callable[..., Page], width: int, height: int, least_px: int
):
    ask = {"key": "rise", "action": "step", "standing": "asked", "text": "x", "step": "rise", "target_c": 21.0}
    say(site.broker, "brewpi/riverside/asks/state", state(time.time(), asks=[ask], batch={"name": "Pale 31"}))
    page = visit(site.board.url, viewport={"width": width, "height": height})
    card = page.locator(".b-card", has_text="Raise asks to 21.0 °C?")
    expect(card).to_be_visible()
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    for part in ("h2", ".b-batch", ".b-big", ".b-done", ".b-is-asked b:last-of-type"):
        assert card.locator(part).first.evaluate(size) >= least_px, part
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    say(site.broker, "brewpi/riverside/asks/state", "")


def test_it_can_be_installed(site: LiveSite, visit: Callable[..., Page]):
    page = visit(site.board.url)
    found = page.evaluate("""async () => {
        const manifest = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
        const icons = await Promise.all(manifest.icons.map(icon => fetch(icon.src).then(answer => answer.ok)));
        return [manifest.name, manifest.display, icons];
    }""")
    assert found == ["brewpi", "standalone", [True, True, True]]
