"""Units convert there and back, and what cannot be true is refused with a sentence."""

import math
import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.quantities import QUANTITIES, stated
from brewpi.sentences import spoken
from brewpi.units import (
    brix_from_sg,
    celsius_from_f,
    f_from_celsius,
    plato_from_sg,
    sg_from_brix,
    sg_from_plato,
    to_celsius,
    to_sg,
)


@pytest.mark.parametrize(("sg", "plato"), [(1.000, 0.00), (1.040, 9.99), (1.050, 12.39), (1.083, 20.00)])
def test_plato_agrees_with_the_asbc_table(sg: float, plato: float):
    assert plato_from_sg(sg) == pytest.approx(plato, abs=0.02)


@given(st.floats(-12.0, 40.0))
def test_degrees_plato_come_back_as_they_were_typed(plato: float):
    assert plato_from_sg(sg_from_plato(plato)) == pytest.approx(plato, abs=1e-9)


@given(st.floats(0.95, 1.20))
def test_a_gravity_survives_plato_and_brix(sg: float):
    assert sg_from_plato(plato_from_sg(sg)) == pytest.approx(sg, abs=1e-12)
    assert sg_from_brix(brix_from_sg(sg)) == pytest.approx(sg, abs=1e-12)


@given(st.floats(-200.0, 200.0))
def test_fahrenheit_comes_back(celsius: float):
    assert celsius_from_f(f_from_celsius(celsius)) == pytest.approx(celsius, abs=1e-9)


def test_water_freezes_and_boils():
    assert celsius_from_f(32.0) == 0.0
    assert f_from_celsius(100.0) == 212.0


def test_whole_logs_convert_at_once():
    plato = np.array([[0.0, 12.5], [15.0, 25.0]])

    sg = to_sg(plato, "plato")

    assert sg.shape == plato.shape
    assert sg[0, 1] == sg_from_plato(12.5)
    np.testing.assert_allclose(to_celsius(np.array([50.0, 68.0]), "f"), [10.0, 20.0])


@given(st.floats())
def test_no_number_makes_a_conversion_fail(value: float):
    for convert in (sg_from_plato, plato_from_sg, celsius_from_f):
        assert isinstance(convert(value), float)


@given(st.sampled_from(sorted(QUANTITIES)), st.floats())
def test_what_is_stated_is_in_range_or_refused(quantity: str, value: float):
    row = QUANTITIES[quantity]
    with suppress(ValueError):
        assert row.low <= stated(quantity, value) <= row.high


def test_a_plato_sent_as_sg_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"not between 0\.95 and 1\.2; if that is degrees Plato, say so"):
        stated("sg", 12.5)

    assert stated("sg", 12.5, "plato") == pytest.approx(1.0505, abs=1e-4)


def test_no_density_in_plato_is_no_density():
    assert sg_from_plato(-616.868) == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(ValueError, match="gravity"):
        stated("sg", -616.87, "plato")


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "sentence"),
    [
        ("gravity", 1.05, None, 'unknown quantity "gravity"'),
        ("beer", 19.0, None, 'unknown quantity "beer"; did you mean "beer_c"'),
        ("sg", 1.05, "platto", 'gravity has no unit "platto"; did you mean "plato"'),
        ("humidity_pct", 40.0, "f", 'room humidity has no unit "f"'),
        ("beer_c", 85.0, None, "beer temperature of 85 °C is not between -5 and 50"),
        ("beer_c", math.nan, "f", "beer temperature of nan °C"),
    ],
)
def test_a_mistake_gets_a_sentence(quantity: str, value: float, unit: str | None, sentence: str):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        stated(quantity, value, unit)


def test_a_temperature_may_be_stated_in_fahrenheit():
    assert stated("beer_c", 68.0, "F") == pytest.approx(20.0)
    assert stated("beer_c", 20.0, "°C") == 20.0


@pytest.mark.parametrize("unit", ["P", "°P", "° Plato", "PLATO ", "degrees Plato"])
def test_a_unit_may_be_stated_as_people_write_it(unit: str):
    assert stated("sg", 12.5, unit) == stated("sg", 12.5, "plato")
    assert stated("sg", 12.5, unit.lower().replace("plato", "p").replace("p", "Bx")) == stated("sg", 12.5, "brix")
    assert stated("beer_c", 68.0, unit.lower().replace("plato", "p").replace("p", "F")) == pytest.approx(20.0)


def test_values_read_as_a_person_would_write_them():
    assert QUANTITIES["sg"].text(1.01234) == "1.0123 SG"
    assert QUANTITIES["beer_c"].text(19.437) == "19.4 °C"


def test_durations_as_one_says_them():
    said = {40: "40 s", 720: "12 min", 119: "1 min", 7199: "119 min", 7200: "2 h", 18_720: "5.2 h", 259_200: "3 days"}
    assert {seconds: spoken(seconds) for seconds in said} == said
