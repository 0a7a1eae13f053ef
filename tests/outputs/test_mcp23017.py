"""Relays on a port expander, against one that has its registers, its reset line and its moods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import smbus2
from gpiozero.pins.mock import MockFactory, MockPin

from brewpi.config.config import ConfigErrors, loads
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.mcp23017 import Mcp23017

RESET = 26
IODIR, OLAT = 0x00, 0x14


class Expander:
    """An MCP23017 on bus 1, address 0x20. Its pins are pulled to `idle` by the relay board when they are inputs."""

    def __init__(self) -> None:
        self.registers: dict[int, int] = {}
        self.answers, self.in_reset = True, False
        self.power_on()

    def power_on(self) -> None:
        self.registers = {IODIR: 0xFF, IODIR + 1: 0xFF, OLAT: 0, OLAT + 1: 0}

    def driven(self, number: int) -> bool | None:
        """The level it drives a pin to; None where it is an input."""
        port, bit = number // 8, 1 << number % 8
        return None if self.registers[IODIR + port] & bit else bool(self.registers[OLAT + port] & bit)


class Wire(MockPin):
    """GPIO26 leads to RESET; low puts the chip into reset."""

    expander: Expander

    def _set_state(self, value: float) -> None:
        super()._set_state(value)
        if self.info.name == f"GPIO{RESET}":
            self.expander.in_reset = not value
            if not value:
                self.expander.power_on()


class Bus:
    def __init__(self, expander: Expander) -> None:
        self.expander = expander

    def _check(self, address: int) -> None:
        if not self.expander.answers or self.expander.in_reset or address != 0x20:
            raise OSError(121, "Remote I/O error")

    def write_i2c_block_data(self, address: int, register: int, data: list[int]) -> None:
        self._check(address)
        for n, byte in enumerate(data):
            assert register + n in self.expander.registers
            self.expander.registers[register + n] = byte

    def read_i2c_block_data(self, address: int, register: int, length: int) -> list[int]:
        self._check(address)
        return [self.expander.registers[register + n] for n in range(length)]


@pytest.fixture
def expander(monkeypatch) -> Expander:
    expander = Expander()
    monkeypatch.setattr(smbus2, "SMBus", lambda number: Bus(expander))
    monkeypatch.setattr(Wire, "expander", expander, raising=False)
    return expander


@pytest.fixture
def context(expander) -> Iterator[PlugContext]:
    pins = MockFactory(pin_class=Wire)
    yield PlugContext(pin_factory=pins)
    pins.reset()


def relay(pin: str = "a0", **more) -> Mcp23017:
    return Mcp23017(pin=pin, reset_pin=RESET, **more)


@pytest.mark.parametrize("active_high", [True, False])
def test_it_is_off_from_the_first_moment_then_on_then_off(context, expander, active_high):
    switch = relay("b3", active_high=active_high).open(context)
    assert expander.driven(11) is not active_high
    switch.set(1.0, 0.0)
    assert expander.driven(11) is active_high
    switch.set(0.0, 5.0)
    assert expander.driven(11) is not active_high
    assert [expander.driven(n) for n in range(16) if n != 11] == [None] * 15  # other pins are left alone
    switch.close()
    assert expander.in_reset  # whoever leaves last lets go of every pin


def test_two_relays_on_one_chip_do_not_disturb_each_other(context, expander):
    heat, cool = relay("a0").open(context), relay("a1", active_high=False).open(context)
    heat.set(1.0, 0.0)
    cool.set(1.0, 0.0)
    assert (expander.driven(0), expander.driven(1)) == (True, False)
    heat.close()
    assert (expander.driven(0), expander.driven(1)) == (None, False)
    cool.close()


def test_a_chip_that_lost_its_supply_for_a_moment_is_set_up_again_and_all_its_relays_rest(context, expander):
    """A compressor behind it went off with the others: it must not be started again within a tick."""
    heat, cool = relay("a0").open(context), relay("a1", active_high=False).open(context)
    heat.set(1.0, 0.0)
    cool.set(1.0, 0.0)
    expander.power_on()
    assert (expander.driven(0), expander.driven(1)) == (None, None)
    for switch in (heat, cool):
        with pytest.raises(OutputError, match="had forgotten its settings, so all its relays went off; they rest"):
            switch.set(1.0, 5.0)
        assert (expander.driven(0), expander.driven(1)) == (False, True)
        switch.off()
    heat.set(1.0, 400.0)
    cool.set(1.0, 400.0)
    assert (expander.driven(0), expander.driven(1)) == (True, False)


def test_a_chip_that_does_not_answer_is_a_fault_and_is_reset(context, expander):
    switch = relay().open(context)
    switch.set(1.0, 0.0)
    expander.answers = False
    with pytest.raises(OutputError, match="MCP23017 1/0x20 does not answer"):
        switch.set(1.0, 5.0)
    with pytest.raises(OutputError, match="does not answer"):
        switch.off()
    assert expander.driven(0) is None
    expander.answers = True
    with pytest.raises(OutputError, match="had forgotten its settings"):
        switch.set(0.0, 10.0)
    switch.set(1.0, 15.0)
    assert expander.driven(0) is True


def test_a_restarting_pi_lets_go_of_every_relay(context, expander):
    """While it boots, the pin that holds RESET is an input that is pulled low."""
    relay().open(context).set(1.0, 0.0)
    context.pin_factory.pin(RESET)._set_state(False)
    assert expander.driven(0) is None


def test_without_a_bus_it_says_what_to_do(context, monkeypatch):
    def absent(number: int) -> None:
        raise FileNotFoundError(2, "No such file or directory: '/dev/i2c-1'")

    monkeypatch.setattr(smbus2, "SMBus", absent)
    with pytest.raises(OutputError, match="dtparam=i2c_arm=on"):
        relay().open(context)


def cellar(heat: str, more: str = "") -> str:
    return f"""
site = "riverside"
[tanks.fv1]
volume_l = 50
[tanks.fv1.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794eff" }}
[tanks.fv1.outputs]
heat = {heat}
{more}
[tanks.fv1.temperature]
target_c = 19.0
"""


HEAT = '{ kind = "mcp23017", pin = "a0", reset_pin = 26 }'


def test_pins_of_one_chip_share_its_bus_and_its_reset():
    loads(cellar(HEAT, 'cool = { kind = "mcp23017", pin = "a1", reset_pin = 26 }'), "cellar.toml")


@pytest.mark.parametrize(("more", "sentence"), [
    ('cool = { kind = "mcp23017", pin = "a0", reset_pin = 26 }', "pin a0 already belongs to"),
    ('cool = { kind = "relay", pin = 26 }', "GPIO26 is for"),
    ('cool = { kind = "relay", pin = 2 }', "GPIO2 is for"),
    ('cool = { kind = "mcp23017", pin = "a1", reset_pin = 26, address = 33 }', "GPIO26 is for RESET of MCP23017 1"),
    ('cool = { kind = "mcp23017", pin = "a1" }', 'option "reset_pin" is missing'),
    ('cool = { kind = "mcp23017", pin = "a1", reset_pin = 5 }', "reset_pin"),
])  # fmt: skip
def test_what_would_not_be_safe_is_refused(more, sentence):
    with pytest.raises(ConfigErrors, match=sentence):
        loads(cellar(HEAT, more), "cellar.toml")
