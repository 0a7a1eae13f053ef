"""Times of day in a column of their own that look like dates, spans or numbers."""

from datetime import timedelta

import pytest

from tests.importers.made_up import AT, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

DATES = [f"{at:%d/%m/%Y}" for at in AT]
MAY = timedelta(days=9)
WAYS = ["%H-%M", "%H – %M", "%Hh%M'", "%Hh%Mm", "%H.%Mh", "%H%Mh", "%H%M hrs", "%H%M hrs.", "%H%MZ", "%H%M LT"]


@pytest.mark.parametrize("way", WAYS)
def test_it_is_the_same_batch(tmp_path, way):
    times = [at.strftime(way) for at in AT]
    (log,) = logs_of(tmp_path, table("Date;Time;SG;Temp", DATES, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", ["{}h", "{} hrs", "{:04d} h"])
def test_hours_that_go_on_are_a_span(tmp_path, way):
    hours = [way.format(8 * i) for i in range(10)]
    (log,) = logs_of(tmp_path, table("Time;SG;Temp", hours, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_minutes_since_midnight_are_not_passed_over(tmp_path):
    minutes = [at.hour * 60 + at.minute for at in AT]
    said = refusal_of(tmp_path, table("Date;Time;SG;Temp", DATES, minutes, sg4(), C, sep=";"))
    assert 'times of day such as "1008" cannot be read; write 14:20.' in said


def test_another_number_beside_a_date_says_nothing_of_the_time(tmp_path):
    days = [at.replace(hour=0, minute=0) for at in AT[::3]]
    readings = [f"{day:%Y-%m-%d}" for day in days]
    (log,) = logs_of(tmp_path, table("Date;x;SG;Temp", readings, [412, 40, 388, 77], sg4()[::3], C[::3], sep=";"))
    assert log.series.hours == pytest.approx([0, 24, 48, 72])


@pytest.mark.parametrize("head", ["Uhr", "Heure", "Time"])
@pytest.mark.parametrize("way", ["%H.%M", "%H,%M"])
def test_a_point_or_a_comma_between_hour_and_minute(tmp_path, head, way):
    times = [at.strftime(way) for at in AT]
    (log,) = logs_of(tmp_path, table(f"Datum;{head};SG;Temp", DATES, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_2400_is_the_end_of_its_day(tmp_path):
    days = [f"{3 + n // 3:02d}/04/2024" for n in range(10)]
    times = ["0800", "1600", "2400"] * 3 + ["0800"]
    (log,) = logs_of(tmp_path, table("Date;Time;SG;Temp", days, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", ["{}. Tag {}", "{}. Tag, {} Uhr", "{}th day {}", "{}e jour {}", "{}º día {}"])
def test_the_nth_day(tmp_path, way):
    whens = [way.format((at.date() - AT[0].date()).days + 1, f"{at:%H:%M}") for at in AT]
    (log,) = logs_of(tmp_path, table("Wann;SG;Temp", whens, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_a_clock_with_an_h_in_lines_without_heads(tmp_path):
    lines = [f"{at:%d/%m %Hh%M} {sg} {c}°C" for at, sg, c in zip(AT, sg4(), C, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, "\n".join(lines) + "\n")[0])


@pytest.mark.parametrize("way", ["%H.%M", "%Hh%M", "%H%M", "%H:%M", "%-I:%M CH", "%I:%M%p"])
@pytest.mark.parametrize("step", [1, -1])
def test_under_a_name_that_nobody_here_knows(tmp_path, way, step):
    """Klokken 14.20: each day's readings were all at its midnight."""
    times = [at.strftime(way.replace("CH", "SA" if at.hour < 12 else "CH")) for at in AT][::step]
    text = table("Dato;Klokken;SG;Temp", DATES[::step], times, sg4()[::step], C[::step], sep=";")
    assert_is_the_batch(logs_of(tmp_path, text)[0])


@pytest.mark.parametrize("numbers", [[1640 + i for i in range(10)], [8.1 + i % 3 for i in range(10)], [30, 3] * 5])
def test_other_numbers_under_such_a_name_are_none(tmp_path, numbers):
    (log,) = logs_of(tmp_path, table("Dato;Klokken;SG;Temp", DATES, numbers, sg4(), C, sep=";"))
    assert log.series.hours[-1] in (72.0, 73.0)  # days alone


@pytest.mark.parametrize("head", ["Time", "Klokken"])
def test_what_cannot_be_read_is_not_passed_over(tmp_path, head):
    times = [at.strftime("%-I:%M ") + ("xx" if at.hour < 12 else "yy") for at in AT]
    said = refusal_of(tmp_path, table(f"Date;{head};SG;Temp", DATES, times, sg4(), C, sep=";"))
    assert 'times such as "4:48 yy" cannot be read' in said


@pytest.mark.parametrize(
    "form", ["{0.day} mai 2024 à {0.hour} h {0.minute:02d}", "{0:%d.%m.%Y} {0.hour} Uhr {0.minute:02d}"]
)
def test_an_hour_by_its_name_between_blanks(tmp_path, form):
    moments = [form.format(at + MAY) for at in AT]
    assert_is_the_batch(logs_of(tmp_path, table("Date;SG;Temp", moments, sg4(), C, sep=";"))[0])


@pytest.mark.parametrize("clock", [lambda at: f"{at:%H%M%S}", lambda at: f"{int(f'{at:%H%M%S}')}"])
def test_a_time_of_day_to_the_second_without_colons(tmp_path, clock):
    days, clocks = [f"{at:%Y%m%d}" for at in AT], [clock(at) for at in AT]
    (log,) = logs_of(tmp_path, table("Date,Time,SG,Temp", days, clocks, sg4(), C))

    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["Hr", "h", "Hour", "Std", "Uhr", "Time of day"])
@pytest.mark.parametrize("way", ["%H:%M", "%I:%M %p", "%Hh%M", "%H%M", "%H:%M Uhr", "%H:%M:%S", "%H.%M"])
def test_below_a_word_for_the_hour(tmp_path, head, way):
    """They were taken for hours that have passed: eight readings of ten came out."""
    times = [at.strftime(way) for at in AT]
    (log,) = logs_of(tmp_path, table(f"Date;{head};SG;Temp", DATES, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("heads", ["Date;AM/PM;Hr", "Date;;Time"])
def test_am_and_pm_before_the_clock(tmp_path, heads):
    halves, times = [f"{at:%p}" for at in AT], [f"{at:%I:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table(f"{heads};SG;Temp", DATES, halves, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", ["%d-%m", "%m-%d"])
def test_a_day_and_a_month_with_a_dash(tmp_path, way):
    dates, times = [at.strftime(way) for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table("Datum;Tijd;SG;Temp", dates, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("week", ["{0}-W{1:02d}", "KW {1}", "W{1:02d}"])
def test_weeks_beside_days_of_the_week(tmp_path, week):
    weeks = [week.format(*at.isocalendar()) for at in AT]
    days, times = [f"{at:%a}" for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table("Week;Day;Time;SG;Temp", weeks, days, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)
