"""What an operator is told."""

from __future__ import annotations

from dataclasses import replace

from reports import NO_FORECAST, START, SURE, report

from brewpi.alarms.events import EventDetector, ids
from brewpi.records import Alarm, Batch, ControlRequest, Interval

SILENT = Alarm("beer: silent", "warning", "beer: silent for 6 min", START)


def told(*reports) -> list[str]:
    detector = EventDetector("fv1", ids("r"))
    return [event.text for r in reports for event in detector.events(r)]


def test_nothing_new_is_not_told():
    assert told(report(), report(START + 5.0), report(START + 10.0, beer_c=19.4)) == []


def test_an_alarm_is_told_when_it_comes_when_it_worsens_and_when_it_goes():
    worse = replace(SILENT, severity="alarm", text="beer: silent for an hour")
    assert told(
        report(alarms=(SILENT,)),
        report(START + 5.0, alarms=(SILENT,)),
        report(START + 10.0, alarms=(worse,)),
        report(START + 720.0),
    ) == ["beer: silent for 6 min", "beer: silent for an hour", "over after 12 min: beer: silent for an hour"]


def test_a_cooler_that_was_tried_again_and_works_is_told():
    dead = Alarm("cool: dead", "alarm", "cool ran without effect and is off", START)
    tries, goes = report(alarms=(dead,)), report(START + 7200.0)
    driven = [replace(r, command=replace(r.command, duties={"cool": 1.0})) for r in (tries, goes)]
    assert told(*driven)[1:] == ["cool was tried again and works, after 2 h"]
    assert told(tries, goes)[1:] == ["over after 2 h: cool ran without effect and is off"]


def test_a_setpoint_that_starts_at_the_beers_own_temperature_is_no_news():
    """After a restart: first there is no beer temperature, then the ramp leaves from it. Nobody set anything."""
    waits, walks = (
        replace(report(at, target_c=target_c), demand=ControlRequest("hold", target_c, target_goal_c=20.5))
        for at, target_c in ((START, 20.5), (START + 5.0, 12.1))
    )
    assert told(waits, walks) == []
    set_again = replace(walks, demand=ControlRequest("hold", 12.1, target_goal_c=18.0))
    assert told(waits, walks, set_again) == ["target 20.5 °C -> 18.0 °C"]


def test_step_and_target_are_told_and_a_ramp_is_not():
    assert told(report(), report(START + 5.0, step="free rise")) == ["step hold -> free rise: holds"]
    assert told(report(), report(START + 5.0, target_c=17.0)) == ["target 19.0 °C -> 17.0 °C"]
    assert told(*(report(START + 60.0 * n, target_c=19.0 - 0.016 * n) for n in range(100))) == []


def test_who_forecasts_is_told_and_completion_once():
    done = replace(SURE, remaining_h=Interval(0.0, 0.0, 1.0), sg=1.0121)
    nearly = replace(SURE, remaining_h=Interval(0.0, 0.1, 1.0))
    assert told(
        report(), report(forecast=SURE), report(forecast=done), report(forecast=nearly), report(forecast=done)
    ) == ["forecast: model answers, was none", "fermentation is complete, gravity 1.0121 SG"]


def test_a_finished_beer_that_stays_when_its_batch_ends_is_not_complete_once_more():
    def emptied(forecast):
        seen = report(forecast=forecast)
        return replace(seen, state=replace(seen.state, batch=None))

    done = replace(SURE, remaining_h=Interval(0.0, 0.0, 1.0), rest_h=Interval(0.0, 0.0, 0.0), sg=1.0121)
    nearly, again = replace(done, remaining_h=Interval(0.0, 2.0, 6.0)), replace(done)
    told_of_batch = [report(forecast=SURE), report(forecast=done), emptied(done)]
    said = told(*told_of_batch, emptied(NO_FORECAST), emptied(nearly), emptied(again))
    assert [text for text in said if "complete" in text] == ["fermentation is complete, gravity 1.0121 SG"]
    assert len([text for text in said if "rest cue" in text]) == 1
    wort = replace(SURE, remaining_h=Interval(40.0, 60.0, 90.0))  # of which nobody made a batch
    said = told(*told_of_batch, emptied(wort), emptied(again))
    assert said[-1] == "fermentation is complete, gravity 1.0121 SG"


def test_a_batch_that_begins_in_a_tank_left_at_a_crash_is_warned_of():
    def new(target_c, was_c):
        seen = report(START + 5.0, target_c=target_c)
        return told(report(target_c=was_c), replace(seen, state=replace(seen.state, batch=Batch(START, "b2", "Pils"))))

    still = "the setpoint is still 2.0 °C, as before this batch: it will be chilled"
    assert new(2.0, 2.0) == ["batch Helles ends", "batch Pils begins: medium not said", still]
    assert still not in new(19.0, 2.0)  # by its recipe
    assert len(new(8.0, 8.0)) == len(new(None, None)) == 2


def test_ids_are_unique_for_ever_if_the_run_is():
    next_id = ids("run7")
    assert [next_id(), next_id()] == ["run7-1", "run7-2"]
