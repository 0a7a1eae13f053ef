"""Temperatures whose heads say whose they are and not that they are temperatures."""

import numpy as np
import pytest

from tests.importers.made_up import AT, HOURS, ISO, C, F, assert_is_the_batch, logs_of, sg4, table

ROOM = [18.0 + i % 3 for i in range(10)]


@pytest.mark.parametrize("heads", ["Wort,Ambient", "Beer,Fridge", "Beer 1,Room", "Actual,Target", "Ist,Soll", "PV,SP"])
@pytest.mark.parametrize("first", [True, False])
def test_a_beer_beside_what_is_around_it_is_a_temperature(tmp_path, heads, first):
    own, other = heads.split(",")
    columns = ((own, C), (other, ROOM)) if first else ((other, ROOM), (own, C))
    text = table("Date,SG," + ",".join(name for name, _ in columns), ISO, sg4(), *(cells for _, cells in columns))
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


COLD = ["Beer,Room,Set", "Moût,Pièce,Consigne", "Liquid,Air,Goal"]
LAGERS = [(heads, by) for heads in COLD for by in (0.0, -8.0, -14.0)]


@pytest.mark.parametrize(("heads", "degrees"), [*LAGERS, ("Probe in beer,Probe in fridge,Set", 0.0)])
def test_a_lager_beside_its_room_is_one_too(tmp_path, heads, degrees):
    """Below 15 °C it was left out without a word, as °P may be."""
    cold = [round(c + degrees, 1) for c in C]
    (log,) = logs_of(tmp_path, table(f"Date,SG,{heads}", ISO, sg4(), cold, ROOM, [12.0] * 10))
    assert log.series.temp_c == pytest.approx(cold)


def test_in_fahrenheit_too(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG,Wort,Ambient", ISO, sg4(), F, [68.0 + i % 3 for i in range(10)]))
    assert_is_the_batch(log)


@pytest.mark.parametrize("heads", ["Beer", "Actual", "Beer,Notes"])
def test_alone_it_may_be_anything(tmp_path, heads):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{heads}", ISO, sg4(), C, *[["ok"] * 10] * heads.count(",")))
    assert np.isnan(log.series.temp_c).all()


@pytest.mark.parametrize("name", ["Corrected for temp", "Temp corrected", "Corrected to 20 °C", "Adjusted"])
def test_what_is_corrected_for_the_temperature_counts_and_is_none(tmp_path, name):
    low = [f"{float(sg) - 0.001:.4f}" for sg in sg4()]
    (log,) = logs_of(tmp_path, table(f"Date,Measured Gravity,{name},Temp C", ISO, low, sg4(), C))
    assert_is_the_batch(log)


def test_a_day_with_its_time_of_day_counts_from_the_first_reading(tmp_path):
    days = [f"Day {i // 3 + 1}, {(i % 3) * 8:02d}:30" for i in range(10)]
    (log,) = logs_of(tmp_path, table("Day;SG;Temp C", days, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", [
    "%d %b %y %H%M", "%Y-%m-%d_%H-%M-%S", "%Y-%m-%d %H-%M", "%H:%M:%S %d-%b-%y", "%A %d/%m %H:%M",
])  # fmt: skip
def test_times_of_armies_and_of_files(tmp_path, form):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp C", [at.strftime(form) for at in AT], sg4(), C))
    assert_is_the_batch(log)


def test_milliseconds_of_a_device(tmp_path):
    (log,) = logs_of(tmp_path, table("ms,SG,Temp C", [h * 3_600_000 for h in HOURS], sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("other", ["Chai (°C)", "Upstairs (°C)"])
def test_a_tank_goes_before_a_place(tmp_path, other):
    (log,) = logs_of(tmp_path, table(f"Date,{other},SG,Cuve (°C)", ISO, ROOM, sg4(), C))
    assert_is_the_batch(log)
