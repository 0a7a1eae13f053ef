"""Payloads as other programs read them."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan

from reports import START, SURE, report

from brewpi.events import ids
from brewpi.mqtt import topics
from brewpi.mqtt.null import NullLink
from brewpi.mqtt.publisher import Publisher
from brewpi.records import Alarm, Ask, Dose, Drain, Event, Permissive

AT = "2026-09-21T14:13:20.000Z"
LONG = tuple((START + 900.0 * n, 1.05 - 0.00001 * n, nan if n % 2 else 20.0) for n in range(3000))


def publisher() -> tuple[Publisher, NullLink]:
    link = NullLink()
    return Publisher("riverside", {"fv1": "Cellar"}, link, ids("r"), home_assistant=None), link


def test_the_state_has_exactly_the_fields_of_the_contract():
    alarm = Alarm("beer: silent", "alarm", "beer: silent for 6 min", START, "Check the sensor.", "anna")
    state = json.loads(topics.state(report(cool=1.0, alarms=(alarm,))))
    assert state == {
        "at": AT, "beer_c": 19.04, "room_c": None, "sg": 1.0312, "plato": 7.85, "attenuation": None,
        "target_c": 19.0, "step": "hold",
        "heat_duty": 0.0, "cool_duty": 1.0, "why": "cools", "stale_s": {"room_c": None},
        "alarms": [{
            "key": "beer: silent", "severity": "alarm", "text": "beer: silent for 6 min", "since": AT,
            "todo": "Check the sensor.", "acknowledged_by": "anna",
        }],
    }  # fmt: skip


def test_a_measurement_that_is_too_old_is_null_with_its_age():
    state = json.loads(topics.state(report(measured_at=START - 900.0), stale_s={"beer_c": 300.0, "sg": 7200.0}))
    assert state["beer_c"] is None
    assert state["sg"] == 1.0312
    assert state["stale_s"] == {"beer_c": 900, "room_c": None}


def test_a_stepped_wall_clock_moves_only_what_is_published():
    assert json.loads(topics.state(report(), shift_s=3600.0))["at"] == "2026-09-21T15:13:20.000Z"


def test_the_forecast_carries_the_times_that_follow_from_it():
    said = json.loads(topics.forecast(SURE, START))
    assert said["complete_at"]["p50"] == "2026-09-22T20:13:20.000Z"
    assert said["rest_at"]["p10"] == "2026-09-21T16:13:20.000Z"
    assert said["remaining_h"] == {"p10": 20.0, "p50": 30.0, "p90": 45.0}
    assert (said["at"], said["source"], said["model"], said["p_stuck"]) == (AT, "model", "m1", 0.03)
    nothing = json.loads(topics.forecast(report().forecast, START))
    assert nothing["remaining_h"] is nothing["complete_at"] is nothing["final_sg"] is None
    assert nothing["why"] == "needs two readings; has none"


def test_the_curve_has_at_most_300_points_and_meets_the_last_gravity():
    drawn = json.loads(topics.curve(report(history=LONG, forecast=SURE)))
    measured, band = drawn["measured"], drawn["forecast"]
    assert len(measured["hours"]) + len(band["hours"]) <= 300
    assert measured["sg"][-1] == band["sg_p50"][0] == round(LONG[-1][1], 4)
    assert measured["beer_c"][0] == 20.0
    assert band["sg_p10"][-1] <= band["sg_p50"][-1] <= band["sg_p90"][-1]
    assert json.loads(topics.curve(report()))["measured"] == {"hours": [], "sg": [], "beer_c": []}


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


def test_what_people_read_is_not_escaped():
    alarm = Alarm("beer: yeast range", "alarm", "beer 28.1 °C is above the yeast's range, 26 at most", START)
    assert "beer 28.1 °C" in topics.state(report(alarms=(alarm,)))


def test_the_state_holds_questions_doses_and_the_drain_where_there_are_any():
    ask = Ask("dose 2", "dose", "dose 2 of 4, 409 ml: 48 h after pitching", START, "asked")
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
    assert state["asks"] == [
        {"key": "dose 2", "action": "dose", "standing": "asked", "text": ask.text, "since": AT}
    ]
    assert state["doses"] == [{"number": 1, "standing": "part", "volume_ml": 409.0, "given_ml": 200.0, "at": AT}]
    assert state["drain"] == {
        "state": "closed", "why": "closed",
        "permissives": [{"name": "vent", "ok": False, "text": "the switch says no"}],
    }  # fmt: skip
