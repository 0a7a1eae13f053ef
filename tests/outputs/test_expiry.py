"""An output that no tick renews goes off by itself, and rests like any other that went off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event

import pytest
from brokers import until
from gpiozero.pins.mock import MockFactory

from brewpi.config.config import ConfigErrors, loads
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs.expiry import OutputExpiry
from brewpi.outputs.output_bank import OutputBank
from brewpi.outputs.relay import Relay
from brewpi.records import Command

START = 1_790_000_000.0
HEAT, COOL = 17, 27
ON = Command({"heat": 1.0})


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory()
    yield factory
    factory.reset()


@pytest.fixture
def bank(pins) -> Iterator[OutputBank]:
    bank = OutputBank({"heat": Relay(pin=HEAT), "cool": Relay(pin=COOL)}, PlugContext(pin_factory=pins))
    bank.open(START)
    yield bank
    bank.close()


def expire(bank: OutputBank, after_s: float, usual_s: float = 0.0) -> set[str]:
    roles = bank.overdue(usual_s, time.monotonic() + after_s)
    bank.expire(roles)
    return roles


def test_it_goes_off_within_its_time_and_not_before(bank, pins):
    bank.apply(ON, START)
    with OutputExpiry({"fv1": bank}, usual_s=0.5, every_s=0.05):
        for _ in range(10):
            bank.apply(ON, START)
            time.sleep(0.1)
            assert pins.pin(HEAT).state
        renewed = time.monotonic()
        until(lambda: not pins.pin(HEAT).state)
    assert 0.3 < time.monotonic() - renewed < 1.5


def test_the_tick_that_comes_back_leaves_it_off_says_why_and_lets_it_rest(bank, pins):
    bank.apply(ON, START)
    assert expire(bank, 1.0) == {"heat"}
    done = bank.apply(ON, START + 60.0)
    assert not pins.pin(HEAT).state
    assert done.duty("heat") == 0.0
    assert [a.text for a in done.alarms] == [
        "heat: the control loop was held up and the output went off by itself; it rests"
    ]
    assert set(bank.failing) == {"heat"}  # what the tank tells its interlocks, for the rest
    assert bank.apply(ON, START + 65.0).duty("heat") == 1.0
    assert not bank.failing


def test_what_is_off_cannot_expire(bank):
    bank.apply(ON, START)
    bank.apply(Command(), START + 5.0)
    assert expire(bank, 100.0) == set()


def test_a_time_of_its_own(pins):
    bank = OutputBank({"heat": Relay(pin=HEAT, expires_s=60.0), "cool": Relay(pin=COOL)}, PlugContext(pin_factory=pins))
    bank.open(START)
    bank.apply(Command({"heat": 1.0, "cool": 1.0}), START)
    assert expire(bank, 30.0, usual_s=20.0) == {"cool"}
    assert expire(bank, 70.0, usual_s=20.0) == {"heat"}
    bank.close()


def test_a_tick_that_hangs_in_a_driver_holds_nobody_up(bank, pins, monkeypatch):
    """The lock is the tick's, and its driver never comes back: the other output goes off all the same."""
    bank.apply(Command({"heat": 1.0, "cool": 1.0}), START)
    stuck = Event()
    monkeypatch.setattr(bank.actuators["heat"], "off", lambda: stuck.wait(10.0))
    other = OutputBank({"heat": Relay(pin=5)}, PlugContext(pin_factory=pins))
    other.open(START)
    other.apply(ON, START)
    with bank.lock, OutputExpiry({"fv1": bank, "fv2": other}, usual_s=0.1, every_s=0.05):
        until(lambda: not pins.pin(5).state)
    stuck.set()
    other.close()


TIMES = [(5, 30, True), (60, 30, False), (5, 9, False), (5, 10, True)]


@pytest.mark.parametrize(("tick_s", "expires_s", "fine"), TIMES)
def test_a_time_shorter_than_two_ticks_is_refused(tick_s, expires_s, fine):
    text = f"""
site = "riverside"
tick_s = {tick_s}
[tanks.fv1]
volume_l = 50
[tanks.fv1.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794eff" }}
[tanks.fv1.outputs]
heat = {{ kind = "relay", pin = 17, expires_s = {expires_s} }}
[tanks.fv1.temperature]
target_c = 19.0
"""
    if fine:
        loads(text, "cellar.toml")
        return
    with pytest.raises(ConfigErrors, match=r"tanks\.fv1\.outputs\.heat: expires_s .* is less than two ticks"):
        loads(text, "cellar.toml")
