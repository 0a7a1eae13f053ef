import re
from zoneinfo import ZoneInfo

from payload_factory import NOW, READER, board_of, forecast, say, state, times

from brewpi.dashboard.views.formatting import View
from brewpi.dashboard.views.schedule import days, schedule
from brewpi.dashboard.views.scores import scorecard

DAY_S = 86_400.0


def test_a_window_is_a_bar_with_a_mark_and_the_same_in_words():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(42, 84, 126, rest=times(4.2, 8.4, 16.8)))
    html = schedule(board, NOW, READER)
    assert 'b-bar-done" style="left:25.00%;width:50.00%"' in html
    assert 'b-mark-done" style="left:50.00%"' in html
    assert 'b-bar-rest" style="left:2.50%;width:7.50%"' in html
    assert "done Wed 19:00, between Tue 01:00 and Fri 13:00" in html
    assert "; rest cue Sun 15:00, between Sun 11:00 and Mon 00:00" in html


def test_what_lies_beyond_the_week_is_cut_and_marked():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(84, 200, 300))
    html = schedule(board, NOW, READER)
    assert 'b-beyond" style="left:50.00%;width:50.00%"' in html
    assert "b-mark-done" not in html


def test_the_next_to_be_done_is_first_and_who_has_no_forecast_last():
    board = board_of("a", "b", "c")
    say(board, "b/forecast", forecast(1, 2, 30))
    say(board, "c/forecast", forecast(1, 5, 30))
    assert re.findall(r"/tank/cellar/(\w)", schedule(board, NOW, READER)) == ["b", "c", "a"]


def test_what_is_complete_old_or_stale_has_no_window():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(0, 0, 0))
    assert "b-bar-done\" style" not in schedule(board, NOW, READER)
    say(board, "fv1/forecast", forecast(42, 84, 126))
    assert "b-bar-done\" style" not in schedule(board, NOW + 7200, READER)
    assert "silent: this is 2 h old; forecast is too old" in schedule(board, NOW + 7200, READER)


def test_the_days_are_those_of_the_reader_and_weekends_are_tinted():
    week = list(days(NOW, READER))
    assert week[0].width == 100 * 17 / (7 * 24)  # from 07:00 to midnight
    assert [day.name for day in week[:3]] == ["<b>Sun</b> 17", "<b>Mon</b> 18", "<b>Tue</b> 19"]
    assert [day.weekend for day in week[:3]] == [True, False, False]
    assert sum(day.width for day in week) == 100.0
    assert next(days(NOW, View(zone=ZoneInfo("Asia/Tokyo")))).width == 100 * 8 / (7 * 24)


def test_the_day_on_which_the_clocks_change_has_its_own_length():
    before = 1_792_825_200.0  # Sat 24 Oct 2026 07:00 UTC; clocks go back on Sunday
    week = list(days(before, View(zone=ZoneInfo("Europe/Berlin"))))
    assert round(week[1].width / 100 * 7 * 24, 6) == 25.0


def test_a_site_that_lives_ahead_has_its_window_by_its_own_clock():
    board, ahead_s = board_of("fv1"), 10 * DAY_S
    say(board, "fv1/state", state(at=NOW + ahead_s), at=NOW, retained=False)
    said = forecast(42 + 240, 84 + 240, 126 + 240)
    say(board, "fv1/forecast", {**said, "expires_at": "2036-05-17T07:00:00Z"})
    assert 'b-bar-done" style="left:25.00%;width:50.00%"' in schedule(board, NOW, READER)


def test_the_scorecard_says_how_far_off_and_how_often_inside():
    board = board_of()
    assert "No batch has been finished yet" in scorecard(board)
    half = {"forecasts": 20, "median_abs_error_h": 6.0, "inside_interval": 0.75}
    card = {"batches": 20, "forecasts": 58, "median_abs_error_h": 6.5, "inside_interval": 0.79, "by_way": {"50%": half}}
    say(board, "scorecard", card | {"by_sensor": {"tilt": half}})
    html = scorecard(board)
    assert "Over the last 20 batches: off by 6.5 h in the median" in html
    assert "; the interval held 79\N{NO-BREAK SPACE}% of the time." in html
    assert "<th scope='row'>50% of the way</th><td>20</td><td>6.0 h</td>" in html
    assert "<th scope='row'>gravity by tilt</th><td>20</td><td>6.0 h</td>" in html


def test_past_forecasts_are_drawn_a_dot_a_batch():
    board = board_of()
    latest = [[{"way": 0.25, "error_h": 40.0, "inside": False}]]  # nothing was said half way
    latest += [[{"way": 0.5, "error_h": error_h, "inside": abs(error_h) < 10}] for error_h in (-12.0, 3.0, 6.0)]
    say(board, "scorecard", {"batches": 4, "forecasts": 4, "latest": latest})
    html = scorecard(board)
    assert html.count("<circle") == 3
    assert html.count("b-outside") == 1
    assert "Of 3 batches, judged by what was said half way, 1 were done later than said and 2 sooner, by 12 h" in html


def test_a_candidate_stands_beside_the_model_in_use():
    board = board_of("fv1")
    card = {"batches": 3, "forecasts": 9, "median_abs_error_h": 8.0, "inside_interval": 0.8}
    shadow = {"name": "house-2", "batches": 3, "nearer": 2, "forecasts": 9, "median_abs_error_h": 6.5,
              "inside_interval": 0.7, "champion": card}  # fmt: skip
    say(board, "scorecard", {**card, "shadow": shadow})
    html = scorecard(board)
    assert "the last 3 batches the candidate house-2 was off by 6.5 h in the median, the model in use by 8.0 h" in html
    assert "it was nearer in 2 of them. With so few batches luck may decide." in html
    assert html.count("<table") == 2
    say(board, "scorecard", {**card, "shadow": {"name": "house-2"}})
    assert "The candidate house-2 forecasts beside the model in use; no batch has been finished yet" in scorecard(board)


def test_what_the_card_of_the_model_promised_stands_beside_what_became_of_it():
    board = board_of("fv1")
    live = {"name": "house-1", "batches": 12, "forecasts": 36, "median_abs_error_h": 30.0, "inside_interval": 0.5,
            "promised": {"median_abs_error_h": 12.0, "inside_interval": 0.83}, "worse": True}  # fmt: skip
    card = {"batches": 12, "forecasts": 36, "median_abs_error_h": 30.0, "inside_interval": 0.5, "live": live}
    say(board, "scorecard", card)
    html = scorecard(board).replace("\xa0", " ")
    assert "house-1, on the last 12 batches since it is in use: 50 % inside the window; its card promises 83 %" in html
    assert "off by 30.0 h in the median; its card promises 12.0 h. It is time to retrain." in html
    no_error = {**live, "promised": {"inside_interval": 0.76}, "worse": False}
    say(board, "scorecard", {**card, "live": no_error})
    html = scorecard(board).replace("\xa0", " ")
    assert "its card promises 76 %." in html
    assert "retrain" not in html
