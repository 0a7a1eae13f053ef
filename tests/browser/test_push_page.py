"""Somebody lets the telephone in their hand be told, and an alarm of the cellar shows on it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, until
from playwright.sync_api import Browser, BrowserContext, Page, expect
from rig import AXE, PASSWORDS, BoardServer, enter, say, state
from test_access import looked_at, nothing_wrong

pytest.importorskip("pywebpush", reason="the push extra is not installed")
from phones import Handset, PushService

from brewpi.mqtt.topics import iso

pytestmark = pytest.mark.browser

# Chromium gets its subscriptions from Google; here the page gets one of a push service of ours.
SUBSCRIBED = """
PushManager.prototype.subscribe = async function (options) {
  window.askedWith = Array.from(options.applicationServerKey);
  const said = %s;
  return {toJSON: () => said};
};
"""


class PushHouse:
    """Broker, board and a push service; no cellar but what the test says."""

    def __init__(self, here: Path) -> None:
        self.service = PushService(here)
        self.broker = Broker(here)
        (here / "push").mkdir()
        options = here / "board.toml"
        options.write_text(f'[dashboard]\npush_services = ["{self.service.host}"]\n')
        words = (str(options), "--anyone-may-look", "--push", str(here / "push"), "--push-contact", "anna@example.com")
        self.board = BoardServer(here, self.broker.port, *words)

    def alarm(self, text: str, id_: str) -> None:
        event = {"id": id_, "at": iso(time.time()), "kind": "alarm_raised", "severity": "alarm", "text": text,
                 "key": text, "todo": "Look at it."}  # fmt: skip
        say(self.broker, "brewpi/riverside/fv1/event", event, retain=False)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushHouse]:
    site = PushHouse(tmp_path_factory.mktemp("push"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(site.service.certificate))
        site.broker.start()
        site.board.start()
    say(site.broker, "brewpi/riverside/availability", "online")
    say(site.broker, "brewpi/riverside/fv1/state", state(time.time()))
    yield site
    site.board.stop()
    site.broker.kill()
    site.service.close()


def opened(page: Page, site: PushHouse, handset: Handset, name: str) -> Page:
    """The window in which anna asks for it."""
    subscription = {"endpoint": site.service.endpoint(name), "expirationTime": None, "keys": handset.keys}
    page.add_init_script(SUBSCRIBED % json.dumps(subscription))
    page.context.grant_permissions(["notifications"], origin=site.board.url)
    page.goto(f"{site.board.url}/sign-in")
    page.locator("[name=name]").fill("anna")
    page.locator("[name=password]").fill(PASSWORDS["anna"])
    page.locator("button").click()
    page.locator(".b-leave", has_text=re.compile("Tell my phone|Aufs Telefon")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def test_who_has_not_signed_in_is_not_offered_it(told: PushHouse, visit: Callable[..., Page]):
    page = visit(told.board.url)
    expect(page.get_by_text("fv1")).to_be_visible()
    expect(page.get_by_role("button", name="Tell my phone")).to_have_count(0)


def test_a_device_asks_is_told_so_hears_an_alarm_and_is_taken_away_again(told: PushHouse, visit: Callable[..., Page]):
    handset = Handset()
    page = opened(visit(told.board.url), told, handset, "anna")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Tell this device").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This device is told from now on")
    until(lambda: told.service.read_by(handset, "anna"), 20.0)
    assert len(page.evaluate("window.askedWith")) == 65
    told.alarm("beer 26 °C", "e1")
    until(lambda: len(told.service.read_by(handset, "anna")) == 2, 20.0)
    assert told.service.read_by(handset, "anna")[1]["title"] == "riverside fv1"
    dialog.get_by_role("button", name="Tell it no more").click()
    expect(dialog.get_by_role("button", name="Tell it no more")).to_have_count(0)
    told.alarm("beer 27 °C", "e2")
    time.sleep(1.0)
    assert len(told.service.read_by(handset, "anna")) == 2


def test_a_device_is_told_in_its_browsers_language(told: PushHouse, visit: Callable[..., Page]):
    handset = Handset()
    page = opened(visit(told.board.url, locale="de-DE"), told, handset, "hans")
    page.get_by_role("dialog").get_by_role("button", name="Dieses Gerät benachrichtigen").click()
    until(lambda: told.service.read_by(handset, "hans"), 20.0)
    assert told.service.read_by(handset, "hans")[0]["body"] == "Dieses Gerät wird ab jetzt benachrichtigt."


def test_times_that_are_none_are_said_in_the_window(told: PushHouse, visit: Callable[..., Page]):
    page = opened(visit(told.board.url), told, Handset(), "late")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("alarms only at these times").fill("at night")
    dialog.get_by_role("button", name="Tell this device").click()
    expect(dialog.get_by_role("alert")).to_contain_text("These are no times of the week")


def test_times_of_the_week_are_written_in_the_readers_language(told: PushHouse, visit: Callable[..., Page]):
    page = opened(visit(told.board.url, locale="de-DE"), told, Handset(), "frida")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("mo-fr 06:00-14:00")
    dialog.get_by_label("Dienst nur zu diesen Zeiten").fill("Mo-Fr 06:00-14:00; Sa")
    dialog.get_by_role("button", name="Dieses Gerät benachrichtigen").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Dieses Gerät wird ab jetzt benachrichtigt")
    dialog.get_by_role("button", name="Nicht mehr benachrichtigen").first.click()


def test_a_browser_that_may_show_nothing_is_said(told: PushHouse, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("Notification.requestPermission = async () => 'denied';")
    page.goto(f"{told.board.url}/sign-in")
    enter(page, "vera")
    page.get_by_role("button", name="Tell my phone").click()
    page.get_by_role("dialog").get_by_role("button", name="Tell this device").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("show no notifications")
    context.close()


def shown(page: Page, context: BrowserContext, message: dict[str, Any]) -> list[dict[str, Any]]:
    """What a push message makes the device show."""
    page.evaluate("navigator.serviceWorker.register('/push-worker.js').then(() => navigator.serviceWorker.ready)")
    devtools, found = context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    devtools.send("ServiceWorker.enable")
    until(lambda: (page.wait_for_timeout(50), found)[1], 10.0)
    ask = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
        (one) => ({title: one.title, body: one.body, tag: one.tag, stays: one.requireInteraction, open: one.data}))"""

    def delivered() -> Any:
        """The devtools lose one for a worker that is just waking up, where a push service waits; a tag shows once."""
        devtools.send("ServiceWorker.deliverPushMessage", {
            "origin": page.url.rstrip("/"), "registrationId": found[-1]["registrationId"], "data": json.dumps(message),
        })  # fmt: skip
        page.wait_for_timeout(500)
        return page.evaluate(ask)

    until(delivered, 10.0)
    return list(page.evaluate(ask))


def test_the_device_shows_what_it_is_told_and_keeps_an_alarm_on_the_screen(told: PushHouse, browser: Browser):
    context = browser.new_context()
    context.grant_permissions(["notifications"], origin=told.board.url)
    page = context.new_page()
    page.goto(told.board.url)
    message = {"title": "riverside fv1", "body": "beer 26 °C", "tag": "t", "stays": True, "open": "/tank/riverside/fv1"}
    assert shown(page, context, message) == [message]
    context.close()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is absent")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_window_has_no_fault(told: PushHouse, visit: Callable[..., Page], scheme: str):
    page = visit(told.board.url, color_scheme=scheme, reduced_motion="reduce", viewport={"width": 390, "height": 844})
    page.goto(f"{told.board.url}/sign-in")
    enter(page, "anna")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Tell my phone").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    nothing_wrong(looked_at(page))
