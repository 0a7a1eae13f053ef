"""A pin of a Pi is written as the number of its GPIO; whoever writes it in another way is told that number."""

import pytest
from pydantic import ValidationError

from brewpi.outputs.mcp23017 import Mcp23017
from brewpi.outputs.relay import Relay
from brewpi.sensors.dht import Dht22
from brewpi.sensors.switch import Switch
from brewpi.validation import sentences

WAYS = {
    "GPIO17": "should be its number alone, 17", "gpio 04": "should be its number alone, 4",
    "BCM26": "should be its number alone, 26", "D17": "should be its number alone, 17",
    "BOARD11": "pin 11 of the header is GPIO 17", "J8:40": "pin 40 of the header is GPIO 21",
    "pin 7": "pin 7 of the header is GPIO 4", 40: "pin 40 of the header is GPIO 21", 39: "pin 39 of the header is GND",
    "BOARD1": "pin 1 of the header is 3V3",
}  # fmt: skip


@pytest.mark.parametrize("written", WAYS)
def test_another_way_to_write_a_pin_is_told_the_number(written):
    made = (
        lambda: Relay(pin=written), lambda: Switch(pin=written, measure="vent_open"), lambda: Dht22(pin=written),
        lambda: Mcp23017(pin="a0", reset_pin=written),
    )  # fmt: skip
    for make in made:
        with pytest.raises(ValidationError) as refused:
            make()
        (sentence,) = sentences(refused.value, Relay)
        assert WAYS[written] in sentence


@pytest.mark.parametrize("written", [-1, 41, 99, 17.5, "GPIO45", "BOARD41", "seventeen", "", "GPIO", None])
def test_what_is_no_pin_of_a_pi_is_refused_as_before(written):
    with pytest.raises(ValidationError) as refused:
        Relay(pin=written)
    assert not [each for each in refused.value.errors() if each["type"] == "value_error"]


@pytest.mark.parametrize("number", range(28))
def test_each_gpio_of_the_header_is_taken(number):
    assert Relay(pin=number).pin == number
