"""Moments as people write them at the beginning of a note."""

import pytest

from brewpi.importers.spoken_degrees import temperature
from tests.importers.made_up import AT, PLATO, C, F, assert_is_the_batch, logs_of, refusal_of, sg4

LINES = [
    "{}: {} @ {}C", "{} – {} SG ({} °C) tastes fine", "{} - SG {} - {} °C", "[{}] Ann: {} sg, {}C", "{} -> {} ({}°C)",
    "{}  {}  {}C  ok",
]  # fmt: skip


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


DEGREES = [
    "bei {} Grad", "bei {} Grad Celsius", "a {} ºC", "a {} grados", "a {} gradi", "à {} degrés", "at {} degrees",
    "at {} Celsius", "at {} c", "at {}˚C", "przy {} stopniach",
]  # fmt: skip


@pytest.mark.parametrize("way", DEGREES)
@pytest.mark.parametrize("cells", [[f"{sg} " for sg in sg4()], [f"{p} Grad Plato " for p in PLATO]])
def test_degrees_in_words_are_the_temperature_and_no_gravity(tmp_path, way, cells):
    lines = [f"{at:%d.%m.%Y %H:%M} {g}{way.format(c)}" for at, g, c in zip(AT, cells, C, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["°Plato", "degrees Plato", "Plato"])
def test_a_number_behind_the_unit_of_another_is_not_in_it(tmp_path, name):
    lines = [f"{at:%d.%m.%Y %H:%M} {p} {name} at {c} degrees" for at, p, c in zip(AT, PLATO, C, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert_is_the_batch(log)


def test_a_number_before_the_name_of_the_next_is_its_own(tmp_path):
    lines = [f"{at:%Y-%m-%d %H:%M} pH 4.5 plato {p} temp {c} C" for at, p, c in zip(AT, PLATO, C, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert_is_the_batch(log)


def test_the_angle_of_a_hydrometer_is_no_temperature():
    assert temperature("gravity 1.052 angle 45.2 degrees") == ""
    assert temperature("12.9 degrees Plato, 1 packet, 20 C hops") == ""
