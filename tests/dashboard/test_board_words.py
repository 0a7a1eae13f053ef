from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from payload_factory import NO_BREAK, NOW, READER, board_of, forecast, fv1, say, state, times

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views.cards import coming
from brewpi.dashboard.views.formatting import (
    Units,
    View,
    ago,
    between,
    completion,
    due_in,
    hours,
    moment,
    sooner,
    zone_of,
)
from brewpi.mqtt.payloads import Times


def at(hours: float) -> datetime:
    return datetime.fromtimestamp(NOW, UTC) + timedelta(hours=hours)


def said(board: Board, now: float = NOW) -> tuple[str, str]:
    return completion(fv1(board).forecast, now, READER)


def next_of(board: Board) -> str:
    return coming(fv1(board), NOW, READER)


def test_done_is_said_with_its_interval():
    board = board_of("fv1")
    assert said(board) == ("no forecast yet", "")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    assert said(board) == ("done Mon 07:00", "between Sun 17:00 and Tue 09:00")


def test_an_interval_that_has_begun_is_told_by_its_end():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(0, 3, 9))
    assert said(board) == ("done Sun 10:00", "before Sun 16:00")


def test_what_is_complete_what_is_missing_and_what_is_too_old_are_said():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(0, 0, 0.1))
    assert said(board) == ("fermentation complete", "")
    say(board, "fv1/forecast", {**forecast(1, 2, 3), "complete_at": None, "why": "needs two readings; has one"})
    assert said(board) == ("no forecast yet", "needs two readings; has one")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    assert said(board, NOW + 7200) == ("forecast is too old", "said Sun 07:00")


def test_a_wide_interval_does_not_pretend_to_know_minutes():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10.3, 24.4, 50.2))
    assert said(board) == ("done Mon 07:00", "between Sun 17:00 and Tue 09:00")
    say(board, "fv1/forecast", forecast(1.0, 2.31, 3.0))
    assert said(board)[0] == "done Sun 09:20"


def test_a_time_beyond_this_week_has_its_date():
    assert moment(at(24), NOW, READER) == "Mon 07:00"
    assert moment(at(24 * 8), NOW, READER) == "Mon 25 May 07:00"


def test_the_weeks_of_one_sentence_are_not_mixed():
    """A weekday beside a date would be read as this week's."""
    assert moment(at(-30), NOW, READER) == "Sat 16 May 01:00", "yesterday is not next Saturday"
    ends = Times(p10=at(24), p50=at(100), p90=at(24 * 8))
    assert between(ends, NOW, READER) == "between Mon 18 May 07:00 and Mon 25 May 07:00"


def test_how_far_ahead_stands_beside_the_date():
    board = board_of("fv1")
    for hours_, words in ((3, "in 3 h"), (24, "tomorrow"), (50, "in 2 days"), (24 * 14, "in 14 days")):
        say(board, "fv1/forecast", forecast(hours_ - 2, hours_, hours_ + 2))
        assert due_in(fv1(board).forecast, NOW, READER) == words
    say(board, "fv1/forecast", forecast(0, 0, 0.1))
    assert due_in(fv1(board).forecast, NOW, READER) == ""


def test_times_are_those_of_the_reader():
    assert moment(at(0), NOW, View(zone=ZoneInfo("Europe/Berlin"))) == "Sun 09:00"
    assert moment(at(0), NOW, View(zone=zone_of("America/New_York"))) == "Sun 03:00"


@pytest.mark.parametrize(
    ("utc", "said"),
    [
        ("2026-10-24T23:30", "Sun 01:30"), ("2026-10-25T00:30", "Sun 02:30 CEST"),
        ("2026-10-25T01:30", "Sun 02:30 CET"), ("2026-10-25T02:00", "Sun 03:00"),
        ("2026-03-29T00:30", "Sun 01:30"), ("2026-03-29T01:30", "Sun 03:30"),
    ],
)  # fmt: skip
def test_the_hour_that_an_autumn_night_has_twice_is_told_apart(utc: str, said: str):
    then = datetime.fromisoformat(f"{utc}+00:00")
    assert moment(then, then.timestamp(), View(zone=ZoneInfo("Europe/Berlin"))) == said


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "Mars/Olympus", "x" * 100, "Europe/Berlin\n", "/etc/hosts"])
def test_a_zone_that_is_none_is_no_zone(name: str):
    assert zone_of(name) is None


def test_what_comes_next_is_the_step_when_only_the_cue_is_awaited():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(20, 30, 40, rest=times(5, 8, 11)))
    assert next_of(board) == "rest cue in 5-11 h"
    waits = {"path": "", "kind": "rest_cue", "met": False, "text": "forecast 5-11 h"}
    say(board, "fv1/state", state(next_step="free rise", conditions=[waits]))
    assert next_of(board) == "free rise in 5-11 h"
    person = {"path": "", "kind": "operator", "met": False, "text": "waits for vdk"}
    say(board, "fv1/state", state(next_step="crash", conditions=[waits, person]))
    assert next_of(board) == "then crash · rest cue in 5-11 h"


def test_what_is_only_advised_is_what_comes_next():
    board = board_of("fv1")
    say(board, "fv1/state", state(asks=[{"key": "k", "action": "step", "standing": "advised", "text": "warm up"}]))
    assert next_of(board) == "advised: warm up"


@pytest.mark.parametrize(
    ("low_h", "high_h", "words"),
    [(-3, 0.2, "under 1 h"), (5.2, 10.8, "5-11 h"), (0, 4, "0-4 h"), (5, 5.2, "about 5 h"), (72, 120, "3-5 days"),
     (6, 569, "6 h to 24 days"), (0.2, 569, "0-24 days"), (40, 60, "40-60 h"), (72, 73, "about 3 days")],
)  # fmt: skip
def test_an_interval_is_told_in_hours_or_days(low_h: float, high_h: float, words: str):
    assert hours(low_h, high_h) == words


def test_an_interval_stands_behind_in_as_each_language_has_it():
    """German days are in the dative there."""
    german = View(language="de")
    said = [german.tr("in {length}", length=hours(*ends, german)) for ends in ((240, 432), (72, 73), (6, 569), (5, 11))]
    assert said == ["in 10-18 Tagen", "in etwa 3 Tagen", "in 6 h bis 24 Tagen", "in 5-11 h"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Thu 14 May 09:00"), ("de", "Do 14. Mai 09:00"), ("es", "jue 14 may 09:00"), ("fr", "jeu 14 mai 09:00")],
)
def test_a_date_is_written_as_each_language_does(language: str, words: str):
    at = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
    assert moment(at, at.timestamp() - 30 * 86_400.0, View(language=language, zone=UTC)) == words


def test_an_age_is_rough():
    assert [ago(s) for s in (-5, 9, 47, 150, 3600 * 7, 86_400 * 12)] == ["0 s", "0 s", "40 s", "2 min", "7 h", "12 d"]


def test_two_completions_are_compared_in_words():
    said = [sooner(at(h), at(50)) for h in (50.4, 36, 60, 170)]
    assert said == ["the same", "14 h sooner", "10 h later", "5.0 days later"]


def test_units_are_those_of_the_reader():
    american = Units(plato=True, fahrenheit=True)
    said = american.gravity(1.0234), american.degrees(18.9), american.apart(-2.0), american.as_typed(1.04, "sg")
    assert said == (f"5.9{NO_BREAK}°P", f"66.0{NO_BREAK}°F", f"3.6{NO_BREAK}°F", f"1.0400{NO_BREAK}SG")
    assert (Units().gravity(None), Units().degrees(None)) == ("–", "–")
