"""Heads that say more, or less, than a quantity and its unit: each time the made-up batch."""

from datetime import timedelta

import numpy as np
import pytest

from brewpi.importers.times import time_columns
from tests.importers.made_up import AT, HOURS, ISO, PLATO, SG, C, assert_is_the_batch, comma, iso, logs_of, sg4, table

SG_COMMA, C_COMMA = [comma(sg, 4) for sg in SG], [comma(c, 1) for c in C]


def european(head, when):
    return table(head, map(when.format, AT), SG_COMMA, C_COMMA, sep=";")


GOOD = {
    "gravity_corrected_for_temperature": table(
        "Date,Raw gravity,Temp-corrected gravity,Temp C", ISO, [f"{s + 0.002:.4f}" for s in SG], sg4(), C
    ),
    "gravity_compensated_for_temperature": table(
        "Date,SG (temperature compensated),Temperature compensated (C)", ISO, sg4(), C
    ),
    "corrected_without_a_quantity": table(
        "Date,Hydrometer,Temp (C),Corrected", ISO, [f"{s - 0.002:.4f}" for s in SG], C, sg4()
    ),
    "adjusted_without_a_quantity": table(
        "Date,SG reading,Adjusted,Temp (C)", ISO, [f"{s - 0.002:.4f}" for s in SG], sg4(), C
    ),
    "corrected_degrees_plato": table("Date,°Plato,Corr.,Temp (C)", ISO, [f"{p - 0.5:.2f}" for p in PLATO], PLATO, C),
    "corrected_temperatures": table("Date,°Plato,Corrected,Temp (C)", ISO, PLATO, [c + 1.0 for c in C], C),
    "original_extract_beside_everything": table(
        "Date;Er [%w/w];Ea [%w/w];OE [°Plato];SG 20/20;Temperature [°C]", ISO, PLATO, PLATO, ["12.9"] * 10, sg4(), C,
        sep=";",
    ),
    "density_relative_to_water_at_four_degrees": table(
        'Date,"Density 20/4",Temp C', ISO, [f"{s * 0.99823:.5f}" for s in SG], C
    ),
    **{
        f"no_time_{head}": table(f"{head},Date,SG,T (C)", range(1, 11), ISO, sg4(), C)
        for head in ("Bubbles Per Minute", "Bubbles/min", "CO2 [l/min]", "Blasen/Minute", "Pump min", "Airlock (1/min)")
    },
    **{
        f"hours_of_else_{head}": table(f"Date,{head},SG,T (C)", ISO, [h * share for h in HOURS], sg4(), C)
        for head, share in {
            "Fan hours": 0.5, "Hours on glycol": 0.3, "Kühlzeit min": 20, "Heures de froid": 0.2,
            "Relay ON seconds": 700, "Contact time (h)": 0.6, "Light hours": 0.1,
        }.items()
    },
    **{f"time_{head}": table(f"{head};SG;T (C)", HOURS, sg4(), C, sep=";") for head in ("Zeit/h", "t/h", "Dauer / h")},
    **{
        f"beside_the_date_of_the_batch_{head}": table(f"Date,{head},SG,T (C)", ISO[:1] * 10, HOURS, sg4(), C)
        for head in ("Hours", "Batch hours", "Hours in tank", "Brew age (h)")
    },
    "t_with_a_unit": table("Date,V,SG,T (C)", ISO, ["4.1"] * 10, sg4(), C),
    "t_with_a_sign": european("Date;Densité;T°", "{:%d/%m/%Y %H:%M}"),
    "t_alone": table("Date,SG,T", ISO, sg4(), C),
    "swedish": european("Tidpunkt;Densitet;Temperatur", "{:%Y-%m-%d %H:%M}"),
    "danish": european("Dato;Vægtfylde;Temperatur", "{:%d-%m-%Y kl. %H.%M}"),
    "finnish": european("Päivämäärä;Ominaispaino;Lämpötila", "{0.day}.{0.month}.{0.year} klo {0:%H.%M}"),
    "hungarian": european("Dátum;Sűrűség;Hőmérséklet", "{:%Y. %m. %d. %H:%M}"),
    "labels_of_grafana": '"Time","gravity {name=""iSpindel""}","temperature {name=""iSpindel""}"\n'
    + "".join(f"{at},{s},{c} °C\n" for at, s, c in zip(ISO, sg4(), C, strict=True)),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, GOOD[name])
    assert_is_the_batch(log)


@pytest.mark.parametrize("ends", [("OG", "FG"), ("Original gravity", "Final gravity")])
def test_the_first_and_the_last_reading_may_be_called_og_and_fg(tmp_path, ends):
    names = [ends[0], *["SG"] * 8, ends[1]]
    (log,) = logs_of(tmp_path, table("Date,Type,Value", ISO, names, sg4()))
    assert log.series.sg == pytest.approx(np.array(SG))


