"""A door that stands open while something runs, and beer that flows though the drain is shut."""

import pytest
from test_alarms import Watched

from brewpi.alarms.monitors import AlarmMonitors
from brewpi.records import Measured


class Switched(Watched):
    """With a door, a flow switch and a drain."""

    def __init__(self, **options):
        super().__init__(**options)
        self.alarm_monitors = AlarmMonitors(None, 500.0, frozenset({"heat", "cool", "drain"}))
        self.says: dict[str, float] = {}
        self.drain = 0.0

    def measured(self):
        return {name: Measured(value, self.now, value) for name, value in self.says.items()}

    def duties(self):
        return {**super().duties(), "drain": self.drain}


@pytest.fixture
def tank():
    return Switched()


@pytest.mark.parametrize("role", ["cool", "heat"])
def test_a_door_that_stands_open_while_something_runs_is_a_warning_after_ten_minutes(tank, role):
    tank.says["door_open"] = 1.0
    setattr(tank, role, 1.0)
    assert "tank: door" not in tank.run(0.1)
    alarm = tank.run(0.2)["tank: door"]
    assert (alarm.text, alarm.severity) == (f"the door is open while {role} runs", "warning")
    tank.says["door_open"] = 0.0
    assert "tank: door" not in tank.run(0.1)


def test_an_open_door_is_said_also_while_the_compressor_rests(tank):
    tank.says["door_open"] = 1.0
    for _ in range(6):
        tank.cool = 1.0
        tank.run(0.1)
        tank.cool = 0.0
        tank.run(0.25)
    assert "tank: door" in tank.alarms


def test_a_door_that_is_open_beside_a_tank_at_rest_or_for_a_moment_is_no_news(tank):
    tank.says["door_open"] = 1.0
    assert not tank.run(6)
    tank.cool = 1.0
    for _ in range(6):
        tank.says["door_open"] = 1.0
        tank.run(0.1)
        tank.says["door_open"] = 0.0
        assert not tank.run(0.1)


def test_flow_through_a_drain_that_is_shut_is_an_alarm(tank):
    tank.run(0.2)
    tank.says["flow"] = 1.0
    alarm = tank.run(0.2)["drain: leaks"]
    assert (alarm.text, alarm.severity) == (
        "the flow switch says that it flows, and the drain is told to be shut: is it stuck?", "alarm"
    )  # fmt: skip


def test_flow_while_the_drain_is_open_and_just_after_is_none(tank):
    tank.says["flow"], tank.drain = 1.0, 1.0
    assert not tank.run(1)
    tank.drain = 0.0
    tank.run(0.05)
    tank.says["flow"] = 0.0
    assert not tank.run(1)


def test_flow_without_a_batch_is_water_or_a_tank_that_is_filled(tank):
    tank.batch, tank.says["flow"] = None, 1.0
    assert "drain: leaks" not in tank.run(1)


def test_a_tank_under_vacuum_is_an_alarm_within_minutes_with_or_without_a_batch(tank):
    tank.says["top_bar"] = -0.03  # what a gauge of 10 bar is off by
    assert not tank.run(1)
    tank.says["top_bar"] = -0.08
    alarm = tank.run(0.06)["tank: vacuum"]
    assert (alarm.text, alarm.severity) == ("the tank is under vacuum: top pressure -0.08 bar", "alarm")
    tank.says["top_bar"] = 0.0
    assert not tank.run(0.2)
    tank.batch, tank.says["top_bar"] = None, -0.2
    assert "tank: vacuum" in tank.run(0.06)


@pytest.mark.parametrize(
    ("says", "text"),
    [
        ({"battery_v": 3.45}, "the hydrometer's battery is at 3.45 V: it falls silent within days"),
        ({"battery_pct": 12.0}, "the hydrometer's battery is at 12 %: it falls silent within days"),
        ({"battery_v": 3.9}, None),
        ({"battery_v": 1.4}, None),  # a cell of another kind
        ({"battery_pct": 80.0}, None),
    ],
)
def test_a_battery_near_its_end_is_told_before_the_hydrometer_falls_silent(tank, says, text):
    tank.says |= says
    alarm = tank.run(1.5).get("gravity: battery")
    assert (alarm and alarm.text) == text
