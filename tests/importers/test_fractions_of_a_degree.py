"""Numbers with a fraction or a degree sign where others have a point."""

import numpy as np
import pytest

from brewpi.importers.sheet import numbers
from brewpi.units import sg_from_plato
from tests.importers.made_up import ISO, C, logs_of, table

HALVES = [13.0, 12.5, 12.5, 12.0, 11.25, 10.0, 8.5, 6.75, 5.0, 4.25]
SIGNS = {0.0: "", 0.25: "¼", 0.5: "½", 0.75: "¾"}
WAYS = [
    lambda x: f"{int(x)}{SIGNS[x % 1]}",
    lambda x: f"{int(x)} {SIGNS[x % 1]} °P",
    lambda x: f"{int(x)} {int(4 * (x % 1))}/4" if x % 1 else f"{int(x)}",
    lambda x: f"{int(x)}-1/2" if x % 1 == 0.5 else f"{x}",
    lambda x: f"{x:g}".replace(".", "°"),
]


@pytest.mark.parametrize("way", WAYS)
def test_every_quarter_counts(tmp_path, way):
    temps = [f"{c}".replace(".", "°") for c in C]
    (log,) = logs_of(tmp_path, table("Date;Plato;T°", ISO, map(way, HALVES), temps, sep=";"))
    assert log.series.sg == pytest.approx(sg_from_plato(np.array(HALVES)), abs=1e-6)
    assert log.series.temp_c == pytest.approx(C)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("½", 0.5, ""), ("-1½", -1.5, ""), ("-½ °Bé", -0.5, "°Bé"), ("19.5°", 19.5, "°")],
)
def test_a_number_with_its_unit(text, value, unit):
    values, units = numbers([text, "x"], strict=False)
    assert (values[0], [*units, "", ""][0]) == (pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["12 5/4", "12 3/2/26", "1.047 - 1.049"])
def test_what_is_no_fraction_is_no_number(text):
    assert np.isnan(numbers([text, "x"], strict=False)[0][0])


@pytest.mark.parametrize("way", ["{}-{}", "{} – {} °C", "{} to {}", "{} bis {}", "{}→{}"])
def test_a_temperature_from_one_to_another_is_their_middle(tmp_path, way):
    temps = [way.format(round(c - 0.2, 1), round(c + 0.2, 1)) for c in C]
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp °C", ISO, HALVES, temps, sep=";"))
    assert log.series.temp_c == pytest.approx(C, abs=0.01)
    assert any("the middle" in note for note in log.notes)


@pytest.mark.parametrize("temps", [["2O.1", *C[1:]], ["2O.1"] * 10, ["18/31"] * 10])
def test_temperatures_that_are_no_numbers_are_said(tmp_path, temps):
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp °C", ISO, HALVES, temps, sep=";"))
    assert np.isnan(log.series.temp_c[0])
    assert any('of "Temp °C" such as "' in note for note in log.notes)


@pytest.mark.parametrize("cell", ["12. Mai", "05. Mrz", "12-mai", "1. Sep"])
def test_what_a_spreadsheet_took_for_a_date_is_no_number(tmp_path, cell):
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp °C", ISO, [*HALVES[:4], cell, *HALVES[5:]], C, sep=";"))
    assert len(log.series.sg) == 9
    assert any(f'such as "{cell}" left out' in note for note in log.notes)
