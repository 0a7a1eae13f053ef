"""Numbers, temperatures and times in other programs' recipes, as they write them."""

import json

import pytest

from brewpi.recipes.foreign import c_of, days_in, number
from brewpi.recipes.imported import read_recipes


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.0500000E+000", 1.05), ("1.9E+001", 19.0), ("~18 °C", 18.0), ("ca. 14 days", 14.0), ("−1", -1.0), ("+2", 2.0),
     (".5", 0.5), ("1,050 SG", 1.05), ("18-20", 18.0), ("", None), ("none", None), ("-", None)],
)  # fmt: skip
def test_a_number_is_read_as_programs_and_people_write_it(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("44 deg F", 6.7), ("38 degrees Fahrenheit", 3.3), ("38f", 3.3), ("40 ºF", 4.4), ("40 ° F", 4.4), ("292.15 K", 19),
     ("19", 19), ("19 C", 19), ("19 °C (66 °F)", 19), ("65-70 F", 18.3), ("19 for a week", 19)],
)  # fmt: skip
def test_a_temperature_is_in_the_unit_that_it_says(text, value):
    assert c_of(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "days"),
    [("14 Tage", 14), ("2 Wochen", 14), ("48 Std.", 2), ("10 jours", 10), ("3 semanas", 21), ("2 weeks 3 days", 17),
     ("1 week and 2 days", 9), ("10-14 days", 10), ("10 to 14 days", 10), ("14d", 14), ("36h", 1.5), ("7", 7),
     ("14 moons", None), ("until dry", None), ("", None)],
)  # fmt: skip
def test_a_time_is_in_days_unless_it_says_other_units(text, days):
    assert days_in(text) == (None if days is None else pytest.approx(days))


def test_the_times_of_brewfather_and_the_units_of_beerjson_are_read_in_the_same_way():
    steps = [{"stepTemp": 18, "stepTime": "48 hours"}, {"stepTemp": 20, "stepTime": "1 week", "ramp": "24 hours"}]
    (found,) = read_recipes(json.dumps({"name": "A", "og": 1.05, "fermentation": {"steps": steps}}))
    assert [(step.days, step.ramp_days) for step in found.steps] == [(2.0, None), (7.0, 1.0)]
    step = {"name": "p", "start_temperature": {"unit": "Fahrenheit", "value": 40}, "step_time": "5 days"}
    recipe = {"name": "A", "original_gravity": {"unit": "°P", "value": 12.5}}
    recipe["fermentation"] = {"fermentation_steps": [step]}
    (found,) = read_recipes(json.dumps({"beerjson": {"recipes": [recipe]}}))
    assert (round(found.og, 4), found.steps[0].target_c, found.steps[0].days) == (1.0505, 4.4, 5.0)


@pytest.mark.parametrize("where", ["og", "stepTemp", "stepTime"])
def test_a_whole_number_of_hundreds_of_digits_is_left_out(where):
    step = {"stepTemp": 18, "stepTime": 5} | ({where: 10**400} if where != "og" else {})
    og = 10**400 if where == "og" else 1.05
    assert read_recipes(json.dumps({"name": "A", "og": og, "fg": 1.01, "fermentation": {"steps": [step]}}))
