"""Tanks, beers and devices that are counted by letters, among them C, F and P, which are units elsewhere."""

from itertools import pairwise

import numpy as np
import pytest

from brewpi.importers.words.letters import as_numbers
from tests.importers.made_up import ISO, PLATO, SG, C, F, logs_of, table

OTHERS = [[round(1.0 + (sg - 1.0) * share, 4) for sg in SG] for share in (0.9, 1.1, 1.2)]
BEERS = [SG, *OTHERS]


def columns_of(heads, temps):
    return [cells for beer in BEERS for cells in ([f"{sg:.4f}" for sg in beer], temps)][: len(heads)]


@pytest.mark.parametrize(
    "form", ["Tank {} {}", "{1} - Tank {0}", "{}_{}", "Cuve{}: {}", "fv_{}_{}", "Batch {} {}", "FV1{} {}", "{1} {0}"]
)
def test_each_of_four_tanks_is_a_batch_with_its_own_temperature(tmp_path, form):
    letters = "abcd" if "fv" in form else "CDEF"
    heads = [form.format(letter, what) for letter in letters for what in ("SG", "Temp F")]
    logs = logs_of(tmp_path, table(",".join(["Date", *heads]), ISO, *columns_of(heads, F)))

    assert [log.series.sg[0] for log in logs] == pytest.approx([beer[0] for beer in BEERS])
    assert all(log.series.temp_c == pytest.approx(np.array(C), abs=0.1) for log in logs)


@pytest.mark.parametrize("numbers", [("15", "20"), ("60", "61")])
def test_a_tank_15_is_none_at_15_degrees(tmp_path, numbers):
    heads = [f"FV{number} {what}" for number in numbers for what in ("SG", "Temp F")]
    logs = logs_of(tmp_path, table(",".join(["Date", *heads]), ISO, *columns_of("ab", F)[:4]))
    assert all(log.series.temp_c == pytest.approx(np.array(C), abs=0.1) for log in logs)


def test_and_by_their_names_alone_also_where_these_end_like_a_temperature(tmp_path):
    logs = logs_of(tmp_path, table("Date,Tank A,Tank B,Tank C,Tank D", ISO, *columns_of("abcdefgh", C)[::2]))
    assert [log.batch for log in logs] == ["Tank A", "Tank B", "Tank C", "Tank D"]
    assert logs[2].series.sg == pytest.approx(OTHERS[1])


def test_letters_that_leave_gaps_are_units():
    assert as_numbers(("Temp C", "Temp F", "SG", "°C", "°D")) == ("Temp C", "Temp F", "SG", "°C", "°D")
    assert as_numbers(("A", "B", "Tank C", "TankD")) == ("A", "B", "Tank C", "TankD")


@pytest.mark.parametrize("name", ["Raw SG", "Uncalibrated SG", "sg_uncal"])
def test_a_raw_gravity_of_no_device_does_not_take_the_place_of_those_that_name_one(tmp_path, name):
    raw = [f"{sg + 0.005:.4f}" for sg in SG]
    (log,) = logs_of(tmp_path, table(f"Date,FV-5 Plato,{name}", ISO, PLATO, raw))
    assert log.series.sg == pytest.approx(SG, abs=0.0002)
    two = logs_of(tmp_path, table(f"Date,FV1 SG,FV2 SG,{name}", ISO, *columns_of("abcd", C)[::2], raw))
    assert [log.series.sg[0] for log in two] == pytest.approx([SG[0], OTHERS[0][0]])


def test_a_rate_is_no_gravity(tmp_path):
    rates = ["0.0000", *(f"{b - a:.4f}" for a, b in pairwise(SG))]
    (log,) = logs_of(tmp_path, table("Date,BBT7 SG,dSG/dt", ISO, SG, rates))
    assert log.series.sg == pytest.approx(SG)


def test_the_3_of_a_tank_is_not_that_of_kg_per_m3(tmp_path):
    density = [f"{998.2 * sg:.1f}" for sg in SG]
    raw = [f"{sg + 0.005:.4f}" for sg in SG]
    (log,) = logs_of(tmp_path, table("Date,BBT3 Density kg/m3 @20,BBT3 Temp C,BBT3 Raw SG", ISO, density, C, raw))
    assert log.series.sg == pytest.approx(SG, abs=0.0002)


def test_a_hefeweizen_is_a_beer_as_others_are(tmp_path):
    logs = logs_of(tmp_path, table("Date,Hefe Plato,Pils Plato", ISO, PLATO, [0.9 * plato for plato in PLATO]))
    assert [log.batch for log in logs] == ["Hefe", "Pils"]


@pytest.mark.parametrize("form", ["(C)", "(C) FV1", "FV1 (C)", "(C): Tank A"])
def test_c_in_brackets_is_a_temperature(tmp_path, form):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{form}", ISO, SG, C))
    assert log.series.temp_c == pytest.approx(C)


def test_tanks_of_numbers_in_a_column_of_names_of_a_table_on_its_side(tmp_path):
    rows = [[what, name, *cells] for name, sg in zip(("101", "102"), BEERS, strict=False)
            for what, cells in (("SG", sg), ("Temp C", C))]  # fmt: skip
    text = "\n".join(",".join(map(str, row)) for row in (["Quantity", "Name", *ISO], *rows))
    logs = logs_of(tmp_path, text)
    assert [log.series.sg[0] for log in logs] == pytest.approx([beer[0] for beer in BEERS[:2]])
