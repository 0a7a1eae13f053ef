"""What somebody says of a batch on the board: a reading taken back, corrections, notes, additions, another tank."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from brokers import Listener, until
from playwright.sync_api import Page, expect
from rig import LiveSite, enter

pytestmark = pytest.mark.browser


@pytest.fixture
def wire(site: LiveSite) -> Iterator[Listener]:
    listener = Listener(site.broker, "brewpi/+/+/command/+", "brewpi/+/+/state")
    until(lambda: listener.ready >= 2)
    yield listener
    listener.close()


@pytest.fixture
def at(site: LiveSite, visit: Callable[..., Page]) -> Callable[..., Page]:
    def at(tank: str, **options: object) -> Page:
        page = visit(f"{site.board.url}/sign-in?next=/tank/riverside/{tank}", **options)
        enter(page, "anna")
        expect(page.locator(".b-card")).to_be_visible()
        return page

    return at


def commands(wire: Listener) -> list[tuple[str, dict[str, object]]]:
    named = [(topic.split("/")[-1], text) for topic, text, _ in wire.heard if "/command/" in topic]
    return [(name, json.loads(text)) for name, text in named if name != "echo"]  # the service's own, no command


def batch_of(wire: Listener, tank: str) -> dict[str, object] | None:
    said = [json.loads(text) for topic, text, _ in wire.heard if topic == f"brewpi/riverside/{tank}/state"]
    return said[-1].get("batch") if said else None


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def lead_to(page: Page, choice: str) -> None:
    """From the window of the batch to one of its own, when the first has gone."""
    press(page, "Batch …")
    press(page, choice)
    expect(page.get_by_role("dialog", name=re.compile(": batch$"))).to_have_count(0)


def test_a_reading_is_taken_back_where_its_acceptance_stands(wire: Listener, at: Callable[..., Page]):
    page = at("fv3")
    press(page, "Hand reading …")
    page.get_by_role("dialog").get_by_label("gravity").fill("1.0655")
    press(page, "Enter 1.0655 SG")
    press(page, "It is right: Enter 1.0655 SG")
    offer = page.locator(".b-offer-reading")
    expect(offer).to_contain_text("anna entered a gravity of 1.0655 SG")
    expect(page.locator(".b-card")).to_contain_text("1.06")
    offer.get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_contain_text("Taken back: anna entered a gravity of 1.0655 SG. fv3 goes on")
    press(page, "Take it back")
    expect(offer).to_have_count(0)
    expect(page.locator(".b-card .b-big")).not_to_contain_text("1.06")
    (_, entered), (name, fields) = commands(wire)
    assert (name, fields["reading"]) == ("forget_reading", entered["id"])


def test_a_reading_is_taken_back_in_the_history(wire: Listener, at: Callable[..., Page]):
    page = at("fv3")
    press(page, "Hand reading …")
    page.get_by_role("dialog").get_by_label("gravity").fill("1.0180")
    press(page, "Enter 1.0180 SG")
    given = page.locator(".b-given").filter(has_text="1.0180")
    expect(given).to_contain_text("anna entered a gravity of 1.0180 SG")
    given.get_by_role("button").click()
    press(page, "Take it back")
    expect(given).to_have_count(0)
    assert [name for name, _ in commands(wire)] == ["reading", "forget_reading"]


def test_what_is_known_of_a_batch_is_corrected_in_the_readers_unit(wire: Listener, at: Callable[..., Page]):
    page = at("fv3", timezone_id="Europe/Berlin")
    with page.expect_navigation():  # who may act gets the page anew
        press(page, "°P")
    lead_to(page, "Correct …")
    dialog = page.get_by_role("dialog")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_disabled()
    dialog.get_by_label("name").fill("Amber 28")
    dialog.get_by_label("yeast").fill("US-05")
    dialog.get_by_label("original gravity").fill("13")
    press(page, "Correct the batch")
    expect(page.locator(".b-card")).to_contain_text("Amber 28")
    ((name, fields),) = commands(wire)
    assert (name, fields["name"], fields["yeast"]) == ("correct_batch", "Amber 28", "US-05")
    assert fields["og"] == pytest.approx(1.0526, abs=2e-4)
    assert "pitched_at" not in fields
    assert "style" not in fields


def test_an_original_gravity_below_what_was_measured_is_doubted_and_refused_in_its_window(
    wire: Listener, at: Callable[..., Page]
):
    page = at("fv3")
    lead_to(page, "Correct …")
    page.get_by_role("dialog").get_by_label("original gravity").fill("1.020")
    press(page, "Correct the batch")
    expect(page.get_by_role("dialog")).to_contain_text("was measured in this batch, which is more")
    assert commands(wire) == []
    press(page, "It is right: Correct the batch")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("fv3 refuses batch corrected")
    press(page, "No")


def test_a_note_and_an_addition_stand_on_the_curve(wire: Listener, at: Callable[..., Page]):
    page = at("fv3")
    press(page, "Note …")
    page.get_by_role("dialog").get_by_label("text").fill("dry hop, 2 kg Citra")
    press(page, "Write it down")
    expect(page.locator(".b-log")).to_contain_text("dry hop, 2 kg Citra")
    press(page, "Addition …")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("what went in, and how much").fill("raspberries, 12 kg")
    dialog.get_by_label("expected to add").fill("80")
    press(page, "Record the addition")
    expect(dialog).to_contain_text("which is a lot")
    dialog.get_by_label("expected to add").fill("6")
    press(page, "Record the addition")
    expect(page.locator(".b-log")).to_contain_text("raspberries, 12 kg added by anna: +6 points")
    assert [(name, fields.get("points")) for name, fields in commands(wire)] == [("note", None), ("addition", 6.0)]


def test_a_batch_goes_on_in_an_empty_tank(site: LiveSite, wire: Listener, at: Callable[..., Page]):
    page = at("fv3")
    lead_to(page, "Move to another tank …")
    expect(page.get_by_role("dialog")).to_contain_text("No other tank of this site is empty")
    press(page, "No")
    page.goto(f"{site.board.url}/tank/riverside/fv1")
    lead_to(page, "End the batch …")
    press(page, "End the batch")
    expect(page.locator(".b-card")).to_contain_text("last: Pale 31")
    expect(page.locator(".b-card")).to_contain_text("empty since")
    page.goto(f"{site.board.url}/tank/riverside/fv3")
    lead_to(page, "Move to another tank …")
    page.get_by_role("dialog").get_by_label("to", exact=True).click()
    page.get_by_role("option", name="fv1").click()
    press(page, "It is in fv1 now")
    expect(page.locator(".b-card")).to_contain_text("last: Amber 28")
    until(lambda: batch_of(wire, "fv1") is not None)
    assert [name for name, _ in commands(wire)] == ["end_batch", "move_batch"]
