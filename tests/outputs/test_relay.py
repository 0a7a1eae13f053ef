"""A relay, judged by the level of its pin and by nothing else."""

from __future__ import annotations

from collections import deque

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from brewpi.cellar.build import build, vessels_for
from brewpi.cellar.tank import OutputBank
from brewpi.config.config import Config, TankOptions
from brewpi.control.temperature import Temperature
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.relay import Relay
from brewpi.records import Command
from brewpi.sensors.simulated import Simulated
from brewpi.store import Store

START = 1_790_000_000.0


class Pin(MockPin):
    """A pin that fails once for each fault in its queue, and remembers its level at the moment it was let go."""

    def __init__(self, *args: object, **options: object) -> None:
        self.faults: deque[Exception] = deque()
        self.let_go_at: bool | None = None
        super().__init__(*args, **options)

    def _set_state(self, value: float) -> None:
        if self.faults:
            raise self.faults.popleft()
        super()._set_state(value)

    def close(self) -> None:
        self.let_go_at = self.state
        super().close()


@pytest.fixture
def pins() -> MockFactory:
    factory = MockFactory(pin_class=Pin)
    yield factory
    factory.reset()


@pytest.fixture(params=[True, False], ids=["active high", "active low"])
def active_high(request) -> bool:
    return request.param


@pytest.fixture
def relay(pins, active_high):
    return Relay(pin=17, active_high=active_high).open(PlugContext(pin_factory=pins))


@pytest.fixture
def is_on(pins, active_high):
    """Whether the board behind the pin has switched on."""
    return lambda: pins.pin(17).state == active_high


def test_it_is_off_once_opened(relay, is_on, pins):
    assert pins.pin(17).function == "output"
    assert not is_on()


@pytest.mark.parametrize(("duty", "on"), [(0.0, False), (0.49, False), (0.5, True), (1.0, True)])
def test_it_is_on_from_half_power_up(relay, is_on, duty, on):
    relay.set(duty, START)
    assert is_on() == on


def test_off_is_off(relay, is_on):
    relay.set(1.0, START)
    relay.off()
    assert not is_on()


def test_it_is_off_before_the_pin_is_let_go(relay, pins, active_high):
    relay.set(1.0, START)
    relay.close()
    assert pins.pin(17).let_go_at is not active_high


def test_a_closed_relay_can_be_opened_again(relay, pins, active_high):
    relay.close()
    again = Relay(pin=17, active_high=active_high).open(PlugContext(pin_factory=pins))
    again.set(1.0, START)
    assert pins.pin(17).state == active_high


def test_two_owners_of_a_pin_are_refused_by_name(relay, pins):
    with pytest.raises(OutputError, match=r"GPIO17: .*already in use"):
        Relay(pin=17).open(PlugContext(pin_factory=pins))


@pytest.mark.parametrize("pin", [-1, 28, "GPIO17"])
def test_a_pin_that_no_pi_has_is_refused(pin):
    with pytest.raises(ValueError, match="pin"):
        Relay(pin=pin)


def test_the_pins_own_fault_is_a_sentence():
    class Broken(MockFactory):
        def pin(self, name):
            raise RuntimeError("gpiochip0 is gone")

    with pytest.raises(OutputError, match="GPIO17: RuntimeError: gpiochip0 is gone"):
        Relay(pin=17).open(PlugContext(pin_factory=Broken()))


# --- in a bank


@pytest.fixture
def bank(pins, active_high):
    bank = OutputBank(
        {"heat": Relay(pin=17, active_high=active_high), "cool": Relay(pin=27)}, PlugContext(pin_factory=pins)
    )
    bank.open(START)
    yield bank
    bank.close()


def test_a_relay_that_fails_is_switched_off_and_the_other_one_obeys(bank, pins, is_on):
    bank.apply(Command({"heat": 1.0}), START)
    pins.pin(17).faults.append(OSError("short circuit"))

    done = bank.apply(Command({"heat": 1.0, "cool": 1.0}), START + 5)

    assert not is_on()
    assert pins.pin(27).state
    assert (done.duty("heat"), done.duty("cool")) == (0.0, 1.0)
    (alarm,) = done.alarms
    assert alarm.text == "heat: output does not obey (short circuit); switched off, check its wiring"


