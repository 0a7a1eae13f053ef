"""The simulated tank: the same by seed, warm from its own fermentation, slow without nitrogen, only nearly right."""

from dataclasses import replace
from statistics import mean, stdev

import pytest

from brewpi.plant.simulated_tank import ALE, HUNGRY_MEAD, LAGER, MEAD, STUCK, USUAL, Brew, Errors, Vessel, brew_for

HOUR = 3600.0
DAY = 24 * HOUR
EXACT = Errors(beer_c=0.0, beer_step_c=1e-9, room_c=0.0, sg=0.0, sg_drift=0.0, sg_step=1e-9)


def at_rest(brew: Brew, temp_c: float) -> Brew:
    """The same, in a room of one temperature."""
    return replace(brew, start_c=temp_c, room_c=temp_c, room_swing_c=0.0)


def gravity_after(brew: Brew, days: float) -> float:
    vessel = Vessel(brew, volume_l=20.0)
    vessel.advance(days * DAY)
    return vessel.sg


def story(seed: int) -> list[float | None]:
    vessel = Vessel(seed=seed)
    vessel.dropouts = 0.1
    return [vessel.measure(quantity, n * 900.0) for n in range(200) for quantity in ("beer_c", "sg", "room_c")]


def test_the_same_seed_tells_the_same_story_and_another_one_another():
    assert story(1) == story(1)
    assert story(1) != story(2)


def test_how_often_one_looks_changes_nothing_in_the_beer():
    seldom, often = Vessel(), Vessel()
    for n in range(24 * 12):
        often.advance(n * 300.0)
    seldom.advance(often.at)
    assert seldom.beer_c == pytest.approx(often.beer_c, abs=1e-9)
    assert seldom.sg == pytest.approx(often.sg, abs=1e-12)


def test_time_never_runs_back():
    vessel = Vessel()
    vessel.advance(DAY)
    before = vessel.sg
    vessel.advance(HOUR)
    assert (vessel.at, vessel.sg) == (DAY, before)


# --- beer


@pytest.mark.parametrize("behind_s", [1.0, 3600.0, 90_000.0])
def test_a_clock_that_a_record_puts_back_costs_no_measurement(behind_s):
    """The tank is made before the record shows what time it is."""
    vessel = Vessel(ALE, now=100_000.0)
    first = vessel.measure("sg", 100_000.0 - behind_s)
    assert first == pytest.approx(ALE.og, abs=0.004)
    vessel.measure("sg", 400_000.0)
    assert vessel.measure("sg", 400_000.0 - behind_s) == pytest.approx(vessel.sg, abs=0.005)
    assert vessel.sg < ALE.og - 0.01


@pytest.mark.parametrize("medium", sorted(USUAL))
def test_every_usual_batch_starts_at_its_gravity_and_ends_near_its_terminal(medium):
    brew = USUAL[medium]
    vessel = Vessel(brew, volume_l=20.0)
    assert vessel.sg == pytest.approx(brew.og, abs=1e-6)
    vessel.advance(90 * DAY)
    way = (brew.og - vessel.sg) / (brew.og - brew.terminal_sg)
    assert 0.9 < way <= 1.0 + 1e-9


def test_must_short_of_nitrogen_ferments_slowly_until_it_is_fed():
    hungry, fed = gravity_after(HUNGRY_MEAD, 7), gravity_after(MEAD, 7)
    assert hungry > fed + 0.010

    vessel = Vessel(HUNGRY_MEAD, volume_l=20.0)
    vessel.feed(0.12)
    vessel.advance(7 * DAY)
    assert vessel.sg < hungry - 0.010


def test_a_stuck_batch_stays_above_its_terminal_gravity():
    assert gravity_after(STUCK, 20) > STUCK.terminal_sg + 0.006
    assert gravity_after(STUCK, 40) == pytest.approx(gravity_after(STUCK, 30), abs=0.001)


def test_a_beer_to_be_held_cool_is_a_lager():
    assert brew_for("beer", 10.0).strain == LAGER.strain
    assert brew_for("beer", 19.0).strain == ALE.strain
    assert brew_for("mead", 10.0).og == MEAD.og
    assert brew_for("beer", 19.0).start_c == 19.0


# --- heat


