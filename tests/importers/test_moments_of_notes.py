"""Moments as people write them at the beginning of a note."""

import pytest

from tests.importers.made_up import AT, C, F, assert_is_the_batch, logs_of, refusal_of, sg4

LINES = ["{}: {} @ {}C", "{} - SG {} - {} °C", "[{}] Ann: {} sg, {}C", "{} -> {} ({}°C)", "{}  {}  {}C  ok"]


@pytest.mark.parametrize("form", ["%A %d %B %Y, %H:%M", "%d %b %H:%M", "%a %d %b %H:%M", "%b %d, %I:%M %p"])
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("title", ["", "# Batch 12\n\n"])
def test_a_day_of_the_week_before_it_or_no_year_behind_it(tmp_path, form, line, title):
    lines = [line.format(at.strftime(form), sg, c) for at, sg, c in zip(AT, sg4(), C, strict=True)]
    (log,) = logs_of(tmp_path, title + "\n".join(lines) + "\n")
    assert_is_the_batch(log)


@pytest.mark.parametrize(("cells", "sign"), [(C, "C"), (F, "F"), (C, " °C")])
def test_degrees_that_fall_as_the_gravity_does_are_degrees(tmp_path, cells, sign):
    falling = sorted(cells, reverse=True)
    lines = [f"{at:%d.%m.%Y %H:%M}, {sg}, {t}{sign}" for at, sg, t in zip(AT, sg4(), falling, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert log.series.temp_c == pytest.approx(sorted(C, reverse=True), abs=0.06)


def test_a_time_of_day_before_what_looks_like_a_date_is_not_of_it(tmp_path):
    line = "[{:%H:%M:%S}][D][sensor:094]: 'Gravity': Sending state {} SG with 3 decimals of accuracy\n"
    text = "".join(line.format(at, sg) for at, sg in zip(AT, sg4(), strict=True))
    assert "have no date" in refusal_of(tmp_path, text)
