"""The whiteboard as one stands before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from rig import House

pytestmark = pytest.mark.browser


def test_cards_fill_with_what_the_cellar_says(house: House, visit: Callable[..., Page]):
    page = visit(house.board.url)
    card = page.locator(".b-card", has_text="fv2")
    expect(card).to_contain_text("1.011")
    expect(card).to_contain_text("19.0 °C")
    expect(card).to_contain_text("fermentation complete")
    expect(page.locator(".b-card", has_text="fv1")).to_contain_text("needs two readings; has one")


def test_units_are_those_of_the_reader(house: House, visit: Callable[..., Page]):
    page = visit(house.board.url)
    card = page.locator(".b-card", has_text="fv2")
    page.get_by_role("button", name="°P").click()
    expect(card).to_contain_text("2.8 °P")
    page.get_by_role("button", name="°F").click()
    expect(card).to_contain_text("66.2 °F")
    other = visit(house.board.url)
    expect(other.locator(".b-card", has_text="fv2")).to_contain_text("1.011")
