"""Payloads as other programs read them."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan

from cellar_harness import Post
from reports import START, SURE, report

from brewpi.alarms.events import ids
from brewpi.mqtt import topics
from brewpi.mqtt.batch_history import BatchHistory
from brewpi.mqtt.curve import curve
from brewpi.mqtt.publisher import Publisher
from brewpi.records import (
    Alarm,
    ApprovalRequest,
    Assumed,
    Batch,
    Dose,
    Drain,
    Event,
    Interval,
    Measured,
    Permissive,
    Requirement,
)

AT = "2026-09-21T14:13:20.000Z"
LONG = tuple((START + 900.0 * n, 1.05 - 0.00001 * n, nan if n % 2 else 20.0) for n in range(3000))


def publisher() -> tuple[Publisher, Post]:
    link = Post()
    return Publisher("riverside", {"fv1": "Cellar"}, link, ids("r"), home_assistant=None), link


def test_the_state_has_exactly_the_fields_of_the_contract():
    alarm = Alarm("beer: silent", "alarm", "beer: silent for 6 min", START, "Check the sensor.", "anna")
    state = json.loads(topics.state(report(cool=1.0, alarms=(alarm,))))
    assert state == {
        "at": AT, "beer_c": 19.04, "room_c": None, "sg": 1.0312, "plato": 7.85, "attenuation": None,
        "real_attenuation": None, "abv_pct": None, "rate_points_per_day": {"6h": None, "12h": None, "24h": None},
        "target_goal_c": None, "target_c": 19.0, "step": "hold", "phase": None,
        "heat_duty": 0.0, "cool_duty": 1.0, "why": "cools", "stale_s": {"room_c": None},
        "alarms": [{
            "key": "beer: silent", "severity": "alarm", "text": "beer: silent for 6 min", "since": AT,
            "todo": "Check the sensor.", "acknowledged_by": "anna",
        }],
        "batch": {"id": "b1", "name": "Helles", "started_at": AT},
    }  # fmt: skip


def test_a_measurement_that_is_too_old_is_null_with_its_age():
    state = json.loads(topics.state(report(measured_at=START - 900.0), stale_s={"beer_c": 300.0, "sg": 7200.0}))
    assert state["beer_c"] is None
    assert state["sg"] == 1.0312
    assert state["stale_s"] == {"beer_c": 900, "room_c": None}


def test_a_tank_says_which_outputs_it_has():
    link = Post()
    has = {"fv1": frozenset({"heat", "drain", "cool"})}
    Publisher("riverside", {"fv1": None}, link, ids("r"), home_assistant=None, outputs=has).publish(report(), START)
    said = json.loads(link.retained["brewpi/riverside/fv1/state"])
    assert said["outputs"] == ["drain", "cool", "heat"]  # in the order of switching off
    assert "outputs" not in json.loads(topics.state(report()))


def test_a_stepped_wall_clock_moves_only_what_is_published():
    assert json.loads(topics.state(report(), shift_s=3600.0))["at"] == "2026-09-21T15:13:20.000Z"


def test_the_forecast_carries_the_times_that_follow_from_it():
    said = json.loads(topics.forecast(SURE, START))
    assert said["complete_at"]["p50"] == "2026-09-22T20:13:20.000Z"
    assert said["rest_at"]["p10"] == "2026-09-21T16:13:20.000Z"
    assert said["remaining_h"] == {"p10": 20.0, "p50": 30.0, "p90": 45.0}
    assert (said["at"], said["source"], said["model"], said["p_stuck"]) == (AT, "model", "m1", 0.03)
    assert (said["actionable"], said["assumed"], said["planned_c"]) == (False, None, None)
    nothing = json.loads(topics.forecast(report().forecast, START))
    assert nothing["remaining_h"] is nothing["complete_at"] is nothing["final_sg"] is None
    assert nothing["why"] == "needs two readings; has none"


def test_a_forecast_says_what_it_counts_on_and_whether_it_may_be_acted_on():
    counted = replace(SURE, actionable=True, assumed=Assumed("mead", 0.61234), planned_c=20.456)
    said = json.loads(topics.forecast(counted, START))
    assert said["actionable"] is True
    assert said["assumed"] == {"medium": "mead", "share": 0.612}
    assert said["planned_c"] == 20.46


def test_the_curve_has_at_most_300_points_and_meets_the_last_gravity():
    drawn = json.loads(curve(report(history=LONG, forecast=SURE)))
    measured, band = drawn["measured"], drawn["forecast"]
    assert len(measured["hours"]) + len(band["hours"]) <= 300
    assert measured["sg"][-1] == band["sg_p50"][0] == round(LONG[-1][1], 4)
    assert measured["beer_c"][0] == 20.0
    assert band["sg_p10"][-1] <= band["sg_p50"][-1] <= band["sg_p90"][-1]
    assert json.loads(curve(report()))["measured"] == {"hours": [], "sg": [], "beer_c": []}


def test_a_chart_with_everything_on_it_stays_within_300_points():
    history = BatchHistory()
    for n in range(200):
        history.record_forecast(replace(SURE, at_h=4.0 * n))
        text = "step a -> b: " + "why " * 99
        history.record_events([Event(f"r-{n}", START + 3600.0 * n, "fv1", "step", "info", text)])
    drawn = json.loads(curve(report(history=LONG, forecast=replace(SURE, at_h=750.0)), 0.0, history))
    lines = sum(len(told["hours"]) for told in drawn["earlier"])
    assert len(drawn["measured"]["hours"]) + len(drawn["forecast"]["hours"]) + lines + len(drawn["marks"]) <= 300
    assert drawn["marks"][-1]["hours"] == 199.0
    assert len(drawn["marks"][-1]["text"]) <= 160
    first, *_, last = drawn["earlier"]
    assert len(drawn["earlier"]) == 8
    assert (first["at_h"], first["complete_h"]) == (0.0, {"p10": 20.0, "p50": 30.0, "p90": 45.0})
    assert (first["hours"][0], first["hours"][-1]) == (0.0, 30.0)
    assert (first["sg"][0], first["sg"][-1]) == (1.03, 1.0125)
    assert last["at_h"] < 750.0


def test_only_what_belongs_on_a_chart_becomes_a_mark_and_another_batch_has_none_of_it():
    history = BatchHistory()
    told = [
        ("step", {}), ("asked", {}), ("alarm_raised", {}), ("rest_cue", {}),
        ("dose", {"standing": "intended"}), ("dose", {"standing": "given"}),
        ("drain", {"before": "confirmed", "standing": "open"}), ("drain", {"before": "open", "standing": "closed"}),
        ("command", {"command": "target"}), ("command", {"command": "acknowledge"}),
    ]  # fmt: skip
    events = [Event(str(n), START + n, "fv1", kind, "info", "x", more) for n, (kind, more) in enumerate(told)]
    history.record_events(events)
    assert [int(moment.id) for moment in history.moments] == [0, 3, 5, 7, 8]
    history.record_forecast(SURE)
    history.record_events([Event("b", START, "fv1", "batch_started", "info", "batch begins")])
    assert not history.moments
    assert not history.forecasts


def test_what_is_complete_promises_nothing_more():
    history = BatchHistory()
    history.record_forecast(replace(SURE, remaining_h=Interval(0.0, 0.0, 0.0)))
    history.record_forecast(report().forecast)
    assert not history.forecasts


def test_events_and_acks():
    happened = Event("r-1", START, "fv1", "step", "info", "step a -> b", {"step": "b"})
    assert json.loads(topics.event(happened)) == {
        "id": "r-1", "at": AT, "kind": "step", "severity": "info", "text": "step a -> b", "step": "b"
    }  # fmt: skip
    assert json.loads(topics.ack("c1")) == {"id": "c1", "ok": True, "why": None}
    assert json.loads(topics.ack(None, "not JSON")) == {"id": None, "ok": False, "why": "not JSON"}


def test_state_is_said_on_change_and_once_a_minute():
    voice, link = publisher()
    topic = "brewpi/riverside/fv1/state"

    def said(at: float, **more: float) -> bool:
        link.retained.clear()
        voice.publish(report(START + at, **more), START + at)
        return topic in link.retained

    assert said(0.0)
    assert not said(5.0)
    assert not said(10.0, beer_c=19.03)
    assert said(15.0, beer_c=19.3)
    assert not said(70.0, beer_c=19.3)
    assert said(75.0, beer_c=19.3)
    assert said(80.0, beer_c=19.3, cool=1.0)


def test_a_permissive_of_the_drain_that_comes_or_goes_is_said_at_once():
    voice, link = publisher()

    def said(at: float, vent: bool, text: str = "the switch") -> bool:
        link.retained.clear()
        drain = Drain("closed", "closed", (Permissive("vent", vent, text),))
        plain = report(START + at)
        voice.publish(replace(plain, command=replace(plain.command, drain=drain)), START + at)
        return "brewpi/riverside/fv1/state" in link.retained

    assert said(0.0, vent=True)
    assert not said(5.0, vent=True, text="another word for it")
    assert said(10.0, vent=False)
    assert said(15.0, vent=True)


def test_what_people_read_is_not_escaped():
    alarm = Alarm("beer: yeast range", "alarm", "beer 28.1 °C is above the yeast's range, 26 at most", START)
    assert "beer 28.1 °C" in topics.state(report(alarms=(alarm,)))


def test_the_state_holds_questions_doses_and_the_drain_where_there_are_any():
    ask = ApprovalRequest("dose 2", "dose", "dose 2 of 4, 409 ml: 48 h after pitching", START, "asked")
    dose = Dose("b1-dose-1", START, 1, 409.0, 51.0, "part", 200.04)
    drain = Drain("closed", "closed", (Permissive("vent", False, "the switch says no"),))
    plain = report()
    full = replace(
        plain,
        state=replace(plain.state, doses=(dose,)),
        demand=replace(plain.demand, asks=(ask,), modes={"step": "ask", "dose": "act", "drain": "ask"}),
        command=replace(plain.command, drain=drain),
    )
    state = json.loads(topics.state(full))
    assert state["modes"]["dose"] == "act"
    assert state["asks"] == [{"key": "dose 2", "action": "dose", "standing": "asked", "text": ask.text, "since": AT}]
    assert state["doses"] == [{"number": 1, "standing": "part", "volume_ml": 409.0, "given_ml": 200.0, "at": AT}]
    assert state["drain"] == {
        "state": "closed", "why": "closed",
        "permissives": [{"name": "vent", "ok": False, "text": "the switch says no"}],
    }  # fmt: skip


def test_the_state_says_what_the_step_waits_for_and_what_comes_after_it():
    plain = report()
    waits = Requirement("all.0", "attenuation", False, "attenuation 0.61 of 0.68")
    demand = replace(
        plain.demand, modes={"step": "ask"}, step_since=START - 3600.0, following="free_rise", requirements=(waits,)
    )
    state = json.loads(topics.state(replace(plain, demand=demand)))
    assert state["step_since"] == "2026-09-21T13:13:20.000Z"
    assert state["next_step"] == "free_rise"
    assert state["conditions"] == [
        {"path": "all.0", "kind": "attenuation", "met": False, "text": "attenuation 0.61 of 0.68"}
    ]


def test_the_state_has_every_switch_and_null_for_one_that_does_not_answer():
    plain = report()
    measured = {
        **plain.state.measured,
        "vent_open": Measured(1.0, START, 1.0), "flow": Measured(0.0, START, 0.0),
        "level_low": Measured(1.0, START - 60.0, 1.0),
    }  # fmt: skip
    said = topics.state(replace(plain, state=replace(plain.state, measured=measured)), 0.0, {"door_open": 30.0})
    assert json.loads(said)["switches"] == {"vent_open": True, "flow": False, "level_low": None, "door_open": None}


def test_the_state_knows_its_batch():
    batch = Batch(START, "b7", "Pale", "beer", 1.05, None, "pale ale", "us-05", 15.0)
    plain = report()
    known = json.loads(topics.state(replace(plain, state=replace(plain.state, batch=batch))))["batch"]
    assert known == {
        "id": "b7", "name": "Pale", "medium": "beer", "style": "pale ale", "yeast": "us-05", "og": 1.05,
        "original_sg": 1.05, "started_at": AT,
    }  # fmt: skip
    assert "batch" not in json.loads(topics.state(replace(plain, state=replace(plain.state, batch=None))))


def test_a_switch_that_moves_and_a_condition_that_is_met_are_said_at_once():
    voice, link = publisher()
    topic = "brewpi/riverside/fv1/state"

    def said(at: float, level: float, met: bool) -> bool:
        link.retained.clear()
        plain = report(START + at)
        measured = {**plain.state.measured, "level_low": Measured(level, START + at, level)}
        demand = replace(plain.demand, requirements=(Requirement("", "elapsed", met, f"{at} of 50"),))
        voice.publish(replace(plain, state=replace(plain.state, measured=measured), demand=demand), START + at)
        return topic in link.retained

    assert said(0.0, 0.0, False)
    assert not said(5.0, 0.0, False)
    assert said(10.0, 1.0, False)
    assert said(15.0, 1.0, True)
    assert not said(20.0, 1.0, True)
