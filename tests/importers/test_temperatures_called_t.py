"""Temperatures under a T, a tag or the name of what measured them."""

import numpy as np
import pytest

from tests.importers.made_up import ISO, SG, C, F, assert_is_the_batch, logs_of, sg4, table

NAMES = [
    "T cuve", "T° cuve", "T Ist", "T ist (°C)", "T actual", "T_tank", "Tank T", "T° réelle", "T° mesurée", "T real",
    "Tª", "Tª mosto", "Ferm. T.", "Sample T", "FV3 T", "TT01", "FV1_TT_101.PV", "RTD", "Thermometer", "Tepl.",
    "Grad C", "품온", "酒温",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_beers(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date;SG;{name}", ISO, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("target", ["T consigne", "T Soll", "T target", "T° obj. consigna"])
def test_a_target_and_the_room_are_not(tmp_path, target):
    others = [20.0] * 10, [12.5] * 10
    (log,) = logs_of(tmp_path, table(f"Date;SG;{target};T chamber;T Ist", ISO, sg4(), *others, C, sep=";"))
    assert_is_the_batch(log)


def test_each_tank_has_its_own(tmp_path):
    slow = [round(1.0 + 1.1 * (sg - 1.0), 4) for sg in SG]
    first, second = logs_of(tmp_path, table("Date,FV1 SG,FV1 T,FV2 SG,FV2 T", ISO, sg4(), F, slow, C))
    assert_is_the_batch(first)
    assert second.series.temp_c == pytest.approx(C)


def test_a_tank_called_t1_is_no_temperature(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG,Tank T1", ISO, sg4(), range(30, 40)))
    assert np.isnan(log.series.temp_c).all()
