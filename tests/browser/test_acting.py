"""From a thumb on the board to the pin of a relay, and who may do it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from brokers import Listener, until
from playwright.sync_api import Page, expect
from rig import COOL, PASSWORDS, VALVE, LiveSite, enter

from brewpi.mqtt.topics import iso

pytestmark = pytest.mark.browser
COMMANDS, ACKS = "brewpi/+/+/command/+", "brewpi/+/+/ack"


@pytest.fixture
def wire(site: LiveSite) -> Iterator[Listener]:
    """Whoever listens to the broker meanwhile."""
    listener = Listener(site.broker, COMMANDS, ACKS)
    until(lambda: listener.ready >= 2)
    yield listener
    listener.close()


@pytest.fixture
def at(site: LiveSite, visit: Callable[..., Page]) -> Callable[..., Page]:
    """The page of a tank, with somebody before it."""

    def at(tank: str, name: str = "anna") -> Page:
        page = visit(f"{site.board.url}/sign-in?next=/tank/riverside/{tank}")
        enter(page, name)
        expect(page).to_have_url(f"{site.board.url}/tank/riverside/{tank}")
        expect(page.get_by_role("button", name=f"Sign out {name}")).to_be_visible()
        return page

    return at


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of somebody else's server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def commands(wire: Listener) -> list[tuple[str, dict[str, object]]]:
    """What has been sent: the command's name and its fields."""
    named = [(topic.split("/")[-1], text) for topic, text, _ in wire.heard if "/command/" in topic]
    return [(name, json.loads(text)) for name, text in named if name != "echo"]  # the service's own, no command


def acks(wire: Listener) -> list[dict[str, object]]:
    return [json.loads(text) for topic, text, _ in wire.heard if topic.endswith("/ack")]


def send(wire: Listener, tank: str, command: str, **fields: object) -> None:
    """Another program's command."""
    body = {"id": f"w{time.time()}", "issued_at": iso(time.time()), "by": "wire", **fields}
    wire.send(f"brewpi/riverside/{tank}/command/{command}", json.dumps(body))


def enter_reading(page: Page, sg: str) -> None:
    press(page, "Hand reading …")
    page.get_by_role("dialog").get_by_label("gravity").fill(sg)
    press(page, f"Enter {float(sg):.4f} SG")


