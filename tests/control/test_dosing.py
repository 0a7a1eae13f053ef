"""The last word on doses: caps and permissives that no recipe and no operator gets past."""

from __future__ import annotations

from dataclasses import replace

import pytest
from thoughts import BOTTLE, HOUR, START, a_dose, a_state

from brewpi.control.dosing import DoseGate, Dosing, lately
from brewpi.records import DoseRequest, Fault, TankState

NOON = START + 30.0 * HOUR
FRESH = {"sg": 1.090}


def a_wish(number: int = 2, ml: float = 1000.0, mg_l: float = 20.0) -> DoseRequest:
    return DoseRequest(f"b1-dose-{number}", number, ml, mg_l, 500.0, 120.0, "24 h after pitching")


def asked(state: TankState, wish: DoseRequest | None = None, limits: Dosing | None = BOTTLE) -> str:
    """The reason of a refusal, or "yes"."""
    wish = wish or a_wish()
    allowed, why = DoseGate(limits).permit(wish, state, NOON)
    assert allowed in (None, wish)
    return "yes" if allowed else why.removeprefix(f"dose {wish.number}: ")


def test_with_everything_in_order_it_may_be_given():
    assert asked(a_state(NOON, **FRESH)) == "yes"


def test_a_dose_beside_the_schedule_is_refused_by_that_name():
    _, why = DoseGate(None).permit(a_wish(number=0), a_state(NOON, **FRESH), NOON)
    assert why == "dose extra: this tank has no [dosing] in its config"


def test_without_a_wish_there_is_nothing_to_say():
    assert DoseGate(BOTTLE).permit(None, a_state(NOON, **FRESH), NOON) == (None, "")


def test_a_tank_of_which_nobody_said_what_is_in_the_bottle_is_never_dosed():
    assert asked(a_state(NOON, **FRESH), limits=None) == "this tank has no [dosing] in its config"


def test_an_empty_tank_is_not_dosed():
    state = a_state(NOON, **FRESH)
    assert asked(TankState(measured=state.measured)) == "no batch is in this tank"


def test_beer_is_dosed_only_where_somebody_said_so():
    beer = a_state(NOON, medium="beer", og=1.05, sg=1.045)
    assert asked(beer) == "beer is not dosed here"
    assert asked(a_state(NOON, medium=None, og=1.05, sg=1.045)) == "beer is not dosed here"
    assert asked(beer, limits=BOTTLE.model_copy(update={"beer": True})) == "yes"


# --- gravity


def test_never_without_a_fresh_gravity():
    assert asked(a_state(NOON, sg=None)) == "needs a fresh gravity, at most 2 h old"
    assert asked(a_state(NOON, sg=1.090, age_h=2.1)) == "needs a fresh gravity, at most 2 h old"
    assert asked(a_state(NOON, sg=1.090, age_h=1.9)) == "yes"


def test_never_on_a_gravity_that_is_doubted():
    frozen = Fault("hydrometer", "sg", "frozen", "hydrometer: stands still", NOON)
    assert asked(a_state(NOON, faults=(frozen,), **FRESH)) == "needs a fresh gravity, at most 2 h old"


def test_a_fault_of_another_sensor_keeps_nobody_from_dosing():
    room = Fault("room", "room_c", "silent", "room: silent", NOON)
    assert asked(a_state(NOON, faults=(room,), **FRESH)) == "yes"


def test_none_after_half_of_the_sugar():
    assert asked(a_state(NOON, sg=1.051)) == "yes"
    assert asked(a_state(NOON, sg=1.049)) == "51% of the sugar are gone, none after half of it"


def test_none_above_the_alcohol_limit():
    strong = {"og": 1.160, "sg": 1.089}  # 44 % of the sugar, and 9.3 % of alcohol
    assert asked(a_state(NOON, **strong)) == "10.0 % alcohol, none above 9 %"


# --- caps


def test_no_dose_is_larger_than_the_largest():
    assert asked(a_state(NOON, **FRESH), a_wish(ml=3000.0)) == "yes"
    assert asked(a_state(NOON, **FRESH), a_wish(ml=3001.0)) == "3001 ml is more than 3000 ml, the most for one"


def test_the_last_24_hours_have_a_cap():
    today, yesterday = a_dose(1, 28.0, ml=3500.0), a_dose(1, 5.0, ml=3500.0)
    assert asked(a_state(NOON, doses=(today,), **FRESH)) == "3500 ml were given within a day, 4000 ml are the most"
    assert asked(a_state(NOON, doses=(yesterday,), **FRESH)) == "yes"


def test_the_batch_has_a_cap_of_nitrogen():
    rich = a_dose(1, 1.0, mg_l=285.0)
    assert asked(a_state(NOON, doses=(rich,), **FRESH)) == (
        "285 mg/L nitrogen were given, 300 are the most for a batch"
    )
    assert asked(a_state(NOON, doses=(rich,), **FRESH), a_wish(mg_l=15.0)) == "yes"


@pytest.mark.parametrize(
    ("standing", "counted"),
    [("given", True), ("by_hand", True), ("uncertain", True), ("intended", True), ("part", False)],
)
def test_what_may_have_gone_in_counts_in_full_and_a_part_as_what_it_was(standing, counted):
    other = a_dose(1, 1.0, standing, mg_l=285.0)
    assert (asked(a_state(NOON, doses=(other,), **FRESH)) != "yes") is counted


def test_a_dose_does_not_count_against_itself_while_it_is_given():
    itself = a_dose(2, 29.9, "intended", ml=3000.0, mg_l=200.0)
    assert asked(a_state(NOON, doses=(itself,), **FRESH), a_wish(2, 3000.0, 200.0)) == "yes"


@pytest.mark.parametrize("standing", ["given", "part", "uncertain", "by_hand"])
def test_what_has_an_end_is_never_repeated(standing):
    assert asked(a_state(NOON, doses=(a_dose(2, 10.0, standing),), **FRESH)) == (
        f"is {standing} already and never repeated"
    )


def test_an_uncertain_dose_is_an_alarm_that_says_what_to_look_at():
    gate = DoseGate(BOTTLE)
    state = a_state(NOON, doses=(a_dose(1, 10.0), a_dose(2, 20.0, "uncertain")), **FRESH)
    (alarm,) = gate.alarms(state)
    assert alarm.severity == "alarm"
    assert alarm.key == "dose: b1-dose-2"
    assert alarm.text == (
        "dose 2 of 1000 ml is uncertain: brewpi stopped while it was given; it counts as given and is not repeated,"
        " look at the bottle"
    )


def test_what_the_tank_got_in_another_batch_counts_for_the_day_but_not_for_the_batch():
    yesterdays = tuple(replace(a_dose(n, at_h=20.0, ml=1500.0, mg_l=150.0), id=f"b0-dose-{n}") for n in (1, 2))
    state = replace(a_state(NOON, **FRESH), doses_before=yesterdays)
    assert asked(state, a_wish(1, ml=1500.0)) == "3000 ml were given within a day, 4000 ml are the most"
    assert asked(state, a_wish(1, ml=1000.0)) == "yes"
    older = tuple(replace(dose, at=dose.at - 24.0 * HOUR) for dose in yesterdays)
    assert asked(replace(state, doses_before=older), a_wish(1, ml=1500.0)) == "yes"


def test_doses_that_can_count_no_more_are_forgotten():
    doses = [a_dose(1, at_h=0.0), a_dose(2, at_h=20.0), a_dose(3, at_h=30.0)]
    assert [dose.number for dose in lately(doses)] == [2, 3]
    assert lately([]) == ()
