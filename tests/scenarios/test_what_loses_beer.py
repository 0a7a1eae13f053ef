"""What loses beer, by the name that an operator would give it: each as a careful operator would want it to end."""

from dataclasses import replace

import pytest
from cellar_harness import CellarBench, tank_options
from scenario_harness import Harness
from typer.testing import CliRunner

from brewpi.cli import app
from brewpi.config.config import ConfigErrors, loads
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Reading
from brewpi.sensors import meters
from brewpi.sensors.manual import Manual
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0

# --- the probe is not in the beer


@pytest.mark.parametrize(("room_c", "target_c", "runs"), [(24.0, 19.0, "cooling"), (14.0, 19.0, "heating")])
def test_the_probe_slips_out_of_its_thermowell_and_reads_the_room(room_c, target_c, runs):
    tank = Harness()
    tank.run(minutes=30)
    tank.run(beer_c=room_c, target_c=target_c, hours=48)
    assert sum(heats or cools for _, heats, cools in tank.track) * 5.0 < 1.6 * HOUR
    assert tank.vessel.beer_c > 15.0  # no freezer; what it makes by itself is a fermentation's own warmth
    assert tank.vessel.beer_c < 24.5
    assert not tank.cooling
    assert not tank.heating
    role = runs.removesuffix("ing")
    assert f"{role} ran without effect and is off: is the probe in the beer?" in tank.alarms[f"{role}: dead"]
    assert tank.why == f"{role}: had no effect, waits for resume"


def test_it_stays_off_through_a_restart_until_somebody_looked():
    tank = Harness()
    tank.run(beer_c=24.0, hours=4)
    tank.restart()
    tank.run(beer_c=24.0, hours=2)
    assert not tank.cooling
    assert "cool: dead" in tank.alarms
    tank.plug("beer")
    tank.resume()
    tank.run(beer_c=24.0, minutes=15)
    assert tank.cooling


def test_a_cooler_without_glycol_is_stopped_and_a_weak_one_goes_on():
    broken = Harness()
    broken.vessel.break_output("cool", stuck_at=0.0)
    broken.plug("beer")
    broken.vessel.beer_c = 22.0
    broken.run(hours=6)
    assert "cool: dead" in broken.alarms
    weak = Harness()
    weak.vessel.break_output("cool", stuck_at=0.04)  # 0.1 °C/h against a fermentation that makes as much
    weak.plug("beer")
    weak.vessel.beer_c = 22.0
    weak.run(hours=30)
    assert "cool: guilty" not in weak.alarms


# --- two thermometers in the beer


def test_two_thermometers_disagree_and_neither_side_runs(tmp_path):
    """`witness` is the name of the second one; it is never used in place of the first."""
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, witness=Sensor(measure=("beer_c",))))
    bench.beer("fv1", 22.0)
    bench.run(minutes=10)
    assert bench.cooling("fv1")
    assert bench.last["fv1"].state.measured["witness_c"].value == 22.0
    second = bench.cellar.tanks["fv1"].sensors["witness"]
    second.probe = Stuck(19.0)
    bench.run(minutes=7)
    assert not bench.cooling("fv1")
    assert "the two beer thermometers disagree (22.0 and 19.0 °C)" in bench.last["fv1"].command.why
    assert "beer: witness" in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    second.probe = Stuck(21.5)
    bench.run(minutes=7)
    assert bench.cooling("fv1")
    bench.power_off()


class Stuck:
    """A thermometer that says one thing."""

    def __init__(self, celsius: float) -> None:
        self.celsius = celsius

    def read(self, now: float) -> list[Reading]:
        return [Reading(now, "beer_c", self.celsius)]

    def close(self) -> None:
        """Nothing to let go of."""


def test_a_witness_alone_controls_nothing():
    with pytest.raises(ConfigErrors, match="no sensor measures the beer"):
        loads(CONFIG.replace("beer =", "witness ="), "c.toml")
    assert loads(CONFIG + 'witness = { kind = "ds18b20", id = "28-0316a2794efe" }\n', "c.toml")


CONFIG = """
site = "x"
[tanks.fv1]
volume_l = 500
[tanks.fv1.temperature]
target_c = 19
[tanks.fv1.outputs]
cool = { kind = "relay", pin = 6, compressor = true }
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
"""


# --- a value has an age, and a temperature that outputs run on a short one


FLOATING = (
    CONFIG.replace('beer = { kind = "ds18b20", id = "28-0316a2794eff" }', "")
    + 'spindle = { kind = "topic", topic = "s1", format = "tiltbridge", measure = ["sg", "beer_c"] }\n'
)


@pytest.mark.parametrize(("more", "sg_s", "beer_s"), [
    ("", 7200.0, 2700.0), (", interval_s = 300", 7200.0, 900.0), (", stale_s = 86400", 86400.0, 2700.0),
    (", interval_s = 3600", 7200.0, 5400.0), (", stale_s = 600", 600.0, 600.0),
])  # fmt: skip
def test_a_hydrometer_that_is_also_the_beer_probe_has_a_staleness_for_each_quantity(more, sg_s, beer_s):
    tank = loads(FLOATING.replace('"beer_c"] }', f'"beer_c"]{more} }}'), "c.toml").tanks["fv1"]
    assert {m.quantity: m.stale_s for m in meters(tank.sensors) if m.quantity in ("sg", "beer_c")} == {
        "sg": sg_s, "beer_c": beer_s,
    }  # fmt: skip


