"""Logs that people and programs write in other ways than most: the same batch."""

import gzip
import json
from datetime import datetime, timedelta

import numpy as np
import pytest

from brewpi.importers import Answers, LogError, read_all
from brewpi.units import plato_from_sg
from tests.importers.made_up import AT, EPOCH_S, ISO, SERIAL, SG, C, assert_is_the_batch, logs_of, sg3, sg4, table


def lines(form):
    return "".join(form.format(at=at, sg=s, c=c) for at, s, c in zip(AT, sg4(), C, strict=True))


ARABIC = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
GOOD = {
    "syslog_with_units_behind_the_numbers": lines("Apr {at.day} {at:%H:%M:%S} pi tilt[412]: SG={sg} T={c}C bat=4.1V\n"),
    "time_before_date": lines("{at:%H:%M:%S} {at:%d.%m.%y} SG {sg} {c}°C\n"),
    "hour_and_minute_before_date": lines("{at:%H:%M}, {at:%Y-%m-%d}: SG {sg}, {c} °C\n"),
    "syslog_with_a_year": lines("{at:%Y-%m-%dT%H:%M:%S}+00:00 pi tilt[412]: Red SG={sg} T={c}C\n"),
    "free_text_without_a_colon": lines("{at:%Y-%m-%d %H:%M} SG {sg} temp {c} C\n"),
    "free_text_with_the_number_first": lines("{at:%d.%m.%Y %H:%M} - SG {sg}, {c} °C, smells of bananas\n"),
    "bar_in_a_name_and_a_comma_in_a_note": table(
        "Timestamp,SG,Temp,Color,Beer,Comment",
        ISO, sg4(), C, ["RED"] * 10, ["Amber (RED | 1)"] * 10, ["OG 1.055, pitched", *[""] * 9],
    ),
    "tags_of_a_siemens_panel": '"VarName";"TimeString";"VarValue";"Validity";"Time_ms"\n' + lines(
        '"FV1_Temp";"{at:%d.%m.%Y %H:%M:%S}";{c};1;45404,7\n"FV1_SG";"{at:%d.%m.%Y %H:%M:%S}";{sg};1;45404,7\n'
    ) + '"$RT_OFF$";"25.04.2024 16:50:00";0;2;45407,7\n',
    "kept_as_text_by_a_formula": table(
        "Date,SG,Temp", *([f'="{cell}"' for cell in cells] for cells in (ISO, sg4(), C))
    ),
    "kept_as_text_by_a_quoted_formula": table(
        "Date,SG,Temp", *([f'"=""{cell}"""' for cell in cells] for cells in (ISO, sg4(), C))
    ),
    "directions_of_writing": table(
        "Date;SG;Temp", [f"\u200e{at:%d}/\u200e{at:%m}/\u200e{at:%Y} \u200f\u200e{at:%H:%M}" for at in AT], sg4(), C,
        sep=";",
    ),
    "spaces_without_width": table("Date;SG;Temp", ISO, [f"\u200b{sg}\u2060" for sg in sg4()], C, sep=";"),
    "raised_points": table("Date;SG;Temp", ISO, [sg.replace(".", "·") for sg in sg4()], C, sep=";"),
    "arabic_digits": table("Date;SG;Temp", ISO, [sg.translate(ARABIC) for sg in sg4()], C, sep=";"),
    "six_figures_and_four": table("Date,SG,Temp", [f"{at:%y%m%d %H%M}" for at in AT], sg4(), C),
    "six_figures_and_a_clock": table("Date,SG,Temp", [f"{at:%y%m%d %H:%M}" for at in AT], sg4(), C),
    "six_figures_and_a_t": table("Date,SG,Temp", [f"{at:%y%m%dT%H%M%S}" for at in AT], sg4(), C),
    "date_in_six_figures_beside_a_clock": table(
        "Date,Time,SG,Temp", [f"{at:%y%m%d}" for at in AT], [f"{at:%H%M}" for at in AT], sg4(), C
    ),
    "date_in_eight_figures_beside_a_clock_in_four": table(
        "Date,Time,SG,Temp", [f"{at:%Y%m%d}" for at in AT], [f"{at:%H%M}" for at in AT], sg4(), C
    ),
}  # fmt: skip


