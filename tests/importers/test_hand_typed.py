"""Gravities as a hand leaves them: what can be one number only is read and said, what cannot is left out and said."""

import numpy as np
import pytest

from brewpi.units import plato_from_sg
from tests.importers.made_up import ISO, PLATO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg3, sg4, table

AT_3 = {
    "1-048", "1 - 048", "1–048", "1:048", "1;048", "1_048", "1'048", "1/048", "1..048", "1,,048", "1. 048", "1 .048",
    "1.O48", "1.o48", "1,o48", "1,О48", "l.048", "I.048", "l.O48", "|.048", "(1.048)", "[1.048]", "#1.048", "'1.048'",
}  # fmt: skip
PLAIN = {
    "1.048*", "~1.048", "1.048ish", "1.048 (hydro)", "1.048/12P", "1.048/11.9 °P", "1.048 / 12 Plato", "about 1.048",
    "circa 1,048", "1.048?", "1.048 SG", "SG 1.048", "SG=1.048", "1.048 ±0.001", "1.048 @ 20C", "1.048 at 68F",
    "1.048 approx", "1.048g/cm3", "1.048!", "1.048°", "1.048 foamy", "+1.048", "1.048 (1.049 at 20C)",
}  # fmt: skip
NO_NUMBER = {
    "1.0x48", "1O48", "1.04S", "1.04B", "1.047-1.049", "1.047/1.049", "1.048 1.047", "1.048 and 1.046", "1.048, 1.046",
    "1.048 -> 1.044", "1.048 → 1.044", "1.048 to 1.044", "1.048;1.046", "<1.048", ">1.048", "1.048, 20", "1-4 8",
    "2-048",
}  # fmt: skip


def with_cell_3(cell):
    return table("Date\tSG\tTemp", ISO, [cell if n == 3 else sg for n, sg in enumerate(sg3())], C, sep="\t")


@pytest.mark.parametrize("cell", sorted(AT_3))
def test_what_can_be_one_gravity_only_is_read_and_said(tmp_path, cell):
    (log,) = logs_of(tmp_path, with_cell_3(cell))
    assert log.series.sg == pytest.approx(np.round(SG, 3))
    assert f'1 cell of "SG" such as "{cell}" read as 1.048' in log.notes


@pytest.mark.parametrize("cell", sorted(PLAIN))
def test_what_stands_beside_a_gravity_is_passed_over(tmp_path, cell):
    (log,) = logs_of(tmp_path, with_cell_3(cell))
    assert log.series.sg == pytest.approx(np.round(SG, 3))
    assert log.notes == ()


@pytest.mark.parametrize("cell", sorted(NO_NUMBER))
def test_what_may_be_two_numbers_or_none_is_left_out_and_said(tmp_path, cell):
    (log,) = logs_of(tmp_path, with_cell_3(cell))
    assert log.series.sg == pytest.approx(np.delete(np.round(SG, 3), 3))
    assert f'1 cell of "SG" such as "{cell}" left out: no number' in log.notes


@pytest.mark.parametrize("point", ["-", ":", "_", "'", "..", ".O"])
def test_all_of_a_log_may_be_written_so(tmp_path, point):
    cells = [sg.replace(".0" if point == ".O" else ".", point) for sg in sg3()]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", ISO, cells, C))
    assert_is_the_batch_of_three_decimals(log)
    assert f'10 cells of "SG" such as "{cells[0]}" read as 1.052' in log.notes


def assert_is_the_batch_of_three_decimals(log):
    assert log.series.sg == pytest.approx(np.round(SG, 3))
    assert log.series.temp_c == pytest.approx(C)


def test_ranges_throughout_are_refused_with_their_row(tmp_path):
    cells = [f"{sg:.3f}-{sg + 0.002:.3f}" for sg in SG]
    assert 'row 2: sg of "1.052-1.054" is no number' in refusal_of(tmp_path, table("Date,SG,Temp", ISO, cells, C))


def test_dry_ciders_below_water_are_read_too(tmp_path):
    cells = ["1.048", "1.036", "1.020", "1.008", "1.001", "O.998", "0.99O"]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", ISO[:7], cells, C[:7]))
    assert log.series.sg[-2:] == pytest.approx([0.998, 0.990])


def test_in_plato_a_range_of_days_is_no_gravity(tmp_path):
    plato = [f"{value}" for value in PLATO]
    (log,) = logs_of(tmp_path, table("Date,Plato,Temp", ISO, [*plato[:3], "1-048", *plato[4:]], C))
    assert plato_from_sg(log.series.sg) == pytest.approx(np.delete(PLATO, 3), abs=0.01)
    unnamed = table("Date,Gravity,Temp", ISO, [*plato[:3], "1-048", *plato[4:]], C)
    assert "looks like degrees Plato" in refusal_of(tmp_path, unnamed)


def test_thousands_apart_by_blanks_and_ordinary_numbers_are_as_before(tmp_path):
    for cells in (["1 0" + sg[-2:] for sg in sg3()], [f"1 0{sg[-2:]},0" for sg in sg3()]):
        (log,) = logs_of(tmp_path, table("Date;SG;Temp", ISO, cells, C, sep=";"))
        assert_is_the_batch_of_three_decimals(log)
    (log,) = logs_of(tmp_path, table("Date;SG;Temp", ISO, sg4(), C, sep=";"))
    assert_is_the_batch(log)
    assert log.notes == ()
