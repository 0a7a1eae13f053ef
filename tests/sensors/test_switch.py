"""A contact, judged by its pin: what a broken wire says never permits anything."""

from __future__ import annotations

import pytest
from gpiozero.pins.mock import MockFactory

from brewpi.estimation.signal_filter import SignalFilter, SignalSource
from brewpi.hardware.plug_context import PlugContext
from brewpi.plant.simulated_tank import Vessel
from brewpi.quantities import QUANTITIES
from brewpi.sensors import SensorError
from brewpi.sensors.simulated import Simulated
from brewpi.sensors.switch import Switch

NOW = 1_790_000_000.0
CLOSED_PERMITS = ("vent_open", "receiver_ready", "flow")
OPEN_FORBIDS = ("emergency_stop", "level_low", "door_open")


@pytest.fixture
def pins():
    factory = MockFactory()
    yield factory
    factory.reset()


@pytest.fixture(params=[True, False], ids=["to ground", "to 3.3 V"])
def pull_up(request) -> bool:
    return request.param


class Wire:
    """A contact at the end of a wire, and what the switch behind it says."""

    def __init__(self, pins: MockFactory, pull_up: bool, measure: str, **options) -> None:
        self.pin = pins.pin(5)
        self.pull_up = pull_up
        self.context = PlugContext(pin_factory=pins, emergency=options.pop("emergency_call", lambda: None))
        self.probe = Switch(pin=5, measure=measure, pull_up=pull_up, **options).open(self.context)

    def close(self) -> None:
        self.pin.drive_low() if self.pull_up else self.pin.drive_high()

    def tear(self) -> None:
        """An open contact and a broken wire are the same: the pull decides."""
        self.pin.drive_high() if self.pull_up else self.pin.drive_low()

    def says(self) -> float:
        (reading,) = self.probe.read(NOW)
        assert reading.at == NOW
        return reading.value


@pytest.mark.parametrize("measure", CLOSED_PERMITS)
def test_what_permits_is_true_only_while_the_contact_is_closed(pins, pull_up, measure: str):
    wire = Wire(pins, pull_up, measure)
    assert wire.says() == 0.0
    wire.close()
    assert wire.says() == 1.0
    wire.tear()
    assert wire.says() == 0.0


@pytest.mark.parametrize("measure", OPEN_FORBIDS)
def test_what_forbids_is_true_when_the_wire_is_broken(pins, pull_up, measure: str):
    wire = Wire(pins, pull_up, measure)
    assert wire.says() == 1.0
    wire.close()
    assert wire.says() == 0.0
    wire.tear()
    assert wire.says() == 1.0


def test_an_emergency_stop_calls_at_the_edge(pins, pull_up):
    calls: list[str] = []
    wire = Wire(pins, pull_up, "emergency_stop", emergency_call=lambda: calls.append("now"))
    wire.close()
    assert calls == []
    wire.tear()
    assert calls == ["now"]


@pytest.mark.parametrize("measure", [*CLOSED_PERMITS, "level_low", "door_open"])
def test_other_switches_call_nobody(pins, pull_up, measure: str):
    calls: list[str] = []
    wire = Wire(pins, pull_up, measure, emergency_call=lambda: calls.append("now"))
    wire.close()
    wire.tear()
    assert calls == []
    with pytest.raises(ValueError, match=f'emergency goes with measure = "emergency_stop" only, not with "{measure}"'):
        Switch(pin=5, measure=measure, emergency=True)


def test_an_emergency_stop_may_be_recorded_only(pins):
    calls: list[str] = []
    wire = Wire(pins, True, "emergency_stop", emergency=False, emergency_call=lambda: calls.append("now"))
    wire.close()
    wire.tear()
    assert calls == []
    assert wire.says() == 1.0
    assert not Switch(pin=5, measure="emergency_stop", emergency=False).stops_everything()


def test_one_button_serves_two_tanks_and_the_last_lets_go_of_the_pin(pins):
    calls: list[str] = []
    shared: dict = {}
    sites = [
        PlugContext(t, pin_factory=pins, shared=shared, emergency=lambda t=t: calls.append(t)) for t in ("fv1", "fv2")
    ]
    probes = [Switch(pin=5, measure="emergency_stop").open(context) for context in sites]
    pins.pin(5).drive_low()
    pins.pin(5).drive_high()
    assert calls == ["fv1", "fv2"]

    probes[0].close()
    pins.pin(5).drive_low()
    pins.pin(5).drive_high()
    assert calls == ["fv1", "fv2", "fv2"]
    assert [r.value for r in probes[1].read(NOW)] == [1.0]
    probes[1].close()
    assert shared == {}
    Switch(pin=5, measure="door_open").open(PlugContext(pin_factory=pins))


def test_a_tank_that_cannot_be_made_safe_keeps_no_other_from_it(pins):
    def fails() -> None:
        raise OSError("bug")

    calls: list[str] = []
    shared: dict = {}
    for call in (fails, lambda: calls.append("fv2")):
        Switch(pin=5, measure="emergency_stop").open(PlugContext(pin_factory=pins, shared=shared, emergency=call))
    pins.pin(5).drive_low()
    pins.pin(5).drive_high()
    assert calls == ["fv2"]


def test_a_pin_in_use_is_said(pins):
    Switch(pin=5, measure="vent_open").open(PlugContext(pin_factory=pins))
    with pytest.raises(SensorError, match=r"GPIO5: .*already in use"):
        Switch(pin=5, measure="flow").open(PlugContext(pin_factory=pins))


def test_who_owns_the_pin():
    assert Switch(pin=5, measure="vent_open").pins() == ("GPIO5",)
    assert Switch(pin=5, measure="vent_open").shares() == {}
    stop = Switch(pin=5, measure="emergency_stop")
    assert stop.pins() == ()
    assert stop.shares() == {"GPIO5": "an emergency stop with pull_up = true"}


# --- what becomes of its word


@pytest.mark.parametrize("quantity", [*CLOSED_PERMITS, *OPEN_FORBIDS])
def test_no_filter_delays_or_doubts_a_switch(quantity: str):
    channel = SignalFilter(SignalSource(quantity, "switch", QUANTITIES[quantity].stale_s))
    for n, value in enumerate([0.0] * 50 + [1.0, 0.0, 1.0, 1.0, 0.0]):
        assert channel.add(NOW + n, value, NOW + n)
        assert channel.value.value == value
    for n in range(5000):  # nor is a vent that stays shut for a month a frozen sensor
        channel.add(NOW + 100 + 600.0 * n, 0.0, NOW + 100 + 600.0 * n)
    assert channel.fault is None
    assert channel.silent_at(NOW) < channel.received_at + 60.0


def test_a_switch_is_read_as_yes_or_no():
    assert QUANTITIES["vent_open"].text(1.0) == "yes"
    assert QUANTITIES["vent_open"].text(0.0) == "no"


def test_lost_top_pressure_is_believed_at_once():
    channel = SignalFilter(SignalSource("top_bar", "top", 30.0))
    for n, value in enumerate([0.2] * 20 + [0.0]):
        channel.add(NOW + n, value, NOW + n)
    assert channel.value.value == 0.0


def test_its_sibling_is_what_the_test_sets():
    vessel = Vessel(now=NOW)
    sibling = Switch(pin=5, measure="emergency_stop").simulated()
    assert isinstance(sibling, Simulated)
    assert sibling.stops_everything()
    probe = sibling.open(PlugContext(vessel=vessel))
    assert [r.value for r in probe.read(NOW)] == [0.0]
    vessel.plug("emergency_stop", 1.0)
    assert [r.value for r in probe.read(NOW)] == [1.0]