def test_an_original_extract_on_every_day_of_a_laboratory_is_no_reading(tmp_path):
    rows = "".join(f"{at},OE,12.9\n{at},AE,{plato}\n" for at, plato in zip(ISO, PLATO, strict=True))
    (log,) = logs_of(tmp_path, "Date,Test,Result\n" + rows)
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0002)


def sampled(tmp_path, head, second, *more):
    first = [f"{sg + 0.0001:.4f}" for sg in SG]
    return logs_of(tmp_path, table(head, ISO, first, second, *more, C))


@pytest.mark.parametrize("head", ["Date,SG 1,SG 2,Temp C", "Date,SG1,SG2,Temp C", "Date,Reading 1 SG,Reading 2 SG,T C"])
def test_two_samples_of_one_beer_are_one_batch(tmp_path, head):
    (log,) = sampled(tmp_path, head, [f"{sg - 0.001:.4f}" for sg in SG])
    assert_is_the_batch(log)


def test_the_mean_of_two_samples_counts(tmp_path):
    (log,) = sampled(tmp_path, "Date,SG 1,SG 2,Mean SG,Temp C", [f"{sg - 0.0012:.4f}" for sg in SG], sg4())
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.00005)
    assert 'gravity from "Mean SG", not from "SG 1", "SG 2"' in log.notes


@pytest.mark.parametrize("head", ["Date,SG 1,SG 2,Temp C", "Date,FV1 SG,FV2 SG,Temp C"])
def test_two_beers_are_two(tmp_path, head):
    assert len(sampled(tmp_path, head, [f"{1.060 - 0.0005 * n:.4f}" for n in range(10)])) == 2


def test_two_tanks_of_one_wort_are_two(tmp_path):
    assert len(sampled(tmp_path, "Date,FV1 SG,FV2 SG,Temp C", sg4())) == 2


def wide(more, events):
    """A table with dates of a tank's whole life beside the readings. more: heads and columns behind those."""
    heads = ["Timestamp", "SG", "Temp C", *(f"Event {n} date" for n in range(events)), *(head for head, _ in more)]
    events_at = [ISO[:1] * 10] * events
    return table(",".join(heads), ISO[:1] * 5 + ISO[5:], sg4(), C, *events_at, *(cells for _, cells in more))


@pytest.mark.parametrize("more", [("Read at", ISO), ("Hours from pitching", HOURS), ("Time (h)", HOURS)])
def test_behind_many_dates_the_column_that_tells_most_readings_apart_counts(tmp_path, more):
    (log,) = logs_of(tmp_path, wide([more], events=60))
    assert_is_the_batch(log)


def test_of_hundreds_of_columns_of_dates_few_are_read(tmp_path, monkeypatch):
    read = []
    parse = time_columns.parse
    monkeypatch.setattr(time_columns, "parse", lambda cells: read.append(cells) or parse(cells))
    (log,) = logs_of(tmp_path, wide([("Read at", ISO)], events=400))
    assert_is_the_batch(log)
    assert len(read) <= time_columns.MOST_ALIKE + 5


NOISE = [0, 1, -1, 0, 1, 0, -1, 1, 0, 0]  # points, of two readings of one beer
DRIFT = [0, 0.2, 0.5, 0.9, 1.3, 1.7, 2.1, 2.4, 2.6, 2.8]  # and of two beers


def apart(points, of=SG):
    return [f"{sg + n / 1000:.4f}" for sg, n in zip(of, points, strict=True)]


@pytest.mark.parametrize("head", ["Date,SG 1,SG 2,Temp C", "Date,SG A,SG B,Temp C", "Date,Gravity 1,Gravity 2,Beer C"])
@pytest.mark.parametrize("points", [NOISE, [1.4] * 10, [2 + n for n in NOISE]])
def test_samples_of_one_beer_are_said_to_be_taken_so(tmp_path, head, points):
    (log,) = logs_of(tmp_path, table(head, ISO, sg4(), apart(points), C))
    assert_is_the_batch(log)
    _, one, other, _ = head.split(",")
    what = "taken as samples of one beer; if they are two, head them"
    said = f'"{one}" and "{other}" agree: {what} "FV1 SG" and "FV2 SG"'
    assert said in log.notes


@pytest.mark.parametrize("points", [DRIFT, [round(n) for n in DRIFT], [-n for n in DRIFT]])
def test_two_that_drift_apart_are_two_beers(tmp_path, points):
    one, other = logs_of(tmp_path, table("Date,SG 1,SG 2,Temp C", ISO, sg4(), apart(points), C))
    assert one.series.sg == pytest.approx(SG)
    assert other.series.sg == pytest.approx(np.array(SG) + np.array(points) / 1000)
    assert '"SG 1" and "SG 2" drift apart: taken as two beers' in other.notes
    assert '"Temp C" does not say of which beer it is, and is left out' in one.notes


