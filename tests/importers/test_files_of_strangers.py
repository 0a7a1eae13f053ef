"""Files as strangers had them: scripts, logs of services, sheets with sums below and titles between."""

import io
import json
import tarfile
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pytest

from brewpi.importers.files import packed
from brewpi.importers.text import diary
from tests.importers.made_up import (
    AT,
    EPOCH_S,
    ISO,
    PLATO,
    SG,
    C,
    F,
    assert_is_the_batch,
    comma,
    logs_of,
    refusal_of,
    sg4,
    table,
)  # fmt: skip

RECORDS = [{"time": at, "sg": sg, "temp": c} for at, sg, c in zip(ISO, SG, C, strict=True)]
OBJECTS = [f"{{time: '{at}', sg: {sg}, temp: {c},}}," for at, sg, c in zip(ISO, SG, C, strict=True)]
NOTES = ["smells, ok\nkrausen 3 cm, 20", "", "", "dry hops\n100 g, see book", "", "", "", "", "", ""]
CASES = {
    "json5 with comments": "/* of\n an app */\n{\n  'log': [ // newest last\n" + "\n".join(OBJECTS) + "\n],}\n",
    "comma before the bracket": '{"readings": [\n' + "".join(json.dumps(r) + ",\n" for r in RECORDS) + "]}\n",
    "a list a line": "".join(json.dumps([t, sg, c]) + "\n" for t, sg, c in zip(EPOCH_S, SG, C, strict=True)),
    "a callback": f"google.visualization.Query.setResponse({json.dumps(RECORDS)});\n",
    "a script": "const readings = [\n" + "\n".join(f"['{r['time']}', {r['sg']}, {r['temp']}]," for r in RECORDS) + "];",
    "julian days": table("JD,SG,Temp (C)", [f"{2440587.5 + s / 86400:.5f}" for s in EPOCH_S], sg4(), C),
    "an object of yaml a line": "log:\n" + "".join(
        f"  - {{time: {t}, sg: {sg}, temp_c: {c}}}\n" for t, sg, c in zip(ISO, sg4(), C, strict=True)
    ),
    "syslog of today": "".join(
        f"<30>1 {at:%Y-%m-%dT%H:%M:%S}Z pi tilt 812 - - sg={sg} temp_c={c}\n"
        for at, sg, c in zip(AT, sg4(), C, strict=True)
    ),
    "esphome": "".join(
        f"[{at}][D][sensor:094]: 'Tilt Gravity': Sending state {sg:.5f} SG with 3 decimals of accuracy\n"
        f"[{at}][D][sensor:094]: 'Tilt Temperature': Sending state {c:.5f} °C with 1 decimals of accuracy\n"
        for at, sg, c in zip(ISO, SG, C, strict=True)
    ),
    "notes with a weekday and a clock": "".join(
        f"Montag, {at:%d.%m.} {at:%H:%M} Uhr: {comma(p, 2)} °P bei {comma(c, 1)} °C\n"
        for at, p, c in zip(AT, PLATO, C, strict=True)
    ),
    "sums below": table("Date,SG,Temp (C)", ISO, sg4(), C, foot="Average,1.0390,19.8\nMin,1.0159,19.4\nTotal:,10,\n"),
    "sums in german": table(
        "Datum;Dichte;Temperatur", [f"{at:%d.%m.%Y %H:%M}" for at in AT], [comma(sg, 4) for sg in SG],
        [comma(c, 1) for c in C], sep=";", foot="Mittelwert;1,0390;19,8\nAnzahl;10;10\n",
    ),
    "notes of several lines": table("Date,SG,Temp (C),Notes", ISO, sg4(), C, [f'"{note}"' for note in NOTES]),
    "units before the numbers": table("Date,Gravity,Temp", ISO, [f"SG {sg}" for sg in sg4()], [f"{c} °C" for c in C]),
    "a wiki": table("|| Date || SG || Temp (C) ||", [f"| {at}" for at in ISO], sg4(), [f"{c} |" for c in C], sep=" | "),
    "words apart by two blanks": "Date                  Extract (g/100 ml)  Temp (°C)\n" + "".join(
        f"{at:%b %d %Y %H:%M:%S}  {p * sg * 0.99823:.4f}             {c}\n"
        for at, p, sg, c in zip(AT, PLATO, SG, C, strict=True)
    ),
    "means beside extremes": table(
        "start,sensor.tilt_gravity mean,sensor.tilt_gravity min,sensor.tilt_gravity max,sensor.tilt_temperature mean",
        ISO, sg4(), [f"{sg - 0.001:.4f}" for sg in SG], [f"{sg + 0.001:.4f}" for sg in SG], C,
    ),
    "only letters of degrees": table("Date,Room (C),Wort (C),SG", ISO, [22] * 10, C, sg4()),
    "a bare letter behind a tank": table("Date,SG,FV1 F", ISO, sg4(), F),
    "under each other's heads": table("Date,SG,Temp", ISO, C, sg4()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_strangers_file_reads_as_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, CASES[name])

    assert_is_the_batch(log)


def test_exchanged_columns_are_said(tmp_path):
    (log,) = logs_of(tmp_path, CASES["under each other's heads"])

    assert "gravity and temperature exchanged: their numbers stand below each other's heads" in log.notes


def test_plato_and_degrees_below_each_others_heads_are_refused(tmp_path):
    said = refusal_of(tmp_path, table("Date,°P,°C", ISO, C, PLATO))

    assert "the temperature falls from 12.7 to 5.11 as a gravity does: their heads seem to be exchanged" in said


def test_a_wort_that_cools_before_it_ferments_is_no_exchange(tmp_path):
    cooling = [24.0, 21.5, 18.0, 15.5, 13.0, 12.5, 12.0, 12.1, 12.0, 11.9]
    plato = [12.9, 12.8, 12.9, 12.9, 12.8, 12.9, 12.8, 12.8, 12.7, 12.6]

    (log,) = logs_of(tmp_path, table("Date,°P,°C", ISO, plato, cooling))

    assert log.series.temp_c == pytest.approx(np.array(cooling))


@pytest.mark.parametrize("head", ["Temp", "Temp (°C)"])
def test_a_temperature_unit_that_was_changed_on_the_way_counts_from_there(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{head}", ISO, sg4(), [*F[:4], *C[4:]]))

    assert_is_the_batch(log)
    assert "temperature unit changed at 32 h: 67.1 and others like it are °F" in log.notes


def test_the_hour_that_comes_twice_in_autumn_is_counted_on(tmp_path):
    """Hourly readings repeat the time 2:00 exactly, without a step back."""
    began = datetime(2024, 10, 26, 12)
    local = [began + timedelta(hours=h - (h >= 15)) for h in range(40)]
    sg = [f"{1.052 - 0.0005 * h:.4f}" for h in range(40)]

    (log,) = logs_of(tmp_path, table("Date,SG", local, sg))

    assert log.series.hours == pytest.approx(np.arange(40.0))
    assert "clocks put back an hour on 2024-10-27: counted on from there" in log.notes


def test_what_a_broken_sensor_writes_is_no_change_of_unit(tmp_path):
    cells = sg4() * 4
    for i, wrong in ((3, "65.535"), (13, "9.999"), (17, "-1"), (23, "65.535"), (33, "9.999")):
        cells[i] = wrong
    times = [AT[0] + timedelta(hours=2 * i) for i in range(40)]
    falling = [cell if not cell.startswith("1.0") else f"{1.052 - 0.001 * i:.4f}" for i, cell in enumerate(cells)]

    (log,) = logs_of(tmp_path, table("Date,SG", times, falling))

    assert len(log.series.sg) == 35


@pytest.mark.parametrize("head", ["Brix", "Plato", "Baume"])
def test_half_of_a_column_in_another_unit_is_not_left_out(tmp_path, head):
    """Gravity points under a head of °Brix: the first ones can be none, and the others would be read as such."""
    said = refusal_of(tmp_path, table(f"Date,{head}", ISO, [52, 51, 50, 48, 45, 40, 33, 26, 20, 16]))

    assert "gravity of 52 is no °B" in said or "gravity of 52 is no °P" in said


def test_a_gravity_corrected_to_a_temperature_goes_before_the_measured_one(tmp_path):
    measured = [f"{sg + 0.0009:.4f}" for sg in SG]

    (log,) = logs_of(tmp_path, table("Date,SG (measured),SG (corrected to 20C),Temp C", ISO, measured, sg4(), C))

    assert_is_the_batch(log)


@pytest.mark.parametrize("above", [False, True])
def test_a_refractometers_brix_is_divided_by_its_wort_correction_factor(tmp_path, above):
    brix = [12.9, 12.5, 11.4, 9.6, 8.4, 7.4, 6.9, 6.6, 6.5, 6.5]
    (plain,) = logs_of(tmp_path, table("Date,Brix (refractometer)", ISO, brix))
    raw = [f"{1.04 * b:.4f}" for b in brix]
    column = table("Date,Brix,WCF", ISO, raw, ["1.04"] * 10)

    (log,) = logs_of(tmp_path, "WCF: 1.04\n\n" + table("Date,Brix", ISO, raw) if above else column)

    assert log.series.sg == pytest.approx(plain.series.sg, abs=1e-5)
    assert "°Brix divided by the wort correction factor of 1.04" in log.notes


def test_degrees_without_a_sign_in_notes(tmp_path):
    notes = "".join(f"{at.day}/4 {at:%H:%M} gravity {sg} at {c}C, ok\n" for at, sg, c in zip(AT, sg4(), C, strict=True))

    (log,) = logs_of(tmp_path, notes)

    assert_is_the_batch(log)


def test_two_pills_go_by_their_names_and_not_by_the_keys_of_a_program(tmp_path):
    lines = [f"{key},{name},{sg + off:.4f},{at}" for at, sg in zip(ISO, SG, strict=True)
             for key, name, off in (("9f3a", "Pill Red", 0.0), ("77b0", "Pill Blue", 0.004))]  # fmt: skip

    logs = logs_of(tmp_path, "\n".join(["Id,Name,Gravity,CreatedOn", *reversed(lines)]))

    assert sorted(log.batch for log in logs) == ["Pill Blue", "Pill Red"]


def test_gravity_points_by_their_short_name(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,GU", ISO, [round((sg - 1) * 1000) for sg in SG]))

    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0006)


def test_a_title_above_the_same_header_again_begins_another_batch(tmp_path):
    stout = table("Date,SG", ISO, [f"{sg + 0.004:.4f}" for sg in SG])

    logs = logs_of(tmp_path, "Batch: Amber\n" + table("Date,SG", ISO, sg4()) + "Batch: Stout\n" + stout)

    assert [log.batch for log in logs] == ["Amber", "Stout"]


def test_latex_is_named(tmp_path):
    rows = "".join(f"{at} & {sg} \\\\\n" for at, sg in zip(ISO, sg4(), strict=True))

    assert "is LaTeX" in refusal_of(tmp_path, f"\\begin{{tabular}}{{lr}}\nDate & SG \\\\\n{rows}\\end{{tabular}}\n")


def test_a_list_of_times_of_day_asks_for_the_date(tmp_path):
    lines = "".join(f"[{at:%H:%M:%S}][D][x:94]: 'SG': Sending state {sg} SG\n" for at, sg in zip(AT, SG, strict=True))

    assert "have no date" in refusal_of(tmp_path, lines)


AMBER = table("Date,SG,Temp (C)", ISO, sg4(), C)


def zipped(files) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()


def tarred(files) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for name, text in files.items():
            item = tarfile.TarInfo(name)
            item.size = len(text)
            archive.addfile(item, io.BytesIO(text.encode()))
    return whole.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_files_of_one_name_in_an_archive_go_by_their_folders(tmp_path, pack):
    stout = table("Date,SG", ISO, [f"{sg + 0.004:.4f}" for sg in SG])

    logs = logs_of(tmp_path, pack({"2024/amber/log.csv": AMBER, "2024/stout/log.csv": stout}))

    assert [log.batch for log in logs] == ["amber", "stout"]


def test_a_file_in_an_archive_that_is_too_large_is_not_cut(tmp_path):
    said = refusal_of(tmp_path, tarred({"log.csv": AMBER + f"{ISO[0]},1.052,19.5\n" * 1_200_000}))

    assert "unpacks to more than 32 MB" in said


def test_an_archive_that_is_refused_is_not_read_as_notes(tmp_path, monkeypatch):
    """Of 34 MB that took 18 s."""
    asked: list[str] = []
    monkeypatch.setattr(diary, "sheets", asked.append)
    monkeypatch.setattr(packed, "LARGEST", 400)

    assert "unpacks to more than" in refusal_of(tmp_path, tarred({"log.csv": AMBER * 2}))
    assert not asked


def test_a_controllers_process_value_is_the_temperature(tmp_path):
    (log,) = logs_of(tmp_path, table("Time,SG,PV,SP", ISO, sg4(), C, [19.5] * len(C)))

    assert log.series.temp_c == pytest.approx(np.array(C), abs=0.06)


def test_a_temperature_under_a_head_that_says_nothing_is_not_guessed_at_and_named(tmp_path):
    (log,) = logs_of(tmp_path, table("Time,SG,Sensor 7", ISO, sg4(), C))

    assert np.isnan(log.series.temp_c).all()
    assert '"Sensor 7" not used; if it is the beer\'s temperature, call it "beer temp"' in log.notes


def test_what_is_no_beers_temperature_is_not_named(tmp_path):
    (log,) = logs_of(tmp_path, table("Time,SG,Battery,Pressure", ISO, sg4(), [99 - i % 3 for i in range(len(C))], C))

    assert not [note for note in log.notes if "not used" in note]
