"""Outputs that give a share of their power: what `brewpi check` refuses, and what it shows."""

import pytest

from brewpi.config.authority import table
from brewpi.config.config import ConfigErrors, loads

CONFIG = """
site = "x"
[tanks.fv1]
volume_l = 23
[tanks.fv1.temperature]
target_c = 19
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
[tanks.fv1.outputs]
heat = { kind = "relay", pin = 5, HEAT }
cool = { kind = "relay", pin = 6, COOL }
"""


def config(heat="power_w = 60", cool="compressor = true"):
    return loads(CONFIG.replace("HEAT", heat).replace("COOL", cool), "c.toml")


@pytest.mark.parametrize(
    ("heat", "cool", "why"),
    [
        ("power_w = 60", "compressor = true, cycle_s = 600", "outputs.cool: cycle_s would start a compressor"),
        ("cycle_s = 240", "compressor = true", "outputs.heat: cycle_s 240 has no room for min_on_s 60"),
        ("cycle_s = 600, duty_max = 0.05", "compressor = true", "outputs.heat: duty_max 0.05 of 600 s is shorter than"),
        ("power_w = 60", "compressor = true, duty_max = 0.95", "outputs.cool: duty_max 0.95 of 3600 s leaves"),
        ("cycle_s = 30", "compressor = true", "outputs.heat.cycle_s"),
        ("duty_max = 2", "compressor = true", "outputs.heat.duty_max"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_by_name(heat, cool, why):
    with pytest.raises(ConfigErrors, match=why):
        config(heat, cool)


def test_a_valve_or_a_pump_or_what_tanks_share_has_no_cycles():
    drain = CONFIG.replace("HEAT", "power_w = 60").replace("COOL", "compressor = true")
    with pytest.raises(ConfigErrors, match=r"outputs\.drain: cycle_s is for what heats or cools"):
        loads(drain + 'drain = { kind = "valve", pin = 7, cycle_s = 600 }\n', "c.toml")
    with pytest.raises(ConfigErrors, match=r"shared\.glycol\.output: runs with what tanks ask for"):
        loads(drain + '[shared.glycol]\noutput = { kind = "relay", pin = 12, cycle_s = 600 }\n', "c.toml")


def test_the_table_says_what_share_of_the_time_each_may_be_on():
    header, cool_or_heat, other = table(config("cycle_s = 600", "compressor = true, duty_max = 0.7").tanks["fv1"])
    assert header.split("  ")[-1] == "share of the time"
    assert cool_or_heat.endswith("0 to 100 % of 10 min")
    assert other.endswith("at most 70 % of 60 min")
    assert list(table(config().tanks["fv1"]))[2].endswith("on or off")