DAYS = [AT[0].replace(hour=0, minute=0) + (at - AT[0]) * 3 for at in AT]
WIDE = str.maketrans({chr(0x21 + n): chr(0xFF01 + n) for n in range(0x5E)} | {" ": "\u3000"})
HALF = {"AM": ("上午", "午前", "오전"), "PM": ("下午", "午後", "오후")}
EAST_ASIAN = {
    "japanese": [f"{at.year}年{at.month}月{at.day}日 {at.hour}時{at.minute:02}分" for at in AT],
    "japanese_seconds": [f"{at:%Y}年{at:%m}月{at:%d}日{at:%H}時{at:%M}分{at:%S}秒" for at in AT],
    "japanese_half": [f"{at:%Y/%m/%d} {HALF[f'{at:%p}'][1]} {at:%I:%M}" for at in AT],
    "chinese": [f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}" for at in AT],
    "chinese_half": [f"{at.year}年{at.month}月{at.day}日{HALF[f'{at:%p}'][0]}{at:%I:%M:%S}" for at in AT],
    "korean": [f"{at.year}년 {at.month}월 {at.day}일 {at.hour}시 {at.minute}분" for at in AT],
    "korean_half": [f"{at.year}. {at.month}. {at.day}. {HALF[f'{at:%p}'][2]} {at:%I}:{at:%M}:{at:%S}" for at in AT],
}
HEADS = {"japanese": "日時,比重,温度", "chinese": "时间,比重,温度", "korean": "일시,비중,온도"}


@pytest.mark.parametrize("name", EAST_ASIAN)
def test_japanese_chinese_and_korean_dates(tmp_path, name):
    for head in ("date,sg,temp", HEADS[name.partition("_")[0]]):
        (log,) = logs_of(tmp_path, table(head, EAST_ASIAN[name], sg4(), C))
        assert_is_the_batch(log)


JAPANESE_DAYS = (
    "{at.month}月{at.day}日({day})", "{at.month}/{at.day}（{day}）", "{at.month}月{at.day}日",
    "{at.month}月{at.day}日({day}曜日)", "{at.year}年{at.month}月{at.day}日 {day}曜日",
    "{at.month}月{at.day}日 {day}曜",
)  # fmt: skip


