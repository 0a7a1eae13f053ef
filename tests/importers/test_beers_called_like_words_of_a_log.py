"""A column a beer, under names that are words of a log as well; and the heads of forms."""

from datetime import timedelta

import numpy as np
import pytest

from tests.importers.made_up import AT, ISO, SG, C, assert_is_the_batch, iso, logs_of, sg4, table

SLOWER = [f"{1.0 + 1.2 * (sg - 1.0):.4f}" for sg in SG]
QUESTIONS = [
    "Which tank?", "Select fermenter", "Which fermenter is it?", "Choose the vessel", "Welcher Tank?", "Quelle cuve ?",
    "What beer are you measuring?", "¿Cuál fermentador?",
]  # fmt: skip


@pytest.mark.parametrize("name", ["Start Up", "Full Moon", "Set Free", "Temp Tation", "Date Night", "No. 7"])
@pytest.mark.parametrize("tail", ["", " SG", " (SG)"])
def test_both_beers_are_read(tmp_path, name, tail):
    """Only the other one was, and of some of these nothing was said."""
    found = logs_of(tmp_path, table(f"Date,{name}{tail},Pils{tail}", ISO, sg4(), SLOWER))
    assert [log.batch for log in found] == [name, "Pils"]
    assert found[0].series.sg == pytest.approx(np.array(SG), abs=0.0002)


@pytest.mark.parametrize("names", ["Target SG,Actual SG", "Raw SG,SG", "Predicted SG,SG", "Uncalibrated,Calibrated SG"])
def test_another_number_of_one_beer_is_no_beer(tmp_path, names):
    (log,) = logs_of(tmp_path, table(f"Date,{names}", ISO, SLOWER, sg4()))
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0002)
    assert not any("a beer of its own" in note for note in log.notes)


@pytest.mark.parametrize("tail", ["", " SG"])
def test_one_whose_name_may_be_the_original_gravity_is_named(tmp_path, tail):
    (log,) = logs_of(tmp_path, table(f"Date,Original{tail},Pils{tail}", ISO, SLOWER, sg4()))
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0002)
    assert f'"Original{tail}" not used; if it is a beer of its own, give it another name' in log.notes


@pytest.mark.parametrize("question", QUESTIONS)
def test_tanks_below_a_question_of_a_form_are_told_apart(tmp_path, question):
    """They were put together where both were done, and refused where they were not."""
    rows = list(zip(ISO, ["Jo", "Anna"] * 5, ["FV1"] * 10, sg4(), C, strict=True))
    later = [iso(at + timedelta(minutes=7)) for at in AT]
    rows += list(zip(later, ["Anna", "Jo"] * 5, ["FV2"] * 10, SLOWER, C, strict=True))
    heads = f"Timestamp,Your name,{question},Gravity reading (SG),Beer temperature (°C)"
    found = logs_of(tmp_path, table(heads, *zip(*sorted(rows), strict=True)))
    assert [log.batch for log in found] == ["FV1", "FV2"]
    assert_is_the_batch(found[0])


def test_a_title_above_the_days_of_tanks_and_quantities(tmp_path):
    """It was put before each of the dates, and none could be read."""
    days = [f"{at:%a %d/%m %H:%M}" for at in AT]
    lines = ["Fermentation gravities" + "," * 11, ",".join(["", "", *days])]
    for tank, values in (("FV1", sg4()), ("FV2", SLOWER)):
        lines += [",".join([tank, "Gravity", *values]), ",".join(["", "Temp C", *map(str, C)])]
    found = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert [log.batch for log in found] == ["FV1", "FV2"]
    assert_is_the_batch(found[0])


@pytest.mark.parametrize("name", ["Cider", "Mead", "Wine"])
def test_a_cider_beside_beers_is_a_batch_of_its_own(tmp_path, name):
    """Only the cider was read, with a remark on the others."""
    heads = f"Date,Bock SG,Bock °C,{name} SG,{name} °C"
    found = logs_of(tmp_path, table(heads, ISO, SLOWER, [12.1] * 10, sg4(), C))
    assert sorted(log.batch.lower() for log in found) == sorted(["bock", name.lower()])
    assert_is_the_batch(next(log for log in found if log.batch.lower() == name.lower()))


def test_a_cider_beside_its_hydrometer_is_one(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Cider SG,iSpindel SG,Temp C", ISO, sg4(), SLOWER, C))
    assert_is_the_batch(log)
