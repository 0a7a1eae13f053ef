"""Tables that are not a row a reading, and columns that are not what they seem: all of one made-up batch."""

import json
from datetime import timedelta

import numpy as np
import pytest

from brewpi.importers import LogError
from tests.importers.made_up import AT, EPOCH_S, HOURS, ISO, PLATO, SG, C, comma, iso, logs_of, sg4, table

AHEAD = [AT[-1] + timedelta(hours=8 * n) for n in (1, 2, 3)]
FORESEEN_SG = (1.0140, 1.0125, 1.0115)

SAME = {
    "turned": "\n".join(
        [*",".join(["Date", *ISO]).split("#"), ",".join(["SG", *sg4()]), ",".join(["Temp", *map(str, C)])]
    ),
    "turned_days": "\n".join([",".join(["Day", *(f"{h / 24:.3f}" for h in HOURS)]), ",".join(["Gravity", *sg4()])]),
    "quoted_lines": "".join(f'"{line}"\n' for line in table("Date,SG,Temp", ISO, sg4(), C).splitlines()),
    "tab_above_commas": table("Date\tSG\tTemp", ISO, sg4(), C),
    "letter_for_half": table(
        "Date,SG", [f"{a:%m/%d/%y} {a.strftime('%I:%M')}{'p' if a.hour >= 12 else 'a'}" for a in AT], sg4()
    ),
    "half_before": table("Date,SG", [f"{a:%Y-%m-%d} {a.strftime('%p %I:%M')}" for a in AT], sg4()),
    "half_in_a_column": table(
        "Date,Time,AM/PM,SG",
        [f"{a:%Y-%m-%d}" for a in AT],
        [a.strftime("%I:%M") for a in AT],
        [a.strftime("%p") for a in AT],
        sg4(),
    ),
    "half_in_german": table(
        "Datum;Zeit;SG",
        [f"{a:%d.%m.%Y}" for a in AT],
        [f"{a.strftime('%I:%M')} {'nachm.' if a.hour >= 12 else 'vorm.'}" for a in AT],
        [comma(s, 4) for s in SG],
        sep=";",
    ),
    "letter_behind_span": table("t,SG", [f"+{h}h" for h in HOURS], sg4()),
    "units_by_cell": table(
        "Date,Gravity", ISO, [f"{p} °P" if i < 5 else f"{s} SG" for i, (p, s) in enumerate(zip(PLATO, SG, strict=True))]
    ),
    "units_by_row": table("Date,Gravity,Unit", ISO, [*PLATO[:5], *SG[5:]], ["°P"] * 5 + ["SG"] * 5),
    "four_decimals_without_point": table("Date,SG", ISO, [f"{s * 1e4:.0f}" for s in SG]),
    "date_unknown_at_first": table("Date,SG", ["1970-01-01 00:00:12", *ISO], ["1.0520", *sg4()]),
    "payload_in_cells": table(
        "time,topic,payload",
        ISO,
        ["pill/one"] * 10,
        ['"{{""gravity"": {}, ""temperature"": {}}}"'.format(*pair) for pair in zip(SG, C, strict=True)],
    ),
    "words_of_a_log": "".join(
        f"{t} - SG: {s:.4f}, Temp: {round(1.8 * c + 32, 2)}°F\n" for t, s, c in zip(ISO, SG, C, strict=True)
    ),
    "keys_and_values": "".join(
        f"time={t.replace(' ', 'T')} sg={s} temp={c}\n" for t, s, c in zip(ISO, SG, C, strict=True)
    ),
    "lines_of_a_service": "".join(
        f"{a:%b %d %H:%M:%S} pi tilt[123]: gravity={s} temp={c}\n" for a, s, c in zip(AT, SG, C, strict=True)
    ),
    "statistics": table(
        "start,entity_id,mean,min,max",
        ISO,
        ["sensor.tilt_gravity"] * 10,
        SG,
        [s - 0.001 for s in SG],
        [s + 0.001 for s in SG],
    ),
    "by_time": json.dumps({"gravity": dict(zip(ISO, SG, strict=True)), "temperature": dict(zip(ISO, C, strict=True))}),
    "by_epoch": json.dumps({"gravity": {str(e): s for e, s in zip(EPOCH_S, SG, strict=True)}}),
    "german_abbreviations": table(
        "Datum;Stammwürze;Ew;Es",
        [f"{a:%d.%m.%Y %H:%M}" for a in AT],
        ["12,9"] * 10,
        [comma(0.19 * 12.9 + 0.81 * p, 2) for p in PLATO],
        [comma(p, 2) for p in PLATO],
        sep=";",
    ),
    "marked_as_predicted": table(
        "Date,Type,SG", [*ISO, *map(iso, AHEAD)], ["measured"] * 10 + ["predicted"] * 3, [*SG, *FORESEEN_SG]
    ),
    "forecast_flag": table(
        "Date,SG,is_forecast", [*ISO, *map(iso, AHEAD)], [*SG, *FORESEEN_SG], ["false"] * 10 + ["true"] * 3
    ),
    "predicted_beside_measured": json.dumps(
        {
            "readings": [{"time": t, "sg": s} for t, s in zip(ISO, SG, strict=True)],
            "prediction": [{"time": iso(t), "sg": s} for t, s in zip(AHEAD, FORESEEN_SG, strict=True)],
        }
    ),
    "named_rows": "Date,Reading,Value\n2024-04-22 12:00,OG,1.0560\n"
    + "".join(f"{t},SG,{s}\n{t},Temp C,{c}\n" for t, s, c in zip(ISO, SG, C, strict=True)),
}


