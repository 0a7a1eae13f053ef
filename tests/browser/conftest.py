"""A real Chromium looks at a real board of a real cellar. Where there is none, that is said loudly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brokers import MOSQUITTO

MISSING: list[str] = []

try:
    from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
    from rig import AXE, CHROMIUM, LiveSite, chromium
except ImportError as error:
    MISSING.append(f"{error}; it is in the extras dev and dashboard")
else:
    expect.set_options(timeout=20_000)  # a machine that does much else
    if CHROMIUM is None:
        MISSING.append("there is no Chromium: sudo apt-get install chromium")
if MOSQUITTO is None:
    MISSING.append("there is no Mosquitto: sudo apt-get install mosquitto")

collect_ignore_glob = ["test_*.py"] if MISSING else []
LOUD = [f"tests/browser is skipped: {why}" for why in MISSING]
if not MISSING and not AXE.is_file():
    LOUD.append(f"tests/browser/test_access.py is skipped: there is no {AXE}; make axe installs it, with npm")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if LOUD:
        terminalreporter.section("NOT PROVEN: what a browser shows", sep="!")
        for sentence in LOUD:
            terminalreporter.write_line(sentence)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a file: Playwright's loop must not outlive it in a process that other tests share."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """Broker, cellar and board, all real and each in a process of its own."""
    site = LiveSite(tmp_path_factory.mktemp("house"))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page of somebody with a browser of their own; options are Playwright's, such as `timezone_id`."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []

    def visit(url: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(url)
        return page

    yield visit
    for context in contexts:
        context.close()
    strangers = [url for url in asked if url.split("/")[2].split(":")[0] != "127.0.0.1" and "//" in url]
    assert asked
    assert not strangers, f"left this machine: {strangers}"
