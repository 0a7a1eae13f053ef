"""The drain valve: everything proven at once, two commands, one run; closed by whatever is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stored import stored
from thoughts import HOUR, START, a_state, forecast

from brewpi.control.drain import DrainGate, Draining
from brewpi.records import Drain, Fault, TransferRequest

TICK_S = 5.0
LONGEST_S = 1200.0
WISH = TransferRequest(window_h=48.0, change_sg=0.002, min_attenuation=0.65, target_c=3.0)
MEASURED = ("beer_c", "sg", "vent_open", "receiver_ready", "level_low")
READY = {"beer_c": 3.2, "sg": 1.010, "vent_open": 1.0, "receiver_ready": 1.0, "level_low": 0.0}


class Cellarman:
    """A finished, cold ale at its drain; the test takes one thing after the other away."""

    def __init__(self, measured: tuple[str, ...] = MEASURED, **limits: Any) -> None:
        self.gate = DrainGate(Draining(**{"longest_s": LONGEST_S, **limits}), measured)
        self.now = START + 300.0 * HOUR
        self.says: dict[str, Any] = {name: READY[name] for name in measured if name in READY}
        self.more: dict[str, Any] = {"medium": "beer", "og": 1.050, "expected_attenuation": 0.8}
        self.wish: TransferRequest | None = WISH
        self.forecast: Any = forecast()
        self.stopped: str | None = None
        self.gravities = 2 * (1.010, 1.0105, 1.0098, 1.010)  # over two days
        self.last: Drain
        self.wait()

    def wait(self, seconds: float = TICK_S, **says: Any) -> Drain:
        """Ticks of five seconds, one at least."""
        self.says |= says
        for _ in range(max(1, round(seconds / TICK_S))):
            self.now += TICK_S
            self.last = self.gate.permit(self.wish, self.forecast, self._state(), self.stopped, self.now)
        return self.last

    def _state(self) -> Any:
        every = 48.0 * HOUR / len(self.gravities)
        times = [self.now - (i + 0.5) * every for i in range(len(self.gravities))]
        history = tuple(sorted((at, sg, 3.0) for at, sg in zip(times, self.gravities, strict=True)))
        return a_state(self.now, history=history, **self.more, **self.says)

    @property
    def lacks(self) -> dict[str, str]:
        """The permissives that are not met."""
        return {p.name: p.text for p in self.last.permissives if not p.met}

    def arm(self) -> str | None:
        """The first word, by anna."""
        return self.gate.approval.arm("anna", self.now, self.gate.missing)

    def open(self) -> None:
        """Both commands, and the ticks that they need."""
        assert self.arm() is None
        self.wait()
        assert self.gate.approval.confirm("ben", "b1", self.now) is None
        self.wait()
        assert self.last.standing == "open"


@pytest.fixture
def tank() -> Cellarman:
    return Cellarman()


# --- opening


def test_armed_confirmed_and_a_tick_later_open(tank):
    assert tank.last.standing == "closed"
    assert tank.lacks == {}
    assert tank.arm() is None
    assert tank.wait().standing == "armed"
    assert tank.last.why == "armed by anna, waits 5 min for confirm"
    assert tank.gate.approval.confirm("ben", "b1", tank.now + TICK_S) is None
    assert tank.wait().standing == "confirmed"
    assert tank.wait().standing == "open"


def test_armed_alone_it_never_opens(tank):
    tank.arm()
    seen = {tank.wait().standing for _ in range(120)}
    assert seen == {"armed", "closed"}
    assert tank.last.why == "aborted nobody confirmed within 5 min"


def test_confirmed_without_being_armed_it_never_opens(tank):
    assert tank.gate.approval.confirm("ben", "b1", tank.now) == "the drain is not armed"
    assert tank.wait(60.0).standing == "closed"


def test_a_confirmation_after_five_minutes_is_too_late(tank):
    tank.arm()
    assert tank.gate.approval.confirm("ben", "b1", tank.now + 301.0) == "armed more than 5 min ago; arm it again"
    assert tank.arm() == "the drain is armed already"


def test_the_word_of_a_confirmed_run_is_kept_before_the_valve_moves(tank):
    tank.arm()
    tank.wait()
    tank.gate.approval.confirm("ben", "b1", tank.now + TICK_S)
    assert tank.wait().standing == "confirmed"
    assert tank.gate.approval.snapshot().opened_for == "b1"


# --- permissives

LOST: dict[str, tuple[dict[str, Any], str]] = {
    "step": ({"wish": None}, "the recipe is not there yet"),
    "stable": ({"gravities": (1.020,) * 4 + (1.012,) * 4}, "gravity swings by 0.0080 in 48 h, at most 0.0040"),
    "forecast": ({"forecast": forecast(0.0, 1.0, 4.0)}, "done in 0-4 h, at most 1 h"),
    "temperature": ({"beer_c": 4.5}, "beer at 4.5 of 3.0 °C"),
    "vent": ({"vent_open": 0.0}, "the switch says no"),
    "receiver": ({"receiver_ready": 0.0}, "the switch says no"),
    "level": ({"level_low": None}, "the level switch does not answer"),
    "record": ({"unwritten": "the disk is full"}, "the disk is full"),
}


def lose(tank: Cellarman, what: str) -> None:
    for name, value in LOST[what][0].items():
        if name in READY:
            tank.says[name] = value
        elif name == "unwritten":
            tank.gate.unwritten = value
        else:
            setattr(tank, name, value)


@pytest.mark.parametrize("what", LOST)
def test_whatever_is_not_proven_refuses_the_arming_with_its_value(tank, what):
    lose(tank, what)
    tank.wait()
    assert tank.lacks[what] == LOST[what][1]
    why = tank.arm()
    assert f"{what}: {LOST[what][1]}" in why
    assert tank.wait().standing == "closed"


@pytest.mark.parametrize("what", LOST)
@pytest.mark.parametrize("standing", ["armed", "confirmed", "open"])
def test_whatever_is_lost_on_the_way_closes_it_within_a_tick(tank, what, standing):
    tank.arm()
    tank.wait()
    if standing != "armed":
        tank.gate.approval.confirm("ben", "b1", tank.now)
    if standing == "open":
        tank.wait(60.0)
    assert tank.gate.approval.standing == standing
    lose(tank, what)
    assert tank.wait().standing == "closed"
    assert tank.last.why.startswith("aborted")
    assert f"{what}: {LOST[what][1]}" in tank.last.why
    (alarm,) = tank.gate.alarms()
    assert alarm.key == "drain: aborted"
    if standing == "open":
        text, severity = "the valve is told to close, look whether it has", "alarm"
    else:
        text, severity = "the valve was not opened", "warning"
    assert (alarm.text, alarm.severity) == (f"drain {tank.last.why}; {text}", severity)


def test_an_aborted_run_says_after_how_long(tank):
    tank.open()
    tank.wait(205.0)
    assert tank.wait(vent_open=0.0).why == "aborted after 210 s: vent: the switch says no"


def test_a_fallback_curve_and_no_forecast_never_open_it(tank):
    for unsure in (forecast(source="curve"), forecast(source="none"), None):
        tank.forecast = unsure
        tank.wait()
        assert tank.lacks["forecast"].startswith("needs the model")


def test_a_forecast_alone_never_opens_it_gravity_is_measured(tank):
    for sg, age_h in ((None, 0.0), (1.010, 13.0), (1.030, 0.0)):
        tank.says["sg"], tank.more["age_h"] = sg, 0.0
        state = a_state(tank.now, **{**tank.more, **tank.says, "age_h": age_h})
        drain = tank.gate.permit(WISH, forecast(), state, None, tank.now)
        assert "stable" in [p.name for p in drain.permissives if not p.met]


@pytest.mark.parametrize(("quantity", "name"), [("sg", "stable"), ("beer_c", "temperature"), ("vent_open", "vent")])
def test_a_sensor_that_is_doubted_proves_nothing(tank, quantity, name):
    tank.more["faults"] = (Fault("probe", quantity, "frozen", "probe: stands still", tank.now),)
    tank.wait()
    assert name in tank.lacks


def test_a_switch_has_to_have_spoken_within_half_a_minute(tank):
    tank.more["age_h"] = 31.0 / 3600.0
    tank.wait()
    assert {"vent", "receiver", "level"} <= set(tank.lacks)


def test_top_pressure_proves_that_gas_follows_where_there_is_no_vent_switch():
    tank = Cellarman(("beer_c", "sg", "top_bar"))
    assert tank.lacks == {"vent": "neither a vent switch nor a top pressure says anything"}
    tank.wait(top_bar=0.09)
    assert tank.lacks == {"vent": "top pressure 0.09 of 0.10 bar"}
    tank.wait(top_bar=0.10)
    assert tank.lacks == {}
    tank.open()
    assert tank.wait(top_bar=0.02).standing == "closed"


def test_a_tank_under_vacuum_is_not_drained_whatever_its_vent_switch_says():
    tank = Cellarman((*MEASURED, "top_bar"))
    tank.wait(top_bar=-0.02)
    assert tank.lacks == {}
    tank.wait(top_bar=-0.05)
    assert tank.lacks == {"vent": "the tank is under vacuum: top pressure -0.05 bar"}
    tank.wait(top_bar=0.0)
    tank.open()
    assert tank.wait(top_bar=-0.08).why == "aborted after 5 s: vent: the tank is under vacuum: top pressure -0.08 bar"


# --- closing


def test_the_level_switch_ends_it_as_done(tank):
    tank.open()
    tank.wait(595.0)
    assert tank.wait(level_low=1.0).why == "done after 600 s: the tank is empty"
    assert tank.gate.alarms() == []


def test_the_time_limit_ends_it_and_somebody_has_to_look(tank):
    tank.open()
    opened = tank.now
    while tank.wait().standing == "open":
        assert tank.now - opened <= LONGEST_S
    assert tank.last.why == "aborted after 1200 s, its time limit; look whether the tank is empty"


def test_open_it_says_how_long_it_still_may_be():
    tank = Cellarman()
    tank.open()
    assert tank.wait(300.0).why == "open for 300 s, closes in 15 min at the latest"


@pytest.mark.parametrize("standing", ["armed", "open"])
def test_a_stop_closes_it(tank, standing):
    tank.arm()
    if standing == "open":
        tank.gate.approval.confirm("ben", "b1", tank.now)
        tank.wait()
    tank.stopped = "the emergency stop"
    assert tank.wait().why == "aborted stopped by the emergency stop"
    tank.stopped = None
    assert tank.wait(600.0).standing == "closed"


# --- a valve that is told to be shut, and is not


def test_beer_that_leaves_after_an_aborted_transfer_is_an_alarm(tank):
    tank.open()
    tank.wait(60.0)
    tank.wait(vent_open=0.0)
    tank.wait(600.0)
    assert [alarm.key for alarm in tank.gate.alarms()] == ["drain: aborted"]
    tank.wait(30.0, level_low=1.0)
    assert [alarm.key for alarm in tank.gate.alarms()] == ["drain: aborted"]
    tank.wait(60.0)
    emptied, _ = tank.gate.alarms()
    assert (emptied.key, emptied.severity) == ("drain: emptied", "alarm")
    assert emptied.text.startswith("the level switch says that the tank is empty, and the drain is told to be shut")


def test_beer_that_leaves_through_a_drain_that_nobody_opened_is_an_alarm(tank):
    tank.wait(300.0)
    tank.wait(120.0, level_low=1.0)
    assert [alarm.key for alarm in tank.gate.alarms()] == ["drain: emptied"]
    tank.wait(level_low=0.0)
    assert tank.gate.alarms() == []


@pytest.mark.parametrize("how", ["done", "drips", "bounces", "is filled", "is silent", "another batch"])
def test_an_empty_tank_is_no_alarm_where_it_is_no_news(tank, how):
    if how in ("done", "drips"):
        tank.open()
        tank.wait(60.0)
        tank.wait(**({"level_low": 1.0} if how == "done" else {"receiver_ready": 0.0}))
        tank.wait(60.0)
        tank.wait(600.0, level_low=1.0)
    elif how == "is filled":
        tank = Cellarman()
        tank.gate = type(tank.gate)(tank.gate.limits, MEASURED)
        tank.wait(600.0, level_low=1.0)
        tank.wait(level_low=0.0)
    elif how == "is silent":
        tank.wait(600.0, level_low=None)
    elif how == "another batch":
        state = tank._state
        tank.wait(600.0)
        tank._state = lambda: replace(state(), batch=replace(state().batch, id="b2"))
        tank.wait(600.0, level_low=1.0)
    else:
        for _ in range(40):
            tank.wait(45.0, level_low=1.0)
            tank.wait(15.0, level_low=0.0)
    assert "drain: emptied" not in [alarm.key for alarm in tank.gate.alarms()]


# --- once


def test_one_batch_has_one_transfer(tank):
    tank.open()
    tank.wait(level_low=1.0)
    tank.wait(level_low=0.0)
    assert tank.arm() == "once: this batch has had its one transfer"


def test_not_even_in_the_tick_after_it_was_closed(tank):
    tank.open()
    assert tank.wait(level_low=1.0).standing == "closed"
    assert tank.lacks == {"once": "this batch has had its one transfer"}
    assert tank.arm() is not None


def test_a_run_that_was_aborted_before_a_drop_has_left_may_be_armed_again(tank):
    tank.arm()
    tank.gate.approval.confirm("ben", "b1", tank.now)
    tank.gate.approval.abort("vetoed by ben", tank.now)
    tank.wait()
    assert tank.lacks == {}
    tank.open()


def test_another_batch_has_its_own_transfer(tank):
    tank.open()
    tank.wait(level_low=1.0)
    tank.gate.approval.forget()
    tank.wait(level_low=0.0)
    assert tank.lacks == {}
    tank.open()


# --- restart


def restarted(tank: Cellarman) -> Cellarman:
    again = Cellarman()
    again.now = tank.now + 60.0
    again.gate.approval.restore(stored(tank.gate.approval.snapshot()), again.now)
    again.wait()
    return again


@pytest.mark.parametrize("standing", ["confirmed", "open"])
def test_after_a_restart_it_is_closed_and_the_one_run_is_over(tank, standing):
    tank.arm()
    tank.wait()
    tank.gate.approval.confirm("ben", "b1", tank.now)
    if standing == "open":
        tank.wait()
    assert tank.gate.approval.standing == standing
    again = restarted(tank)
    assert again.last.standing == "closed"
    assert again.last.why == "aborted brewpi was restarted"
    for seen in (again, restarted(again)):
        (alarm,) = seen.gate.alarms()
        assert (alarm.severity, alarm.text.partition("; ")[2]) == (
            "alarm", "the valve is told to close, look whether it has"
        )  # fmt: skip
    assert again.arm() == "once: this batch has had its one transfer"
    assert restarted(again).arm() == "once: this batch has had its one transfer"


def test_after_a_restart_an_armed_drain_is_closed_and_may_be_armed_again(tank):
    tank.arm()
    again = restarted(tank)
    assert again.last.standing == "closed"
    (alarm,) = again.gate.alarms()
    assert (alarm.severity, alarm.text) == ("warning", "drain aborted brewpi was restarted; the valve was not opened")
    again.open()


def test_a_drain_that_was_at_rest_comes_back_without_an_alarm(tank):
    again = restarted(tank)
    assert again.last.standing == "closed"
    assert again.gate.alarms() == []
