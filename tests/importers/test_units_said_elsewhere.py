"""Gravities whose head says no unit, and what else in the file says it."""

import numpy as np
import pytest

from tests.importers.made_up import ISO, PLATO, SG, C, F, assert_is_the_batch, logs_of, refusal_of, sg4, table

OPEN = ["Spindelwert", "Stupně", "Reading", "Gravity", "Hustota", "Aräometer"]


@pytest.mark.parametrize("head", ["App. Ext.", "Apparent Ext", "Saccharometer", "Sacharometr", "Cukroměr"])
def test_names_of_degrees_plato(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date;{head};Temp C", ISO, PLATO, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("fact", ["OG;12.9 °P", "Stammwürze;12,8 °P", "Original gravity [°P];12.9"])
@pytest.mark.parametrize("head", OPEN)
def test_the_original_gravity_above_the_table_says_it(tmp_path, head, fact):
    (log,) = logs_of(tmp_path, f"Batch;12\n{fact}\n\n" + table(f"Date;{head};Temp C", ISO, PLATO, C, sep=";"))
    assert_is_the_batch(log)


def test_so_does_one_in_a_column(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;OG;Gravity;Temp C", ISO, ["12.9 °P"] * 10, PLATO, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("fact", ["OG;52 °Oe", "OG;1.052", "OG;16.5 °P", "FG;2.6 °P", "Batch;12.9 °P"])
def test_of_another_gravity_it_does_not(tmp_path, fact):
    text = f"Beer;IPA\n{fact}\n\n" + table("Date;Gravity;Temp C", ISO, PLATO, C, sep=";")
    assert "--unit" in refusal_of(tmp_path, text)


@pytest.mark.parametrize(("values", "unit"), [(sg4(), "SG"), (PLATO, "P")])
def test_units_in_columns_of_their_own_without_a_header(tmp_path, values, unit):
    """GravityMon's templates: the temperature was lost."""
    (log,) = logs_of(tmp_path, table(*_first_row(ISO, values, [unit] * 10, F, ["°F"] * 10, [4.0] * 10)))
    assert_is_the_batch(log)


def _first_row(*columns):
    return ",".join(str(column[0]) for column in columns), *(column[1:] for column in columns)


POINTS = [f"{1000 * sg - 1000:.1f}" for sg in SG]


@pytest.mark.parametrize(("head", "values"), [
    ("Points", POINTS), ("Pts", POINTS), ("Stammwürze (°P)", PLATO), ("Stammwürze/Restextrakt (°P)", PLATO),
    ("OG/SG/FG", sg4()),
])  # fmt: skip
def test_what_falls_under_the_name_of_another_is_the_gravity(tmp_path, head, values):
    (log,) = logs_of(tmp_path, table(f"Date;{head};Temp C", ISO, values, C, sep=";"))
    assert_is_the_batch(log)
    assert f'"{head}" taken as the gravity of each reading, for its numbers fall' in log.notes


def test_what_stays_the_same_is_none(tmp_path):
    said = refusal_of(tmp_path, table("Date;Stammwürze (°P);Temp C", ISO, [12.9] * 10, C, sep=";"))
    assert "no column holds a gravity" in said
    said = refusal_of(tmp_path, table("Date;Points;Temp C", ISO, [10, 20] * 5, C, sep=";"))
    assert "no column holds a gravity" in said


@pytest.mark.parametrize("head", ["SG", "Gravity"])
@pytest.mark.parametrize("first", [".052", "0.052", "1.052"])
def test_sg_without_its_one(tmp_path, head, first):
    values = [first, *(f"{sg - 1:.3f}"[1:] for sg in SG[1:])]
    (log,) = logs_of(tmp_path, table(f"Date,{head},Temp C", ISO, values, C))
    assert log.series.sg == pytest.approx(np.round(SG, 3), abs=1e-6)
    assert "without its 1" in log.notes[0]


def test_a_share_of_extract_is_in_per_cent(tmp_path):
    """What a spreadsheet shows as 12.9 % it holds as 0.129."""
    (log,) = logs_of(tmp_path, table("Date,Extract %,Temp C", ISO, [p / 100 for p in PLATO], C))
    assert_is_the_batch(log)
    assert "as a share of 1" in log.notes[0]
    assert "is no specific gravity" in refusal_of(
        tmp_path, table("Date,Gravity", ISO, [f"{p / 100:.4f}" for p in PLATO])
    )


@pytest.mark.parametrize("head", ["Device Temp", "Keg Temp", "Internal Temp"])
def test_a_temperature_of_which_nobody_knows_whether_it_is_the_beers_is_said(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{head}", ISO, sg4(), C))
    assert f'"{head}" taken as the temperature of the beer, for there is no other' in log.notes
    (log,) = logs_of(tmp_path, table(f"Date,SG,{head},Beer Temp", ISO, sg4(), [4.0] * 10, C))
    assert_is_the_batch(log)


def test_the_newest_first_and_rows_that_stand_twice_fall_as_well(tmp_path):
    rows = table("Date;Points;Temp C", ISO[::-1], POINTS[::-1], C[::-1], sep=";").splitlines()
    (log,) = logs_of(tmp_path, "\n".join([rows[0], *rows[1:], *rows[1:]]) + "\n")
    assert_is_the_batch(log)


@pytest.mark.parametrize("line", [
    "Gravity in °P, temperature in °F", "Units: degrees Plato, Fahrenheit", "all gravities in Plato, temps in °F",
    "Extract [°P] / Temp [°F]", "Gravity unit: Balling\nTemperature unit: Fahrenheit", "# gravity: °P\n# temp: °F",
    "Alle Werte in °P und °F", "densités en Plato, températures en °F", "Messungen in °P - Temperaturen in Fahrenheit",
])  # fmt: skip
@pytest.mark.parametrize("is_below", [False, True])
@pytest.mark.parametrize("head", ["Gravity", "Reading"])
def test_a_line_above_or_below_the_table_says_it(tmp_path, line, is_below, head):
    if is_below and line.startswith("#"):
        pytest.skip("a comment below is none of the table")
    text = table(f"Date;{head};Temp", ISO, PLATO, F, sep=";")
    (log,) = logs_of(tmp_path, f"{text}\n{line}\n" if is_below else f"Batch 12\n{line}\n{text}")
    assert_is_the_batch(log)


@pytest.mark.parametrize("line", ["Plato's Porter", "Mash at 66 °C, OG 12.5 °P measured", "Density log", "Brewed 5 °P"])
def test_a_line_of_something_else_does_not(tmp_path, line):
    assert "--unit" in refusal_of(tmp_path, line + "\n" + table("Date;Gravity;Temp", ISO, PLATO, C, sep=";"))


@pytest.mark.parametrize("units", [";°P;°C", ";Balling;C", "yyyy-mm-dd hh:mm;(°Plato);°C", "Units;deg P;degC"])
@pytest.mark.parametrize("is_above", [False, True])
def test_a_row_of_units_above_the_heads_or_below_them(tmp_path, units, is_above):
    rows = [units, "Date;Reading;Temp"]
    text = table("\n".join(rows if is_above else rows[::-1]), ISO, PLATO, C, sep=";")
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("unit", ["Balling", "°Balling", "deg P", "GG%", "w/w%"])
@pytest.mark.parametrize("head", ["Gravity", "Reading", "Extract"])
def test_a_column_of_units_beside_it_and_cells(tmp_path, unit, head):
    beside = table(f"Date;{head};Unit;Temp;Unit", ISO, PLATO, [unit] * 10, F, ["deg F"] * 10, sep=";")
    within = table(f"Date;{head};Temp", ISO, [f"{p} {unit}" for p in PLATO], [f"{f} deg F" for f in F], sep=";")
    for text in (beside, within):
        (log,) = logs_of(tmp_path, text)
        assert_is_the_batch(log)


@pytest.mark.parametrize(("unit", "values"), [
    ("°Oe", [f"{1000 * sg - 1000:.1f}" for sg in SG]), ("GP", [f"{1000 * sg - 1000:.1f}" for sg in SG]),
    ("g/l", [f"{998.23 * sg:.2f}" for sg in SG]),
])  # fmt: skip
def test_the_unit_of_cells_goes_before_that_of_extract(tmp_path, unit, values):
    """52 °Oe below "Extrakt" was taken for 52 °P."""
    (log,) = logs_of(tmp_path, table("Datum;Extrakt;Temp", ISO, [f"{v} {unit}" for v in values], C, sep=";"))
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0003)


@pytest.mark.parametrize("line", ["All values in °Oechsle", "Gravity in points"])
def test_a_line_that_says_points_of_a_column_that_says_nothing(tmp_path, line):
    points = [f"{1000 * sg - 1000:.1f}" for sg in SG]
    (log,) = logs_of(tmp_path, f"{line}\n" + table("Date;Reading;Temp C", ISO, points, C, sep=";"))
    assert_is_the_batch(log)
