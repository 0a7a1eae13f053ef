"""What dies is said within ten seconds, and nobody has to touch the board when it is back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from rig import LiveSite

pytestmark = pytest.mark.browser
OLD = re.compile(r"\bb-old\b")
WITHIN_MS = 10_000


@pytest.fixture
def card(site: LiveSite, visit: Callable[..., Page]) -> Locator:
    card = visit(site.board.url).locator(".b-card", has_text="fv2")
    expect(card).to_contain_text("fermentation complete")
    expect(card).not_to_have_class(OLD)
    return card


def test_a_killed_service_turns_its_cards_stale_and_comes_back_by_itself(site: LiveSite, card: Locator):
    site.cellar.kill()
    expect(card).to_have_class(OLD, timeout=WITHIN_MS)
    expect(card).to_contain_text("service is gone")
    site.cellar.start()
    expect(card).not_to_have_class(OLD, timeout=WITHIN_MS)


def test_a_killed_broker_is_said_and_comes_back_by_itself(site: LiveSite, card: Locator):
    site.broker.kill()
    expect(card).to_have_class(OLD, timeout=WITHIN_MS)
    expect(card).to_contain_text("broker")
    site.broker.start()
    expect(card).not_to_have_class(OLD, timeout=30_000)  # the cellar waits up to 30 s between its tries
    expect(card).to_contain_text("1.011")


def test_a_board_that_is_started_anew_is_found_again_by_the_pages_that_were_open(site: LiveSite, card: Locator):
    site.board.stop()
    expect(card.page.get_by_text("No connection to the board")).to_be_visible(timeout=WITHIN_MS)
    site.board.start()
    expect(card.page.get_by_text("No connection to the board")).to_be_hidden(timeout=20_000)
    expect(card).to_contain_text("fermentation complete")
