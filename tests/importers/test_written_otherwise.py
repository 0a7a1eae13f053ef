"""Logs that people and programs write in other ways than most: the same batch."""

import gzip
import json

import numpy as np
import pytest

from brewpi.importers import read_all
from tests.importers.made_up import AT, ISO, SG, C, assert_is_the_batch, logs_of, sg3, sg4, table


def lines(form):
    return "".join(form.format(at=at, sg=s, c=c) for at, s, c in zip(AT, sg4(), C, strict=True))


GOOD = {
    "syslog_with_units_behind_the_numbers": lines("Apr {at.day} {at:%H:%M:%S} pi tilt[412]: SG={sg} T={c}C bat=4.1V\n"),
    "syslog_with_a_year": lines("{at:%Y-%m-%dT%H:%M:%S}+00:00 pi tilt[412]: Red SG={sg} T={c}C\n"),
    "free_text_without_a_colon": lines("{at:%Y-%m-%d %H:%M} SG {sg} temp {c} C\n"),
    "free_text_with_the_number_first": lines("{at:%d.%m.%Y %H:%M} - SG {sg}, {c} °C, smells of bananas\n"),
    "six_figures_and_four": table("Date,SG,Temp", [f"{at:%y%m%d %H%M}" for at in AT], sg4(), C),
    "six_figures_and_a_clock": table("Date,SG,Temp", [f"{at:%y%m%d %H:%M}" for at in AT], sg4(), C),
    "six_figures_and_a_t": table("Date,SG,Temp", [f"{at:%y%m%dT%H%M%S}" for at in AT], sg4(), C),
    "date_in_six_figures_beside_a_clock": table(
        "Date,Time,SG,Temp", [f"{at:%y%m%d}" for at in AT], [f"{at:%H%M}" for at in AT], sg4(), C
    ),
    "date_in_eight_figures_beside_a_clock_in_four": table(
        "Date,Time,SG,Temp", [f"{at:%Y%m%d}" for at in AT], [f"{at:%H%M}" for at in AT], sg4(), C
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, GOOD[name])
    assert_is_the_batch(log)


DAYS = [AT[0].replace(hour=0, minute=0) + (at - AT[0]) * 3 for at in AT]


@pytest.mark.parametrize("form", ["{0:%G-W%V-%u}", "{0:%GW%V%u}", "{0:%y%m%d}", "{0:%d%m%y}", "{0:%d.%m}"])
def test_days_in_other_forms(tmp_path, form):
    (log,) = logs_of(tmp_path, table("Datum;SG", map(form.format, DAYS), sg3(), sep=";"))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))


def test_a_device_that_was_renamed_goes_on(tmp_path):
    for at in (1, 5, 8):
        names = ["Tilt" if i < at else "Tilt RED 2" for i in range(10)]
        (log,) = logs_of(tmp_path, table("Date,Device,SG,Temp", ISO, names, sg4(), C))
        assert log.series.sg == pytest.approx(SG)
        assert '"Tilt" goes on as "Tilt RED 2"' in " ".join(log.notes)


def test_a_hydrometer_that_changes_places_with_another_is_one_batch(tmp_path):
    red, green = ["" if i >= 5 else s for i, s in enumerate(sg4())], ["" if i < 5 else s for i, s in enumerate(sg4())]
    (log,) = logs_of(tmp_path, table("Date,Red SG,Green SG", ISO, red, green))
    assert log.series.sg == pytest.approx(SG)


def test_another_beer_of_the_same_gravity_is_none(tmp_path):
    for head in ("Beer", "Batch"):
        names = ["Amber" if i < 5 else "Porter" for i in range(10)]
        logs = logs_of(tmp_path, table(f"Date,{head},SG,Temp", ISO, names, sg4(), C))
        assert [log.batch for log in logs] == ["Amber", "Porter"]


def test_a_sidecar_goes_with_a_packed_log(tmp_path):
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(table("Date,SG,Temp", ISO, sg4(), C).encode()))
    for name in ("x.json", "x.csv.json"):
        (tmp_path / name).write_text(json.dumps({"style": "amber ale", "beverage": "beer"}))
        (log,) = read_all(tmp_path / "x.csv.gz").logs
        assert log.series.style == "amber ale"
        (tmp_path / name).unlink()
