"""Heads in two rows: merged titles, and below them the words that tell their columns apart."""

import pytest

from tests.importers.made_up import AT, ISO, PLATO, SG, C, F, assert_is_the_batch, logs_of, sg4, table, workbook

ROOM = [12.0, 12.5] * 5
HIGHER = [round(sg + 0.002, 4) for sg in SG]
DAYS, TIMES = [f"{at:%Y-%m-%d}" for at in AT], [f"{at:%H:%M}" for at in AT]
WAYS = {
    "the_room_beside_the_beer": table("Date,Gravity,Temperature,\n,,Room,Beer", ISO, sg4(), ROOM, C),
    "two_units_of_gravity": table("Date,Gravity,,Temp,\n,°P,SG,Room,Beer", ISO, PLATO, sg4(), ROOM, C),
    "targets": table(
        "Date,Temperature (°C),,Gravity (SG),\n,Set,Beer,Target,Measured", ISO, [18.0] * 10, C, HIGHER, sg4()
    ),
    "titles_again": table("Date,Gravity,Gravity,Temp,Temp\n,Target,Actual,Set,Actual", ISO, HIGHER, sg4(), ROOM, C),
    "units_in_a_third_row": table(
        "Date,Gravity,Temperature,\n,,Set,Actual\n,°P,°F,°F", ISO, PLATO, [66] * 10, F
    ),
    "a_row_of_units_of_which_one_may_be_a_zone": table(
        "time,gravity,temp\nUTC,°P,K", ISO, PLATO, [f"{c + 273.15:.2f}" for c in C]
    ),
    "a_date_and_its_time": table("Sample,,Gravity,Temp,\nDate,Time,,Beer,Cellar", DAYS, TIMES, sg4(), C, ROOM),
    "levels_of_pandas": table(",sg,sg,temp,temp\n,mean,max,mean,max\ntime,,,,", ISO, sg4(), HIGHER, C, F),
    "below_facts": table("Batch,123,,Yeast,US-05\n,,,,\nDate,SG,Temp,,\n,,Room,Beer,Note", ISO, sg4(), ROOM, C, ROOM),
    "facts_are_no_titles": table("Tank:,FV1,,Beer:,IPA\nDate,SG,Temp,,", ISO, sg4(), C, [""] * 10, [""] * 10),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_it_is_the_batch(tmp_path, way):
    (log,) = logs_of(tmp_path, WAYS[way])
    assert_is_the_batch(log)


def test_tanks_over_their_quantities(tmp_path):
    head = "Date,Tank 1,,Tank 2,\n,°P,°C,°P,°C"
    found = logs_of(tmp_path, table(head, ISO, PLATO, C, PLATO, C))
    assert len(found) == 2
    for log in found:
        assert_is_the_batch(log)


def test_merged_titles_of_a_workbook(tmp_path):
    titles = ["Date", "Temperature (°C)", None, None, "Gravity"], [None, "Set", "Beer", "Ambient", "SG"]
    readings = ([at, 18.0, c, 12.0, sg] for at, c, sg in zip(AT, C, SG, strict=True))
    (log,) = logs_of(tmp_path, workbook("B1:D1", Sheet=[*titles, *readings]))
    assert_is_the_batch(log)