@pytest.mark.parametrize("every_s", [120.0, 900.0])
def test_a_hydrometer_that_is_also_the_beer_probe_dies_while_the_cooler_runs(tmp_path, every_s):
    spindle = Sensor(measure=("beer_c", "sg"), every_s=every_s, interval_s=900.0, stale_s=7200.0)
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=14.0).model_copy(
        update={"sensors": {"spindle": spindle}}
    ))  # fmt: skip
    vessel = bench.vessels["fv1"]
    vessel.beer_c = 20.0
    bench.run(minutes=90)
    assert bench.cooling("fv1")
    vessel.unplug("beer_c")
    died_at_c = vessel.beer_c
    bench.run(minutes=3 * max(every_s, 100.0) / 60.0 + 1.0)
    assert not bench.cooling("fv1")
    assert died_at_c - vessel.beer_c < 2.5
    bench.power_off()


def test_a_hydrometer_of_every_quarter_of_an_hour_is_all_there_is_and_the_fridge_is_not_latched(tmp_path):
    """A run lasts from one reading to the next, and what it did is seen when it is over."""
    spindle = Sensor(measure=("beer_c", "sg"), every_s=900.0, interval_s=900.0)
    fridge = {"cool": Output(role="cool", compressor=True, min_on_s=300.0), "heat": Output(role="heat")}
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0).model_copy(
        update={"sensors": {"spindle": spindle}, "volume_l": 20.0, "outputs": fridge}
    ))  # fmt: skip
    vessel = bench.vessels["fv1"]
    vessel.brew = replace(vessel.brew, room_c=22.0)
    bench.send("start_batch", name="Pale", og=1.050, medium="beer")
    for _ in range(30 * 60):
        bench.now += 55.0
        bench.tick()
    assert not {alarm.key for alarm in bench.last["fv1"].command.alarms} & {"cool: dead", "heat: dead"}
    assert 17.0 < vessel.beer_c < 21.0
    bench.power_off()


def test_check_says_how_long_each_output_may_run_on_what(tmp_path):
    (tmp_path / "c.toml").write_text(FLOATING)
    done = CliRunner().invoke(app, ["check", str(tmp_path / "c.toml")])
    assert done.exit_code == 0
    header, row = done.stdout.splitlines()[1:3]
    assert header.split("  ")[1].strip() == "output"
    assert "cool    beer_c of spindle  45 min        6 h          5 min" in row
    assert "a hydrometer's temperature is slow" in done.stderr


# --- what is in the tank


def brewed(tmp_path, **batch):
    """A beer of 1.050 that came to rest at `final`, by hand readings of three times a day."""
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, hand=Manual()))
    bench.send("start_batch", name="Pale", og=1.050, medium="beer", **batch)
    return bench


def measured(bench, *gravities, hours=8.0):
    for sg in gravities:
        assert bench.send("reading", quantity="sg", value=sg, unit="sg")["ok"]
        for _ in range(round(hours * 6.0)):
            bench.now += 595.0
            bench.tick()


FALL = (1.050, 1.046, 1.038, 1.030, 1.022, 1.016, 1.013, 1.012)


def test_new_wort_is_pumped_into_a_batch_that_never_ended(tmp_path):
    bench = brewed(tmp_path)
    measured(bench, *FALL, 1.011, 1.011, 1.011)
    bench.send("target", target_c=3.0)
    measured(bench, 1.052, 1.051, 1.052, hours=1.0)
    report = bench.last["fv1"]
    assert not bench.cooling("fv1")
    assert "another batch?" in report.command.why
    assert report.forecast.source == "none"
    assert "batch: another" in {alarm.key for alarm in report.command.alarms}
    measured(bench, 1.052, 1.052, hours=1.0)
    assert "late lag" not in " ".join(bench.events("alarm_raised"))  # nobody knows when this one was pitched
    bench.restart()
    bench.run(minutes=15)
    assert not bench.cooling("fv1")
    bench.vessels["fv1"].beer_c = 19.0
    bench.send("start_batch", name="Next", og=1.052)
    bench.run(minutes=15)
    assert "batch: another" not in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    assert bench.cooling("fv1")
    bench.power_off()


def test_a_cold_crash_that_lifts_the_hydrometer_and_fruit_that_was_told_are_no_new_wort(tmp_path):
    bench = brewed(tmp_path)
    measured(bench, *FALL, 1.011, 1.011, 1.014, 1.018, 1.020, 1.020, 1.020)
    assert "batch: another" not in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    bench.send("addition", what="sugar", points=30)
    measured(bench, 1.041, 1.041, 1.041, 1.040)
    assert "batch: another" not in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    bench.power_off()


@pytest.mark.parametrize(
    ("expected", "final", "complete"), [(0.80, 1.025, False), (0.55, 1.025, True), (None, 1.025, False)]
)
def test_a_beer_that_is_stuck_at_half_its_attenuation_is_not_called_complete(tmp_path, expected, final, complete):
    told = {} if expected is None else {"expected_attenuation": expected}
    bench = brewed(tmp_path, **told)
    measured(bench, 1.050, 1.045, 1.038, 1.031, 1.027, *[final] * 15)
    forecast = bench.last["fv1"].forecast
    done = forecast.remaining_h is not None and forecast.remaining_h.p50 <= 0.0
    assert complete or not done
    assert complete or not any("fermentation is complete" in text for text in bench.events("complete"))
    if not complete and forecast.source == "none":
        assert "stuck, or complete?" in forecast.why
    bench.power_off()
