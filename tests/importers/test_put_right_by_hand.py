"""Readings that somebody put right in their cell."""

import pytest

from tests.importers.made_up import ISO, C, assert_is_the_batch, logs_of, sg3, sg4, table


@pytest.mark.parametrize("before", ["~~1.033~~ ", "<s>1.033</s> ", "<del>1,033</del>"])
def test_what_is_struck_out_does_not_count(tmp_path, before):
    cells = [before + sg if i == 5 else sg for i, sg in enumerate(sg4())]
    (log,) = logs_of(tmp_path, table("Date;SG;Temp C", ISO, cells, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("between", [" korr. ", " corrected ", " was really ", " now "])
def test_of_two_numbers_with_a_word_between_none_is_picked(tmp_path, between):
    cells = [f"1.033{between}{sg}" if i == 5 else sg for i, sg in enumerate(sg3())]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp C", ISO, cells, C))
    assert len(log.series.sg) == 9
    assert any("1 cell of" in note and "left out: no number" in note for note in log.notes)


@pytest.mark.parametrize("behind", [" at 20.1 °C", " SG", " (12.9 °P)", " smells of 1 banana"])
def test_what_stands_behind_a_gravity_and_is_none_costs_nothing(tmp_path, behind):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp C", ISO, [sg + behind for sg in sg4()], C))
    assert_is_the_batch(log)
