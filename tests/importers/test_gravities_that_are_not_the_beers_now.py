"""Original, final and real extract in the languages of those who brew, and densities of something else."""

import numpy as np
import pytest

from brewpi.importers.words.heads import head
from tests.importers.made_up import ISO, PLATO, SG, C, assert_is_the_batch, logs_of, sg4, table


@pytest.mark.parametrize(("name", "now", "unit"), [
    ("Orig. Gravity", "Gravity", "sg"), ("Extrait primitif (°P)", "Extrait apparent (°P)", "plato"),
    ("Původní hustota", "Hustota", "sg"), ("Počiatočná hustota", "Hustota", "sg"), ("Početna gustoća", "Gustoća", "sg"),
    ("Kezdő fajsúly", "Fajsúly", "sg"), ("Startdichte", "Dichte", "sg"),
])  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_of_the_wort(tmp_path, name, now, unit, first):
    cells = sg4() if unit == "sg" else PLATO
    columns = ((name, [cells[0]] * 10), (now, cells)) if first else ((now, cells), (name, [cells[0]] * 10))
    text = table("Date;" + ";".join(n for n, _ in columns) + ";Temp C", ISO, *(c for _, c in columns), C, sep=";")
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize(("name", "now"), [
    ("Ekstrakt rzeczywisty", "Ekstrakt pozorny"), ("Skutečný extrakt", "Zdánlivý extrakt"),
    ("Werkelijk extract", "Schijnbaar extract"), ("Sollextrakt", "Restextrakt"),
])  # fmt: skip
def test_real_and_wanted_extract(tmp_path, name, now):
    real = [round(0.81 * p + 2.4, 2) for p in PLATO]
    (log,) = logs_of(tmp_path, table(f"Date;{name};{now};Temp C", ISO, real, PLATO, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["CO2 density", "Cell density", "Optical density", "SG battery", "SG 24 h ago"])
def test_of_something_else(tmp_path, name):
    assert not head(name).is_gravity
    (log,) = logs_of(tmp_path, table(f"Date,{name},SG", ISO, [1.01 + i / 100 for i in range(10)], sg4()))
    assert log.series.sg == pytest.approx(np.array(SG))


@pytest.mark.parametrize("name", ["Sudnummer", "Biersorte", "Nr warki", "Brouwnummer", "Receita", "Unitank",
                                  "CCT", "Demijohn", "Gärbottich", "ZKG", "Damigiana", "Wiadro", "Emmer"])  # fmt: skip
def test_batches_and_vessels_by_more_of_their_names(tmp_path, name):
    later = [f"{1.0 + 0.9 * (sg - 1.0):.4f}" for sg in SG]
    text = table(f"Date;{name};SG", [*ISO, *ISO], ["A 1"] * 10 + ["A 2"] * 10, [*sg4(), *later], sep=";")
    assert [log.batch for log in logs_of(tmp_path, text)] == ["A 1", "A 2"]