def test_those_that_the_head_calls_samples_are_of_one_beer_while_they_agree(tmp_path):
    for head in ("Date,SG sample 1,SG sample 2,Temp C", "Date,Sample A SG,Sample B SG,Temp C"):
        (log,) = logs_of(tmp_path, table(head, ISO, sg4(), apart(DRIFT), C))
        assert_is_the_batch(log)
        assert len(logs_of(tmp_path, table(head, ISO, sg4(), apart([9] * 10), C))) == 2


@pytest.mark.parametrize("title", ["Two fermenters, one wort", "Split batch", "Amber in 2 carboys"])
def test_two_that_the_title_puts_into_vessels_are_two(tmp_path, title):
    assert len(logs_of(tmp_path, f"{title}\n" + table("Date,SG 1,SG 2,Temp C", ISO, sg4(), apart(NOISE), C))) == 2


def test_a_room_beside_the_beer_does_not_part_two_samples(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG 1,SG 2,Temp C,Room C", ISO, sg4(), apart(NOISE), C, [15] * 10))
    assert_is_the_batch(log)


def twice(cells):
    return [cell for cell in cells for _ in (1, 2)]


SAMPLES = {
    "Sample": "12", "Sample No": "12", "Replicate": "AB", "Duplicate": "12", "Rep": "ab", "Reading": "12",
    "Probe Nr": "12", "Échantillon": "12", "Muestra": "AB", "Sample ID": ("S1", "S2"),
    "Sample name": ("Sample 1", "Sample 2"),
}  # fmt: skip


@pytest.mark.parametrize("head", SAMPLES)
@pytest.mark.parametrize("when", ["moments", "days"])
def test_a_column_that_counts_samples_names_no_batch(tmp_path, head, when):
    at = ISO if when == "moments" else [f"{day:%Y-%m-%d}" for day in (AT[0] + 3 * (t - AT[0]) for t in AT)]
    both = [f"{sg + n:.4f}" for sg in SG for n in (0, 0.001)]
    (log,) = logs_of(tmp_path, table(f"Date,{head},SG,Temp", twice(at), list(SAMPLES[head]) * 10, both, twice(C)))
    assert log.batch == ""
    assert log.series.sg == pytest.approx(np.array([float(sg) for sg in both]), abs=1e-6)
    assert log.series.temp_c == pytest.approx(twice(C))


@pytest.mark.parametrize(("head", "names"), [
    ("Tank", ("1", "2")), ("Fermenter", ("FV1", "FV2")), ("Batch", ("1", "2")), ("Carboy", ("A", "B")),
    ("Sample", ("FV1", "FV2")), ("Sample", ("Amber", "Stout")),
])  # fmt: skip
def test_a_column_that_names_tanks_or_beers_does_however_alike_they_are(tmp_path, head, names):
    both = [f"{sg + n:.4f}" for sg in SG for n in (0, 0.001)]
    one, other = logs_of(tmp_path, table(f"Date,{head},SG,Temp", twice(ISO), list(names) * 10, both, twice(C)))
    assert_is_the_batch(one)
    assert other.series.sg == pytest.approx(np.array(SG) + 0.001)


def test_samples_far_apart_are_of_two_beers(tmp_path):
    both = [f"{sg + n:.4f}" for sg in SG for n in (0, 0.010)]
    assert len(logs_of(tmp_path, table("Date,Sample,SG,Temp", twice(ISO), "12" * 10, both, twice(C)))) == 2


@pytest.mark.parametrize(
    "name",
    ["Gravity pts", "Gravity pts.", "SG pts", "SG Points", "gravity_points", "Gravity (pts.)", "Excess gravity", "GU"],
)
def test_a_gravity_of_points_is_named_in_several_ways(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,{name},Temp (C)", ISO, [f"{1000.0 * (sg - 1.0):.1f}" for sg in SG], C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("other", ["Exported at", "Brew date", "Updated"])
def test_one_moment_in_the_midst_of_the_columns_begins_no_table(tmp_path, other):
    first = "Logged at" if other.endswith("at") else "Date" if "date" in other else "Updated"
    times = {"Updated": "Time"}.get(first, first)
    text = table(f"{times},T (C),Level,Pitched,{other},SG", ISO, C, ["8"] * 10, ISO[:1] * 10, ISO[-1:] * 10, sg4())
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("names", [("local time", "utc time"), ("server time", "sensor time")])
@pytest.mark.parametrize("behind_h", [2.0, 0.02])
def test_two_clocks_of_one_row_are_not_of_two_tables(tmp_path, names, behind_h):
    other = [iso(at + timedelta(hours=behind_h)) for at in AT]
    (log,) = logs_of(tmp_path, table(f"{names[0]},temp_c,{names[1]},gravity", other, C, ISO, sg4()))
    assert_is_the_batch(log)
    assert log.notes == ()