def tab_to(page: Page, selector: str) -> None:
    """Fails where the keyboard does not lead."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab never reaches {selector}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


# --- who may


def test_a_wrong_password_opens_nothing_and_does_not_say_which_was_wrong(site: LiveSite, visit: Callable[..., Page]):
    page = visit(site.board.url)
    for name, password in (("anna", "wrong"), ("nobody", PASSWORDS["anna"])):
        page.goto(site.board.url)
        page.get_by_role("link", name="Sign in").click()
        enter(page, name, password)
        expect(page.get_by_text("Name or password is wrong.")).to_be_visible()
    page.goto(f"{site.board.url}/tank/riverside/fv1")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Setpoint …")).to_have_count(0)


def test_a_viewer_has_nothing_to_press(at: Callable[..., Page]):
    anna, vera = at("fv2", "anna"), at("fv2", "vera")
    expect(vera.locator(".b-chart")).to_be_visible()
    for name in ("Setpoint …", "Hand reading …", "Dose …", "Arm drain …", "STOP …", "STOP any tank …"):
        expect(anna.get_by_role("button", name=name, exact=True)).to_be_visible()
        expect(vera.get_by_role("button", name=name, exact=True)).to_have_count(0)


def test_what_a_viewer_forges_is_refused(site: LiveSite, wire: Listener, at: Callable[..., Page]):
    """An operator's own events, taken from the wire, sent again by the viewer's page; and plain requests."""
    anna, vera = at("fv3"), at("fv3", "vera")
    frames: list[str] = []
    anna.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(str(frame))))
    anna.reload()
    enter_reading(anna, "1.0190")
    expect(anna.get_by_text("done", exact=False).last).to_be_visible()
    until(lambda: len(commands(wire)) == 1)

    events = [json.loads(frame[frame.index("[") :])[1] for frame in frames if '["event",' in frame]
    assert len(events) >= 3
    for event in events:  # in the name of the viewer's own page, and in that of the operator's
        vera.evaluate("event => window.socket.emit('event', {...event, client_id: window.clientId})", event)
        vera.evaluate("event => window.socket.emit('event', event)", event)
    for path in ("/", "/tank/riverside/fv3", "/command/target", "/sign-in"):
        status = vera.evaluate("path => fetch(path, {method: 'POST', body: '{}'}).then(answer => answer.status)", path)
        assert status in (400, 403, 404, 405), path
    vera.reload()  # what was sent before has arrived
    expect(vera.locator(".b-chart")).to_be_visible()
    assert [fields["by"] for _, fields in commands(wire)] == ["anna"]


def test_a_page_of_another_origin_gets_no_socket(
    site: LiveSite, wire: Listener, at: Callable[..., Page], elsewhere: str
):
    """The same machine under another port is the same site: the cookie goes along, so the board has to look itself."""
    anna = at("fv1")
    other = anna.context.new_page()
    other.goto(elsewhere)
    address = f"{site.board.url}/_nicegui_ws/socket.io/?EIO=4&transport=websocket".replace("http", "ws")
    opened = """address => new Promise(done => {
        const socket = new WebSocket(address);
        socket.onmessage = () => done('spoke');
        socket.onclose = () => done('closed');
    })"""
    assert anna.evaluate(opened, address) == "spoke"
    assert other.evaluate(opened, address) == "closed"
    assert commands(wire) == []


def test_signing_out_in_one_tab_takes_the_buttons_from_the_other(at: Callable[..., Page]):
    anna = at("fv1")
    expect(anna.get_by_role("button", name="Setpoint …")).to_be_visible()
    other = anna.context.new_page()
    other.goto(anna.url)
    other.get_by_role("button", name="Sign out anna").click()
    expect(anna.get_by_role("button", name="Setpoint …")).to_have_count(0)


# --- what reaches the cellar


def test_a_setpoint_reaches_the_pin_of_the_relay_once_it_is_confirmed(
    site: LiveSite, wire: Listener, at: Callable[..., Page]
):
    site.cellar.probes(beer_c=19.08, sg=1.0110, vent_open=1.0)  # inside of its band
    page = at("fv1")
    press(page, "Setpoint …")
    page.get_by_label("setpoint in °C").fill("16")
    expect(page.get_by_role("dialog")).to_contain_text("fv1 is brought to 16.0 °C and held there")
    press(page, "No")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert commands(wire) == []
    assert not site.cellar.on(COOL)

    press(page, "Setpoint …")
    page.get_by_label("setpoint in °C").fill("16")
    press(page, "Hold 16.0 °C")
    expect(page.get_by_text("fv1: setpoint 16.0 °C – done")).to_be_visible()
    until(lambda: site.cellar.on(COOL), 20.0)
    ((name, fields),) = commands(wire)
    assert (name, fields["by"], fields["target_c"]) == ("target", "anna", 16.0)
    expect(page.locator(".b-card")).to_contain_text("cool")


def test_who_sets_a_setpoint_while_another_has_stopped_the_tank_is_told_that_nothing_moves(
    wire: Listener, at: Callable[..., Page]
):
    page = at("fv1")
    press(page, "Setpoint …")
    page.get_by_label("setpoint in °C").fill("17")
    send(wire, "fv1", "stop")
    expect(page.locator(".b-card")).to_contain_text("stopped by wire")
    press(page, "Hold 17.0 °C")
    expect(page.get_by_text("fv1: setpoint 17.0 °C – done, but the tank is stopped")).to_be_visible()
    send(wire, "fv1", "resume")
    expect(page.locator(".b-card")).not_to_contain_text("stopped by wire")


def test_a_hand_reading_changes_the_forecast(site: LiveSite, at: Callable[..., Page]):
    page = at("fv1")
    card = page.locator(".b-card")
    expect(card).to_contain_text("needs two readings; has one")
    enter_reading(page, "1.0405")
    expect(card).to_contain_text("between")
    expect(card).to_contain_text("1.04")
    expect(card).not_to_contain_text("needs two readings")


def test_with_the_keyboard_alone(site: LiveSite, wire: Listener, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORDS["anna"])
    page.keyboard.press("Enter")
    expect(page.locator(".b-card")).to_have_count(3)
    tab_to(page, "a[href$='/riverside/fv2']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.board.url}/tank/riverside/fv2")
    expect(page.get_by_role("button", name="Setpoint …")).to_be_visible()
    tab_to(page, "button:has-text('Setpoint …')")
    page.keyboard.press("Enter")
    expect(page.get_by_label("setpoint in °C")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("18.5")
    tab_to(page, "button:has-text('Hold 18.5 °C')")
    page.keyboard.press("Enter")
    expect(page.get_by_text("fv2: setpoint 18.5 °C – done")).to_be_visible()
    assert [name for name, _ in commands(wire)] == ["target"]


# --- the drain


def test_a_second_word_without_the_first_opens_nothing(site: LiveSite, wire: Listener, at: Callable[..., Page]):
    page = at("fv2")
    expect(page.get_by_role("button", name="Arm drain …")).to_be_visible()
    expect(page.get_by_role("button", name="Open drain …")).to_have_count(0)
    send(wire, "fv2", "confirm", what="drain")
    until(lambda: [ack for ack in acks(wire) if ack["why"] == "the drain is not armed"])
    assert True not in site.cellar.pins(VALVE)


def test_a_closed_vent_lets_nobody_arm(site: LiveSite, at: Callable[..., Page]):
    page = at("fv2")
    site.cellar.probes(beer_c=19.0, sg=1.0110, vent_open=0.0)
    expect(page.get_by_text("the switch says no")).to_be_visible()
    # What may not be armed is no longer offered first: the button has moved down among the others.
    down_there = page.get_by_label("Act on fv2").get_by_role("button", name="Arm drain …", exact=True)
    expect(down_there).to_be_visible()
    down_there.click()
    press(page, "Arm the drain")
    expect(page.get_by_text("fv2 refuses arm drain: vent: the switch says no")).to_be_visible()
    assert True not in site.cellar.pins(VALVE)
    site.cellar.probes(beer_c=19.0, sg=1.0110, vent_open=1.0)


def test_arming_alone_opens_nothing_and_confirming_then_opens_until_the_vent_closes(
    site: LiveSite, at: Callable[..., Page]
):
    page = at("fv2")
    expect(page.get_by_text("the switch says yes")).to_be_visible()
    press(page, "Arm drain …")
    press(page, "Arm the drain")
    expect(page.get_by_role("button", name="Open drain …")).to_be_visible()
    press(page, "Open drain …")
    expect(page.get_by_role("dialog")).to_contain_text("OPENS")
    assert True not in site.cellar.pins(VALVE)

    press(page, "Open the valve")
    until(lambda: site.cellar.on(VALVE))
    site.cellar.probes(beer_c=19.0, sg=1.0110, vent_open=0.0)
    until(lambda: not site.cellar.on(VALVE))
    expect(page.get_by_text("drain aborted").first).to_be_visible()
    site.cellar.probes(beer_c=19.0, sg=1.0110, vent_open=1.0)


# --- in a hurry, on a phone

PHONE = {"width": 390, "height": 844}


def uncovered(page: Page, name: str) -> bool:
    """Whether a thumb on the middle of a button would press it, and nothing that lies above it."""
    button = page.get_by_role("button", name=name, exact=True)
    button.wait_for()
    return bool(button.evaluate("""button => {
        const {x, y, width, height} = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    }"""))  # fmt: skip


def test_on_a_phone_nothing_lies_above_stop_and_a_refusal_stands_in_its_window(site: LiveSite, at: Callable[..., Page]):
    page = at("fv2")
    page.set_viewport_size(PHONE)
    assert page.locator(".b-head").bounding_box()["height"] < 60
    clock, stop = page.locator(".b-clock").bounding_box(), page.locator(".b-stop-any").bounding_box()
    assert clock["x"] + clock["width"] <= stop["x"]
    site.cellar.probes(beer_c=19.0, sg=1.0110, vent_open=0.0)
    expect(page.get_by_text("the switch says no").first).to_be_attached()
    press(page, "Arm drain …")
    assert uncovered(page, "STOP any tank …")
    press(page, "Arm the drain")
    refusal = page.get_by_role("dialog").get_by_role("alert")
    expect(refusal).to_contain_text("fv2 refuses arm drain")
    assert uncovered(page, "STOP any tank …")
    assert uncovered(page, "No")
    press(page, "No")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "Setpoint …")
    for name in ("No", "Hold 19.0 °C", "−1", "STOP any tank …"):
        assert uncovered(page, name), name
    site.cellar.probes(beer_c=19.0, sg=1.0110, vent_open=1.0)


def test_who_is_cut_off_is_told_within_two_seconds_and_that_a_stop_was_not_sent(
    site: LiveSite, wire: Listener, at: Callable[..., Page]
):
    page = at("fv1")
    page.context.set_offline(True)
    expect(page.locator("#b-lost")).to_be_visible(timeout=2000)
    press(page, "STOP any tank …")
    expect(page.get_by_text("STOP was NOT sent")).to_be_visible()
    expect(page.get_by_text("emergency stop at the tank")).to_be_visible()
    page.get_by_role("button", name="I have read it").click()
    page.context.set_offline(False)
    expect(page.locator("#b-lost")).to_be_hidden()
    assert commands(wire) == []


def test_a_stop_that_a_phone_says_as_it_wakes_is_not_lost_with_the_page(
    site: LiveSite, wire: Listener, at: Callable[..., Page]
):
    """The page loads itself anew, as after a longer sleep, before a receipt can come."""
    page = at("fv1")
    press(page, "STOP any tank …")
    stop = page.get_by_role("button", name="STOP riverside / fv1", exact=True)
    stop.wait_for()
    page.evaluate("() => { window.socket.emit = () => window.socket; }")  # nothing reaches the board any more
    stop.click()
    page.reload()
    expect(page.get_by_text("STOP was NOT sent")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="I have read it").click()
    page.reload()
    expect(page.get_by_role("button", name="STOP any tank …", exact=True)).to_be_visible()
    expect(page.get_by_text("STOP was NOT sent")).to_have_count(0)
    assert commands(wire) == []


def test_so_is_any_other_order_and_one_that_was_received_is_not_owed(wire: Listener, at: Callable[..., Page]):
    page = at("fv1")
    press(page, "Note …")
    page.get_by_label("Text").fill("dry hops in")
    press(page, "Write it down")
    until(lambda: [name for name, _ in commands(wire)] == ["note"])
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    press(page, "Note …")
    page.get_by_label("Text").fill("and out")
    write = page.get_by_role("button", name="Write it down", exact=True)
    expect(write).to_be_enabled()
    expect(page.get_by_text("was probably not sent")).to_have_count(0)
    page.evaluate("() => { window.socket.emit = () => window.socket; }")
    write.click()
    page.reload()
    expect(page.get_by_text('"Write it down" was probably not sent')).to_be_visible()
    assert [name for name, _ in commands(wire)] == ["note"]


def test_a_gravity_that_was_mistyped_is_asked_back_and_an_unlikely_one_needs_a_second_press(
    wire: Listener, at: Callable[..., Page]
):
    page = at("fv3")
    press(page, "Hand reading …")
    page.get_by_role("dialog").get_by_label("gravity").fill("1019")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_disabled()
    press(page, "Did you mean 1.0190 SG?")
    expect(page.get_by_role("button", name="Enter 1.0190 SG")).to_be_enabled()
    page.get_by_role("dialog").get_by_label("gravity").fill("1.0655")
    press(page, "Enter 1.0655 SG")
    expect(page.get_by_role("dialog")).to_contain_text("points above the last gravity")
    assert commands(wire) == []
    press(page, "No")


def test_anna_with_a_capital_is_anna(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/sign-in")
    enter(page, "Anna", PASSWORDS["anna"])
    expect(page.get_by_role("button", name="Sign out anna")).to_be_visible()
