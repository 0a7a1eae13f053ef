"""A hydrometer is calibrated from the tank's page: a person types what is true, the cellar takes it from then on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from rig import AXE, LiveSite, enter
from test_access import looked_at, nothing_wrong

pytestmark = pytest.mark.browser


def calibrate(page: Page) -> None:
    page.get_by_role("button", name="Calibrate …").click()


def test_one_true_value_is_taken_from_the_next_reading_on(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/sign-in?next=/tank/riverside/fv2")
    enter(page, "anna")
    expect(page.locator(".b-big")).to_contain_text("1.011")
    calibrate(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("sensor").click()
    page.get_by_role("option", name="probe · gravity").click()
    expect(dialog).to_contain_text("It reads 1.0110 SG now, taken as 1.0110 SG.")
    dialog.get_by_label("what is true now, in SG").fill("1,0125")
    expect(dialog).to_contain_text("What probe reads as 1.0110 SG is 1.0125 SG in fv2 from the next reading on")
    dialog.get_by_role("button", name="Calibrate probe").click()
    expect(page.locator(".b-big")).to_contain_text("1.012")
    expect(page.get_by_text("probe, gravity: reads 1.011, taken as 1.012 (by anna")).to_be_visible()
    expect(page.locator(".b-log")).to_contain_text("anna calibrated probe, gravity: 0.0015 is added")


def test_what_cannot_be_says_why_where_it_is_typed(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/sign-in?next=/tank/riverside/fv2")
    enter(page, "anna")
    calibrate(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("sensor").click()
    page.get_by_role("option", name="probe · gravity").click()
    entry = dialog.get_by_label("what is true now, in SG")
    for typed, why in (("1.1", "by more than 0.030 SG"), ("a lot", "type a number such as 1.0110"), ("", "It reads")):
        entry.fill(typed)
        expect(dialog).to_contain_text(why)
        expect(dialog.locator(".b-dialog-buttons .q-btn").last).to_be_disabled()


def test_it_is_taken_back(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/sign-in?next=/tank/riverside/fv2")
    enter(page, "anna")
    expect(page.get_by_text("(by anna")).to_be_visible()
    calibrate(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("sensor").click()
    page.get_by_role("option", name="probe · gravity").click()
    dialog.get_by_role("button", name="Take it back …").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back", exact=True).click()
    expect(page.get_by_text("(by anna")).to_have_count(0)
    expect(page.locator(".b-big")).to_contain_text("1.011")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is absent")
def test_its_window_has_no_fault(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/sign-in?next=/tank/riverside/fv2", color_scheme="dark", reduced_motion="reduce")
    enter(page, "anna")
    calibrate(page)
    expect(page.get_by_role("dialog")).to_be_visible()
    no = page.get_by_role("dialog").get_by_role("button", name="No", exact=True)
    expect(no).to_have_css("color", "rgb(159, 208, 240)")  # 9:1 on a dark window; axe cannot tell through a shade
    nothing_wrong(looked_at(page))


def test_who_only_looks_has_no_such_button(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/tank/riverside/fv2")
    expect(page.locator(".b-big")).to_be_visible()
    expect(page.get_by_role("button", name="Calibrate …")).to_have_count(0)
