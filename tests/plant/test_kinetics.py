import numpy as np
import pytest

from brewpi.plant.kinetics import Strain, gravity, pitched, step


def ferment(temp_c=20.0, hours=400, nitrogen_g_l=0.18, sugar_g_l=85.0, dt_h=1.0, **pitch):
    strain = Strain()
    state, curve = pitched(1.0, nitrogen_g_l, sugar_g_l, **pitch), []
    for _ in range(int(hours / dt_h)):
        curve.append(gravity(state, terminal_sg=1.010))
        state = step(state, strain, temp_c, dt_h)
    return np.array(curve)


def hours_to(curve, share):
    return int(np.argmax(curve <= 1.010 + (1 - share) * (curve[0] - 1.010)))


def test_an_ale_is_done_within_a_week_and_a_cold_one_takes_longer():
    assert 60 < hours_to(ferment(temp_c=20.0), 0.95) < 170
    assert hours_to(ferment(temp_c=12.0), 0.95) > 1.5 * hours_to(ferment(temp_c=20.0), 0.95)


def test_gravity_starts_at_og_and_never_rises():
    curve = ferment()
    assert curve[0] == pytest.approx(1.010 + 85 * 4.6e-4)
    assert np.all(np.diff(curve) <= 0)


def test_must_short_of_nitrogen_is_slower_and_a_dose_helps():
    must = {"sugar_g_l": 240.0, "shares": (1.0, 0.0, 0.0), "hours": 900}
    hungry, fed = (hours_to(ferment(nitrogen_g_l=n, **must), 0.75) for n in (0.10, 0.30))
    assert hungry > 1.5 * fed


def test_hot_strong_must_without_nitrogen_sticks():
    stuck = ferment(temp_c=35.0, nitrogen_g_l=0.07, sugar_g_l=250.0, shares=(1.0, 0.0, 0.0), hours=900)
    assert stuck[-1] > 1.014


def test_many_batches_at_once_are_the_same_as_one_at_a_time():
    temps = np.array([10.0, 18.0, 25.0])
    together = ferment(temp_c=temps, hours=100, sugar_g_l=np.full(3, 85.0))
    alone = np.stack([ferment(temp_c=float(t), hours=100) for t in temps], axis=1)
    assert np.allclose(together, alone, rtol=0, atol=1e-12)


def test_an_hour_a_step_is_short_enough():
    assert abs(hours_to(ferment(), 0.9) - hours_to(ferment(dt_h=1 / 60), 0.9) / 60) < 5
