"""`make screenshots`: the pictures of the README, from the demo's cellar of one seed at one hour, on its board.

Only the names of days and months differ from one time to the next: the demo's calendar begins today.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from pathlib import Path

from brokers import Broker
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from rig import BoardServer, chromium

from brewpi.demo.cellar import EARLIER_TICK_S, SITE, DemoCellar

SEED, HOURS = 0, 62.0
DESKTOP, PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 844}
LARGEST = 200_000  # bytes
COLOURS = 256


def keep(page: Page, path: Path) -> None:
    """A PNG with a palette: it is drawn in few colours anyway."""
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    assert size < LARGEST, f"{path.name} has {size} bytes"
    print(f"{path}: {picture.width} x {picture.height}, {size / 1000:.0f} kB")


def lived(cellar: DemoCellar) -> None:
    """From pitching to the hour of the pictures."""
    cellar.live(EARLIER_TICK_S, EARLIER_TICK_S)
    cellar.pitch()
    cellar.live(3600.0 * HOURS, EARLIER_TICK_S)


def take(browser: Browser, url: str, out: Path) -> None:
    """Whiteboard by day, by night and on a phone, and the page of a tank."""
    for name, path, viewport, light in (
        ("board", "/", DESKTOP, "light"),
        ("board-dark", "/", DESKTOP, "dark"),
        ("board-phone", "/", PHONE, "light"),
        ("tank", f"/tank/{SITE}/ale", {"width": 1360, "height": 1100}, "light"),
    ):
        context = browser.new_context(
            viewport=viewport, color_scheme=light, timezone_id="Europe/Berlin", locale="en-GB", reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto(url + path)
        expect(page.locator(".b-card").first).to_contain_text("between")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500.0)  # fonts, and the chart's first frame
        keep(page, out / f"{name}.png")
        context.close()


def main(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        board = BoardServer(Path(folder), broker.port, users=False)
        try:
            board.start()
            cellar = DemoCellar(broker.port, SEED)
            with cellar.cellar.opened(cellar.clock.now()):
                until = time.monotonic() + 10.0
                while not cellar.cellar.link.online and time.monotonic() < until:
                    time.sleep(0.02)
                lived(cellar)
                for _ in range(20):
                    cellar.cellar.link.pump()
                    time.sleep(0.05)
                with sync_playwright() as playwright, chromium(playwright) as browser:
                    take(browser, board.url, out)
        finally:
            board.stop()
            broker.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("docs"))
    main(parser.parse_args().out)