def test_fermentation_warms_the_beer_by_the_heat_of_its_sugar():
    """No wall: 85 g/L of sugar at 0.55-0.6 kJ/g into 4 kJ/L/K are about 12 K (science: heat of fermentation)."""
    brew = at_rest(ALE, 15.0)
    vessel = Vessel(brew, volume_l=1000.0)
    vessel._loss_w_k = 0.0
    vessel.advance(30 * DAY)
    assert vessel.sg < brew.terminal_sg + 0.003
    assert 10.0 < vessel.beer_c - 15.0 < 14.0


def test_a_large_tank_warms_more_than_a_bucket():
    warmth = {}
    for volume_l in (20.0, 5000.0):
        vessel = Vessel(at_rest(ALE, 19.0), volume_l=volume_l)
        warmth[volume_l] = 0.0
        for hour in range(96):
            vessel.advance(hour * HOUR)
            warmth[volume_l] = max(warmth[volume_l], vessel.beer_c - 19.0)
    assert 0.3 < warmth[20.0] < warmth[5000.0] - 2.0


def test_finished_beer_goes_to_the_temperature_of_its_room():
    vessel = Vessel(replace(at_rest(ALE, 19.0), room_c=10.0), volume_l=20.0)
    vessel.advance(60 * DAY)
    assert vessel.beer_c == pytest.approx(10.0, abs=0.2)


def test_the_beer_feels_the_cooler_only_after_a_while():
    vessel, alone = Vessel(at_rest(ALE, 19.0)), Vessel(at_rest(ALE, 19.0))
    vessel.drive("cool", 1.0, 0.0)
    for each in (vessel, alone):
        each.advance(60.0)
    assert vessel.beer_c == pytest.approx(alone.beer_c, abs=0.01)
    for each in (vessel, alone):
        each.advance(2 * HOUR)
    assert vessel.beer_c < alone.beer_c - 2.0


def test_glycol_never_cools_below_itself():
    vessel = Vessel(at_rest(ALE, 5.0))
    vessel.drive("cool", 1.0, 0.0)
    vessel.advance(10 * DAY)
    assert -2.0 < vessel.beer_c < -0.5


# --- senses


def test_exact_sensors_tell_the_truth():
    vessel = Vessel(errors=EXACT)
    vessel.advance(DAY)
    assert vessel.measure("sg", DAY) == pytest.approx(vessel.sg, abs=1e-8)
    assert vessel.measure("beer_c", DAY) == pytest.approx(vessel.beer_c, abs=1e-8)


def test_noise_is_as_large_as_it_is_said_to_be():
    vessel = Vessel(errors=replace(EXACT, sg=0.001, beer_c=0.2))
    for quantity, spread, truth in (("sg", 0.001, vessel.sg), ("beer_c", 0.2, vessel.beer_c)):
        said = [vessel.measure(quantity, 0.0) for _ in range(2000)]
        assert mean(said) == pytest.approx(truth, abs=spread / 10)
        assert stdev(said) == pytest.approx(spread, rel=0.1)


def test_drift_wanders_by_as_much_as_it_is_said_to_and_comes_back():
    vessel = Vessel(replace(ALE, yeast_g_l=1e-9), errors=replace(EXACT, sg_drift=0.001))
    errors = [vessel.measure("sg", n * 6 * HOUR) - vessel.sg for n in range(2000)]
    assert stdev(errors) == pytest.approx(0.001, rel=0.25)
    assert abs(mean(errors)) < 0.0003
    hourly = [vessel.measure("sg", vessel.at + n * 60.0) for n in range(10)]
    assert max(hourly) - min(hourly) < 0.0005  # it wanders, it does not jump


def test_a_probe_shows_its_own_steps():
    vessel = Vessel()
    assert (vessel.measure("beer_c", 60.0) / 0.0625) % 1.0 == 0.0


def test_dropouts_are_as_frequent_as_they_are_said_to_be():
    vessel = Vessel()
    vessel.dropouts = 0.3
    silent = sum(vessel.measure("beer_c", 0.0) is None for _ in range(2000))
    assert 500 < silent < 700


def test_an_unplugged_probe_is_silent_and_a_stuck_one_says_the_same():
    vessel = Vessel()
    vessel.unplug("beer_c")
    assert vessel.measure("beer_c", 0.0) is None
    assert vessel.measure("sg", 0.0) is not None
    vessel.plug("beer_c", 85.0)
    assert vessel.measure("beer_c", HOUR) == 85.0
    vessel.plug("beer_c")
    assert vessel.measure("beer_c", HOUR) == pytest.approx(19.0, abs=0.5)


def test_what_it_has_no_probe_for_it_does_not_say():
    assert Vessel().measure("angle_deg", 0.0) is None
