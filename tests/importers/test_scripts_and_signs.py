"""Files in other scripts and encodings, and with signs that nobody sees: what can be read is read."""

import numpy as np
import pytest

from brewpi.units import plato_from_sg
from tests.importers.made_up import AT, ISO, PLATO, SG, C, assert_is_the_batch, comma, logs_of, refusal_of, sg4, table

CSV = table("Date,SG,Temp", ISO, sg4(), C)
ROOM = [22.0 + n % 3 for n in range(10)]
FRIDGE = [12.0, 11.0] * 5
DAY, CLOCK = [f"{at:%Y/%m/%d}" for at in AT], [f"{at:%H:%M}" for at in AT]
BAUME = [f"{145 - 145 / sg:.2f}" for sg in SG]

HEADS = {
    "japanese": ("日付,時刻,室温(℃),品温(℃),比重", "cp932", DAY, CLOCK, ROOM, C, sg4()),
    "japanese_winery": ("測定日,時刻,ロット,ボーメ,品温", "cp932", DAY, CLOCK, ["A"] * 10, BAUME, C),
    "chinese": ("时间,发酵罐,温度,设定温度,糖度(°P)", "gb18030", ISO, ["一号"] * 10, C, FRIDGE, PLATO),
    "taiwanese": ("日期,時間,比重,溫度,室溫", "big5", DAY, CLOCK, sg4(), C, ROOM),
    "korean": ("날짜,시간,비중,온도,실내온도,초기비중", "cp949", DAY, CLOCK, sg4(), C, ROOM, ["1.052"] * 10),
    "korean_apart": ("날짜,시간,비중,발효 온도,실내 온도", "utf-8", DAY, CLOCK, sg4(), C, ROOM),
    "russian": (
        "Дата,Время,Нач. плотность,Плотность,Температура сусла,Темп. в комнате", "cp1251",
        DAY, CLOCK, [1.052] * 10, sg4(), C, ROOM,
    ),
    "russian_plato": ("Дата,Время,Плотность (°P),Темп.,Целевая темп.", "utf-8", DAY, CLOCK, PLATO, C, FRIDGE),
    "ukrainian": ("Дата,Густина,Температура,Кімнатна температура", "utf-8", ISO, sg4(), C, ROOM),
    "greek": ("Ημερομηνία,Ώρα,Ειδικό βάρος,Θερμοκρασία,Θερμοκρασία δωματίου", "utf-8", DAY, CLOCK, sg4(), C, ROOM),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_heads_of_other_scripts_say_which_temperature_is_the_beers(tmp_path, name):
    head, encoding, *columns = HEADS[name]
    (log,) = logs_of(tmp_path, table(head, *columns).encode(encoding))
    assert_is_the_batch(log)


OLDER = {
    "euc_jp": ("日時,比重,品温", ISO, sg4(), C),
    "iso2022_jp": ("日時,比重,品温", ISO, sg4(), C),
    "koi8_r": ("Дата,Плотность,Температура сусла", ISO, sg4(), C),
    "cp866": ("Дата,Плотность,Температура сусла", ISO, sg4(), C),
    "iso8859_5": ("Дата,Плотность,Температура сусла", ISO, sg4(), C),
    "cp1254": ("Tarih,Yoğunluk,Sıcaklık", ISO, sg4(), C),
    "cp852": ("Datum,Stupňovitost,Teplota mladiny", ISO, PLATO, C),
    "cp850": ("Date,Densité,T° moût", ISO, sg4(), C),
    "mac_roman": ("Päivämäärä,Ominaispaino,Lämpötila", ISO, sg4(), C),
}


@pytest.mark.parametrize("encoding", OLDER)
def test_encodings_of_older_computers_show_by_the_heads(tmp_path, encoding):
    head, *columns = OLDER[encoding]
    (log,) = logs_of(tmp_path, table(head, *columns).encode(encoding))
    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["测量时间,原麦汁浓度(°P),外观浓度(°P),罐温", "Tanggal,Original Extract,Plato,Suhu"])
def test_apparent_extract_stands_beside_the_original(tmp_path, head):
    (log,) = logs_of(tmp_path, table(head, ISO, ["12.9"] * 10, PLATO, C))
    assert_is_the_batch(log)


