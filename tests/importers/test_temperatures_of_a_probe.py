"""Temperatures under the name of what measured them and no more."""

import numpy as np
import pytest

from tests.importers.made_up import ISO, SG, C, F, assert_is_the_batch, logs_of, sg4, table

NOTE = '"{}" taken as the temperature of the beer, for there is no other'


@pytest.mark.parametrize("values", [C, F])
@pytest.mark.parametrize(
    "name", ["Probe", "Sonde", "Sonda", "Fühler", "PT100", "Pt-100", "Messfühler", "Čidlo", "Sonda 1"]
)
def test_the_only_one_is_the_beers(tmp_path, name, values):
    (log,) = logs_of(tmp_path, table(f"Date;SG;{name}", ISO, sg4(), values, sep=";"))
    assert_is_the_batch(log)
    assert NOTE.format(name) in log.notes


def test_beside_the_rooms_it_is_too(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;SG;Sonde;Raumtemperatur", ISO, sg4(), C, [12.5, 12.8] * 5, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("numbers", [range(1, 11), [20] * 10, [45, 80] * 5])
def test_numbers_of_samples_and_what_no_beer_does_are_none(tmp_path, numbers):
    (log,) = logs_of(tmp_path, table("Date;SG;Probe", ISO, sg4(), numbers, sep=";"))
    assert np.isnan(log.series.temp_c).all()


def test_of_two_none_is_taken(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;SG;Probe 1;Probe 2", ISO, sg4(), C, [12.5, 12.8] * 5, sep=";"))
    assert np.isnan(log.series.temp_c).all()


@pytest.mark.parametrize(("one", "other"), [
    ("Probe 1", "Probe 2"), ("Top", "Bottom"), ("Tank Top Temp", "Tank Bottom Temp"), ("Sonde A", "Sonde B"),
    ("FV1 oben", "FV1 unten"),
])  # fmt: skip
def test_of_several_that_agree_the_first_is_taken(tmp_path, one, other):
    (log,) = logs_of(tmp_path, table(f"Date;SG;{one};{other}", ISO, sg4(), C, [c + 0.3 for c in C], sep=";"))
    assert_is_the_batch(log)
    (log,) = logs_of(tmp_path, table(f"Date;SG;{one};{other}", ISO, sg4(), C, [c - 4.0 for c in C], sep=";"))
    assert np.isnan(log.series.temp_c).all()


def test_beside_two_beers_it_is_nobodys_and_that_is_said(tmp_path):
    slow = [round(1.0 + 1.1 * (sg - 1.0), 4) for sg in SG]
    first, _ = logs_of(tmp_path, table("Date;FV1 SG;FV2 SG;Probe", ISO, sg4(), slow, C, sep=";"))
    assert np.isnan(first.series.temp_c).all()
    assert '"Probe" does not say of which beer it is, and is left out' in first.notes
