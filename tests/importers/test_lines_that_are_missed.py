"""No reading is lost without a word: lines with fewer cells, notes without a table, dates without a year."""

import pytest

from tests.importers.made_up import AT, C, logs_of, refusal_of, sg3, table

DAYS = [AT[0] + 3 * (at - AT[0]) for at in AT]
CUT = [f"{day:%Y-%m-%d} {sg} {c}" for day, sg, c in zip(DAYS, sg3(), C, strict=True)]


@pytest.mark.parametrize("blank", [" ", "  "])
@pytest.mark.parametrize("n", [4, 9])
def test_a_line_with_fewer_cells_is_left_out_and_said(tmp_path, blank, n):
    lines = [*CUT[:n], CUT[n].rpartition(" ")[0], *CUT[n + 1 :]]
    (log,) = logs_of(tmp_path, "\n".join(line.replace(" ", blank) for line in ["Date SG Temp", *lines]) + "\n")
    assert len(log.series.sg) == 9
    assert any(note.startswith("1 line with fewer cells than the others left out") for note in log.notes)


def test_whole_lines_and_what_stands_above_them_are_not_missed(tmp_path):
    (log,) = logs_of(tmp_path, "\n".join(["My amber of 2024", "", "Date SG Temp", *CUT]) + "\n")
    assert log.series.temp_c == pytest.approx(C)
    assert log.notes == ()


def test_notes_with_fewer_words_in_some_lines_keep_them(tmp_path):
    (log,) = logs_of(
        tmp_path,
        "Traditional mead\nOG 1.110\n\n9/1/24 - 1.110, 68F\n9/3/24 - 1.098, 70F, nutrients\n9/5/24 - 1.080, 70F\n"
        "9/8/24 - 1.056, 69F, degassed\n9/12/24 - 1.030, 68F\n9/18/24 - 1.012\n9/28/24 - 1.002\n",
    )
    assert log.series.hours == pytest.approx([0, 48, 96, 168, 264, 408, 648])
    assert log.series.sg == pytest.approx([1.110, 1.098, 1.080, 1.056, 1.030, 1.012, 1.002])
    assert log.series.temp_c[:5] == pytest.approx([20.0, 21.1, 21.1, 20.6, 20.0], abs=0.05)


def test_the_first_reading_of_notes_is_not_lost(tmp_path):
    (log,) = logs_of(
        tmp_path, "12/4 pitched 1.052\n13/4 1.049 @ 19.5C\n14/4 1.041 @ 20C\n15/4 1.030 @ 20.5C\n16/4 1.021 @ 20C\n"
    )
    assert log.series.sg == pytest.approx([1.052, 1.049, 1.041, 1.030, 1.021])
    assert log.series.temp_c[1:] == pytest.approx([19.5, 20.0, 20.5, 20.0])


def test_densities_of_four_figures_are_read_behind_their_name(tmp_path):
    lines = [f"{20 + 2 * n} sept: densité {value}" for n, value in enumerate([1095, 1080, 1055, 1030])]
    (log,) = logs_of(tmp_path, "\n".join(["Cabernet", *lines, "1 oct: densité 998"]) + "\n")
    assert log.series.sg == pytest.approx([1.095, 1.080, 1.055, 1.030, 0.998])


@pytest.mark.parametrize("form", ["{:%d.%m.}", "{:%d %b}", "{:%d.%m. %H:%M}"])
def test_a_year_that_nobody_wrote_is_not_made_up(tmp_path, form):
    (log,) = logs_of(tmp_path, table("Date;SG", [form.format(day) for day in DAYS], sg3(), sep=";"))
    assert log.series.hours[-1] == pytest.approx(216.0)
    assert log.start_h is None
    (log,) = logs_of(tmp_path, table("Date;SG", [f"{day:%d.%m.%Y}" for day in DAYS], sg3(), sep=";"))
    assert log.start_h is not None


def test_dates_in_several_forms_are_refused_as_such(tmp_path):
    dates = ["2024-04-22", "23/04/2024", "24 Apr 2024", "25.4.2024", "April 26", "27/04/24"]
    said = refusal_of(tmp_path, table("Date,SG", dates, sg3()[:6]))
    assert 'times such as "2024-04-22" and "23/04/2024" are in several forms; write all in one' in said


@pytest.mark.parametrize("head", ["Päivämäärä;Kello;OP;Lämpötila", "Data;Hora;Densidade;Temperatura"])
def test_clocks_of_more_languages(tmp_path, head):
    form = "{:%H.%M}" if "Kello" in head else "{:%Hh%M}"
    (log,) = logs_of(
        tmp_path, table(head, [f"{at:%d.%m.%Y}" for at in AT], map(form.format, AT), sg3(), C, sep=";")
    )
    assert log.series.hours == pytest.approx([8.0 * n for n in range(10)])


def test_be_is_baume(tmp_path):
    baume = [12.5, 12.2, 11, 9.5, 7.6, 5.5, 3.2, 1.5, 0.2, -0.5]
    (log,) = logs_of(tmp_path, table("Fecha;Bé;T", [f"{day:%d/%m/%Y}" for day in DAYS], baume, C, sep=";"))
    assert log.series.sg == pytest.approx([145 / (145 - value) for value in baume], abs=1e-4)
