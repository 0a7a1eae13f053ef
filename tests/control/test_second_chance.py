"""A cooler that was found without effect: glycol that comes back lets it work again, what may be a probe in the room
does not. Numbers: docs/effect-check.md."""

import json
from dataclasses import replace
from math import cos, pi

import pytest
from scenario_harness import Harness

from brewpi.cellar.sensor_bank import SensorBank
from brewpi.control.effect_check.response_snapshot import ResponseSnapshot
from brewpi.control.effect_check.second_chance import MOST_TRIES, SecondChance
from brewpi.control.tank_output import response_check
from brewpi.estimation.state import StateEstimator
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs.simulated import Simulated as Output
from brewpi.plant.simulated_tank import ALE
from brewpi.roles import ROLES
from brewpi.sensors import meters
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0
IN_SUMMER = replace(ALE, og=1.012, room_c=24.0)
PROVEN = ResponseSnapshot(learnt_c_per_h=2.0, chance={"proven": True})


class Cooler:
    """A cooler of 2 °C/h that works or not, and a beer of its own drift."""

    works_c_per_h = 2.0

    def __init__(self, before: ResponseSnapshot = PROVEN, role: str = "cool") -> None:
        self.direction = ROLES[role].direction
        self.response = response_check(ROLES[role], Output(role=role), 0.0, before, 0.0)
        self.now, self.beer_c, self.works, self.on_h, self.glycol_c = 0.0, 20.0, False, 0.0, None

    def run(self, hours: float, drift_c_per_h: float = 0.1) -> str:
        for _ in range(round(hours * 60.0)):
            self.now += TICK_S
            on = self.response.standing in ("fine", "weak", "trying")
            self.on_h += on / 60.0
            self.beer_c += (drift_c_per_h + (self.works_c_per_h * self.direction if on and self.works else 0.0)) / 60.0
            self.response.supply_c = self.glycol_c
            self.response.watch(on, self.beer_c, self.now, left_c=5.0)
        return self.response.standing


def off_for_good(cooler: Cooler) -> Cooler:
    until = cooler.now + 12 * 3600.0
    while cooler.run(0.1) != "dead":
        assert cooler.now < until
    return cooler


def test_it_is_tried_again_by_itself_and_goes_on_if_the_beer_does_better():
    cooler = off_for_good(Cooler())
    cooler.works = True
    assert cooler.run(0.9) == "dead"
    assert cooler.response.alarm("cool").text.startswith("cool ran without effect and is off, and is tried again")
    assert cooler.run(1.0) == "fine"
    assert cooler.response.alarm("cool") is None


def test_tries_are_short_few_and_ever_farther_apart_and_then_a_person_has_to_look():
    cooler = off_for_good(Cooler())
    before_h = cooler.on_h
    assert cooler.run(120.0, 0.05) == "dead"
    assert cooler.response.chance.tries == MOST_TRIES
    assert cooler.on_h - before_h <= MOST_TRIES * 0.6
    assert "then resume" in cooler.response.alarm("cool").text
    cooler.response.reset(cooler.now)
    assert cooler.response.standing == "fine"


@pytest.mark.parametrize(
    ("role", "before"), [("cool", ResponseSnapshot(learnt_c_per_h=2.0)), ("heat", PROVEN)], ids=["unproven", "heater"]
)
def test_one_that_never_worked_here_and_a_heater_wait_for_a_person(role, before):
    output = Cooler(before, role)
    while output.run(0.1, 0.0) != "dead":
        assert output.now < 12 * 3600.0
    output.works = True
    assert output.run(30.0, 0.0) == "dead"


def test_a_probe_that_leapt_may_hang_in_the_room_and_nothing_is_tried():
    cooler = Cooler()
    cooler.run(0.5)
    cooler.beer_c += 2.0
    off_for_good(cooler)
    assert cooler.run(60.0) == "dead"
    assert cooler.response.chance.tries == 0


@pytest.mark.parametrize("phase_h", [0.0, 6.0, 12.0, 18.0])
def test_no_room_makes_a_probe_that_hangs_in_it_prove_a_cooler(phase_h):
    """It swings by 4 °C up and down, and the probe had slipped there unnoticed; the cooler runs for two hours more."""
    cooler = off_for_good(Cooler())
    before_h, shown_c = cooler.on_h, []
    for minute in range(4 * 24 * 60):
        fast_c_per_h = 4.0 * pi / 12.0 * cos(2.0 * pi * (minute / 60.0 + phase_h) / 24.0)
        cooler.run(1.0 / 60.0, fast_c_per_h)
        shown_c.append(cooler.beer_c)
    assert max(shown_c) - min(shown_c) > 7.0
    assert cooler.response.standing == "dead"
    assert cooler.on_h - before_h <= 2.2


def test_what_stops_again_soon_after_a_try_had_shown_an_effect_waits_for_a_person():
    cooler = off_for_good(Cooler())
    cooler.works = True
    assert cooler.run(2.0) == "fine"
    cooler.works = False
    off_for_good(cooler)
    assert not cooler.response.chance.is_left
    assert cooler.run(30.0) == "dead"
    cooler.response.reset(cooler.now)
    cooler.works = True
    cooler.run(26.0, 1.9)
    cooler.works = False
    off_for_good(cooler)
    assert cooler.response.chance.is_left


def test_a_leap_during_a_silence_counts():
    chance = SecondChance(proven=True)
    chance.note_probe(-4.0, 0.0, 0.0)
    chance.note_probe(-20.0, 1800.0, 0.0)
    assert chance.leapt


