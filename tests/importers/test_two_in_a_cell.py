"""Columns with two quantities or two units in every cell."""

import numpy as np
import pytest

from tests.importers.made_up import ISO, PLATO, SG, C, F, assert_is_the_batch, logs_of, sg4, table


def both(way, *columns):
    return [way.format(*pair) for pair in zip(*columns, strict=True)]


WAYS = {
    "gravity_and_plato": table("Date;SG/°P;Temp", ISO, both("{}/{}", sg4(), PLATO), C, sep=";"),
    "two_units_of_temperature": table("Date;SG;Temp (°C/°F)", ISO, sg4(), both("{}/{}", C, F), sep=";"),
    "gravity_and_temperature": table("Date;SG / Temp;pH", ISO, both("{} / {} °C", sg4(), C), [4.5] * 10, sep=";"),
    "with_their_units": table("Date;Temp/Plato", ISO, both("{}F | {}P", F, PLATO), sep=";"),
    "days_and_the_hours_beyond": table(
        "Days,Hours,SG,Temp", *zip(*(divmod(8 * i, 24) for i in range(10)), strict=True), sg4(), C
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_the_batch(tmp_path, way):
    (log,) = logs_of(tmp_path, WAYS[way])
    assert_is_the_batch(log)


def test_an_empty_cell_costs_no_other(tmp_path):
    cells = both("{}/{}", sg4(), C)
    cells[3] = "-"
    (log,) = logs_of(tmp_path, table("Date;SG/Temp", ISO, cells, sep=";"))
    assert log.series.sg == pytest.approx(np.delete(SG, 3))
    assert log.series.temp_c == pytest.approx(np.delete(C, 3))


def test_a_unit_with_a_stroke_is_one(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;Density g/cm3;Temp", ISO, [f"{sg * 0.99823:.5f}" for sg in SG], C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("first", [0, 1])
def test_days_beyond_weeks(tmp_path, first):
    weeks, days = zip(*(divmod(i, 7) for i in range(10)), strict=True)
    rows = table("Week,Day,SG", [week + first for week in weeks], [day + first for day in days], sg4())
    (log,) = logs_of(tmp_path, rows)
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))
    assert log.series.sg == pytest.approx(SG)


FORMS = ["{1} °P / {2} °C", "{0} @ {2}C", "{1}°P, {2}°C", "{0} ({2} °C)", "SG {0} T {2}", '"{0}\n{2}°C"', "{0} at {2}°"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tanks", [1, 3])
def test_gravity_and_temperature_in_the_cell_of_a_tank(tmp_path, form, tanks):
    cells = both(form, sg4(), PLATO, C)
    heads = ";".join(["Date", *(f"FV{n + 1}" for n in range(tanks))])
    logs = logs_of(tmp_path, table(heads, ISO, *[cells] * tanks, sep=";"))
    assert len(logs) == tanks
    for log in logs:
        assert_is_the_batch(log)


def test_a_word_in_one_of_them_costs_no_other_temperature(tmp_path):
    cells = both("{} / {} °C", sg4(), C)
    cells[3] = "not read"
    (log,) = logs_of(tmp_path, table("Date;FV1", ISO, cells, sep=";"))
    assert log.series.sg == pytest.approx(np.delete(SG, 3))
    assert log.series.temp_c == pytest.approx(np.delete(C, 3))
