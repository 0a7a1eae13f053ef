"""Columns in which some cells name their unit and others leave it to their look or to the head; and short heads."""

import pytest

from tests.importers.made_up import ISO, PLATO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg3, table


def some(every, marked, others):
    return [marked[i] if i % every == 1 else others[i] for i in range(len(others))]


@pytest.mark.parametrize("name", ["Reading", "Value", "Gravity", "SG"])
@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_number_of_three_decimals_beside_plato_is_sg(tmp_path, name, every):
    cells = some(every, [f"{p} °P" for p in PLATO], [f"{sg:.4f}" for sg in SG])
    (log,) = logs_of(tmp_path, table(f"Date;{name};Temp", ISO, cells, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_cell_without_a_unit_is_in_that_of_the_head(tmp_path, every):
    cells = some(every, [f"{sg} SG" for sg in SG], PLATO)
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp", ISO, cells, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("every", [2, 3, 5])
def test_unmarked_sg_among_unmarked_plato_is_sg(tmp_path, every):
    cells = some(every, [f"{sg:.4f}" for sg in SG], [f"{p:.1f}" for p in PLATO])
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp", ISO, cells, C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=0.0003)


def test_unmarked_plato_of_three_decimals_is_no_sg(tmp_path):
    plato = [9.021, 8.212, 6.105, 4.417, 3.032, 2.114, 1.603, 1.301, 1.104, 1.048]
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp", ISO, plato, C, sep=";"))
    assert log.series.sg[-1] == pytest.approx(1.0041, abs=0.0002)
    assert log.series.sg[-2] == pytest.approx(1.0043, abs=0.0002)


def test_a_head_of_degrees_without_rows_is_a_sentence(tmp_path):
    assert refusal_of(tmp_path, "Date;Plato;Temp\n")


def test_a_dry_beer_of_one_plato_is_no_sg(tmp_path):
    plato = [9.0, 8.2, 6.1, 4.4, 3.0, 2.1, 1.6, 1.3, 1.1, 1.1]
    cells = [f"{p} °P" if i < 7 else p for i, p in enumerate(plato)]
    (log,) = logs_of(tmp_path, table("Date;Gravity;Temp", ISO, cells, C, sep=";"))
    assert log.series.sg[-1] == pytest.approx(1.0043, abs=0.0003)


def test_a_refractometers_cells_are_corrected_for_alcohol_all_the_same(tmp_path):
    brix = [13.0, 12.6, 11.9, 10.8, 9.7, 8.8, 8.0, 7.5, 7.2, 7.0]
    plain = table("Date;Refractometer Brix;Temp", ISO, brix, C, sep=";")
    marked = table("Date;Refractometer Brix;Temp", ISO, some(3, [f"{b} °Bx" for b in brix], brix), C, sep=";")
    assert logs_of(tmp_path, marked)[0].series.sg == pytest.approx(logs_of(tmp_path, plain)[0].series.sg)


@pytest.mark.parametrize("name", ["Sp.Gr.", "sp. gr.", "Sp Gr", "rho"])
def test_short_heads_of_a_gravity(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date;{name};Temp", ISO, sg3(), C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=0.0006)


@pytest.mark.parametrize("name", ["Gravity P", "Grav_P", "Extr."])
def test_short_heads_in_plato(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date;{name};Temp", ISO, PLATO, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize(("way", "off"), [("{:.2f}° KMW", 0.0001), ("{:.2f} º KMW", 0.0001)])
def test_a_degree_sign_apart_from_its_letters(tmp_path, way, off):
    kmw = [(-4.54 + (4.54**2 + 88.0 * (sg - 1.0)) ** 0.5) / 0.044 for sg in SG]
    (log,) = logs_of(tmp_path, table("Date;Value;Temp", ISO, map(way.format, kmw), C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=off)


def test_sg_with_and_without_its_point(tmp_path):
    cells = [f"{sg * 1000:.0f}" if i % 2 else f"{sg:.3f}" for i, sg in enumerate(SG)]
    (log,) = logs_of(tmp_path, table("Date;Gravity;Temp", ISO, cells, C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=0.0006)
    assert any("SG without" in note for note in log.notes)


IN_SG, IN_PLATO = [(f"{sg:.4f}", "SG") for sg in SG], [(f"{p:.2f}", "°P") for p in PLATO]


@pytest.mark.parametrize("readings", [some(2, IN_PLATO, IN_SG), [*IN_PLATO[:4], *IN_SG[4:]]])
def test_rows_of_a_long_table_that_change_their_unit_are_one_gravity(tmp_path, readings):
    rows = [f"{t};{v};{u}\n{t};{c};°C\n" for t, (v, u), c in zip(ISO, readings, C, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "Time;Value;Unit\n" + "".join(rows))[0])
    rows = [f"{t};Extract;{v};{u}\n{t};Temp;{c};°C\n" for t, (v, u), c in zip(ISO, readings, C, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "Time;Parameter;Value;Unit\n" + "".join(rows))[0])


def test_one_sample_in_two_units_is_one_reading(tmp_path):
    rows = [f"{t};{p};°P\n{t};{sg:.4f};SG\n{t};{c};°C\n" for t, sg, p, c in zip(ISO, SG, PLATO, C, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "Time;Value;Unit\n" + "".join(rows))[0])