def test_what_cools_another_tank_again_is_tried_once_and_without_waiting():
    """A chiller of three tanks tripped for hours: the lager waited for half a day after the ales were cold."""
    cooler = off_for_good(Cooler())
    cooler.run(5.5)
    before = cooler.response.chance.tries
    cooler.response.chance.others_at = cooler.now  # a hose of its own is off: it shows no effect, and goes on waiting
    cooler.run(6.0)
    assert cooler.response.chance.tries == before + 1
    cooler.response.chance.others_at, cooler.works = cooler.now, True
    assert cooler.run(0.7) == "fine"
    assert cooler.response.chance.recovered_at > cooler.now - 2500.0


@pytest.mark.parametrize(("minutes", "is_back"), [((8, 31, 39, 20, 9), True), ((8, 31, 39, 20), False), ((8,), False)])
def test_a_cooler_has_recovered_once_it_has_an_effect_soon_that_took_long_before(minutes, is_back):
    """On minutes until each effect, from hour to hour: an ale beside the lager while the chiller was away."""
    chance = SecondChance()
    for hour, took_min in enumerate(minutes):
        chance.worked(3600.0 * hour, is_cooler=True, in_vain_s=60.0 * took_min)
    assert (chance.recovered_at > 0.0) == is_back


def test_glycol_that_was_warm_and_is_cold_again_is_no_reason_to_wait():
    cooler = Cooler()
    cooler.glycol_c = 19.0
    off_for_good(cooler)
    cooler.run(1.5)  # one try, in vain
    assert cooler.response.chance.tries == 1
    cooler.run(1.0)
    cooler.glycol_c, cooler.works = -2.0, True
    assert cooler.run(0.7) == "fine"


def test_glycol_that_is_cold_all_along_is_no_sign_of_anything():
    cooler = Cooler()
    cooler.glycol_c = -2.0
    off_for_good(cooler)
    assert cooler.run(0.9) == "dead"
    assert cooler.response.chance.tries == 0


def test_a_restart_neither_gives_tries_nor_takes_them():
    cooler = off_for_good(Cooler())
    cooler.run(2.0)
    assert cooler.response.chance.tries == 1
    held, _ = ResponseSnapshot.read(json.loads(cooler.response.snapshot().model_dump_json()))
    after = response_check(ROLES["cool"], Output(role="cool"), 0.0, held, cooler.now)
    assert (after.standing, after.chance.tries, after.chance.due_at) == ("dead", 1, cooler.response.chance.due_at)
    cut_short, _ = ResponseSnapshot.read({"standing": "dead", "chance": {"proven": True, "tries": 3}})
    assert response_check(ROLES["cool"], Output(role="cool"), 0.0, cut_short, 60.0).chance.due_at == 60.0 + 24 * 3600.0


def test_two_hours_without_glycol_cost_a_crash_two_or_three_hours_and_no_night():
    """The bath is at 18 °C for two hours; a probe in it says so. The compressor has its rest before each try."""
    tank = Harness(brew=IN_SUMMER, volume_l=200.0, tick_s=TICK_S, temperature={"ramp_c_per_h": 2.0})
    sensors = {"beer": Sensor(measure=("beer_c",)), "bath": Sensor(measure=("glycol_c",))}
    tank.tank.sensors = SensorBank(sensors, PlugContext("fv1", vessel=tank.vessel))
    tank.tank.absorber = StateEstimator(meters(sensors))
    tank.run(hours=14)
    tank.run(target_c=2.0, hours=1)
    tank.vessel.supply["cool"], tank.vessel.glycol_c = 0.0, 18.0
    tank.run(hours=2)
    assert "cool: dead" in tank.alarms
    tank.vessel.supply["cool"], tank.vessel.glycol_c = 1.0, -2.0
    tank.run(hours=1)
    assert "cool: dead" not in tank.alarms
    tank.run(hours=12)
    assert tank.vessel.beer_c < 8.0


@pytest.mark.parametrize(("learnt_c_per_h", "works_c_per_h"), [(0.8, 0.8), (0.6, 0.5), (1.5, 0.9)])
def test_a_cooler_that_is_slower_than_a_room_may_be_comes_back_by_itself_as_well(learnt_c_per_h, works_c_per_h):
    """1.5 °C/h was asked of each, which no jacket does to cold beer: the chiller was well again in the evening, and the
    beer 6 °C too warm two days later."""
    cooler = off_for_good(Cooler(ResponseSnapshot(learnt_c_per_h=learnt_c_per_h, chance={"proven": True})))
    cooler.works_c_per_h, cooler.works = works_c_per_h, True
    cooler.run(8.0)
    assert cooler.response.standing in ("fine", "weak", "verifying")


@pytest.mark.parametrize("phase_h", [0.0, 6.0, 12.0, 18.0])
def test_an_even_room_does_not_bring_back_a_slow_cooler_whose_probe_hangs_in_it(phase_h):
    cooler = off_for_good(Cooler(ResponseSnapshot(learnt_c_per_h=0.8, chance={"proven": True})))
    before_h = cooler.on_h
    for minute in range(4 * 24 * 60):
        fast_c_per_h = 1.5 * pi / 12.0 * cos(2.0 * pi * (minute / 60.0 + phase_h) / 24.0)
        cooler.run(1.0 / 60.0, fast_c_per_h)
    assert cooler.response.standing == "dead"
    assert cooler.on_h - before_h <= 3.5
