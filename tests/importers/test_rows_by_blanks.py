"""Rows whose cells stand apart by blanks, and rows that are no readings among them."""

import pytest

from tests.importers.made_up import AT, EPOCH_S, ISO, SG, C, assert_is_the_batch, logs_of, sg3, sg4, table


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S"])
def test_a_date_and_a_time_below_one_head(tmp_path, form):
    lines = [f"{at:{form}} {sg:<7} {c}" for at, sg, c in zip(AT, sg4(), C, strict=True)]
    (log,) = logs_of(tmp_path, "Date             SG      Temp\n" + "\n".join(lines) + "\n")
    assert_is_the_batch(log)


def test_what_rrdtool_fetches(tmp_path):
    lines = [f"{at}: {sg:.10e} {c:.10e}" for at, sg, c in zip(EPOCH_S, SG, C, strict=True)]
    (log,) = logs_of(tmp_path, "                          sg                temp\n\n" + "\n".join(lines) + "\n")
    assert_is_the_batch(log)


def test_means_below_each_day(tmp_path):
    rows = [f"{at:%Y-%m-%d},{at:%H:%M},{sg},{c}\n" for at, sg, c in zip(AT, sg4(), C, strict=True)]
    days = [f"{at:%Y-%m-%d} Average,,{sg},{c}\n" for at, sg, c in zip(AT, sg4(), C, strict=True)]
    text = "".join(rows[:3] + days[2:3] + rows[3:6] + days[5:6] + rows[6:])
    (log,) = logs_of(tmp_path, "Date,Time,SG,Temp C\n" + text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["Number of day", "Day"])
def test_a_time_of_an_unknown_name_before_the_number_of_the_day(tmp_path, name):
    days = [1 + i // 5 for i in range(10)]
    (log,) = logs_of(tmp_path, table(f"Quoi,{name},SG,Temp C", ISO, days, sg4(), C))
    assert_is_the_batch(log)


def test_text_messages_of_a_phone(tmp_path):
    readings = zip(EPOCH_S, sg3(), C, strict=True)
    body = "".join(f'<sms date="{at}000" body="SG {sg} at {c} C"/>' for at, sg, c in readings)
    (log,) = logs_of(tmp_path, f'<?xml version="1.0"?><smses count="10">{body}</smses>')
    assert log.series.sg == pytest.approx(SG, abs=0.0006)
    assert log.series.temp_c == pytest.approx(C)
