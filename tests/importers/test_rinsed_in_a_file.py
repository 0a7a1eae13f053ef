"""A hydrometer that is taken out of the beer on the way and put back: what it read outside is no beer."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from tests.importers.made_up import AT, ISO, PITCHED, SG, C, F, assert_is_the_batch, iso, logs_of, table, workbook

BEGAN = datetime(2026, 9, 1, 8)


def ale(hours):
    """1.050 down to 1.010, half of it after 40 hours."""
    return 1.010 + 0.040 / (1.0 + np.exp((hours - 40.0) / 10.0))


def log_of(tmp_path, every_h, until_h, away, outside_sg):
    """A log of the ale, in which the hydrometer is elsewhere from `begin` to `end` of each stay away."""
    hours = np.arange(0.0, until_h + 0.01, every_h)
    noise = np.random.default_rng(4).normal(0.0, 0.0004, len(hours))
    sg = ale(hours)
    for begin, end in away:
        sg = np.where((hours >= begin) & (hours < end), outside_sg, sg)
    rows = [f"{BEGAN + timedelta(hours=h):%Y-%m-%d %H:%M},{g:.4f},19.5" for h, g in zip(hours, sg + noise, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(["time,sg,temp_c", *rows]))
    return log


@pytest.mark.parametrize(
    ("every_h", "until_h", "away", "outside_sg", "left_out"),
    [
        (0.25, 50.0, [(40.0, 43.0)], 1.000, 12),
        (0.25, 50.0, [(20.0, 21.0), (40.0, 43.0)], 1.000, 16),
        (0.25, 50.0, [(40.0, 42.0)], 1.003, 8),
        (0.25, 200.0, [(40.0, 43.0)], 1.000, 12),
        (1.0, 60.0, [(40.0, 46.0)], 1.000, 6),
        (2.0, 60.0, [(40.0, 46.0)], 1.000, 3),
        (0.25, 50.0, [(40.0, 43.0)], 0.992, 12),
    ],
    ids=["once", "twice", "in sanitiser", "long before the end", "hourly", "every two hours", "a hot rinse"],
)
def test_its_readings_of_water_are_left_out_and_said(tmp_path, every_h, until_h, away, outside_sg, left_out):
    log = log_of(tmp_path, every_h, until_h, away, outside_sg)
    assert len(log.series.sg) == round(until_h / every_h) + 1 - left_out
    assert log.series.sg.min() > 1.008
    assert float(log.series.hours[-1]) == until_h
    assert f"{left_out} readings of water" in log.notes[0]
    assert "rinsed and put back" in log.notes[0]
    assert [why for _, _, why in log.left_out] == ["out of the beer"] * left_out


@pytest.mark.parametrize("outside_sg", [1.060, 1.085, 1.120, 1.160])
def test_its_readings_in_the_air_are_left_out_and_said(tmp_path, outside_sg):
    log = log_of(tmp_path, 0.25, 50.0, [(40.0, 43.0)], outside_sg)
    assert (len(log.series.sg), float(log.series.hours[-1])) == (201 - 12, 50.0)
    assert log.series.sg.max() < 1.052
    assert "12 readings above any beer's course" in log.notes[0]


def test_what_stays_in_water_is_the_end_of_the_beer(tmp_path):
    log = log_of(tmp_path, 0.25, 120.0, [(115.0, 121.0)], 1.000)
    assert "no longer in the beer" in log.notes[0]


def test_a_new_wort_after_the_water_is_another_batch(tmp_path):
    hours = np.arange(0.0, 240.0, 0.25)
    sg = np.where(hours < 117.0, ale(hours), np.where(hours < 120.0, 1.000, ale(hours - 120.0)))
    rows = [f"{BEGAN + timedelta(hours=h):%Y-%m-%d %H:%M},{g:.4f}" for h, g in zip(hours, sg, strict=True)]
    assert len(logs_of(tmp_path, "\n".join(["time,sg", *rows]))) == 2


def test_fruit_stays_in_the_beer(tmp_path):
    hours = np.arange(0.0, 160.0, 0.25)
    sg = ale(hours) + np.where(hours >= 90.0, 0.020 * np.exp(-np.maximum(hours - 90.0, 0.0) / 30.0), 0.0)
    rows = [f"{BEGAN + timedelta(hours=h):%Y-%m-%d %H:%M},{g:.4f}" for h, g in zip(hours, sg, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(["time,sg", *rows]))
    assert len(log.series.sg) == len(hours)


def daily(tmp_path, sg, days=None):
    days = days or range(len(sg))
    rows = [f"{BEGAN + timedelta(days=n):%Y-%m-%d %H:%M},{g:.4f}" for n, g in zip(days, sg, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(["time,sg", *rows]))
    return log


@pytest.mark.parametrize("rinsed", [[1], [2], [3], [4], [5], [6], [2, 5], [3, 4]])
def test_water_among_daily_readings_is_left_out_and_said(tmp_path, rinsed):
    beer = ale(np.arange(0.0, 216.0, 24.0) / 2.0)
    log = daily(tmp_path, [1.001 if n in rinsed else g for n, g in enumerate(beer)])
    assert log.series.sg == pytest.approx(np.delete(beer, rinsed), abs=1e-4)
    assert "left out: no beer goes there" in " ".join(log.notes)


CIDERS = {
    "dry": [1.050, 1.042, 1.027, 1.012, 1.003, 1.000, 0.998, 0.998],
    "sweetened": [1.050, 1.040, 1.026, 1.0145, 1.003, 1.001, 1.000, 1.014, 1.014],
    "fruit": [1.050, 1.045, 1.028, 1.012, 1.002, 1.012, 1.008, 1.003, 1.001],
}


@pytest.mark.parametrize("name", CIDERS)
def test_a_cider_that_comes_to_waters_gravity_stays(tmp_path, name):
    assert daily(tmp_path, CIDERS[name]).series.sg == pytest.approx(CIDERS[name])


FED = {  # days and gravities
    "daily": (range(11), [1.060, 1.045, 1.025, 1.008, 1.030, 1.015, 1.004, 1.028, 1.016, 1.012, 1.012]),
    "every_four_days": ([0, 4, 8, 12, 13, 17, 21, 25], [1.080, 1.055, 1.028, 1.001, 1.028, 1.018, 1.012, 1.012]),
    "after_a_week_unseen": ([0, 3, 8, 9, 12, 18, 24], [1.060, 1.050, 1.002, 1.030, 1.020, 1.010, 1.010]),
    "over_a_weekend": ([0, 1, 2, 6, 7, 8, 9], [1.050, 1.048, 1.045, 1.002, 1.012, 1.012, 1.012]),
}


@pytest.mark.parametrize("name", FED)
def test_what_is_fed_when_it_is_nearly_dry_stays(tmp_path, name):
    days, sg = FED[name]
    assert daily(tmp_path, sg, list(days)).series.sg == pytest.approx(sg)


@pytest.mark.parametrize(("head", "f"), [("temp_c", False), ("Temp F", True), ("temp", True)])
def test_hot_wort_before_pitching_is_not_the_beginning(tmp_path, head, f):
    """Its gravity, of a hydrometer that is not made for it, was the original one."""
    kettle = [iso(PITCHED - timedelta(hours=h)) for h in (3, 2, 1)]
    temps = [c * 1.8 + 32 if f else c for c in (96.0, 71.0, 48.0, *C)]
    text = table(f"time,sg,{head}", [*kettle, *ISO], [1.021, 1.034, 1.045, *SG], temps)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)
    assert "the first 3 readings are hotter than anything that ferments: left out, hours count from there" in log.notes
    assert [why for _, _, why in log.left_out] == ["hot wort"] * 3


def test_a_thermometer_that_reads_hot_throughout_or_in_fahrenheit_cuts_nothing(tmp_path):
    (log,) = logs_of(tmp_path, table("time,sg,temp_c", ISO, SG, F))
    assert_is_the_batch(log)
    hot = [66.0 if n < 4 else c for n, c in enumerate(C)]
    (log,) = logs_of(tmp_path, table("time,sg,temp_c", ISO, SG, hot))
    assert log.series.sg == pytest.approx(SG)


@pytest.mark.parametrize("water", [2, 5])
def test_water_behind_a_beer_that_was_read_every_six_hours_is_not_its_end(tmp_path, water):
    hours = np.arange(0.0, 150.0, 6.0)
    later = [144.0 + 6.0 + 0.5 * n for n in range(water)]
    at = [iso(BEGAN + timedelta(hours=float(h))) for h in (*hours, *later)]
    sg = [*ale(hours).round(4), *(1.0003 + 0.0002 * n for n in range(water))]
    (log,) = logs_of(tmp_path, table("time,sg", at, sg))
    assert log.series.sg == pytest.approx(ale(hours).round(4))


def test_a_wine_that_ends_dry_is_none(tmp_path):
    sg = [1.090, 1.070, 1.045, 1.025, 1.012, 1.006, 1.002, 0.999, 0.997, 0.996, 0.996]
    at = [iso(BEGAN + timedelta(hours=12.0 * n)) for n in range(len(sg))]
    (log,) = logs_of(tmp_path, table("time,sg", at, sg))
    assert log.series.sg == pytest.approx(sg)


@pytest.mark.parametrize("is_f", [False, True])
def test_a_brew_day_beside_the_log_is_no_batch(tmp_path, is_f):
    """Mash, boil and cast-out were a batch of their own, of temperatures in the wrong unit."""
    steps = [("Mash in", 67, None), ("Lauter", 72, 1.070), ("Pre-boil", 98, 1.044), ("Post-boil", 99, 1.052)]
    steps.append(("Cast out", 20, 1.052))
    hot = [["Time", "Step", "Temp °F" if is_f else "Temp °C", "Gravity (SG)"]]
    for n, (step, c, sg) in enumerate(steps):
        hot.append([AT[0] - timedelta(hours=6 - n), step, round(c * 1.8 + 32) if is_f else c, sg])
    rows = [["Date", "SG", "Temp °C"], *([at, sg, c] for at, sg, c in zip(AT, SG, C, strict=True))]
    (log,) = logs_of(tmp_path, workbook(Brew_day=hot, Ferment=rows))
    assert_is_the_batch(log)
    assert "without a gravity and left out: Brew day" in log.notes
