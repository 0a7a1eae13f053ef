"""Days that stand above the times of their readings, as people keep a notebook or a sheet."""

import pytest

from brewpi.importers.text import day_headings
from brewpi.importers.times.written_times import parse
from tests.importers.made_up import AT, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

READINGS = list(zip(AT, sg4(), C, strict=True))


def below_days(heading, line, between=""):
    """The batch with a heading above the readings of each day."""
    out, day = [], None
    for at, sg, c in READINGS:
        if at.date() != day:
            day = at.date()
            out.append(between * bool(out) + heading.format(at=at, n=(day - AT[0].date()).days))
        out.append(line.format(at=at, sg=sg, c=c))
    return "\n".join(out) + "\n"


NOTEBOOKS = {
    "iso": ("{at:%Y-%m-%d}", "{at:%H:%M} {sg} {c}C"), "in_words": ("{at:%A %d %B %Y}", "{at:%H:%M} SG {sg} at {c} °C"),
    "without_a_year": ("{at:%d.%m.}", "{at:%H:%M} {sg} {c}C"),
    "month_first": ("April {at:%d}", "{at:%H:%M}: {sg}, {c} C"),
    "markdown": ("## {at:%d.%m.%Y}", "- {at:%H:%M} {sg}, {c} °C"), "days": ("Day {n}", "  {at:%H:%M}  {sg}  {c}C"),
    "named": ("Date: {at:%d/%m/%Y}", "{at:%I:%M %p}, {sg}, {c} °C"),
    "underlined": ("--- {at:%d/%m/%Y} ---", "* {at:%Hh%M} {sg} {c}C"),
}  # fmt: skip


@pytest.mark.parametrize("between", ["", "\n"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_the_batch(tmp_path, name, between):
    heading, line = NOTEBOOKS[name]
    text = below_days(heading, line, between)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize(
    "heading", ["{at:%d.%m.%Y};;", "{at:%Y-%m-%d}", "{at:%A, %d %B %Y};;", "{at:%Y-%m-%d 00:00:00};;"]
)
@pytest.mark.parametrize("head", ["Time;SG;Temp\n", ""])
def test_a_table_is_the_batch(tmp_path, heading, head):
    (log,) = logs_of(tmp_path, head + below_days(heading, "{at:%H:%M};{sg};{c}"))
    assert log.series.sg == pytest.approx(SG, abs=0.0002)
    assert log.series.hours == pytest.approx([8.0 * i for i in range(10)], abs=0.02)


@pytest.mark.parametrize("label", ["Day {}", "{}", "Tag {}"])
@pytest.mark.parametrize("head", ["Day", "Tag"])
def test_a_day_that_is_counted_once_beside_times_counts_until_the_next(tmp_path, label, head):
    counted = [(at.date() - AT[0].date()).days for at in AT]
    days = [label.format(n) if n not in counted[:i] else "" for i, n in enumerate(counted)]
    (log,) = logs_of(tmp_path, table(f"{head};Time;SG;Temp", days, [f"{at:%H:%M}" for at in AT], sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_a_day_and_its_time_in_one_line_are_both_read(tmp_path):
    lines = [f"Day {(at.date() - AT[0].date()).days} {at:%H:%M} {sg} {c}C" for at, sg, c in READINGS]
    (log,) = logs_of(tmp_path, "\n".join(lines))
    assert_is_the_batch(log)


def test_days_that_do_not_go_on_are_none(tmp_path):
    """Brewed on these days, each timed from its own midnight: two batches, not one."""
    text = "Time;SG\n" + "".join(f"{day}\n08:00;1.050\n16:00;1.048\n" for day in ("5.3.2025", "4.3.2025", "9.2.2025"))
    assert refusal_of(tmp_path, text)


def test_times_above_the_first_day_are_of_no_day(tmp_path):
    text = "Time;SG\n08:00;1.050\n16:00;1.048\n5.3.2025\n08:00;1.046\n6.3.2025\n08:00;1.040\n"
    assert refusal_of(tmp_path, text)


def test_a_title_with_a_date_changes_nothing(tmp_path):
    days, times = [f"{at:%d.%m.%Y}" for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, "22.04.2024\n" + table("Date;Time;SG;Temp", days, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_no_day_is_looked_for_in_thousands_of_lines(monkeypatch):
    asked = []
    monkeypatch.setattr(day_headings, "parse", lambda texts: asked.append(texts) or parse(texts))
    hourly = [f"{n},1.0{n % 60:02d}" for n in range(20_000)]
    timed = [line for n in range(2000) for line in (f"{n % 24:02d}:00 1.0{n % 60:02d}", f"{n} of much else")]
    for lines in (hourly, timed):
        assert day_headings.in_lines(lines) == lines
        assert day_headings.in_rows([line.split() for line in lines]) == [line.split() for line in lines]
        assert day_headings.in_rows([[line] for line in lines]) == [[line] for line in lines]
    assert len(asked) < 1000
