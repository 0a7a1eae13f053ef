"""A floating hydrometer that saves its battery reports once an hour instead of every quarter, and comes back. It is
said once, and once that it is over; and its temperature is believed no longer than the config says."""

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0


def floating(tmp_path, **more):
    spindle = Sensor(measure=("beer_c", "sg"), every_s=900.0, **more)
    options = tank_options(target_c=19.0).model_copy(update={"sensors": {"spindle": spindle}})
    bench = CellarBench(tmp_path, fv1=options)
    bench.send("start_batch", name="Pale", og=1.050, medium="beer")
    return bench


def go(bench, hours, pace_s):
    """The hydrometer reports every `pace_s`."""
    spindle = bench.cellar.tanks["fv1"].sensors["spindle"]
    spindle.options = spindle.options.model_copy(update={"every_s": pace_s})
    for _ in range(round(hours * 3600.0 / TICK_S)):
        bench.now += TICK_S
        bench.last = {report.tank: report for report in bench.cellar.tick(bench.now)}
        beer = bench.last["fv1"].state.measured.get("beer_c")
        if beer and bench.now - beer.at > longest_s(bench):
            assert bench.last["fv1"].command.duties == {"cool": 0.0, "heat": 0.0}


def longest_s(bench):
    (meter,) = (m.meter for m in bench.cellar.tanks["fv1"].absorber.channels.values() if m.meter.quantity == "beer_c")
    return meter.stale_s


def said(bench, word):
    return [text for text in bench.events("alarm_raised") if text.startswith(word)]


@pytest.mark.parametrize("slow_s", [3600.0, 4 * 3600.0])
def test_a_hydrometer_that_begins_to_report_every_hour_is_said_once_and_not_every_hour(tmp_path, slow_s):
    bench = floating(tmp_path)
    go(bench, 12.0, 900.0)
    assert not said(bench, "spindle")
    go(bench, 48.0, slow_s)
    assert 1 <= len(said(bench, "spindle: no beer temperature")) <= 2
    assert 1 <= len(said(bench, "no beer temperature")) <= 2
    assert "interval_s" in next(a.text for a in bench.last["fv1"].command.alarms if a.key == "spindle: silent")
    go(bench, 24.0, 900.0)
    assert not {"spindle: silent", "beer: unknown"} & {a.key for a in bench.last["fv1"].command.alarms}
    over = [text.split(": ", 1)[1] for text in bench.events("alarm_cleared")]
    assert 1 <= len([text for text in over if text.startswith("spindle")]) <= 2
    bench.power_off()


def test_one_whose_config_says_an_hour_is_no_news_when_it_slows_down_to_that(tmp_path):
    bench = floating(tmp_path, interval_s=3600.0)
    go(bench, 12.0, 900.0)
    go(bench, 48.0, 3600.0)
    assert len(said(bench, "spindle")) <= 1
    bench.power_off()


def test_one_that_dies_after_it_has_slowed_down_is_believed_no_longer_for_it(tmp_path):
    bench = floating(tmp_path)
    go(bench, 12.0, 900.0)
    go(bench, 12.0, 3600.0)
    bench.vessels["fv1"].unplug("beer_c")
    go(bench, 3.0, 3600.0)
    assert "spindle: silent" in {a.key for a in bench.last["fv1"].command.alarms}
    bench.power_off()
