"""For those who do not see well or use no mouse: axe-core finds no fault at all, in any light and on any screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect
from rig import AXE, LiveSite, enter, say, state

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not AXE.is_file(), reason="axe-core is absent")]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def troubled(site: LiveSite) -> LiveSite:
    """A site beside another, in which everything is the matter that can be."""
    now = time.time()
    alarm = {"key": "beer: silent", "severity": "alarm", "text": "beer: silent for 6 min", "todo": "Look at its cable."}
    ask = {"key": "step rise", "action": "step", "standing": "asked", "text": "primary -> rise: 0.76 of 0.75"}
    tanks: dict[str, dict[str, object]] = {
        "burns": {"alarms": [alarm]},
        "seen": {"alarms": [{**alarm, "acknowledged_by": "anna"}]},
        "warns": {"alarms": [{**alarm, "severity": "warning"}], "heat_duty": 1.0},
        "asks": {"asks": [ask], "modes": {"step": "ask"}, "cool_duty": 1.0},
        "silent": {"beer_c": None, "sg": None, "stale_s": {"beer_c": 900.0, "sg": None}},
        "old": {"at": now - 3600.0},
    }
    say(site.broker, "brewpi/annex/availability", "online")
    for tank, more in tanks.items():
        say(site.broker, f"brewpi/annex/{tank}/state", state(**{"at": now, **more}))
    return site


def violations(page: Page) -> list[dict[str, Any]]:
    """As axe tells them. Its own requests would show a bar."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "() => axe.run(document, {preload: false}).then(result => result.violations)"
    found: list[dict[str, Any]] = page.evaluate(run)
    return found


def faults(page: Page) -> list[str]:
    """All that axe finds, contrast included, with the first element that has it. A page whose socket comes too late, as
    on a busy machine, loads itself anew: then it is looked at once that is done."""
    try:
        found = violations(page)
    except Error as error:
        if "Execution context was destroyed" not in error.message:
            raise
        page.wait_for_load_state("networkidle")
        found = violations(page)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} ({node['any'][0]['message'] if node['any'] else ''})"
        for one in found for node in one["nodes"][:1]
    ]  # fmt: skip


def looked_at(page: Page) -> list[str]:
    """The faults in each light and on each screen."""
    found = []
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)
            dark = light == "dark"
            page.wait_for_function("dark => document.body.classList.contains('body--dark') === dark", arg=dark)
            found += [f"{size}, {light}: {fault}" for fault in faults(page)]
    return found


def nothing_wrong(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("path", ["/", "/tank/riverside/fv3", "/tank/annex/burns", "/schedule", "/scorecard"])
def test_a_page_has_no_fault(troubled: LiveSite, visit: Callable[..., Page], path: str):
    page = visit(troubled.board.url + path, reduced_motion="reduce")
    expect(page.locator(".b-page")).to_be_visible()
    if path == "/":
        expect(page.locator(".b-card")).to_have_count(9)
    nothing_wrong(looked_at(page))


@pytest.mark.parametrize("path", ["/", "/tank/riverside/fv3", "/batches"])
def test_a_page_in_german_has_no_fault(troubled: LiveSite, visit: Callable[..., Page], path: str):
    page = visit(troubled.board.url + path, reduced_motion="reduce", locale="de-DE")
    expect(page.get_by_role("link", name="Sude")).to_be_visible()
    nothing_wrong(looked_at(page))


def test_the_buttons_and_a_dialog_have_no_fault(troubled: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{troubled.board.url}/sign-in?next=/tank/riverside/fv2", reduced_motion="reduce")
    enter(page, "anna")
    expect(page.get_by_role("button", name="Arm drain …")).to_be_visible()
    nothing_wrong(looked_at(page))
    page.get_by_role("button", name="Setpoint …").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    nothing_wrong(looked_at(page))


def test_signing_in_has_no_fault(troubled: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{troubled.board.url}/sign-in", reduced_motion="reduce")
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    nothing_wrong(found + faults(page))
