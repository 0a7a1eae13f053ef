"""Which dose is due, and how much: by the clock or by the sugar, whichever is first; never two at once."""

import pytest
from thoughts import HOUR, START, a_dose, a_state

from brewpi.control.nutrients import Nutrients

TOSNA = Nutrients(nitrogen_mg_l=200.0)
UNTOUCHED, A_THIRD, MORE_THAN_HALF = 1.098, 1.066, 1.045  # of 1.100, expected to end at 1.000


def due(at_h: float, sg: float | None = UNTOUCHED, *given, nutrients: Nutrients = TOSNA) -> tuple[int, str]:
    now = START + at_h * HOUR
    return nutrients.due(a_state(now, doses=given, sg=sg), now, 2.0)


def test_the_first_dose_waits_for_its_hour():
    assert due(23.0) == (0, "dose 1 of 4 in 1 h")
    assert due(24.0) == (1, "24 h after pitching")


def test_after_the_last_dose_nothing_is_due():
    four = [a_dose(n, at_h) for n, at_h in ((1, 24.0), (2, 48.0), (3, 72.0), (4, 90.0))]
    assert due(200.0, A_THIRD, *four) == (0, "all 4 doses are given")


def test_at_a_third_of_the_sugar_what_is_left_is_due_at_once():
    assert due(60.0, A_THIRD, a_dose(1, 24.0), a_dose(2, 48.0)) == (3, "34% of the sugar are gone")
    assert due(60.0, UNTOUCHED, a_dose(1, 24.0), a_dose(2, 48.0)) == (0, "dose 3 of 4 in 12 h")


def test_but_never_two_within_the_gap():
    assert due(60.0, A_THIRD, a_dose(1, 24.0), a_dose(2, 55.0)) == (0, "dose 3 of 4 waits 3 h after the last")


def test_the_clock_goes_on_without_a_gravity():
    assert due(25.0, None) == (1, "24 h after pitching".replace("24", "25"))


def test_past_half_of_the_sugar_nobody_is_asked_any_more():
    assert due(170.0, MORE_THAN_HALF, a_dose(1, 24.0)) == (0, "dose 2 of 4 comes too late, 55% of the sugar are gone")


def test_a_dose_that_was_only_begun_is_still_the_one_that_is_due():
    assert due(24.1, UNTOUCHED, a_dose(1, 24.0, "intended"))[0] == 1


def test_a_dose_that_was_begun_at_a_third_of_the_sugar_is_not_taken_back_by_the_next_reading():
    begun = (a_dose(1, 24.0), a_dose(2, 48.0), a_dose(3, 59.9, "intended"))
    assert due(60.0, A_THIRD, *begun)[0] == 3
    assert due(60.0, UNTOUCHED, *begun) == (3, "it has begun")
    assert due(60.0, MORE_THAN_HALF, *begun)[0] == 0


@pytest.mark.parametrize("standing", ["given", "part", "uncertain", "by_hand"])
def test_whatever_became_of_a_dose_it_is_not_due_again(standing):
    assert due(30.0, UNTOUCHED, a_dose(1, 24.0, standing))[0] == 0
    assert due(48.0, UNTOUCHED, a_dose(1, 24.0, standing))[0] == 2


def test_an_empty_tank_needs_nothing():
    from brewpi.records import TankState

    assert TOSNA.due(TankState(), START, 2.0) == (0, "no batch")


def test_the_need_grows_with_the_sugar_and_the_appetite():
    low, high = Nutrients(need="low"), Nutrients(need="high")
    # 1.100 is 23.8 °P, 261 g of sugar in a litre
    assert low.total_mg_l(1.100) == pytest.approx(0.75 * 261.5, rel=0.01)
    assert high.total_mg_l(1.100) == pytest.approx(1.25 * 261.5, rel=0.01)
    assert high.total_mg_l(1.050) < high.total_mg_l(1.100)


def test_what_the_must_has_is_not_added_again():
    assert Nutrients(need="low", must_nitrogen_mg_l=50.0).total_mg_l(1.1) == pytest.approx(
        Nutrients(need="low").total_mg_l(1.1) - 50.0
    )
    assert Nutrients(need="low", must_nitrogen_mg_l=500.0).total_mg_l(1.1) == 0.0


def test_the_doses_are_equal_and_need_an_original_gravity():
    now = START + HOUR
    assert TOSNA.nitrogen_of_a_dose_mg_l(a_state(now, sg=1.1)) == 50.0
    assert Nutrients(need="low").nitrogen_of_a_dose_mg_l(a_state(now, og=None)) is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "say either nitrogen_mg_l or need, and not both"),
        ({"nitrogen_mg_l": 100.0, "need": "low"}, "say either nitrogen_mg_l or need, and not both"),
        ({"need": "low", "at_h": (48.0, 24.0)}, "at_h has to rise"),
        ({"need": "low", "at_h": (-3.0, 24.0)}, "at_h begins at pitching"),
        ({"nitrogen_mg_l": 500.0}, "less than or equal to 400"),
        ({"need": "low", "break_share": 0.6}, "less than or equal to 0.45"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        Nutrients(**options)
