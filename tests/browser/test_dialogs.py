"""Every dialog of a tank: nothing in it is cut off on a phone in any language, and axe-core finds no fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from rig import AXE, PASSWORDS, LiveSite
from test_access import looked_at, nothing_wrong

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WORDS = {"en": ("Name", "Password", "Sign in"), "de": ("Name", "Passwort", "Anmelden"),
         "es": ("Nombre", "Contraseña", "Iniciar sesión"), "fr": ("Nom", "Mot de passe", "Se connecter")}  # fmt: skip
CUT = """dialog => [...dialog.querySelectorAll('.q-field__label, .q-field__native, .q-btn, .q-btn__content')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 || (one.scrollHeight > one.clientHeight + 1
        && getComputedStyle(one).overflowY !== 'visible'))
    .map(one => one.textContent)"""


def as_anna(site: LiveSite, visit: Callable[..., Page], language: str, path: str, **options: object) -> Page:
    page = visit(f"{site.board.url}/sign-in?next={path}", locale=language, **options)
    name, password, enter = WORDS[language]
    page.get_by_label(name).fill("anna")
    page.get_by_label(password).fill(PASSWORDS["anna"])
    page.get_by_role("button", name=enter).click()
    expect(page.locator(".b-do-grid")).to_be_visible()
    return page


def buttons(page: Page) -> list[Locator]:
    """Those that open a dialog, the questions' among them."""
    return [one for one in page.locator(".b-do .q-btn, .b-stop-any").all() if one.is_visible()]


def opened(page: Page, button: Locator) -> Locator:
    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".q-btn").first).to_be_visible()
    return dialog


