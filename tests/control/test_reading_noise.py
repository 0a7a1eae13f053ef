"""What a room does within the hour is told from all that beer does, and counts against what its probe seems to show."""

from math import exp
from random import Random

import pytest

from brewpi.control.effect_check.late_effect import Drives
from brewpi.control.effect_check.output_response import OutputResponseCheck
from brewpi.control.probe_checks.reading_noise import LEAST_C, MINUTES, MOST_C, ReadingNoise, reading_noise_c


def beer(moves_c_per_h, lag_s, wall, seed, glycol=1.0):
    """Three hours of a beer that is cooled for 20 of 50 minutes, with a wall that shows `wall` °C of it at once;
    glycol: what is left of it after half of the time."""
    dice, drives, points, felt, beer_c, probe_c = Random(seed), Drives(), [], 0.0, 18.0, 18.0
    for minute in range(MINUTES):
        cools = minute % 50 < 20
        drives.note(False, cools, 60.0 * minute)
        felt += (cools * (glycol if minute > MINUTES / 2 else 1.0) - felt) / 6.0
        beer_c += 0.1 / 60.0 - moves_c_per_h * felt / 60.0
        probe_c += (beer_c - wall * felt - probe_c) * (1.0 - exp(-60.0 / lag_s))
        points.append((60.0 * minute, round(16.0 * (probe_c + dice.gauss(0.0, 0.03))) / 16.0))
    return points, drives


def room(doors_c, seed):
    """Three hours of a probe in a room whose door opens at those minutes, by so much."""
    dice, points, door_c = Random(seed), [], 0.0
    for minute in range(MINUTES):
        door_c = doors_c.get(minute, door_c * exp(-1.0 / 20.0))
        c = 18.0 + 0.3 * minute / 60.0 + door_c + dice.gauss(0.0, 0.03)
        points.append((60.0 * minute, round(16.0 * c) / 16.0))
    return points, Drives()


@pytest.mark.parametrize("moves_c_per_h", [0.3, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("lag_s", [60.0, 600.0, 4500.0])
@pytest.mark.parametrize(("wall", "glycol"), [(0.0, 1.0), (0.5, 1.0), (0.0, 0.3), (0.0, 0.0)])
def test_beer_has_no_noise_by_strong_and_weak_outputs_slow_probes_and_glycol_that_goes_away(
    moves_c_per_h, lag_s, wall, glycol
):
    assert reading_noise_c(*beer(moves_c_per_h, lag_s, wall, 1, glycol)) < LEAST_C


@pytest.mark.parametrize("doors_c", [{60: 1.2}, {100: -1.2}, {30: 0.8, 110: -0.8}])
def test_a_door_is_seen_by_a_probe_that_hangs_in_the_room(doors_c):
    assert reading_noise_c(*room(doors_c, 1)) >= LEAST_C


def test_a_quiet_room_and_fewer_minutes_tell_nothing():
    points, drives = room({}, 1)
    assert reading_noise_c(points, drives) < LEAST_C
    points, drives = room({60: 2.0}, 1)
    assert reading_noise_c(points[1:], drives) == 0.0


def test_it_is_known_for_a_day_no_larger_than_a_trial_bears_and_until_somebody_resumes():
    noise = ReadingNoise()
    points, _ = room({60: 3.0}, 1)
    for at, c in [*points, (60.0 * MINUTES, points[-1][1]), (60.0 * (MINUTES + 1), points[-1][1])]:
        noise.note(c, heats=False, cools=False, now=at)
    assert noise.step_c == 2.0 * MOST_C
    noise.note(None, heats=False, cools=False, now=at + 23 * 3600.0)
    assert noise.step_c == 2.0 * MOST_C
    noise.note(None, heats=False, cools=False, now=at + 25 * 3600.0)
    assert noise.step_c == 0.0


def test_it_is_known_after_restarts_and_no_longer_for_them():
    noise = ReadingNoise()
    points, _ = room({60: 3.0}, 1)
    for at, c in [*points, (60.0 * MINUTES, points[-1][1]), (60.0 * (MINUTES + 1), points[-1][1])]:
        noise.note(c, heats=False, cools=False, now=at)
    for hours, step_c in ((20, 2.0 * MOST_C), (23, 2.0 * MOST_C), (25, 0.0)):
        kept, noise = noise.snapshot(), ReadingNoise()
        noise.restore(kept)
        noise.note(None, heats=False, cools=False, now=at + hours * 3600.0)
        assert noise.step_c == step_c


@pytest.mark.parametrize(("noise_step_c", "is_proven"), [(0.0, True), (0.6, False)])
def test_by_a_noisy_reading_a_small_gain_proves_nothing(noise_step_c, is_proven):
    check = OutputResponseCheck(-1, volume_l=200.0)
    check.noise_step_c = noise_step_c
    for minute in range(25):
        check.watch(True, 19.0 - 0.02 * minute, 60.0 * minute)
    assert check.chance.proven is is_proven


def test_a_cooler_without_effect_is_not_tried_again_by_a_noisy_reading():
    check = OutputResponseCheck(-1, standing="dead", volume_l=200.0)
    check.chance.proven = True
    check.chance.stopped(0.0)
    assert check.chance.is_left
    check.noise_step_c = 0.4
    check.watch(False, 19.0, 60.0)
    assert not check.chance.is_left
