"""What people type into a field of numbers, with known truth."""

import pytest
from payload_factory import NO_BREAK

from brewpi.dashboard.actions import plausibility
from brewpi.dashboard.actions.typed_numbers import (
    DEGREES,
    GRAVITY_UNITS,
    TypedNumber,
    degrees_as_read,
    dose_fault,
    gravity_fault,
    minutes_fault,
    points_fault,
    read_number,
    setpoint_fault,
)
from brewpi.dashboard.views.formatting import View

EUROPE, AMERICA = View(plato=True), View(fahrenheit=True)


@pytest.mark.parametrize(
    ("text", "typed"),
    [("12,4", TypedNumber(12.4)), ("1.012", TypedNumber(1.012)), ("1,012", TypedNumber(1.012)),
     ("3.1P", TypedNumber(3.1, "plato")), ("3,1 °P", TypedNumber(3.1, "plato")), ("12 plato", TypedNumber(12, "plato")),
     (" 1.050 SG ", TypedNumber(1.05, "sg")), ("-0,8", TypedNumber(-0.8)), ("−0.8 °P", TypedNumber(-0.8, "plato")),
     (",5", TypedNumber(0.5)), ("1012", TypedNumber(1012.0)), ("18°", TypedNumber(18.0))],
)  # fmt: skip
def test_either_decimal_sign_is_one_and_a_unit_may_stand_behind(text: str, typed: TypedNumber):
    assert read_number(text, GRAVITY_UNITS) == typed


@pytest.mark.parametrize(
    "text", ["", "abc", "1.0.12", "1,012.5", "12 4", "66F", "nan", "inf", "1e3", "0x10", "9" * 400, "3.1 apples"]
)
def test_what_is_no_number_or_has_another_unit_is_none(text: str):
    assert read_number(text, GRAVITY_UNITS) is None


@pytest.mark.parametrize(
    ("text", "view", "degrees"),
    [("66F", View(), 18.889), ("66 °F", AMERICA, 66.0), ("19 C", AMERICA, 66.2), ("18,5°C", View(), 18.5)],
)
def test_a_temperature_is_read_in_the_unit_that_stands_behind_it(text: str, view: View, degrees: float):
    typed = read_number(text, DEGREES)
    assert typed is not None
    assert degrees_as_read(typed, view) == pytest.approx(degrees, abs=1e-3)
    assert setpoint_fault(typed, view) == ""


def test_a_setpoint_that_cannot_be_says_what_can():
    assert setpoint_fault(TypedNumber(1012.0), View()) == (
        f"A setpoint is between -5.0{NO_BREAK}°C and 50.0{NO_BREAK}°C."
    )
    assert setpoint_fault(TypedNumber(175.0), AMERICA) == (
        f"A setpoint is between 23.0{NO_BREAK}°F and 122.0{NO_BREAK}°F."
    )
    assert setpoint_fault(TypedNumber(66.0), View()) == (
        f"66 °F are 18.9{NO_BREAK}°C; type 66 F if that is meant."
    )
    assert setpoint_fault(TypedNumber(-1.0), View()) == ""


@pytest.mark.parametrize(
    ("typed", "unit", "fault"),
    [
        (TypedNumber(-1.0), "sg", "A gravity is between 0.950 and 1.200 SG."),
        (TypedNumber(0.0), "sg", "A gravity is between 0.950 and 1.200 SG."),
        (TypedNumber(124.0), "plato", "A gravity is between -13.5 and 43.9 °P."),
        (TypedNumber(1.05), "plato", "That looks like SG: choose it, or type P behind the number."),
        (TypedNumber(1.05, "plato"), "plato", ""),
        (TypedNumber(1.1), "plato", ""),
        (TypedNumber(0.0), "plato", ""),
        (TypedNumber(-0.8), "plato", ""),
        (TypedNumber(1.0), "sg", ""),
    ],
)
def test_a_gravity_that_cannot_be_says_what_can(typed: TypedNumber, unit: str, fault: str):
    assert gravity_fault(typed, unit, View()) == fault


def test_no_wort_is_lighter_than_water():
    assert gravity_fault(TypedNumber(0.998), "sg", View(), 1.0) == "A gravity is between 1.000 and 1.200 SG."


def test_doses_additions_and_minutes_have_their_bounds():
    assert dose_fault(0.0, View()) == dose_fault(-1.0, View()) == "A dose is more than 0 and at most 200000 ml."
    assert dose_fault(1.5, View()) == ""
    assert points_fault(500.0, View()) == "An addition is worth -50 to 200 points."
    assert points_fault(-10.0, View()) == ""
    assert minutes_fault(-5.0, View()) == "How many minutes ago: 0 is now."
    assert minutes_fault(0.0, View()) == ""


@pytest.mark.parametrize(
    ("value", "unit", "meant"),
    [(-0.8, "sg", [(-0.8, "plato")]), (0.0, "sg", [(0.0, "plato")]), (52.0, "plato", [(1.052, "sg"), (5.2, "plato")]),
     (124.0, "plato", [(1.124, "sg"), (12.4, "plato")]), (105.0, "sg", [(1.05, "sg"), (1.105, "sg")]),
     (104.8, "sg", [(1.048, "sg"), (1.1048, "sg")])],
)  # fmt: skip
def test_what_may_be_meant_is_offered(value: float, unit: str, meant: list[tuple[float, str]]):
    assert plausibility.likely_meant(value, unit) == meant
