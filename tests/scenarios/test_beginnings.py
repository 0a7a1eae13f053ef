"""How a batch begins when something is wrong: rinse water, a hydrometer lying flat, an original gravity mistyped."""

from dataclasses import replace

import pytest
from batch_scenario import Story, a_tank
from cellar_harness import START, CellarBench, tank_options

from brewpi.control.effect_check.response_snapshot import ResponseSnapshot
from brewpi.estimation.gravity import attenuation, original_gravity
from brewpi.mqtt.topics import iso
from brewpi.plant.simulated_tank import ALE, Vessel
from brewpi.sensors.manual import Manual
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0
FRESH_H = 24.0
DAYS = [84.0, 108.0, 132.0]


class Ale(CellarBench):
    """An ale of 1.050 in a real cellar with the shipped model; its gravity by a hydrometer, or by hand now and then."""

    has_no_listeners = True

    def __init__(self, directory, *, lies=None, every_s=900.0, by_hand_h=0.0, **told):
        directory.mkdir()
        sensors = {"hand": Manual()} if by_hand_h else {"spindle": Sensor(measure=("sg",), every_s=every_s)}
        options = tank_options(target_c=19.0).model_copy(
            update={"sensors": {"beer": Sensor(measure=("beer_c",)), **sensors}, "medium": "beer"}
        )
        super().__init__(directory, fv1=options)
        self.by_hand_h, self.measured_h = by_hand_h, -1e9
        self.lie(lies)
        self.send("start_batch", name="Pale", medium="beer", **told)

    @property
    def hour(self):
        return (self.now - START) / HOUR

    @property
    def report(self):
        return self.last["fv1"]

    def lie(self, sg):
        """The hydrometer is not in the wort, and reads this; None: it is."""
        self.bench_sg = sg
        self.vessels["fv1"].plug("sg", sg)

    def until(self, hour):
        while self.hour < hour:
            self.now += 595.0
            self.tick(1)
            if self.by_hand_h and self.hour - self.measured_h >= self.by_hand_h:
                self.measured_h = self.hour
                value = self.bench_sg or round(self.vessels["fv1"].sg, 4)
                assert self.send("reading", quantity="sg", value=value, unit="sg")["ok"]


def forecasts(ale, hours):
    """Of the following days: hour at which it ends, as said."""
    said = []
    for hour in hours:
        ale.until(hour)
        band = ale.report.forecast.remaining_h
        assert band is not None, ale.report.forecast.why
        assert band.p10 < band.p90 or band.p90 == 0.0
        said.append(ale.hour + band.p50)
    return said