def closed(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("language", WORDS)
def test_nothing_in_a_dialog_is_cut_off_on_a_phone(site: LiveSite, visit: Callable[..., Page], language: str):
    page = as_anna(site, visit, language, "/tank/riverside/fv2", viewport=PHONE, reduced_motion="reduce")
    found = {}
    for button in buttons(page):
        dialog = opened(page, button)
        if cut := dialog.evaluate(CUT):
            found[button.inner_text()] = cut
        closed(page)
    assert not found


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is absent")
def test_no_dialog_has_a_fault(site: LiveSite, visit: Callable[..., Page]):
    page = as_anna(site, visit, "en", "/tank/riverside/fv2", reduced_motion="reduce")
    found = []
    for button in buttons(page):
        opened(page, button)
        found += [f"{button.inner_text()}: {fault}" for fault in looked_at(page)]
        closed(page)
    nothing_wrong(found)


def test_stop_for_all_stays_in_sight_where_the_tanks_do_not(site: LiveSite, visit: Callable[..., Page]):
    page = as_anna(site, visit, "en", "/tank/riverside/fv2", viewport={"width": 390, "height": 400})
    dialog = opened(page, page.locator(".b-stop-any"))
    last, every = dialog.get_by_role("button", name="No"), dialog.get_by_role("button", name="STOP all 3 tanks")
    expect(last).not_to_be_in_viewport(ratio=0.9)
    expect(every).to_be_in_viewport(ratio=1.0)
    over = every.evaluate("""one => { const box = one.getBoundingClientRect();
        return one.contains(document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)) }""")
    assert over, "something lies over it"


def test_nobody_is_offered_a_drain_that_acts_by_itself(site: LiveSite, visit: Callable[..., Page]):
    page = as_anna(site, visit, "en", "/tank/riverside/fv2")
    dialog = opened(page, page.get_by_role("button", name="Mode"))
    act = dialog.get_by_role("button", name="act", exact=True)
    expect(act).to_be_visible()
    dialog.get_by_role("button", name="drain", exact=True).click()
    expect(act).to_have_count(0)
    expect(dialog.get_by_role("button", name="ask", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="dose", exact=True).click()
    expect(act).to_be_visible()


def test_where_there_is_no_pump_a_dose_is_one_that_was_given_by_hand(site: LiveSite, visit: Callable[..., Page]):
    page = as_anna(site, visit, "en", "/tank/riverside/fv1")
    dialog = opened(page, page.get_by_role("button", name="Dose"))
    expect(dialog.get_by_text("There is no pump here: what was given by hand is recorded.")).to_be_visible()
    expect(dialog.get_by_role("button", name="by the pump, now")).to_have_count(0)
    dialog.get_by_label("volume in ml").fill("20")
    expect(dialog.get_by_role("button", name="Record 20 ml")).to_be_enabled()
    page = as_anna(site, visit, "en", "/tank/riverside/fv2")
    dialog = opened(page, page.get_by_role("button", name="Dose"))
    expect(dialog.get_by_role("button", name="by the pump, now")).to_be_visible()
    dialog.get_by_label("volume in ml").fill("20")
    expect(dialog.get_by_role("button", name="Give 20 ml")).to_be_enabled()


@pytest.mark.parametrize("language", WORDS)
def test_the_head_of_a_page_has_one_line_on_a_desk(site: LiveSite, visit: Callable[..., Page], language: str):
    page = as_anna(site, visit, language, "/tank/riverside/fv2", viewport={"width": 1440, "height": 900})
    middles = page.evaluate("""() => [...document.querySelectorAll('.b-head :is(a, time, button), .b-stop-any')]
        .filter(one => one.offsetParent || one.matches('.b-stop-any'))
        .map(one => one.getBoundingClientRect()).map(box => (box.top + box.bottom) / 2)""")
    assert max(middles) - min(middles) < 12.0, middles
    (nav,) = page.evaluate("() => [document.documentElement.scrollWidth - document.documentElement.clientWidth]")
    assert nav <= 0
    overlap = page.evaluate("""() => document.querySelector('.b-stop-any').getBoundingClientRect().left
        - Math.max(...[...document.querySelectorAll('.b-head :is(a, button)')]
            .map(one => one.getBoundingClientRect().right))""")
    assert overlap >= 0.0, overlap


def entry_and_yes(page: Page, button: str, label: str) -> tuple[Locator, Locator]:
    """The field of numbers in the dialog behind a button, and the dialog."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    return dialog.get_by_label(label, exact=True), dialog


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_comma_that_is_typed_is_a_decimal_sign_in_every_language(
    site: LiveSite, visit: Callable[..., Page], language: str
):
    page = as_anna(site, visit, language, "/tank/riverside/fv1", viewport=PHONE)
    page.locator(".b-do-grid .q-btn").first.click()
    entry = page.get_by_role("dialog").locator(".b-number input")
    for typed in ("1,5", "1.5", "1,5 °C"):
        entry.fill("")
        entry.press_sequentially(typed)
        shown = "1,5" if language == "de" else "1.5"
        yes = {"en": f"Hold {shown}", "de": f"{shown}"}[language]
        expect(page.locator(".b-dialog-buttons .q-btn").last).to_contain_text(yes)
    entry.fill("")
    entry.press_sequentially("-0,8")
    expect(page.locator(".b-dialog-effect")).to_contain_text("-0,8" if language == "de" else "-0.8")


def test_what_is_typed_stands_in_the_place_of_what_stood_there(site: LiveSite, visit: Callable[..., Page]):
    """18 behind the 19.0 of the setpoint was 19.018."""
    page = as_anna(site, visit, "en", "/tank/riverside/fv1", viewport=PHONE)
    entry, dialog = entry_and_yes(page, "Setpoint …", "setpoint in °C")
    expect(entry).to_be_focused()
    page.keyboard.type("17,5")
    expect(entry).to_have_value("17,5")
    expect(dialog.get_by_role("button", name="Hold 17.5 °C")).to_be_enabled()


def test_a_number_that_cannot_be_says_why_and_sends_nothing(site: LiveSite, visit: Callable[..., Page]):
    page = as_anna(site, visit, "en", "/tank/riverside/fv1", viewport=PHONE)
    for button, label, typed, why in (
        ("Setpoint …", "setpoint in °C", "1012", "A setpoint is between -5.0"),
        ("Setpoint …", "setpoint in °C", "66", "type 66 F if that is meant"),
        ("Setpoint …", "setpoint in °C", "a lot", "That cannot be read; type a number such as 18.5."),
        ("Hand reading …", "gravity", "-1", "A gravity is between 0.950 and 1.200 SG."),
        ("Hand reading …", "taken so many minutes ago", "-5", "How many minutes ago: 0 is now."),
        ("Dose …", "volume in ml", "-1", "A dose is more than 0"),
    ):
        entry, dialog = entry_and_yes(page, button, label)
        entry.fill("")
        entry.press_sequentially(typed)
        expect(dialog).to_contain_text(why)
        if button == "Setpoint …" and typed == "66":
            dialog.get_by_role("button", name="−1", exact=True).click()
            expect(entry).to_have_value("65")
        expect(dialog.locator(".b-dialog-buttons .q-btn").last).to_be_disabled()
        closed(page)


def test_a_unit_that_is_typed_behind_a_gravity_counts(site: LiveSite, visit: Callable[..., Page]):
    page = as_anna(site, visit, "en", "/tank/riverside/fv1", viewport=PHONE)
    entry, dialog = entry_and_yes(page, "Hand reading …", "gravity")
    for typed, enters in (("3.1P", "Enter 3.10 °P"), ("1,012 SG", "Enter 1.0120 SG"), ("-0,8 °P", "Enter -0.80 °P")):
        entry.fill("")
        entry.press_sequentially(typed)
        expect(dialog.get_by_role("button", name=enters)).to_be_enabled()
        expect(dialog.get_by_role("button", name="°P" if "P" in typed else "SG", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )


@pytest.mark.parametrize("path", ["/", "/tank/riverside/fv1", "/batches"])
def test_nothing_to_press_on_a_phone_is_lower_than_a_wet_thumb(
    site: LiveSite, visit: Callable[..., Page], path: str
):
    page = as_anna(site, visit, "en", "/tank/riverside/fv1", viewport=PHONE)
    page.goto(site.board.url + path)
    expect(page.locator(".b-page")).to_be_visible()
    page.locator(".b-menu").click()
    low = page.evaluate("""() => [...document.querySelectorAll('button, input')]
        .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44)
        .map(one => `${one.className} ${one.innerText} ${one.getBoundingClientRect().height}`)""")
    assert low == []


COVERED = """() => [...document.querySelectorAll('.b-head a, .b-head button, .b-stop-any')].filter(one => {
    const at = one.getBoundingClientRect(), y = at.y + at.height / 2;
    return at.width && [at.left + 3, at.right - 3].some(x => !one.contains(document.elementFromPoint(x, y)));
}).map(one => one.innerText)"""
NARROW = """() => [...document.querySelectorAll('.b-page a, .b-head a, .b-head button')].filter(one => {
    const at = one.getBoundingClientRect();
    return at.width && (at.width < 44 || at.height < 44);
}).map(one => one.innerText)"""


@pytest.mark.parametrize("language", WORDS)
def test_stop_covers_nothing_in_the_head_on_a_tablet_that_lies(
    site: LiveSite, visit: Callable[..., Page], language: str
):
    page = as_anna(site, visit, language, "/tank/riverside/fv1", has_touch=True)
    page.goto(f"{site.board.url}/schedule")
    expect(page.locator(".b-week")).to_be_visible()
    for width in (1024, 1112, 1180, 1279, 1280, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        page.wait_for_function(f"() => innerWidth === {width}")
        assert page.evaluate(COVERED) == [], width
        assert page.evaluate(NARROW) == [], width