@pytest.mark.parametrize("form", JAPANESE_DAYS)
def test_japanese_dates_without_a_year_beside_a_clock(tmp_path, form):
    dates = [form.format(at=at, day="月火水木金土日"[at.weekday()]) for at in AT]
    (log,) = logs_of(tmp_path, table("日付,時刻,比重,温度", dates, [f"{at:%H:%M}" for at in AT], sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize(
    ("heads", "clock"),
    [("Ημερομηνία;Ώρα", "%H:%M"), ("Tarih;Saat", "%H:%M"), ("Pvm;Klo", "%H:%M"), ("Pvm;Klo", "%H.%M")],
)
def test_a_clock_beside_a_date_in_other_languages(tmp_path, heads, clock):
    dates = [f"{at:%d.%m.%Y}" for at in AT]
    (log,) = logs_of(tmp_path, table(f"{heads};SG;Temp", dates, [f"{at:{clock}}" for at in AT], sg4(), C, sep=";"))
    assert_is_the_batch(log)


DRAWN = {  # borders at the top, under the header, between rows and at the bottom; and the bar
    "sqlite_box": ("┌┬┐", "├┼┤", "", "└┴┘", "│"),
    "duckdb": ("╭┬╮", "├┼┤", "", "╰┴╯", "│"),
    "double": ("╔╦╗", "╠╬╣", "", "╚╩╝", "║"),
    "mysql": ("+++", "+++", "", "+++", "|"),
    "restructured_text": ("+++", "+++", "+++", "+++", "|"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_table_that_is_drawn_keeps_its_temperature(tmp_path, name):
    *borders, bar = DRAWN[name]
    line = "-" if bar == "|" else "─" if bar == "│" else "═"
    top, under, between, bottom = (b and b[0] + b[1].join([line * 21] * 3) + b[2] for b in borders)
    header, *rows = [
        bar + bar.join(f" {cell!s:<20}" for cell in row) + bar
        for row in [("Date", "SG", "Temp C"), *zip(ISO, sg4(), C, strict=True)]
    ]
    under = under.replace("-", "=") if between else under
    body = f"\n{between}\n".join(rows) if between else "\n".join(rows)
    (log,) = logs_of(tmp_path, "\n".join([top, header, under, body, bottom]))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["J+{}", "J{}", "j {}", "J + {}"])
def test_french_days(tmp_path, form):
    days = [form.format(n) for n in range(10)]
    (log,) = logs_of(tmp_path, table("Jour;Densité", days, sg4(), sep=";"))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))


@pytest.mark.parametrize("head", ["Sıcaklık", "SICAKLIK (°C)", "Bira sıcaklığı", "Sicaklik"])
def test_a_turkish_sheet(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Tarih;Yoğunluk;{head}", ISO, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("day_0", ["1900-01-00 ", "1/0/1900 ", "00.01.1900 ", "1899-12-30 "])
def test_a_clock_in_a_date_s_format(tmp_path, day_0):
    dates, clocks = [f"{at:%Y-%m-%d}" for at in AT], [f"{day_0}{at:%H:%M:%S}" for at in AT]
    (log,) = logs_of(tmp_path, table("Date,Time,SG,Temp", dates, clocks, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["{:%d.%m.} {:%H:%M}", "{:%d %b} {:%H:%M}", "{:%m/%d} {:%I:%M %p}"])
@pytest.mark.parametrize("year", [2027, 2028])
def test_the_end_of_february_without_a_year(tmp_path, form, year):
    at = [datetime(year, 2, 27, 8) + timedelta(hours=8 * n) for n in range(10)]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", [form.format(t, t) for t in at], sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("mark", ["''", "〃", '-""-'])
def test_ditto_marks_below_a_date(tmp_path, mark):
    dates = [f"{at:%d/%m/%Y}" for at in AT]
    dates = [mark if n and at == dates[n - 1] else at for n, at in enumerate(dates)]
    cells = [f'"{at}"' if '"' in at else at for at in dates]
    (log,) = logs_of(tmp_path, table("Date,Time,SG,Temp", cells, [f"{at:%H:%M}" for at in AT], sg4(), C))
    assert_is_the_batch(log)


def test_an_hour_without_minutes(tmp_path):
    days = [f"{at.month}月{at.day}日 {n}時" for n, at in enumerate(DAYS)]
    (log,) = logs_of(tmp_path, table("日時,比重", [f"2026年{day}" for day in days], sg4()))
    assert log.series.hours == pytest.approx(25.0 * np.arange(10))


def test_signs_as_wide_as_an_ideograph_are_the_narrow_ones(tmp_path):
    wide = "\n".join(line.translate(WIDE) for line in table("Date,SG,Temp", ISO, sg4(), C).splitlines())
    (log,) = logs_of(tmp_path, wide)
    assert_is_the_batch(log)


FULL = [at.replace(minute=0) for at in AT]
WHOLE_HOURS = {
    "german": [f"{at:%d.%m.%Y} {at.hour} Uhr" for at in FULL],
    "german_without_a_year": [f"{at:%d.%m.} {at.hour} Uhr" for at in FULL],
    "french": [f"{at:%d/%m/%Y} à {at.hour}h" for at in FULL],
    "french_in_words": [f"{at.day} avril 2024 {at.hour} h" for at in FULL],
    "dutch": [f"{at:%d-%m-%Y} om {at.hour} uur" for at in FULL],
    "american": [f"{at:%m/%d/%Y} {at:%I%p}" for at in FULL],
    "american_in_words": [f"{at:%b %d} at {at:%I} {at:%p}".lower() for at in FULL],
    "day": [f"Day {at.day - 21} {at:%I} {at:%p}" for at in FULL],
}
CLOCKS = ("{0.hour}h", "{0.hour} Uhr", "{0:%I} {0:%p}", "{0.hour} heures")


@pytest.mark.parametrize("name", WHOLE_HOURS)
def test_a_whole_hour_behind_a_date(tmp_path, name):
    (log,) = logs_of(tmp_path, table("Date;SG;Temp", WHOLE_HOURS[name], sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", CLOCKS)
def test_a_whole_hour_in_a_column_beside_the_date(tmp_path, form):
    dates, clocks = [f"{at:%d/%m/%Y}" for at in FULL], [form.format(at) for at in FULL]
    (log,) = logs_of(tmp_path, table("Date;Heure;SG;Temp", dates, clocks, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_figures_behind_a_date_that_may_be_the_hour_are_not_passed_over(tmp_path):
    dates = [f"{at:%d.%m.%Y} {at.hour}" for at in FULL]
    with pytest.raises(LogError, match=r'times such as "22.04.2024 16" cannot be read'):
        logs_of(tmp_path, table("Date;SG;Temp", dates, sg4(), C, sep=";"))


SINCE_1601_S, SINCE_1_S = 11_644_473_600, 62_135_596_800
MOMENTS = {
    "windows": [str((s + SINCE_1601_S) * 10**7) for s in EPOCH_S],
    "dot_net": [str((s + SINCE_1_S) * 10**7) for s in EPOCH_S],
    "java": [f"{at:%a %b %d %H:%M:%S} CEST {at:%Y}" for at in AT],
    "zone_behind_words": [f"{at:%d %b %Y %H:%M:%S} CEST" for at in AT],
    "javascript_of_a_french_browser": [
        f"{at:%a %b %d %Y %H:%M:%S} GMT+0200 (heure d’été d’Europe centrale)" for at in AT
    ],
    "milliseconds_behind_figures": [f"{at:%Y%m%d%H%M%S}.000" for at in AT],
    "milliseconds_in_seventeen_figures": [f"{at:%Y%m%d%H%M%S}000" for at in AT],
    "figures_and_an_offset": [f"{at:%Y%m%dT%H%M%S}+0200" for at in AT],
    "figures_and_a_clock_with_colons": [f"{at:%Y%m%d %H:%M}" for at in AT],
    "the_day_first_in_eight_figures": [f"{at:%d%m%Y %H:%M}" for at in AT],
    "day_of_the_year": [f"{at:%Y-%jT%H:%M:%S}" for at in AT],
    "matlab": [f"{serial + 693_960:.6f}" for serial in SERIAL],
    "thailand": [f"{at.day}/{at.month}/{at.year + 543} {at:%H:%M}" for at in AT],
    "thailand_as_in_iso": [f"{at.year + 543}-{at:%m-%d %H:%M}" for at in AT],
    "taiwan": [f"{at.year - 1911}/{at:%m/%d %H:%M}" for at in AT],
    "taiwan_in_words": [f"民國{at.year - 1911}年{at.month}月{at.day}日 {at:%H:%M}" for at in AT],
    "japan": [f"R{at.year - 2018}.{at.month}.{at.day} {at:%H:%M}" for at in AT],
    "japan_in_words": [f"令和{at.year - 2018}年{at.month}月{at.day}日 {at.hour}時{at.minute}分" for at in AT],
    "dots_only": [f"{at:%d.%m.%y %H.%M}" for at in AT],
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_of_programs(tmp_path, name):
    (log,) = logs_of(tmp_path, table("Date;SG;Temp", MOMENTS[name], sg4(), C, sep=";"))
    assert_is_the_batch(log)
    assert log.start_h == pytest.approx(EPOCH_S[0] / 3600.0, abs=3.0)


DATES = {
    "day_of_the_year": [f"{at:%Y-%j}" for at in DAYS],
    "day_of_the_year_in_figures": [f"{at:%Y%j}" for at in DAYS],
    "figures_with_the_day_first": [f"{at:%d%m%Y}".lstrip("0") for at in DAYS],
    "figures_with_the_month_first": [f"{at:%m%d%Y}".lstrip("0") for at in DAYS],
    "matlab": [str(at.toordinal() + 366) for at in DAYS],
}


@pytest.mark.parametrize("name", DATES)
def test_dates_in_figures(tmp_path, name):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", DATES[name], sg4(), C))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))
    assert log.start_h == pytest.approx(EPOCH_S[0] / 3600.0, abs=24.0)


def test_hours_in_figures_behind_the_date(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", [f"{at:%Y%m%d%H}" for at in FULL], sg4(), C))
    assert_is_the_batch(log)


OTHER_CALENDARS = {"1405-08-{:02}": "Persian", "1448/05/{:02} 08:00": "Islamic", "1405-08-{:02} 08:00": "Persian"}


@pytest.mark.parametrize(("form", "calendar"), OTHER_CALENDARS.items())
def test_months_of_other_lengths_are_not_taken_for_ours(tmp_path, form, calendar):
    with pytest.raises(LogError, match=f"cannot be read: a year of the {calendar} calendar"):
        logs_of(tmp_path, table("Date,SG,Temp", [form.format(n + 10) for n in range(10)], sg4(), C))


@pytest.mark.parametrize("word", ["SOIR", "NOCHE"])
def test_a_half_of_the_day_in_capitals_is_no_zone(tmp_path, word):
    times = [f"{at:%d %b %Y} {at:%I:%M} {word if at.hour >= 12 else 'AM'}" for at in AT]
    with pytest.raises(LogError, match=r"no time that can be read|cannot be read"):
        logs_of(tmp_path, table("Date;SG;Temp", times, sg4(), C, sep=";"))


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, GOOD[name])
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["{0:%G-W%V-%u}", "{0:%GW%V%u}", "{0:%y%m%d}", "{0:%d%m%y}", "{0:%d.%m}"])
def test_days_in_other_forms(tmp_path, form):
    (log,) = logs_of(tmp_path, table("Datum;SG", map(form.format, DAYS), sg3(), sep=";"))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))


def test_a_device_that_was_renamed_goes_on(tmp_path):
    for at in (1, 5, 8):
        names = ["Tilt" if i < at else "Tilt RED 2" for i in range(10)]
        (log,) = logs_of(tmp_path, table("Date,Device,SG,Temp", ISO, names, sg4(), C))
        assert log.series.sg == pytest.approx(SG)
        assert '"Tilt" goes on as "Tilt RED 2"' in " ".join(log.notes)


def test_a_hydrometer_that_changes_places_with_another_is_one_batch(tmp_path):
    red, green = ["" if i >= 5 else s for i, s in enumerate(sg4())], ["" if i < 5 else s for i, s in enumerate(sg4())]
    (log,) = logs_of(tmp_path, table("Date,Red SG,Green SG", ISO, red, green))
    assert log.series.sg == pytest.approx(SG)


def test_another_beer_of_the_same_gravity_is_none(tmp_path):
    for head in ("Beer", "Batch"):
        names = ["Amber" if i < 5 else "Porter" for i in range(10)]
        logs = logs_of(tmp_path, table(f"Date,{head},SG,Temp", ISO, names, sg4(), C))
        assert [log.batch for log in logs] == ["Amber", "Porter"]


def test_a_sidecar_that_an_editor_begins_with_a_mark_is_read(tmp_path):
    (tmp_path / "x.csv").write_text(table("Date,SG,Temp", ISO, sg4(), C))
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf" + json.dumps({"style": "amber ale"}).encode())
    (log,) = read_all(tmp_path / "x.csv").logs
    assert log.series.style == "amber ale"


def test_a_sidecar_goes_with_a_packed_log(tmp_path):
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(table("Date,SG,Temp", ISO, sg4(), C).encode()))
    for name in ("x.json", "x.csv.json"):
        (tmp_path / name).write_text(json.dumps({"style": "amber ale", "beverage": "beer"}))
        (log,) = read_all(tmp_path / "x.csv.gz").logs
        assert log.series.style == "amber ale"
        (tmp_path / name).unlink()


@pytest.mark.parametrize(
    ("head", "per_sg"), [("Density (kg/hl)", 99.823), ("Density kg/hl", 99.823), ("Density [kg/hL]", 99.823)]
)
def test_kilograms_per_hectolitre_are_a_density(tmp_path, head, per_sg):
    (log,) = logs_of(tmp_path, table(f"Date,{head},Temp", ISO, [f"{sg * per_sg:.2f}" for sg in SG], C))
    assert log.series.sg == pytest.approx(SG, abs=1e-4)


@pytest.mark.parametrize(
    "form", ["{p:.2f}°P / {sg:.4f}", "{p:.2f} °P ({sg:.4f})", "{p:.2f}°P/{sg:.4f}", "{p:.2f} Plato = {sg:.4f}"]
)
def test_one_gravity_in_two_units_in_a_cell_is_read_in_the_first(tmp_path, form):
    cells = [form.format(p=plato_from_sg(sg), sg=sg) for sg in SG]
    (log,) = logs_of(tmp_path, table("Date,Gravity,Temp", ISO, cells, C))
    assert log.series.sg == pytest.approx(SG, abs=2e-4)


@pytest.mark.parametrize("fahrenheit", [{3}, {1, 4, 8}, {0, 1, 2, 4, 5, 7, 8}])
def test_cells_marked_as_fahrenheit_in_a_column_of_celsius_are_converted(tmp_path, fahrenheit):
    cells = [f"{c * 1.8 + 32:.1f}F" if i in fahrenheit else f"{c}" for i, c in enumerate(C)]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp (°C)", ISO, sg4(), cells))
    assert log.series.temp_c == pytest.approx(C, abs=0.1)


def test_one_temperature_that_no_beer_has_is_one(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp (°C)", ISO, sg4(), [*C[:5], 200.0, *C[6:]]))
    assert "1 temperature that no beer has left out" in log.notes


def test_a_density_of_four_decimals_without_a_unit_is_taken_as_sg_and_said(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Density,Temp", ISO, sg4(), C))
    assert log.series.sg == pytest.approx(SG, abs=1e-4)
    assert '"Density" taken as SG; if it is in g/cm³, 1.8 points are missing: say --unit g/cm3' in log.notes
    (tmp_path / "said.csv").write_text(table("Date,Density,Temp", ISO, sg4(), C))
    assert read_all(tmp_path / "said.csv", Answers(unit="g/cm3")).logs[0].notes == ()


@pytest.mark.parametrize("head", ["Density (SG)", "SG", "Density"])
def test_a_density_of_three_decimals_or_in_sg_is_no_question(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date,{head},Temp", ISO, sg3() if head == "Density" else sg4(), C))
    assert log.notes == ()


@pytest.mark.parametrize("form", ["%Y-%m-%d %H.%M", "%Y-%-m-%-d %-H:%M", "%Y年%-m月%-d日 %-H:%M", "%Y-%m-%dT%-H:%M"])
def test_iso_dates_as_people_write_them(tmp_path, form):
    """14.20 was a fraction of an hour, and days of one figure among others were left out."""
    moments = [(at - timedelta(days=22)).strftime(form) for at in AT]  # over the first of April
    (log,) = logs_of(tmp_path, table("Date;SG;Temp C", moments, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["Hodina", "Hour", "Uur"])
def test_a_time_of_day_called_after_the_hour(tmp_path, head):
    days, times = [f"{at:%Y-%m-%d}" for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table(f"Datum;{head};SG;Temp C", days, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)
    spans = [f"{8 * i}:00" for i in range(10)]
    assert_is_the_batch(logs_of(tmp_path, table(f"{head};SG;Temp C", spans, sg4(), C, sep=";"))[0])


def test_gravities_with_their_unit_are_no_names_of_hydrometers(tmp_path):
    cells = [f"{sg} SG" for sg in ("1.052", "1.048", "1.040", "1.026", "1.016") for _ in range(2)]
    (log,) = logs_of(tmp_path, table("When,Hydrometer,Fermenter temp", ISO, cells, C))
    assert len(log.series.sg) == 10


def test_a_hungarian_target(tmp_path):
    (log,) = logs_of(tmp_path, table("Dátum;SG;Cél hőmérséklet;Sör hőmérséklet", ISO, sg4(), [18] * 10, C, sep=";"))
    assert_is_the_batch(log)