BEGINNINGS = {
    "rinse water for an hour": (1.000, 1.0, {}),
    "rinse water for half a day": (1.000, 12.0, {}),
    "a hydrometer that lies flat": (1.135, 2.0, {}),
    "flat for half a day": (1.135, 12.0, {}),
    "hot caustic": (1.012, 3.0, {}),
    "rinse water once, by hand": (1.000, 1.0, {"by_hand_h": 8.0}),
    "flat once, by hand twice a day": (1.135, 1.0, {"by_hand_h": 12.0}),
    "flat once, by hand once a day": (1.135, 1.0, {"by_hand_h": 24.0}),
    "caustic once, by hand": (1.015, 1.0, {"by_hand_h": 12.0}),
    "seldom heard, rinse water": (1.000, 5.0, {"every_s": 7200.0}),
    "flat, and the original gravity told": (1.135, 3.0, {"og": 1.050}),
    "rinse water, and the original gravity told": (1.000, 7.0, {"og": 1.050}),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """What is said of a batch that began as it should, by how it is measured."""
    known = {}

    def said(**how):
        if repr(how) not in known:
            ale = Ale(tmp_path_factory.mktemp("clean") / "ale", **how)
            known[repr(how)] = forecasts(ale, DAYS)
            assert ale.events("left_out") == []
            ale.power_off()
        return known[repr(how)]

    return said


@pytest.mark.parametrize("name", BEGINNINGS)
def test_first_readings_that_the_next_ones_contradict_are_no_original_gravity(tmp_path, clean, name):
    sg, hours, how = BEGINNINGS[name]
    ale = Ale(tmp_path / "wrong", lies=sg, **how)
    ale.until(hours)
    assert attenuation(ale.report.state, ale.now, FRESH_H) in (None, pytest.approx(0.0, abs=0.06))
    ale.lie(None)
    for said, truth in zip(forecasts(ale, DAYS), clean(**how), strict=True):
        assert said == pytest.approx(truth, abs=18.0)  # of a clean batch it moves as much within six hours
    (left_out,) = ale.events("left_out")
    assert "left out" in left_out
    for _ in range(2):  # by daily readings the first true one is a day late
        assert original_gravity(ale.report.state) == pytest.approx(1.050, abs=0.007)
        ale.restart()
        ale.tick()
    ale.power_off()


def test_no_forecast_is_made_of_rinse_water(tmp_path):
    ale = Ale(tmp_path / "a", lies=1.000)
    ale.until(3.0)
    assert ale.report.forecast.source == "none"
    assert "is that of water" in ale.report.forecast.why
    ale.power_off()


WRONG_OG = {"below": 1.005, "a little below": 1.035, "above": 1.080, "far above": 1.150}


@pytest.mark.parametrize("typed", WRONG_OG)
def test_an_original_gravity_that_was_mistyped_is_said_and_no_step_goes_by_it(tmp_path, typed):
    story = Story(tmp_path, a_tank("ale", target_c=19.0), og=WRONG_OG[typed])
    story.send("mode", action="step", mode="act")
    story.until(lambda: any("an original gravity of" in text for text in story.grave), within_h=1.5)
    (alarm,) = [a for a in story.report.command.alarms if a.key == "batch: original gravity"]
    assert "correct_batch" in alarm.todo
    assert original_gravity(story.report.state) == pytest.approx(1.050, abs=0.004)
    ready = [story.until(lambda: story.vessel.sg < 1.0275, 100.0), story.until_step("rise", within_h=40.0)]
    assert ready[0] < ready[1] < ready[0] + 36.0  # not before 45 %, nor when its 168 h are over
    assert story.send("correct_batch", og=1.050)["ok"]
    story.tick(20)
    assert "batch: original gravity" not in {a.key for a in story.report.command.alarms}
    story.power_off()


@pytest.mark.parametrize(("typed", "meant"), [(1.50, "1.050"), (10.50, "1.050"), (50, "1.050"), (1050, "1.050"),
                                              (0.5, None), (300, None)])  # fmt: skip
def test_an_original_gravity_in_another_unit_is_refused_with_what_is_meant(tmp_path, typed, meant):
    bench = CellarBench(tmp_path)
    for command in ("start_batch", "correct_batch"):
        why = bench.send(command, name="Pale", og=typed)["why"]
        assert why.startswith("og: ")
        assert "1.000 to 1.200" in why
        assert meant is None or f"is {meant} meant?" in why
    bench.power_off()


def test_an_original_gravity_in_plato_is_refused_with_what_it_is_in_sg(tmp_path):
    bench = CellarBench(tmp_path)
    why = bench.send("start_batch", name="Pale", og=12.5)["why"]
    assert why == "og: 12.5 is not in 1.000 to 1.200; 12.5 °P are 1.050"
    bench.power_off()


def test_an_original_gravity_told_late_is_no_contradiction(tmp_path):
    """Installed on day 3: the first reading is far below what was pitched, and may be."""
    bench = CellarBench(tmp_path)
    bench.send("start_batch", name="Pale", og=1.050, medium="beer", pitched_at="2026-09-18T12:00:00Z")
    assert bench.send("reading", quantity="sg", value=1.020, unit="sg")["ok"]
    bench.run(minutes=25)
    assert "batch: original gravity" not in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    assert original_gravity(bench.last["fv1"].state) == 1.050
    bench.power_off()


@pytest.mark.parametrize(("typed", "meant"), [(68.0, "20.0"), (50.5, "10.3"), (37.0, "2.8")])
def test_a_target_in_fahrenheit_is_refused_with_what_it_is_in_celsius(tmp_path, typed, meant):
    bench = CellarBench(tmp_path)
    ack = bench.send("target", target_c=typed)
    assert not ack["ok"]
    assert f"{typed:g} °F are {meant}" in ack["why"]
    assert bench.send("target", target_c=-4.0)["why"].endswith("-1 to 32 °C")
    bench.power_off()


def test_a_batch_that_is_announced_again_goes_on(tmp_path):
    """An automation that sends `start_batch` at each start of its own would cut the curve in two."""
    bench = CellarBench(tmp_path)
    bench.send("start_batch", name="Pale", og=1.050, medium="beer")
    for sg in (1.050, 1.046, 1.040, 1.032):
        assert bench.send("reading", quantity="sg", value=sg, unit="sg")["ok"]
        for _ in range(12):
            bench.now += 1800.0
            bench.tick()
    ack = bench.send("start_batch", name="Pale", og=1.050)
    assert not ack["ok"]
    assert ack["why"].startswith("Pale has been in this tank for 24.1 h and ferments; correct_batch")
    assert len(bench.last["fv1"].state.history) == 4
    assert bench.send("correct_batch", og=1.050)["ok"]
    assert len(bench.last["fv1"].state.history) == 4
    assert bench.send("start_batch", name="Amber", og=1.052)["ok"]
    bench.power_off()


EMPTY_H = 24.0


class Announced(Story):
    """A batch that is told a day before its wort comes: until then the probe hangs in an empty tank, which no jacket
    cools, and the hydrometer lies in rinse water."""

    def __init__(self, directory, recipe="ale"):
        directory.mkdir()
        super().__init__(directory, a_tank(recipe, 16.0))
        self.vessel.plug("sg", 1.000)

    def power_on(self):
        warm = replace(ALE, room_c=26.0, room_swing_c=0.0)
        self.vessels["fv1"] = Vessel(warm, volume_l=1000.0, now=START + EMPTY_H * HOUR, seed=1)
        self.vessel.beer_c = 24.0
        super().power_on()

    @property
    def latched(self):
        return "cool: dead" in {alarm.key for alarm in self.report.command.alarms}


def test_a_cooler_that_was_called_dead_in_an_empty_tank_cools_the_wort(tmp_path):
    tank = Announced(tmp_path / "a")
    tank.until(lambda: tank.latched, EMPTY_H)
    tank.until(lambda: tank.hour >= EMPTY_H, EMPTY_H)
    assert tank.latched
    tank.vessel.plug("sg", None)
    tank.until(lambda: not tank.latched, 3.0)
    assert any("left out" in text for text in tank.texts("left_out"))
    assert any("cool ran without effect" in text for text in tank.texts("alarm_cleared"))
    tank.until(lambda: tank.hour >= EMPTY_H + 24.0, 30.0)
    assert tank.vessel.beer_c < 19.5  # of 24, with a target of 19 in a room of 26
    tank.power_off()


def test_a_cooler_that_does_nothing_in_the_wort_either_is_called_dead_again(tmp_path):
    tank = Announced(tmp_path / "a")
    tank.vessel.break_output("cool", 0.0)
    tank.until(lambda: tank.hour >= EMPTY_H, EMPTY_H + 1.0)
    tank.vessel.plug("sg", None)
    tank.until(lambda: not tank.latched, 3.0)
    tank.until(lambda: tank.latched, 8.0)
    tank.until(lambda: tank.hour >= 48.0, 40.0)
    assert tank.latched
    tank.power_off()


def with_a_cooler_called(tmp_path, standing):
    """At 26 °C, with a setpoint of 19; `fv2` holds a batch."""
    bench = CellarBench(tmp_path)
    bench.beer("fv1", 26.0)
    bench.send("start_batch", tank="fv2", name="Pale")
    bench.run(minutes=6)
    call_the_cooler(bench, standing)
    return bench


def call_the_cooler(bench, standing):
    cooler = bench.cellar.tanks["fv1"].interlocks.outputs["cool"]
    cooler.response.restore(ResponseSnapshot(standing=standing), bench.now)
    bench.run(minutes=1)
    assert not bench.cooling("fv1")


@pytest.mark.parametrize(
    ("told", "fields"), [("start_batch", {"name": "Porter"}), ("move_batch", {"tank": "fv2", "to": "fv1"})]
)
def test_a_cooler_that_was_called_dead_before_its_batch_came_cools_it_without_a_hydrometer_too(tmp_path, told, fields):
    bench = with_a_cooler_called(tmp_path, "dead")
    assert bench.send(told, **fields)["ok"]
    bench.run(minutes=6)
    assert bench.cooling("fv1")
    bench.power_off()


def test_a_cooler_that_was_called_dead_while_its_batch_was_in_there_stays_off_and_so_does_a_reversed_one(tmp_path):
    bench = with_a_cooler_called(tmp_path, "dead")
    assert bench.send("start_batch", name="Pale ale", pitched_at=iso(bench.now - 2 * HOUR))["ok"]
    bench.run(minutes=6)
    assert not bench.cooling("fv1")
    call_the_cooler(bench, "reversed")
    assert bench.send("start_batch", name="Another")["ok"]
    bench.run(minutes=6)
    assert not bench.cooling("fv1")
    bench.power_off()


@pytest.mark.parametrize(("slip_sg", "side"), [(1.0070, "under"), (1.1350, "above")])
def test_a_hand_reading_that_the_next_one_contradicts_leaves_no_trace_in_the_forecast(tmp_path, slip_sg, side):
    clean, ale = (Ale(tmp_path / name, by_hand_h=12.0) for name in ("clean", "wrong"))
    ale.until(71.0)
    ale.lie(slip_sg)
    ale.until(73.0)
    ale.lie(None)
    assert forecasts(ale, [86.0, 98.0]) == pytest.approx(forecasts(clean, [86.0, 98.0]), abs=6.0)
    (left_out,) = ale.events("left_out")
    assert left_out.startswith(f"the reading of {slip_sg:.4f} lies ")
    assert f" points {side} the next one, " in left_out
    assert left_out.endswith("was it misread?")
    assert slip_sg in [sg for _, sg, _ in ale.report.state.history]
    clean.power_off()
    ale.power_off()


@pytest.mark.parametrize("slip_sg", [1.0040, 1.1350])
def test_a_slip_of_the_hand_moves_nothing_until_the_next_reading(tmp_path, slip_sg):
    ale = Ale(tmp_path / "a", by_hand_h=12.0)
    ale.until(60.0)
    before = ale.report
    ale.measured_h = ale.hour
    assert ale.send("reading", quantity="sg", value=slip_sg, unit="sg")["ok"]
    ale.until(61.0)
    (fault,) = ale.report.state.faults
    assert (fault.sensor, fault.kind) == ("hand", "misread")
    assert [alarm.key for alarm in ale.report.command.alarms] == ["hand: misread"]
    assert attenuation(ale.report.state, ale.now, FRESH_H) is None
    assert original_gravity(ale.report.state) == original_gravity(before.state)
    assert ale.report.forecast.remaining_h.p50 == pytest.approx(before.forecast.remaining_h.p50, abs=2.0)
    ale.restart()
    ale.tick(2)
    assert [one.kind for one in ale.last["fv1"].state.faults] == ["misread"]
    ale.until(73.0)
    assert not ale.report.state.faults
    assert attenuation(ale.report.state, ale.now, FRESH_H) is not None
    ale.power_off()


@pytest.mark.parametrize("away_h", [3.0, 14.0])
def test_a_hydrometer_that_was_rinsed_in_the_middle_leaves_no_trace_in_the_batch(tmp_path, away_h):
    ale = Ale(tmp_path / "a", og=1.050)
    ale.until(60.0)
    ale.lie(1.000)
    ale.until(60.0 + away_h)
    ale.lie(None)
    ale.until(60.0 + away_h + 4.0)
    assert min(sg for _, sg, _ in ale.report.state.history) > 1.015
    assert ale.report.forecast.remaining_h.p90 > 36.0
    (left_out,) = ale.events("left_out")
    assert "out of the beer" in left_out
    ale.restart()
    ale.until(60.0 + away_h + 6.0)
    assert ale.report.forecast.remaining_h.p90 > 30.0
    assert not {alarm.key for alarm in ale.report.command.alarms} & {"batch: another", "batch: rose", "batch: emptied"}
    ale.power_off()


def test_new_wort_after_rinse_water_is_asked_about(tmp_path):
    ale = Ale(tmp_path / "a", og=1.050)
    ale.until(60.0)
    ale.lie(1.000)
    ale.until(63.0)
    ale.lie(1.060)
    ale.until(66.0)
    assert "batch: another" in {alarm.key for alarm in ale.report.command.alarms}
    ale.power_off()


@pytest.mark.parametrize(("newest", "faults"), [(1.029, []), (1.004, ["misread"])])
def test_a_reading_before_the_sugar_is_stirred_in_is_no_slip(tmp_path, newest, faults):
    bench = CellarBench(tmp_path)
    bench.send("start_batch", name="Pale", og=1.058, medium="beer")
    for sg in (1.058, 1.052, 1.041, 1.031):
        assert bench.send("reading", quantity="sg", value=sg, unit="sg")["ok"]
        bench.now += 24.0 * HOUR
        bench.tick()
    assert bench.send("addition", what="sugar", points=20.0)["ok"]
    bench.now += HOUR
    assert bench.send("reading", quantity="sg", value=newest, unit="sg")["ok"]
    bench.tick()
    assert [fault.kind for fault in bench.last["fv1"].state.faults if fault.quantity == "sg"] == faults
    bench.power_off()
