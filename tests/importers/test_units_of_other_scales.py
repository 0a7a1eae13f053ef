"""Scales that are rare, and numbers that have lost their point or a digit: read where one meaning is left, else one
sentence."""

import numpy as np
import pytest

from tests.importers.made_up import HOURS, ISO, PLATO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

SLOW = [f"{1.052 - 0.0004 * i:.4f}" for i in range(10)]  # 1.2 points a day


@pytest.mark.parametrize(("head", "of_c"), [
    ("Temp (°Ré)", lambda c: c * 0.8), ("Temperatur °Réaumur", lambda c: c * 0.8), ("T [°R]", lambda c: c * 0.8),
    ("Temp (°R)", lambda c: c * 1.8 + 491.67), ("Temp Rankine", lambda c: c * 1.8 + 491.67),
])  # fmt: skip
def test_reaumur_and_rankine_are_no_celsius(tmp_path, head, of_c):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{head}", ISO, sg4(), [f"{of_c(c):.2f}" for c in C]))

    assert_is_the_batch(log)


def test_a_temperature_in_reaumur_says_so_in_its_cells_too(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", ISO, sg4(), [f"{c * 0.8:.2f} °Ré" for c in C]))

    assert_is_the_batch(log)


def test_tenths_of_a_degree_of_a_cold_tank_are_no_fahrenheit(tmp_path):
    """A controller's 92 under °C is 9.2 °C in a lager; in °F it would be 33 °C, and not so slow."""
    tenths = [86, 88, 92, 95, 97, 99, 100, 96, 92, 90]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp (°C)", ISO, SLOW, tenths))

    assert log.series.temp_c == pytest.approx(np.array(tenths) / 10.0)
    assert any("86 is 8.6 °C without its point" in note for note in log.notes)
    said = refusal_of(tmp_path, table("Date,SG,Temp (°C)", ISO, SLOW, [42, 43, 44, 45, 46, 45, 44, 43, 42, 44]))
    assert "is no beer's in °C, and may be °F, or 4.4 °C without its point; say --temp-unit f" in said
    (fast,) = logs_of(tmp_path, table("Date,SG,Temp (°C)", ISO, sg4(), tenths))
    assert fast.series.temp_c[0] == pytest.approx((86 - 32) / 1.8)


@pytest.mark.parametrize(("head", "of_sg"), [
    ("°Tw", lambda sg: 200 * (sg - 1)), ("Gravity (Twaddell)", lambda sg: 200 * (sg - 1)),
    ("Density g/dm3", lambda sg: 998.23 * sg), ("Density (t/m³)", lambda sg: 0.99823 * sg),
])  # fmt: skip
def test_other_scales_of_gravity(tmp_path, head, of_sg):
    (log,) = logs_of(tmp_path, table(f"Date,{head},Temp (°C)", ISO, [f"{of_sg(sg):.5f}" for sg in SG], C))

    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["Gravity (ppg)", "Density lb/gal", "API gravity"])
def test_a_scale_that_is_not_read_is_not_taken_for_another(tmp_path, head):
    said = refusal_of(tmp_path, table(f"Date,{head}", ISO, [f"{8.33 * sg:.3f}" for sg in SG]))

    assert f"no column holds a gravity (date, {head.lower()})" in said
    assert "plato" not in said.lower()


def test_hundredths_of_a_degree_plato(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Extract (°P),Temp (°C)", ISO, [f"{100 * p:.0f}" for p in PLATO], C))

    assert_is_the_batch(log)


def test_an_sg_that_lacks_a_digit_is_not_cut_to_what_is_left(tmp_path):
    """1.52 for 1.052, down to 1.16 for 1.016, of which only the last can be true."""
    said = refusal_of(tmp_path, table("Date,SG", ISO, [f"1.{1000 * (sg - 1):.0f}" for sg in SG]))

    assert "gravity of 1.52 is no SG, nor are" in said
    assert "is 1.052 meant? Write three decimals" in said


@pytest.mark.parametrize("typed", ["1*052", "=1.052", "SG1.052", "SG 1.052"])
def test_a_first_gravity_typed_otherwise_is_no_1(tmp_path, typed):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp (°C)", ISO, [typed, *sg4()[1:]], C))

    assert_is_the_batch(log)


def test_a_third_of_the_gravities_may_lack_their_1(tmp_path):
    cells = [f"{sg - 1:.3f}" if n % 3 == 0 else f"{sg:.3f}" for n, sg in enumerate(SG)]
    (log,) = logs_of(tmp_path, table("Date,SG", ISO, cells))

    assert log.series.sg == pytest.approx(np.array(SG), abs=6e-4)


def test_words_of_programs_for_nothing_are_no_words(tmp_path):
    cells = [cell for sg in sg4() for cell in (sg, "No Data")]
    times = [f"2024-04-{22 + i // 6} {4 * (i % 6):02d}:00" for i in range(20)]
    (log,) = logs_of(tmp_path, table("Timestamp,FV1.SG", times, cells))

    assert log.series.sg == pytest.approx(np.array(SG), abs=2e-4)
    assert log.series.hours == pytest.approx(np.array(HOURS))


@pytest.mark.parametrize(("read", "right"), [
    ("SG measured", "SG @20C"), ("SG", "SG at 20 °C"), ("Hydrometer", "True SG"), ("Reading", "Adj."),
    ("Spindel abgelesen", "Spindel korrigiert"), ("Er (GG%)", "Es (GG%)"), ("True extract", "Apparent extract"),
])  # fmt: skip
def test_which_of_two_gravities_is_the_beer_s(tmp_path, read, right):
    if "%" in right or "extract" in right:
        mine, other = [f"{p:.2f}" for p in PLATO], [f"{0.1808 * PLATO[0] + 0.8192 * p:.2f}" for p in PLATO]
    else:
        mine, other = sg4(), [f"{sg - 0.002:.4f}" for sg in SG]
    for heads, columns in (((read, right), (other, mine)), ((right, read), (mine, other))):
        if heads[0] == "Adj.":
            continue  # what is no gravity's name is known by what stands before it
        (log,) = logs_of(tmp_path, table(f"Date,{heads[0]},{heads[1]},Beer Temp", ISO, *columns, C))
        assert_is_the_batch(log)


def test_a_column_called_after_the_beer_in_degrees_is_its_temperature_and_names_no_batch(tmp_path):
    (log,) = logs_of(tmp_path, table("Time,SG,Beer", ISO, sg4(), [f"{c} °C" for c in C]))

    assert_is_the_batch(log)