@pytest.mark.parametrize("name", SAME)
def test_it_reads_as_the_same_ten_readings(tmp_path, name):
    (log,) = logs_of(tmp_path, SAME[name])
    assert log.series.hours == pytest.approx(np.array(HOURS), abs=0.05)
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0004)
    known = log.series.temp_c[np.isfinite(log.series.temp_c)]
    assert known == pytest.approx(np.array(C)[: len(known)], abs=0.1)


STRONGER = [s + 0.014 for s in SG]
EACH = {
    "a_column_a_tank": (table("Date,FV1,FV2", ISO, sg4(), STRONGER), ["FV1", "FV2"]),
    "a_column_a_beer": (table("Date,Pale Ale,Stout", ISO, sg4(), STRONGER), ["Pale Ale", "Stout"]),
    "a_column_a_tank_by_title": (
        "Plato readings\n\n" + table("Date,T1,T2", ISO, PLATO, [p + 3 for p in PLATO]),
        ["T1", "T2"],
    ),
    "a_row_a_lot_by_corner": (
        "°P,2024-04-22,2024-04-23,2024-04-24,2024-04-25\n"
        + "\n".join(
            f"{name}," + ",".join(f"{p + more:.1f}" for p in PLATO[::3]) for name, more in (("Lot A", 0), ("Lot B", 3))
        ),
        ["Lot A", "Lot B"],
    ),
    "a_row_a_batch_by_day": (
        "Batch,Day 0,Day 1,Day 2,Day 3\n"
        + "\n".join(
            f"{n}," + ",".join(f"{s + more:.4f}" for s in SG[::3]) for n, more in (("#211", 0), ("#212", 0.006))
        ),
        ["211", "212"],
    ),
    "a_row_a_tank": (
        "\n".join([",".join(["Tank", *ISO]), ",".join(["FV1", *sg4()]), ",".join(["FV2", *map(str, STRONGER)])]),
        ["FV1", "FV2"],
    ),
}


@pytest.mark.parametrize("name", EACH)
def test_each_is_a_batch(tmp_path, name):
    text, names = EACH[name]
    logs = logs_of(tmp_path, text)
    assert [any(name in log.batch for log in logs) for name in names] == [True] * len(names)
    for log, expected in zip(logs, (SG, None), strict=True):
        every = 10 // len(log.series.sg) if len(log.series.sg) == 10 else 3
        assert len(log.series.sg) in (4, 10)
        if expected:
            assert log.series.sg == pytest.approx(np.array(expected)[::every], abs=0.0004)


