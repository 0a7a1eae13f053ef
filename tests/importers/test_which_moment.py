"""When a reading was taken: forms that were sent later, stamps of programs, notes that put the time elsewhere."""

import json

import pytest

from tests.importers.made_up import AT, EPOCH_S, ISO, SG, C, assert_is_the_batch, iso, logs_of, sg3, sg4, table


def test_when_the_sample_was_taken_counts_before_when_the_form_was_sent(tmp_path):
    sent = [iso(at.replace(hour=23, minute=i)) for i, at in enumerate(AT)]
    text = table("Timestamp,Gravity,Temp C,When was the sample taken?", sent, sg4(), C, ISO)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["t_stamp", "logged_ms", "k"])
def test_milliseconds_since_1970_are_known_by_their_size(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"{name},SG,Temp C", [f"{s}000" for s in EPOCH_S], sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["/Date({}000)/", "/Date({}000+0200)/", "\\/Date({}000)\\/"])
def test_moments_of_dotnet(tmp_path, form):
    records = [{"Date": form.format(s), "Gravity": g, "TempC": c} for s, g, c in zip(EPOCH_S, SG, C, strict=True)]
    (log,) = logs_of(tmp_path, json.dumps(records))
    assert_is_the_batch(log)


@pytest.mark.parametrize("line", ["* **{:%d.%m.%Y %H:%M}**: {} @ {} °C", "- {:%m/%d %I:%M%p} - {} ({} C)"])
def test_notes_of_which_blanks_cut_the_time_are_read_as_notes(tmp_path, line):
    lines = [line.format(*reading) for reading in zip(AT, sg4(), C, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert_is_the_batch(log)


def test_the_time_of_day_may_stand_farther_on(tmp_path):
    first = f"{AT[0]:%m/%d} pitched at {AT[0]:%I:%M%p}, {sg3()[0]} at {C[0]} C\n"
    rest = [f"{at:%m/%d %I:%M%p} - {sg} ({c} C)\n" for at, sg, c in zip(AT[1:], sg4()[1:], C[1:], strict=True)]
    (log,) = logs_of(tmp_path, "West Coast Ale\n" + first + "".join(rest))
    assert_is_the_batch(log)


def test_a_date_with_a_comma_without_quotation_marks_is_one(tmp_path):
    dates = [f"{at:%b %d, %Y %I:%M %p}" for at in AT]
    text = table("Reading Date,Gravity,Temp,Temp Unit,Comment", dates, sg4(), C, ["C"] * 10, [""] * 10)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


def test_a_comma_at_the_end_of_each_line_cuts_no_date(tmp_path):
    days, clocks = [f"{at:%Y-%m-%d}" for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table("Date,Time,SG,Temp C", days, clocks, sg4(), C, [""] * 10))
    assert_is_the_batch(log)
