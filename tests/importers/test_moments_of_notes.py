"""Moments as people write them at the beginning of a note."""

import pytest

from brewpi.importers.units.spoken_degrees import temperature
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


@pytest.mark.parametrize("said", [
    "fridge at 4C", "room temp 20", "ambient 21 °C", "set to 18 °C", "Kühlschrank 5 °C", "21 °C ambient", "target 18C",
    "cellar 12 degrees", "Soll 18 Grad", "raised temp to 20C",
])  # fmt: skip
def test_a_temperature_of_a_room_or_a_target_is_not_the_beers(said):
    assert temperature(f"1.048, {said}") == ""
    assert temperature(f"1.048, {said}, beer 19.5C") == "19.5 °C"


@pytest.mark.parametrize(("said", "read"), [
    ("temp 19.5", "19.5"), ("temperatura 19,5°", "19,5"), ("температура 19,5", "19,5"), ("T=19.5", "19.5"),
    ("1.048@67.1F", "67.1 °F"), ("1.048 @ 67.1", "67.1"), ("temp. 19,5 st. C", "19,5 °C"), ("teplota 19,5", "19,5"),
    ("temp 19.5 bar", ""), ("temp 19.5 and temp 20.5", ""), ("moved from fridge, beer at 12 °C", "12 °C"),
    ("temp 19,5 ambient 21", "19,5"), ("high krausen at 20 °C", "20 °C"), ("pitch at 18C", "18 °C"),
    ("temp 12.5 °P", ""), ("sg 1.048, 67.1f", "67.1 °F"), ("temp 18 set", ""),
])  # fmt: skip
def test_a_temperature_by_its_name(said, read):
    assert temperature(said) == read


@pytest.mark.parametrize("form", [
    "{0:%d.%m.%Y} godz. {0:%H:%M} {1} BLG, temp. {2} st. C", "{0:%d.%m.%Y %H:%M} {1} °Blg, {2} C",
    "{0:%d.%m.%Y}: {1} Balling um {0:%H:%M}, {2} Grad C",
])  # fmt: skip
def test_decimal_commas_of_a_text_are_no_ends_of_cells(tmp_path, form):
    """14,4 BLG was read as 4 °P."""
    commas = [[f"{x}".replace(".", ",") for x in pair] for pair in zip(PLATO, C, strict=True)]
    lines = [form.format(at, *pair) for at, pair in zip(AT, commas, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "\n".join(lines) + "\n")[0])


@pytest.mark.parametrize("form", ["[{0:%H:%M}, {0:%d/%m/%Y}] Ana: {1} {2}ºC", "{0:%d.%m.%y} {0:%H:%M} {3} {4}"])
def test_a_time_before_its_day_and_numbers_with_commas_between_blanks(tmp_path, form):
    commas = [[f"{x}".replace(".", ",") for x in pair] for pair in zip(sg4(), C, strict=True)]
    lines = [form.format(at, sg, c, *pair) for at, sg, c, pair in zip(AT, sg4(), C, commas, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "\n".join(lines) + "\n")[0])


def test_a_whole_hour_behind_a_day(tmp_path):
    lines = [f"{at:%a %d %b}, {at:%-I%p}: {sg} at {c}C\n" for at, sg, c in zip(AT, sg4(), C, strict=True)]
    (log,) = logs_of(tmp_path, "".join(lines))
    assert log.series.hours == pytest.approx(range(0, 80, 8))


def test_names_and_signs_in_numbered_lines_are_read(tmp_path):
    lines = [f"1) {at:%Y-%m-%d %H:%M} SG={sg} T={c}C\n" for at, sg, c in zip(AT, sg4(), C, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "".join(lines))[0])


PROSE = [
    "{at:%d/%m/%Y}, à {at:%Hh%M}: {p} °P, à {c} °C.", "{at:%d.%m.%Y} um {at:%H:%M}, {p}°P, {c}°C",
    "{at:%d.%m.}, um {at:%H:%M} - Dichte {sg}, {c} °C", "le {at:%d/%m/%Y} {at:%H:%M} {p} Plato, temp. {c}°C ok",
    "{at:%d.%m.%Y} godz. {at:%H:%M}: {p} Plato, {c} °C, 1,2 bar", "{at:%d/%m/%Y} às {at:%H:%M}, {p}°P, {c} °C, 1,2 bar",
    "{at:%d/%m/%Y}, a las {at:%H:%M} - {p} Plato, temperatura {c}°C, nevera a 4 °C",
]  # fmt: skip
IN_ENGLISH = [
    "{at:%a %d %b}, at {at:%H:%M}, Gravity: {sg}, @ {c} °C ok", "{at:%a %d %b}, {at:%-I:%M %p} - SG: {sg}, @ {c}°C",
    "{at:%m/%d/%Y} @ {at:%H:%M} SG {sg}, {c}C", "{at:%a %d %b}, {at:%H:%M}, sg={sg}, beer {c}C, room 21C",
    "{at:%d/%m/%Y}, {at:%H:%M} {p} Plato, at {c}°C, OG 1.058 ok", "{at:%d/%m/%Y} {at:%H:%M}: FG 1.012, now {sg}, {c}C",
]  # fmt: skip


@pytest.mark.parametrize("form", PROSE + IN_ENGLISH)
@pytest.mark.parametrize("title", ["", "Sud 12 - Helles\n\n"])
def test_a_text_is_no_table_whose_cells_end_at_commas(tmp_path, form, title):
    """4 °P of "12,4 °P", all readings of a day at its midnight, or minutes as a temperature."""
    lines = []
    for at, sg, p, c in zip(AT, sg4(), PLATO, C, strict=True):
        numbers = {"sg": sg, "p": p, "c": c}
        said = {k: f"{v}".replace(".", ",") for k, v in numbers.items()} if form in PROSE else numbers
        lines.append(form.format(at=at, **said))
    assert_is_the_batch(logs_of(tmp_path, title + "\n".join(lines) + "\n")[0])


def test_a_time_of_day_behind_a_sign_is_no_temperature():
    assert temperature("04/17/2025 @ 02:24 SG 1.007 ok") == ""
