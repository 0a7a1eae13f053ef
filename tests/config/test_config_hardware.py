"""What a config says of pins, valves and pumps: shared where that makes sense, refused with a remedy where it does not.
"""

from __future__ import annotations

import pytest

from brewpi.config.config import ConfigErrors, loads
from brewpi.config.remarks import remarks
from brewpi.roles import ROLES

TOP = 'channel = 0, low_v = 0.33, high_v = 3.0, high_bar = 4.0'
SWITCHES = " or ".join(f'"{name}"' for name, role in ROLES.items() if role.drive == "switch")
GRAVITY = 'kind = "densitometer", lower = 1, upper = 2, height_cm = 100, bar_per_v = 0.1'


def a_tank(name: str, sensors: str = "", outputs: str = "") -> str:
    return f"""
[tanks.{name}]
volume_l = 1000
[tanks.{name}.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794e{name[-1] * 2}" }}
{sensors}
[tanks.{name}.outputs]
cool = {{ kind = "relay", pin = 1{name[-1]} }}
{outputs}
[tanks.{name}.temperature]
target_c = 19.0
"""


def said(*tanks: str) -> list[str]:
    """The sentences about pins and kinds; what a drain or a dose needs besides is tested elsewhere."""
    try:
        loads('site = "riverside"\n' + "".join(tanks), "c")
    except ConfigErrors as errors:
        return [s for s in errors.sentences if "GPIO" in s or "SPI" in s or "cannot do this" in s or "no role" in s]
    return []


def stop(more: str = "") -> str:
    return f'stop = {{ kind = "switch", pin = 5, measure = "emergency_stop"{more} }}'


def test_one_emergency_stop_may_serve_several_tanks():
    assert said(a_tank("fv6", stop()), a_tank("fv7", stop(", emergency = true"))) == []


def test_but_it_is_wired_one_way():
    assert said(a_tank("fv6", stop()), a_tank("fv7", stop(", pull_up = false"))) == [
        "c: tanks.fv7.sensors.stop: GPIO5 is for an emergency stop with pull_up = false, but tanks.fv6.sensors.stop has"
        " it for an emergency stop with pull_up = true; move one"
    ]


def test_no_other_switch_and_no_relay_shares_its_pin():
    vent = 'vent = { kind = "switch", pin = 5, measure = "vent_open" }'
    assert said(a_tank("fv6", vent), a_tank("fv7", vent)) == [
        "c: tanks.fv7.sensors.vent: GPIO5 already belongs to tanks.fv6.sensors.vent; give each its own"
    ]
    assert len(said(a_tank("fv6", stop()), a_tank("fv7", vent))) == 1
    assert len(said(a_tank("fv6", stop(), 'heat = { kind = "relay", pin = 5 }'))) == 1


def test_an_emergency_is_an_emergency_stop():
    flow = 'flow = { kind = "switch", pin = 5, measure = "flow", emergency = true }'
    with pytest.raises(ConfigErrors, match='emergency goes with measure = "emergency_stop" only, not with "flow"'):
        loads('site = "a"\n' + a_tank("fv6", flow), "c")


def test_a_bus_is_shared_and_a_channel_is_not():
    top = f'top = {{ kind = "pressure", {TOP} }}'
    gravity = f"gravity = {{ {GRAVITY} }}"
    assert said(a_tank("fv6", top + "\n" + gravity)) == []
    assert said(a_tank("fv6", top), a_tank("fv7", top)) == [
        "c: tanks.fv7.sensors.top: SPI0.0 channel 0 already belongs to tanks.fv6.sensors.top; give each its own"
    ]
    assert said(a_tank("fv6", top), a_tank("fv7", top.replace("channel", "select = 1, channel"))) == []


def test_one_chip_is_of_one_kind():
    top = f'top = {{ kind = "pressure", {TOP} }}'
    other = f'top = {{ kind = "pressure", chip = "mcp3008", {TOP.replace("channel = 0", "channel = 5")} }}'
    (sentence,) = said(a_tank("fv6", top), a_tank("fv7", other))
    assert sentence.startswith("c: tanks.fv7.sensors.top: GPIO8 is for mcp3008, but tanks.fv6.sensors.top has it for")


@pytest.mark.parametrize(
    ("sensor", "output", "key"),
    [
        ("", 'heat = { kind = "relay", pin = 4, active_high = false }', "outputs.heat"),
        ('room = { kind = "dht22", pin = 4 }', "", "sensors.room"),
        ('vent = { kind = "switch", pin = 4, measure = "vent_open" }', "", "sensors.vent"),
        ('stop = { kind = "switch", pin = 4, measure = "emergency_stop" }', "", "sensors.stop"),
    ],
)
def test_the_usual_pin_of_the_1_wire_bus_is_remarked_on_beside_its_probes(sensor: str, output: str, key: str):
    text = 'site = "riverside"\n' + a_tank("fv6", sensor, output)
    (remark,) = remarks(loads(text, "c"))
    assert remark.startswith(f"tanks.fv6.{key}: GPIO4 is the 1-wire bus of the DS18B20 probes, and cannot be used")
    inkbird = 'kind = "inkbird", address = "49:24:11:18:00:65", measure = "beer_c"'
    assert not list(remarks(loads(text.replace('kind = "ds18b20", id = "28-0316a2794e66"', inkbird), "c")))


@pytest.mark.parametrize("pin", [7, 8, 9, 10, 11])
def test_a_relay_on_the_bus_is_refused(pin: int):
    select = 1 if pin == 7 else 0
    top = f'top = {{ kind = "pressure", select = {select}, {TOP} }}'
    (sentence,) = said(a_tank("fv6", top, f'heat = {{ kind = "relay", pin = {pin} }}'))
    assert sentence.startswith(f"c: tanks.fv6.outputs.heat: GPIO{pin} is for this alone, but tanks.fv6.sensors.top")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            'drain = { kind = "relay", pin = 24 }',
            f'drain: a relay cannot do this, it is for {SWITCHES}; a drain wants kind = "valve", closed without power',
        ),
        (
            'nutrient = { kind = "valve", pin = 24 }',
            'nutrient: a valve cannot do this, it is for "drain"; doses want kind = "pump", which ends them on time',
        ),
        (
            'heat = { kind = "pump", pin = 24, ml_per_s = 1.0 }',
            'heat: a pump cannot do this, it is for "nutrient"; a heater wants kind = "relay"',
        ),
    ],
)
def test_the_wrong_kind_for_a_role_is_refused_with_the_right_one(output: str, sentence: str):
    assert said(a_tank("fv6", outputs=output)) == [f"c: tanks.fv6.outputs.{sentence}"]


def test_an_unknown_role_gets_the_nearest():
    (sentence,) = said(a_tank("fv6", outputs='drian = { kind = "valve", pin = 24 }'))
    assert sentence == (
        f"c: tanks.fv6.outputs.drian: there is no role drian; the roles are {', '.join(sorted(ROLES))};"
        ' did you mean "drain"?'
    )


def test_valve_and_pump_in_their_place():
    outputs = 'drain = { kind = "valve", pin = 24 }\nnutrient = { kind = "pump", pin = 25, ml_per_s = 1.6 }'
    assert said(a_tank("fv6", outputs=outputs)) == []
