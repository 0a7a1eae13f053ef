"""Temperatures of what is around a beer, and those that somebody wants, in the languages of those who brew."""

import numpy as np
import pytest

from brewpi.importers.words.heads import head
from tests.importers.made_up import ISO, C, assert_is_the_batch, logs_of, sg4, table

ROOMS = [
    "Cabinet temp", "Chiller temp", "Keezer temp", "Water bath temp", "Garage temp", "Außentemperatur",
    "Zimmertemperatur", "Gärschranktemperatur", "Temperatur Gärkeller", "Rücklauftemperatur", "Abluft °C",
    "Température ambiante", "Temp. extérieure", "Temp. enceinte", "Temperatura exterior", "Temp. cámara",
    "Temperatura del cuarto", "Temperatura cantina", "Temp. cella", "Temp. pomieszczenia", "Temp. powietrza",
    "Teplota místnosti", "Teplota vzduchu", "Teplota chladničky", "Teplota miestnosti", "Kamertemperatuur",
    "Koelkasttemp", "Buitentemperatuur", "Temperatura da geladeira", "Temp. do ar", "Rumtemperatur", "Romtemperatur",
    "Omgivelsestemperatur", "Köket och omgivning temp", "Huoneen lämpötila", "Szoba hőmérséklet", "Temp. aerului",
    "Oda sıcaklığı", "Temperatura sobe", "Temp. zraka", "HX Temp", "MCU Temp", "Chip Temp", "RTC Temp", "Dewpoint °C",
    "Cal Temp", "Temp Error", "Rumstemp", "环境温度",
]  # fmt: skip
TARGETS = [
    "Program temp", "Vorgabetemperatur", "Temp. eingestellt", "Température souhaitée", "Temperatura deseada",
    "Temp. desiderata", "Temp. ustawiona", "Teplota nastavená", "Ingestelde temperatuur", "Temp. alvo",
    "Måltemperatur", "Tavoite lämpötila", "Beállított hőmérséklet", "Hedef sıcaklığı",
]  # fmt: skip
OTHER = [15.0 + i % 3 for i in range(10)]


@pytest.mark.parametrize("name", [*ROOMS, *TARGETS])
def test_it_is_not_the_beers(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,{name},Temp C,SG", ISO, OTHER, C, sg4()))
    assert_is_the_batch(log)
    (log,) = logs_of(tmp_path, table(f"Date,{name},SG", ISO, OTHER, sg4()))
    assert np.isnan(log.series.temp_c).all()


@pytest.mark.parametrize("name", [
    "Teplota mladiny", "Temp. brzeczki", "Temperatura do mosto", "Temp. cerveja", "Weintemperatur", "Worttemp",
    "Gärtemperatur", "Lager Temp", "Malt wine temp", "Øltemperatur", "Bor hőmérséklet",
])  # fmt: skip
def test_these_are(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,{name},SG", ISO, C, sg4()))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", [
    "S.G.", "Spez. Gewicht", "Spezifisches Gewicht", "Dens.", "Peso específico", "Peso specifico", "Ciężar właściwy",
    "Měrná hmotnost", "Specifik vikt", "Egenvægt", "Gustoća", "Gostota", "Удельный вес", "Плътност",
])  # fmt: skip
def test_gravity_by_more_of_its_names(name):
    assert head(name).is_gravity


@pytest.mark.parametrize(("name", "unit"), [("P°", "plato"), ("Deg. P", "plato"), ("GG%", "plato"), ("Gew.-%", "plato"),
                                            ("Oe°", "oechsle"), ("Be°", "baume")])  # fmt: skip
def test_units_written_the_other_way(name, unit):
    assert (head(name).is_gravity, head(name).gravity_unit) == (True, unit)


def test_the_inside_of_a_device_is_not_the_beer_that_is_named(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Internal Temp,Beer Temp,SG", ISO, OTHER, C, sg4()))
    assert_is_the_batch(log)
