"""`make load`: 200 tanks of 25 simulated sites on one Mosquitto, the board, and five Chromium pages on its whiteboard.

From publish to screen: a state is stamped when it is given to the broker, and each page stamps the frame in which the
number stands on its card, on the same machine's clock. A state that was overtaken by a newer one counts until the newer
one is seen. Everything is on loopback, and ends by itself.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from pathlib import Path
from statistics import median, quantiles

import psutil
from brokers import Broker, until
from playwright.sync_api import Browser, Page, sync_playwright
from rig import BoardServer, chromium
from sites import LOWEST_C, STEPS, Sites

WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
TAKE = "() => { const seen = window.seen || []; window.seen = []; return seen; }"


class Gauge:
    """CPU and memory of a process with its children, sampled twice a second until `stop`."""

    def __init__(self, pid: int) -> None:
        self.process = psutil.Process(pid)
        self.peak_rss = self.peak_pss = 0
        self.cpu_s, self.wall_s = 0.0, 0.0
        self._stop = threading.Event()
        self._begun, self._cpu = time.monotonic(), self._cpu_s()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def _cpu_s(self) -> float:
        total = 0.0
        for one in self._family():
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            try:
                memory = self.process.memory_full_info()
            except psutil.NoSuchProcess:
                return
            self.peak_rss, self.peak_pss = max(self.peak_rss, memory.rss), max(self.peak_pss, memory.pss)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        self.cpu_s, self.wall_s = self._cpu_s() - self._cpu, time.monotonic() - self._begun

    @property
    def cores(self) -> float:
        return self.cpu_s / self.wall_s


class Speaker:
    """The sites speak in a thread of their own; `said` has by tank when which temperature was published."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        self.said: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self.late_s = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.is_set():
            for tank, said, at in self.sites.speak():
                self.said[tank].append((at, said))
            due += 0.05
            self.late_s = max(self.late_s, time.monotonic() - due)
            self._stop.wait(max(0.0, due - time.monotonic()))

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def latencies(said: dict[str, list[tuple[float, str]]], seen: list[tuple[str, str, float]]) -> tuple[list[float], int]:
    """Seconds from each publish to the frame that shows it or something newer of its tank; and how many never came.

    said: by tank, (at, temperature); seen: (tank, temperature, at).
    """
    shown: dict[str, list[tuple[int, float]]] = defaultdict(list)  # by tank: which of its words is shown, since when
    serials = {tank: {} for tank in said}
    for tank, words in said.items():
        for serial, (_, word) in enumerate(words):
            serials[tank].setdefault(word, []).append(serial)
    for tank, word, at in seen:
        known = [n for n in serials.get(tank, {}).get(word, []) if said[tank][n][0] <= at]
        if known:
            shown[tank].append((known[-1], at))
    delays, never = [], 0
    for tank, words in said.items():
        order = [serial for serial, _ in shown[tank]]
        for serial, (at, _) in enumerate(words):
            place = bisect_left(order, serial)
            if place < len(order):
                delays.append(shown[tank][place][1] - at)
            else:
                never += 1
    return delays, never


def pages_of(browser: Browser, url: str, count: int, tanks: int) -> list[Page]:
    """So many people with the whiteboard before them, each in a browser of their own."""
    pages = [browser.new_context(viewport={"width": 1280, "height": 900}).new_page() for _ in range(count)]
    for page in pages:
        page.add_init_script(WATCH)
        page.goto(url)
    for page in pages:
        page.wait_for_function(f"document.querySelectorAll('.b-card .b-big').length >= {tanks}", timeout=60_000)
    return pages


def run(sites: int, tanks: int, pages: int, seconds: float) -> None:
    assert seconds * 2.0 < STEPS * 5.0, f"a number from {LOWEST_C} up has to name one state only"
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        board = BoardServer(Path(folder), broker.port, users=False)
        cellars = Sites(broker.port, sites, tanks)
        broker.start()
        try:
            cellars.start()
            until(lambda: cellars.online, 30.0)
            cellars.speak()
            board.start()
            measure(cellars, board, pages, sites * tanks, seconds)
        finally:
            board.stop()
            cellars.stop()
            broker.kill()


def measure(cellars: Sites, board: BoardServer, pages: int, tanks: int, seconds: float) -> None:
    assert board.process
    with sync_playwright() as playwright, chromium(playwright) as browser:
        opened = pages_of(browser, board.url, pages, tanks)
        anew: list[Page] = []
        for page in opened:
            page.on("load", lambda page: anew.append(page))
        cellars.spread(time.time())
        speaker = Speaker(cellars)
        gauge, whole = Gauge(board.process.pid), Gauge(os.getpid())
        speaker.start()
        seen: list[list[tuple[str, str, float]]] = [[] for _ in opened]
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            opened[0].wait_for_timeout(1000.0 * min(5.0, max(0.1, until_s - time.monotonic())))
            for page, kept in zip(opened, seen, strict=True):
                kept += page.evaluate(TAKE)
        speaker.stop()
        opened[0].wait_for_timeout(5000.0)  # what is still on its way
        for page, kept in zip(opened, seen, strict=True):
            kept += page.evaluate(TAKE)
        gauge.stop()
        whole.stop()
    delays: list[float] = []
    never = 0
    for kept in seen:
        found, missing = latencies(speaker.said, kept)
        delays += found
        never += missing
    tell(speaker, delays, never, len(anew), gauge, whole, seconds)


def tell(
    speaker: Speaker, delays: list[float], never: int, anew: int, gauge: Gauge, whole: Gauge, seconds: float
) -> None:
    states = sum(map(len, speaker.said.values()))
    cuts = quantiles(delays, n=100)
    mib = 1024.0**2
    rows = [
        ("tanks; states published", f"{len(speaker.said)}; {states}, {states / seconds:.0f} a second"),
        ("numbers seen on the screens; never seen", f"{len(delays)}; {never}"),
        ("pages that lost the board and loaded anew", f"{anew}"),
        ("publish to screen, median", f"{1000.0 * median(delays):.0f} ms"),
        ("publish to screen, 99th percentile", f"{1000.0 * cuts[98]:.0f} ms (aim 1000)"),
        ("publish to screen, longest", f"{1000.0 * max(delays):.0f} ms"),
        ("the board's memory, peak RSS", f"{gauge.peak_rss / mib:.0f} MiB (aim 250)"),
        ("the board's memory, peak PSS", f"{gauge.peak_pss / mib:.0f} MiB"),
        ("the board's CPU", f"{gauge.cores:.2f} of a core"),
        ("browsers, sites, broker and board together", f"{whole.cores:.2f} of {os.cpu_count()} cores"),
        ("the machine's load; the sites' worst delay", f"{os.getloadavg()[0]:.1f}; {1000.0 * speaker.late_s:.0f} ms"),
    ]
    for name, value in rows:
        print(f"{name:46} {value}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sites", type=int, default=25)
    parser.add_argument("--tanks", type=int, default=8, help="of each site")
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=120.0)
    asked = parser.parse_args()
    run(asked.sites, asked.tanks, asked.pages, asked.seconds)
