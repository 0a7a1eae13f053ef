"""`make screenshots`: the pictures of the README, from the demo's cellar: one seed, one calendar, and a board on it."""

from __future__ import annotations

import argparse
import io
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, cast

from brokers import Broker, until
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from rig import BoardServer, chromium

from brewpi.demo.cellar import EARLIER_TICK_S, SITE, TICK_S, DemoCellar
from brewpi.mqtt.link import MqttLink

SEED = 0
MONDAY = 1_777_874_400.0  # 4 May 2026, 06:00 UTC
TANK_H, BOARD_H = 66.0, 164.0  # after pitching: the ale half-way; the ale complete and the stuck one found out
WALL: ViewportSize = {"width": 1920, "height": 1080}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
LARGEST = 300_000  # bytes
COLOURS = 256


def keep(page: Page, path: Path) -> None:
    """A PNG with a palette: it is drawn in few colours anyway."""
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    assert size < LARGEST, f"{path.name} has {size} bytes"
    print(f"{path}: {picture.width} x {picture.height}, {size / 1000:.0f} kB")


class Watched:
    """The demo's cellar, and whoever looks at its board."""

    def __init__(self, cellar: DemoCellar, browser: Browser, url: str, out: Path) -> None:
        self.cellar, self.browser, self.url, self.out = cellar, browser, url, out
        self.lived_h = 0.0

    def until(self, hours: float) -> None:
        """Let it live until so many hours after pitching, and let the broker know."""
        self.cellar.live(3600.0 * (hours - self.lived_h), EARLIER_TICK_S)
        self.lived_h = hours
        self.cellar.live(TICK_S, TICK_S)

    def take(
        self, name: str, path: str, viewport: ViewportSize, light: Literal["light", "dark"] = "light",
        locale: str = "en-GB",
    ) -> None:  # fmt: skip
        """A picture of a page, once what belongs on it is there."""
        context = self.browser.new_context(
            viewport=viewport, color_scheme=light, timezone_id="Europe/Berlin", reduced_motion="reduce",
            locale=locale,
        )
        page = context.new_page()
        page.goto(self.url + path)
        expect(page.locator(".b-page")).to_be_visible()
        page.wait_for_timeout(3000.0)  # what was said last, and the chart's frame
        keep(page, self.out / f"{name}.png")
        context.close()


def pictures(watched: Watched) -> None:
    """The page of a tank; the whiteboard on a wall, by day, by night, in German and on a phone."""
    watched.until(TANK_H)
    watched.take("tank", f"/tank/{SITE}/ale", DESKTOP)
    watched.take("tank-phone", f"/tank/{SITE}/ale", PHONE)
    watched.until(BOARD_H)
    watched.take("board", "/", DESKTOP)
    watched.take("board-wall", "/", WALL)
    watched.take("board-dark", "/", DESKTOP, "dark")
    watched.take("board-german", "/", DESKTOP, locale="de-DE")
    watched.take("board-phone", "/", PHONE)
    watched.take("tank-german-phone", f"/tank/{SITE}/ale", PHONE, "dark", "de-DE")
    watched.take("schedule-phone", "/schedule", PHONE)


def main(out: Path) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = Broker(folder)
        broker.start()
        stack.callback(broker.kill)
        board = BoardServer(folder, broker.port, users=False)
        board.start()
        stack.callback(board.stop)
        cellar = DemoCellar(broker.port, SEED, MONDAY)
        stack.enter_context(cellar.cellar.opened(cellar.clock.now()))
        until(lambda: cast("MqttLink", cellar.cellar.link).online)
        cellar.live(EARLIER_TICK_S, EARLIER_TICK_S)
        cellar.pitch()
        browser = stack.enter_context(chromium(stack.enter_context(sync_playwright())))
        pictures(Watched(cellar, browser, board.url, out))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("docs"))
    main(parser.parse_args().out)