ROOMS = {
    "japanese": ("日時,室温,比重", "cp932"), "chinese": ("时间,室温,比重", "gb18030"),
    "korean": ("일시,실온,비중", "cp949"),
    "russian": ("Дата,Комната,Плотность", "cp1251"), "greek": ("Ημερομηνία,Θερμοκρασία δωματίου,Ειδικό βάρος", "utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROOMS)
def test_a_rooms_temperature_is_not_taken_for_the_beers(tmp_path, name):
    head, encoding = ROOMS[name]
    (log,) = logs_of(tmp_path, table(head, ISO, ROOM, sg4()).encode(encoding))
    assert log.series.sg == pytest.approx(SG)
    assert not np.isfinite(log.series.temp_c).any()


def test_sugar_without_its_unit_is_asked_for(tmp_path):
    assert "looks like degrees Plato" in refusal_of(tmp_path, table("日時,糖度,品温", ISO, PLATO, C).encode("cp932"))
    (log,) = logs_of(tmp_path, table("日時,糖度(Brix),品温", ISO, PLATO, C).encode("cp932"))
    assert plato_from_sg(log.series.sg) == pytest.approx(PLATO, abs=0.1)


UTF16 = CSV.encode("utf-16-le")
JAPANESE = table("日時,比重,温度", ISO, sg4(), C)
SIGNS = {
    "utf16": CSV.encode("utf-16"), "utf16_little_endian_without_its_mark": UTF16,
    "utf16_big_endian_without_its_mark": CSV.encode("utf-16-be"),
    "utf16_with_half_a_sign": CSV.encode("utf-16") + b"\n",
    "utf16_japanese_without_its_mark": JAPANESE.encode("utf-16-le"),
    "utf16_japanese_big_endian_without_its_mark": JAPANESE.encode("utf-16-be"),
    "utf16_behind_a_head_of_one_byte": b"Date,SG,Temp\r\n" + table("", ISO, sg4(), C).lstrip().encode("utf-16-le"),
    "a_zero_ends_each_line": CSV.replace("\n", "\0\n"), "a_bell_ends_each_line": CSV.replace("\n", "\x07\n"),
    "of_a_serial_line": "".join(f"\x02{line}\x03\r\n" for line in CSV.splitlines()),
    "of_a_terminal": "\x1b[1m" + CSV.replace("\n", "\x1b[0m\n\x1b[32m"),
    "ascii_separators": CSV.replace(",", "\x1f").replace("\n", "\x1e"), "vertical_tabs": CSV.replace("\n", "\x0b\n"),
    "a_page_begins": "\x0c" + CSV.replace("2024-04-24", "\x0c2024-04-24", 1), "ends_as_in_dos": CSV + "\x1a",
    "lines_of_a_word_processor": CSV.replace("\n", "\u2028"), "lines_of_a_mainframe": CSV.replace("\n", "\x85"),
    "a_line_within_a_cell_of_filemaker": table(
        "Date,SG,Temp,Note", ISO, sg4(), C, ["pitched\x0bat noon, cold", *[""] * 9]
    ).replace("noon, cold", "noon"),
    "two_marks": b"\xef\xbb\xbf\xef\xbb\xbf" + CSV.encode(), "carriage_returns": CSV.replace("\n", "\r"),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNS)
def test_signs_that_nobody_sees_cost_no_reading(tmp_path, name):
    (log,) = logs_of(tmp_path, SIGNS[name])
    assert_is_the_batch(log)


@pytest.mark.parametrize("mark", ["//", "%", "--", "!", "REM", "#", ";", "'"])
def test_lines_of_comments_cost_no_reading(tmp_path, mark):
    head, *rows = CSV.splitlines()
    above = [f"{mark} my amber", f"{mark} second, third", head]
    text = "\n".join([*above, *rows[:4], f"{mark} dry hopped", *rows[4:], ""])
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("seed", range(4))
def test_bytes_of_a_program_are_no_text(tmp_path, seed):
    data = np.random.default_rng(seed).integers(0, 256, 5000, dtype=np.uint8).tobytes()
    assert refusal_of(tmp_path, b"\x01" + data)
    control = np.random.default_rng(seed).integers(1, 9, 2000, dtype=np.uint8).tobytes()
    assert "is no text" in refusal_of(tmp_path, CSV.encode()[:300].replace(b"0", control[:40]) + control)


def test_western_and_russian_files_are_as_before(tmp_path):
    western = table("Zeit;Dichte;Bier °C;Kühlschrank °C", ISO, sg4(), [comma(c, 1) for c in C], FRIDGE, sep=";")
    for encoding in ("cp1252", "utf-8"):
        (log,) = logs_of(tmp_path, western.encode(encoding))
        assert_is_the_batch(log)
