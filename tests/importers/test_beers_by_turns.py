"""Two beers that were read one after the other, and what tells them apart."""

from datetime import timedelta

import numpy as np
import pytest

from tests.importers.made_up import AT, ISO, SG, C, assert_is_the_batch, iso, logs_of, refusal_of, sg4, table

SLOWER = [f"{1.0 + 1.25 * (sg - 1.0):.4f}" for sg in SG]
LATER = [iso(at + timedelta(minutes=7)) for at in AT]
HEADS = ["Where", "FMTR", "Standort", "Pos", "#", "Unit", "Lieu", "V", "Amphora", "Who", "Name of beer"]


def by_turns(head, one, other, dates=(ISO, LATER)):
    rows = list(zip(dates[0], one, sg4(), C, strict=True)) + list(zip(dates[1], other, SLOWER, C, strict=True))
    return table(f"Date,{head},SG,Temp", *zip(*sorted(rows), strict=True))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("names", [("FV1", "FV2"), ("left", "right"), ("3", "4")])
def test_a_column_whose_head_nobody_knows(tmp_path, head, names):
    """They were put together as one beer, in silence where both were nearly done."""
    found = logs_of(tmp_path, by_turns(head, [names[0]] * 10, [names[1]] * 10))
    assert [log.batch for log in found] == list(names)
    assert_is_the_batch(found[0])


def test_on_the_same_days(tmp_path):
    days = [f"{AT[0] + timedelta(days=n):%Y-%m-%d}" for n in range(10)]
    rows = list(zip(days * 2, ["left"] * 10 + ["right"] * 10, sg4() + SLOWER, strict=True))
    found = logs_of(tmp_path, table("Date,Where,SG", *zip(*sorted(rows), strict=True)))
    assert [log.batch for log in found] == ["left", "right"]


@pytest.mark.parametrize("names", [["Jo", "Anna"] * 5, ["Jo", "Jo", "Anna", "Max", "Anna"] * 2])
def test_people_who_read_one_beer_are_no_beers(tmp_path, names):
    (log,) = logs_of(tmp_path, table("Date,Who,SG,Temp", ISO, names, sg4(), C))
    assert_is_the_batch(log)


def test_nor_are_the_phases_of_one_to_which_fruit_is_added(tmp_path):
    sg = [1.052, 1.040, 1.030, 1.038, 1.028, 1.020, 1.029, 1.020, 1.014, 1.012]
    phases = ["primary"] * 3 + ["cherries"] * 3 + ["apricots"] * 4
    (log,) = logs_of(tmp_path, table("Date,Phase,SG,Temp", ISO, phases, sg, C))
    assert log.series.sg == pytest.approx(np.array(sg), abs=0.0002)


@pytest.mark.parametrize("names", [["Jo", "Anna"] * 5, ["Jo"] * 10])
def test_people_who_read_two_beers_do_not_tell_them_apart(tmp_path, names):
    assert "as of two devices or batches" in refusal_of(tmp_path, by_turns("Who", names, names[::-1]))


@pytest.mark.parametrize("minutes", [2, 7, 40])
def test_two_that_nothing_tells_apart_are_refused(tmp_path, minutes):
    """Of drawn pairs two in three were read as one beer, most without a word."""
    sg = [1.050, 1.044, 1.028, 1.016, 1.012, *[1.010] * 7]
    dates = [AT[0] + timedelta(days=n) for n in range(12)]
    stronger = [f"{1.0 + 1.2 * (value - 1.0):.3f}" for value in sg]
    rows = list(zip(map(iso, dates), [f"{value:.3f}" for value in sg], strict=True))
    rows += [(iso(at + timedelta(minutes=minutes)), value) for at, value in zip(dates, stronger, strict=True)]
    said = refusal_of(tmp_path, table("Date,SG", *zip(*sorted(rows), strict=True)))
    assert "gravities within an hour that no beer goes through in it, again and again" in said


def test_a_mead_that_is_fed_on_three_days_is_one(tmp_path):
    """A reading before each dose of honey and one behind it."""
    dates = [AT[0] + timedelta(days=n) for n in range(12)]
    sg = [1.080, 1.070, 1.058, 1.048, 1.040, 1.032, 1.025, 1.019, 1.014, 1.011, 1.009, 1.008]
    rows = [(iso(at), f"{value:.3f}") for at, value in zip(dates, sg, strict=True)]
    rows += [(iso(dates[n] + timedelta(minutes=10)), f"{sg[n] + 0.008:.3f}") for n in (1, 2, 3)]
    (log,) = logs_of(tmp_path, table("Date,SG", *zip(*sorted(rows), strict=True)))
    assert len(log.series.sg) == 15


def test_two_that_fall_fast_are_told_apart_by_their_rounds(tmp_path):
    """Each round begins below the last one, so gravity goes up but once."""
    sg, weaker = [1.069, 1.063, 1.039, 1.018, 1.013, *[1.013] * 5], [1.055, 1.046, 1.024, 1.015, 1.012, *[1.012] * 5]
    dates = [AT[0] + timedelta(days=n) for n in range(10)]
    rows = [(iso(at), "North", value) for at, value in zip(dates, sg, strict=True)]
    rows += [(iso(at + timedelta(minutes=6)), "South", value) for at, value in zip(dates, weaker, strict=True)]
    found = logs_of(tmp_path, table("Date,Where,SG", *zip(*sorted(rows), strict=True)))
    assert [log.batch for log in found] == ["North", "South"]
    assert found[1].series.sg == pytest.approx(np.array(weaker), abs=0.0002)


@pytest.mark.parametrize("who", [["Jo", "Anna", "Max"] * 7, ["Jo", "Max"] * 10 + ["Anna"]])
def test_a_beer_that_is_misread_by_a_point_is_one(tmp_path, who):
    dates = [iso(AT[0] + timedelta(hours=12 * n)) for n in range(21)]
    noise = [0, 1, -1, 0, 1, 0, -1, 1, 0, 0, 1, -1, 1, 0, -1, 1, -1, 1, 0, -1, 1]
    sg = [1.010 + 0.042 / (1.0 + 1.4 ** (n - 5)) + 0.001 * noise[n] for n in range(21)]
    (log,) = logs_of(tmp_path, table("Date,Who,SG", dates, who, [f"{value:.3f}" for value in sg]))
    assert len(log.series.sg) == 21