@pytest.mark.parametrize(("heads", "hours"), [(("AM SG", "PM SG"), 12.0), (("SG 8:00", "SG 16:30"), 8.5)])
def test_a_gravity_for_each_time_of_day_is_a_reading_each(tmp_path, heads, hours):
    sg = [1.052, 1.0507, 1.0472, 1.0397, 1.0300, 1.0211]
    rows = "".join(f"2024-04-{22 + n},{sg[2 * n]},{sg[2 * n + 1]}\n" for n in range(3))
    (log,) = logs_of(tmp_path, f"Date,{','.join(heads)}\n{rows}")
    assert log.series.sg == pytest.approx(sg)
    assert log.series.hours == pytest.approx([0, hours, 24, 24 + hours, 48, 48 + hours])


def test_what_was_measured_at_another_time_of_day_needs_the_word_for_it(tmp_path):
    (log,) = logs_of(tmp_path, "Date,AM SG,PM SG\n2024-04-22,1.052,1.050\n2024-04-23,1.040,1.030\n")
    assert any("taken as 08:00" in note for note in log.notes)


def test_must_by_klosterneuburger_mostwaage_is_a_gravity(tmp_path):
    """15 and 19 °KMW are 73 and 94 °Oechsle in the tables of the Austrian wine law."""
    (log,) = logs_of(
        tmp_path, table("Datum;KMW", [f"{a:%d.%m.%Y %H:%M}" for a in AT[:4]], ["19,0", "17,0", "15,0", "9,0"], sep=";")
    )
    assert log.series.sg[[0, 2]] == pytest.approx([1.0942, 1.0730], abs=0.0003)


REFUSED = {
    "unit_changed": (table("Date,SG", ISO, [*PLATO[:5], *SG[5:]]), "its unit was changed on the way"),
    "points_then_sg": (
        table("Date,SG", ISO, [*(round(1000 * (s - 1)) for s in SG[:5]), *SG[5:]]),
        "its unit was changed",
    ),
    "two_at_once": (
        "Date,SG\n" + "".join(f"{t},{a}\n{t},{b}\n" for t, a, b in zip(ISO, SG, STRONGER, strict=True)),
        "two gravities at the same moment",
    ),
    "two_in_turn": (
        "Date,SG\n"
        + "".join(
            f"{t},{a}\n{iso(at + timedelta(minutes=7))},{b}\n"
            for t, at, a, b in zip(ISO, AT, SG, STRONGER, strict=True)
        ),
        "up and down from reading to reading",
    ),
    "clock_in_no_language": (
        table("Date,Time,SG", [f"{a:%Y-%m-%d}" for a in AT], [f"{a:%I:%M} xyz" for a in AT], sg4()),
        'times such as "04:48 xyz" cannot be read',
    ),
    "word_behind_the_time": (table("Date,SG", [f"{a:%Y-%m-%d %I:%M} xyzzy" for a in AT], sg4()), "cannot be read"),
    "only_a_pressure": (
        table("Date,Pressure bar", ISO, [1.05 - 0.003 * n for n in range(10)]),
        "no column holds a gravity",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_one_batch_is_refused(tmp_path, name):
    text, why = REFUSED[name]
    with pytest.raises(LogError, match=why):
        logs_of(tmp_path, text)


def test_a_log_from_the_second_day_on_gets_a_forecast(tmp_path):
    from brewpi.forecast.tank_forecaster import TankForecaster

    (log,) = logs_of(tmp_path, table("hours since pitching,sg", [h + 30 for h in HOURS], sg4()))
    said = TankForecaster(None).at(log.series, float(log.series.hours[-1]))
    assert said.remaining_h is not None
