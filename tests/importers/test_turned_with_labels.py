"""Tables on their side, a column a moment, with more than one column that says what a row holds."""

import pytest

from tests.importers.made_up import AT, HOURS, ISO, PLATO, SG, C, F, assert_is_the_batch, comma, logs_of, sg4, workbook

DE = [f"{at:%d.%m.%Y %H:%M}" for at in AT]


def turned(*rows, sep=";"):
    return "\n".join(sep.join(str(cell) for cell in row) for row in rows) + "\n"


WAYS = {
    "a_unit": turned(["Parameter", "Einheit", *DE], ["Extrakt", "°P", *PLATO], ["Temp.", "°C", *C], ["pH", "-", *C]),
    "a_unit_without_a_head": turned(["Datum", "", *DE], ["Gravity", "°P", *PLATO], ["Temp", "°C", *C]),
    "a_unit_behind": turned(["Parameter", *DE, "Einheit"], ["Gravity", *PLATO, "°P"], ["Temp", *F, "°F"]),
    "a_target": turned(["Test", "Unit", "Target", *DE], ["Gravity", "°P", 2.5, *PLATO], ["Temp", "°F", 68, *F]),
    "a_mean_and_a_remark": turned(
        ["Messung", *DE, "Mittelwert", "Bemerkung"],
        ["Extrakt °P", *(comma(p, 2) for p in PLATO), "9,11", ""],
        ["Temp °C", *(comma(c, 1) for c in C), "19,8", "gut"],
    ),
    "statistics_of_entities": turned(
        ["entity_id", "type", "unit", *ISO],
        ["sensor.tilt_gravity", "min", "SG", *(round(s - 0.002, 4) for s in SG)],
        ["sensor.tilt_gravity", "mean", "SG", *sg4()],
        ["sensor.tilt_temperature", "mean", "°C", *C],
        sep=",",
    ),
    "spans": turned(["Test", "Unit", *(f"{h} h" for h in HOURS)], ["SG", "", *SG], ["Temp", "°C", *C]),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_the_batch(tmp_path, way):
    (log,) = logs_of(tmp_path, WAYS[way])
    assert_is_the_batch(log)


@pytest.mark.parametrize("names", [("FV1", "FV2"), ("1201", "1202")])
@pytest.mark.parametrize("once", [True, False])
def test_a_tank_counts_until_the_next(tmp_path, names, once):
    rows = []
    for name in names:
        rows += [[name, "Plato", *PLATO], ["" if once else name, "Temp C", *C]]
    found = logs_of(tmp_path, turned(["Batch", "Parameter", *ISO], *rows, sep=","))
    assert [log.batch.split()[0] for log in found] == list(names)
    for log in found:
        assert_is_the_batch(log)


def test_a_workbook_with_merged_names_of_tanks(tmp_path):
    rows = [["Tank", "Test", "Unit", *AT]]
    for name in ("FV 1", "FV 2"):
        rows += [[name, "Gravity", "Plato", *PLATO], [None, "Temp", "F", *F]]
    first, second = logs_of(tmp_path, workbook("A2:A3", "A4:A5", Sheet=rows))
    assert_is_the_batch(first)
    assert_is_the_batch(second)