def test_what_goes_off_does_so_before_anything_goes_on(pins):
    order: list[str] = []

    class Ordered(Pin):
        def _set_state(self, value: float) -> None:
            if self.state != value:
                order.append(f"{self.info.name} {'on' if value else 'off'}")
            super()._set_state(value)

    bank = OutputBank(
        {"heat": Relay(pin=17), "cool": Relay(pin=27)}, PlugContext(pin_factory=MockFactory(pin_class=Ordered))
    )
    bank.open(START)
    bank.apply(Command({"heat": 1.0}), START)
    bank.apply(Command({"cool": 1.0}), START)
    bank.apply(Command({"heat": 1.0}), START)
    assert order == ["GPIO17 on", "GPIO17 off", "GPIO27 on", "GPIO27 off", "GPIO17 on"]


def test_off_reaches_every_relay_even_if_the_first_one_fails(bank, pins):
    bank.apply(Command({"heat": 1.0, "cool": 1.0}), START)
    pins.pin(17).faults.append(OSError("short circuit"))
    bank.off()
    assert not pins.pin(27).state


def test_closing_switches_every_relay_off_first(bank, pins, active_high):
    bank.apply(Command({"heat": 1.0, "cool": 1.0}), START)
    bank.close()
    assert pins.pin(17).let_go_at is not active_high
    assert pins.pin(27).let_go_at is False


def test_a_relay_that_cannot_be_opened_is_an_alarm_and_the_other_one_works(pins, bank):
    second = OutputBank({"heat": Relay(pin=17), "cool": Relay(pin=22)}, PlugContext(pin_factory=pins))
    second.open(START)
    done = second.apply(Command({"heat": 1.0, "cool": 1.0}), START)
    assert pins.pin(22).state
    assert done.duty("heat") == 0.0
    assert done.alarms[0].text.startswith("heat: output cannot be used, GPIO17: ")


# --- in a cellar


@pytest.fixture
def cellar(pins, active_high):
    """A tank with a simulated beer and a real relay, at virtual time; `tick(seconds, beer_c)`."""
    tank = TankOptions(
        volume_l=100.0,
        temperature=Temperature(target_c=19.0, ramp_c_per_h=20.0),
        sensors={"beer": Simulated(measure=("beer_c",))},
        outputs={"cool": Relay(pin=17, active_high=active_high, max_run_s=600.0, compressor=True)},
    )
    config = Config(site="bench", tanks={"fv1": tank})
    vessels = vessels_for(config, START)
    with build(config, lambda: START, vessels=vessels, store=Store(), pin_factory=pins).opened(START) as cellar:
        now = START

        def tick(seconds: float, beer_c: float) -> None:
            nonlocal now
            vessels["fv1"].plug("beer_c", beer_c)
            for _ in range(round(seconds / 5.0)):
                now += 5.0
                cellar.tick(now)

        yield tick


def test_the_level_follows_the_beer_rests_and_the_longest_run(cellar, is_on):
    cellar(300, 22.0)
    assert not is_on()  # the compressor rests after the start
    cellar(10, 22.0)
    assert is_on()
    cellar(590, 22.0)
    assert is_on()
    cellar(10, 22.0)
    assert not is_on()  # longest run
    cellar(1790, 22.0)
    assert not is_on()
    cellar(20, 22.0)
    assert is_on()
    cellar(120, 18.9)
    assert not is_on()


def test_leaving_the_cellar_while_cooling_leaves_the_pin_off(pins, active_high):
    tank = TankOptions(
        volume_l=100.0,
        temperature=Temperature(target_c=19.0, ramp_c_per_h=20.0),
        sensors={"beer": Simulated(measure=("beer_c",))},
        outputs={"cool": Relay(pin=17, active_high=active_high, min_off_s=0.0)},
    )
    config = Config(site="bench", tanks={"fv1": tank})
    vessels = vessels_for(config, START)
    vessels["fv1"].plug("beer_c", 22.0)

    def run_and_break() -> None:
        with build(config, lambda: START, vessels=vessels, store=Store(), pin_factory=pins).opened(START) as cellar:
            for n in range(200):
                cellar.tick(START + 5.0 * n)
            assert pins.pin(17).state == active_high
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_and_break()
    assert pins.pin(17).let_go_at is not active_high
