"""The config in the browser: who may configure changes it, sees the difference, writes it, and asks for the restart;
nobody else sees any of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from rig import AXE, PASSWORDS, BoardServer, LiveSite, enter, too_wide
from test_access import looked_at, nothing_wrong

from brewpi.dashboard.auth.users import hashed

pytestmark = pytest.mark.browser
TOML = """site = "riverside"

[mqtt]
username = "brewpi"
password_file = "/etc/brewpi/mqtt-password"

[tanks.fv1]
volume_l = 500
sensors.beer = { kind = "ds18b20", id = "28-0316a2794eff" }
outputs.cool = { kind = "relay", pin = 27 }
temperature = { target_c = 19.0, ramp_c_per_h = 20 }
"""


def config(site: LiveSite) -> Path:
    return site.cellar.here / "setup" / "cellar.toml"


@pytest.fixture(scope="module")
def board(site: LiveSite) -> Iterator[BoardServer]:
    """A board that was told of a config; carl may change it."""
    (site.cellar.here / "setup").mkdir()
    config(site).write_text(TOML)
    board = BoardServer(site.cellar.here, site.broker.port, "--setup", str(config(site)))
    users = site.cellar.here / "users.toml"
    users.write_text(users.read_text() + f'[carl]\nrole = "configure"\npassword = "{hashed(PASSWORDS["anna"])}"\n')
    board.start()
    yield board
    board.stop()


def as_carl(board: BoardServer, visit: Callable[..., Page], **options: object) -> Page:
    page = visit(f"{board.url}/sign-in?next=/setup", **options)
    enter(page, "carl", PASSWORDS["anna"])
    expect(page.get_by_role("heading", name="Setup")).to_be_visible()
    return page


def change(page: Page, before: str, after: str) -> None:
    entry = page.get_by_label("config (TOML)")
    entry.fill(entry.input_value().replace(before, after))


def test_a_mistake_is_named_and_not_written(site: LiveSite, board: BoardServer, visit: Callable[..., Page]):
    page, before = as_carl(board, visit), config(site).read_text()
    change(page, "volume_l = 500", "volumen_l = 500")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text('did you mean "volume_l"?').first).to_be_visible()
    page.get_by_role("button", name="Write …").click()
    expect(page.get_by_text('did you mean "volume_l"?').first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert config(site).read_text() == before


def test_a_change_is_compared_written_and_the_restart_is_asked_for(
    site: LiveSite, board: BoardServer, visit: Callable[..., Page]
):
    page = as_carl(board, visit)
    change(page, "ramp_c_per_h = 20 ", "ramp_c_per_h = 2 ")
    page.get_by_role("button", name="Write …").click()
    expect(page.locator(".b-comes")).to_contain_text("ramp_c_per_h = 2 ")
    page.get_by_role("button", name="Write the config").click()
    expect(page.get_by_text("Written. The service takes it at its next restart.")).to_be_visible()
    assert "ramp_c_per_h = 2 " in config(site).read_text()
    page.get_by_role("button", name="Restart the service …").click()
    page.get_by_role("button", name="Restart it now").click()
    expect(page.get_by_text("Asked for.")).to_be_visible()
    assert "carl" in (config(site).parent / "restart-asked").read_text()
    page.reload()
    page.get_by_label("an earlier one").click()
    page.get_by_role("option").first.click()
    expect(page.get_by_label("config (TOML)")).to_have_value(re.compile("ramp_c_per_h = 20 "))


def test_on_a_phone_the_question_shows_what_changes(board: BoardServer, visit: Callable[..., Page]):
    page = as_carl(board, visit, viewport={"width": 390, "height": 844})
    change(page, "volume_l = 500", "volume_l = 505")
    page.get_by_role("button", name="Write …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".b-comes", has_text="volume_l = 505")).to_be_in_viewport(ratio=1.0)
    expect(dialog.locator(".b-goes", has_text="volume_l = 500")).to_be_in_viewport(ratio=1.0)
    expect(dialog.get_by_role("button", name="Write the config")).to_be_in_viewport(ratio=1.0)
    assert all("b-diff" in one for one in too_wide(page))


def test_each_option_has_its_sentence(board: BoardServer, visit: Callable[..., Page]):
    page = as_carl(board, visit)
    page.get_by_text("[tanks.fv1]", exact=True).click()
    expect(page.get_by_text("litres of beer in the tank").first).to_be_visible()


def test_each_option_has_its_sentence_in_the_readers_language(board: BoardServer, visit: Callable[..., Page]):
    page = visit(f"{board.url}/sign-in?next=/setup", locale="de-DE")
    page.get_by_label("Name").fill("carl")
    page.get_by_label("Passwort").fill(PASSWORDS["anna"])
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("[tanks.fv1.temperature]", exact=True).click()
    expect(page.get_by_text("wie schnell der Sollwert zu einem neuen Ziel läuft").first).to_be_visible()
    assert page.locator(".b-options [lang=en]").count() == 0


def test_who_may_only_operate_or_look_sees_nothing_of_it(board: BoardServer, visit: Callable[..., Page]):
    for name in ("anna", "vera"):
        page = visit(f"{board.url}/sign-in?next=/setup")
        enter(page, name)
        expect(page.get_by_text("Only who may configure sees the config.")).to_be_visible()
        expect(page.get_by_label("config (TOML)")).to_have_count(0)
        expect(page.get_by_role("link", name="Setup")).to_have_count(0)


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is absent")
def test_the_page_has_no_fault(board: BoardServer, visit: Callable[..., Page]):
    page = as_carl(board, visit, reduced_motion="reduce")
    change(page, "volume_l = 500", "volume_l = 501")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".b-diff")).to_be_visible()
    nothing_wrong(looked_at(page))
    assert [one for one in too_wide(page) if "b-diff" not in one] == []  # lines of the config keep their length
