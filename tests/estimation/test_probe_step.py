"""In which steps a beer probe shows the beer."""

import pytest

from brewpi.estimation.probe_step import ProbeStep


def step_of(*read_c: float, every_s: float = 60.0) -> float:
    step = ProbeStep()
    for nth, celsius in enumerate(read_c):
        for _ in range(3):  # each tick sees it
            step.note(nth * every_s, celsius)
    return step.coarse_c


@pytest.mark.parametrize(("read_c", "coarse_c"), [
    ([(f - 32.0) / 1.8 for f in (64, 65, 65, 67, 66)], 0.56),  # a Tilt
    ([17.78, 18.33, 18.89, 18.33, 17.22], 0.56), ([19.0, 19.5, 19.0, 20.5], 0.5), ([19, 20, 22, 21], 1.0),
])  # fmt: skip
def test_a_probe_that_moves_by_multiples_of_one_step_is_coarse(read_c, coarse_c: float):
    assert step_of(*read_c) == pytest.approx(coarse_c, abs=0.011)


@pytest.mark.parametrize("read_c", [
    (18.0, 18.0625, 18.0), (18.0, 19.0625, 17.0, 18.0), (18.0, 18.1, 18.3, 18.2), (18.31, 19.02, 18.44, 19.7),
    (19.0,) * 9, (19.0, 19.5, 20.0), (22.0, 18.9, 25.0, 22.0),
])  # fmt: skip
def test_a_fine_one_and_one_of_which_little_is_known_are_not(read_c):
    assert step_of(*read_c) == 0.0


def test_a_step_that_was_known_before_a_restart_is_known():
    step = ProbeStep()
    step.recall(0.56)
    assert step.coarse_c == 0.56
    step.note(0.0, 19.0)
    step.note(5.0, 19.0625)  # another probe
    assert step.coarse_c == 0.0


def test_beer_that_goes_its_way_evenly_between_the_readings_of_a_sleeper_shows_no_step():
    assert step_of(20.0, 19.3125, 18.625, 17.9375, 17.25, every_s=900.0) == 0.0
    assert step_of(19.0, 19.5, 19.0, 20.0, 19.5, every_s=900.0) == 0.5  # there and back, to the digit
