from html.parser import HTMLParser
from typing import Any

from payload_factory import NO_BREAK, NOW, READER, board_of, curve, forecast, fv1, say, state, times

from brewpi.dashboard.feed import forecast_history
from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views import chart, chart_marks, chart_text, details
from brewpi.dashboard.views.formatting import View
from brewpi.mqtt.topics import iso

EVIL = "<script>alert(1)</script>"


def page(board: Board) -> str:
    tank = fv1(board)
    return details.details(board, tank, NOW, READER) + forecast_history.tables(tank, NOW, READER) + details.events(
        tank, NOW, READER
    )


def series(board: Board, view: View = READER) -> dict[str, Any]:
    return {one["name"]: one for one in chart.options(fv1(board), view, NOW)["series"]}


def test_the_chart_has_measured_band_and_window():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    say(board, "fv1/curve", curve())
    drawn = series(board)
    assert set(drawn) == {"low", "80 % band", "forecast", "gravity", "beer", "marks"}
    assert drawn["80 % band"]["data"][1][1] == 0.01
    assert drawn["gravity"]["markArea"]["data"][0][1]["xAxis"] == 1000 * (NOW + 50 * 3600)
    assert drawn["beer"]["data"][0][1] is None


def test_what_happened_stands_as_signs_in_a_strip_above_the_curve():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    marks = [
        {"hours": 2, "kind": "dose", "text": "dose 1"}, {"hours": 40, "kind": "step", "text": "rise"},
        {"hours": 40.5, "kind": "note", "text": "dry hop <b>"}, {"hours": 41, "kind": "else", "text": "x"},
    ]  # fmt: skip
    say(board, "fv1/curve", curve(marks=marks))
    drawn = series(board)
    shown = drawn["marks"]["data"]
    assert [(one["label"]["formatter"], one["name"]) for one in shown] == [
        ("D", "dose 1"), ("S", "rise"), ("N", "dry hop <b>"), ("•", "x")
    ]  # fmt: skip
    assert shown[0]["value"][0] == 1000 * (NOW - 46 * 3600)
    assert shown[1]["value"][1] != shown[2]["value"][1], "two that are near stand in two rows"
    grids = {one["xAxisIndex"] for one in drawn.values() if "xAxisIndex" in one and one["name"] != "marks"}
    assert drawn["marks"]["xAxisIndex"] not in grids, "nothing of the curve is in their strip"
    lines = drawn["gravity"]["markLine"]["data"]
    assert [line["label"].get("formatter") for line in lines] == [None] * 4 + ["now", "done"]
    assert lines[4]["xAxis"] == 1000 * NOW
    key = chart_marks.key(fv1(board).curve.marks, READER)
    assert all(word in key for word in ("dose", "step", "note", "more"))


def test_now_and_done_do_not_lie_upon_each_other():
    """An ale of two days that is done in an hour: "maintenant" and "fini" are as wide as some hours of it."""
    board = board_of("fv1")
    say(board, "fv1/curve", curve(hours=48))

    def words(likely_h: float) -> list[str]:
        say(board, "fv1/forecast", forecast(likely_h - 1, likely_h, likely_h + 1))
        return [line["label"]["formatter"] for line in series(board)["gravity"]["markLine"]["data"]]

    assert words(1) == ["", "done"]
    assert words(-1) == ["", "done"]
    assert words(20) == ["now", "done"]


def test_readings_that_are_few_have_a_dot_each():
    """Of the first one alone there is no line yet: a chart that shows nothing says that nothing was entered."""
    board = board_of("fv1")
    one = {"hours": [0.0], "sg": [1.05], "beer_c": [None]}
    say(board, "fv1/curve", curve(measured=one, forecast=None))
    drawn = series(board)
    assert drawn["gravity"]["data"][0][1] == 1.05
    assert (drawn["gravity"]["symbol"], drawn["gravity"]["showAllSymbol"]) == ("circle", True)
    assert drawn["gravity"]["symbolSize"] >= 6
    say(board, "fv1/curve", curve(hours=240))
    assert series(board)["gravity"]["symbol"] == "none", "those of a hydrometer are a line"


def test_the_chart_shows_the_last_day_or_all_of_it():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    say(board, "fv1/curve", curve(hours=240))

    def shown(window_h: float | None) -> tuple[float, float]:
        axis = chart.options(fv1(board), READER, NOW, False, window_h)["xAxis"][0]
        return (axis["min"] / 1000 - NOW) / 3600, (axis["max"] / 1000 - NOW) / 3600

    assert shown(24.0) == (-24.0, 6.0)
    assert shown(72.0) == (-72.0, 18.0)
    assert shown(None) == (-240.0, 50.0)
    assert shown(2400.0)[0] == -240.0, "not from before the batch"


def test_forecasts_of_before_are_faded_the_older_the_fainter():
    board = board_of("fv1")
    band = {"p10": 60, "p50": 70, "p90": 80}
    earlier = [{"at_h": h, "complete_h": band, "hours": [h, 70], "sg": [1.04, 1.01]} for h in (6, 12)]
    say(board, "fv1/curve", curve(earlier=earlier))
    drawn = chart.options(fv1(board), READER, NOW)["series"]
    faded = [one["lineStyle"]["opacity"] for one in drawn if one["name"] == "earlier forecasts"]
    assert len(faded) == 2
    assert faded[0] < faded[1] < 1.0


def test_the_chart_is_drawn_in_the_units_of_the_reader():
    board = board_of("fv1")
    say(board, "fv1/curve", curve())
    drawn = series(board, View(plato=True, fahrenheit=True))
    assert drawn["gravity"]["data"][0][1] == 12.39
    assert drawn["beer"]["data"][1][1] == 66.2
    assert drawn["80 % band"]["data"][0][1] == 0.0


def test_a_chart_of_nothing_is_a_chart():
    board = board_of("fv1")
    assert set(series(board)) == {"gravity", "beer", "marks"}
    assert chart_text.spoken(fv1(board), READER, NOW) == "Chart of gravity and temperature: no reading yet."
    assert "No reading yet" in chart_text.table(fv1(board), READER, NOW)


def test_who_does_not_see_the_chart_hears_it_and_reads_it_as_a_table():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50, final_sg={"p10": 1.009, "p50": 1.011, "p90": 1.013}))
    say(board, "fv1/curve", curve(marks=[{"hours": 2, "kind": "dose", "text": "dose 1"}]))
    spoken = chart_text.spoken(fv1(board), READER, NOW)
    assert "gravity from 1.050 to 1.026 in 47 h, expected to end at 1.011, complete Mon 07:00" in spoken
    table = chart_text.table(fv1(board), READER, NOW)
    assert table.count("<tr>") <= chart_text.TABLE_ROWS + 2
    assert "<th scope='row'>Fri 15 May 07:00</th><td>0 h</td><td>1.050</td><td>–</td>" in table
    assert "Fri 15 May 09:00: dose 1" in table


def test_why_each_condition_waits_is_a_checklist():
    board = board_of()
    conditions = [
        {"path": "all.0", "kind": "attenuation", "met": True, "text": "attenuation 0.62 of 0.45"},
        {"path": "all.1", "kind": "operator", "met": False, "text": "waits for vdk"},
    ]
    say(board, "fv1/state", state(step="rise", step_since=iso(NOW - 7200), next_step="crash", conditions=conditions))
    html = page(board)
    assert "Step <b>rise</b> since Sun 05:00, then <b>crash</b>." in html
    assert '✔</span><span class="b-sr">met: </span> attenuation 0.62 of 0.45' in html
    assert '○</span><span class="b-sr">waits: </span> waits for vdk' in html


def test_a_step_that_waits_for_the_rest_cue_says_how_far_ahead_that_is():
    """Enough is attenuated long before: without it "49 %, 45 % needed" reads as a fault."""
    board = board_of("fv1")
    condition = {"kind": "rest_cue", "met": False, "text": "49 % attenuated, 45 % needed"}
    say(board, "fv1/state", state(conditions=[condition]))
    say(board, "fv1/forecast", forecast(28, 40, 68, rest=times(4, 9, 17)))
    assert "49 % attenuated, 45 % needed, rest cue in 4-17 h" in details.details(board, fv1(board), NOW, READER)
    say(board, "fv1/forecast", forecast(28, 40, 68, rest=times(0, 0, 0.2)))
    assert "rest cue in" not in details.details(board, fv1(board), NOW, READER)


def test_the_drain_shows_what_is_missing():
    board = board_of()
    drain = {"state": "closed", "why": "", "permissives": [{"name": "vent", "ok": False, "text": "the switch says no"}]}
    say(board, "fv1/state", state(drain=drain, switches={"vent": False, "level": None}))
    assert "<b>vent</b>: the switch says no" in page(board)
    assert "level: unknown" in page(board)


def test_doses_alarms_and_events_are_told_with_what_to_do():
    board = board_of()
    dose = {"number": 2, "standing": "part", "volume_ml": 120, "given_ml": 60, "at": iso(NOW - 3600)}
    alarm = {"key": "k", "severity": "alarm", "text": "no beer temperature", "todo": "check the probe"}
    say(board, "fv1/state", state(doses=[dose], alarms=[alarm]))
    say(board, "fv1/event", {"at": iso(NOW), "severity": "alarm", "text": "it burns"})
    html = page(board)
    assert "dose 2: <b>part</b>, 60 of 120 ml, Sun 06:00" in html
    assert "check the probe" in html
    assert "<b>alarm:</b> it burns" in html


def test_the_log_of_a_board_that_starts_later_has_the_steps_and_doses_of_before():
    board = board_of("fv1")
    say(board, "fv1/event", {"at": iso(NOW), "severity": "info", "text": "rise begins"})
    marks = [{"hours": 2, "kind": "dose", "text": "dose 1"}, {"hours": 48, "kind": "step", "text": "rise begins"}]
    say(board, "fv1/curve", curve(marks=marks))
    html = page(board)
    assert html.count("rise begins") == 1
    assert html.index("rise begins") < html.index("<time>Fri 15 May 09:00</time> dose 1")


def holds(board: Board, **more: object) -> None:
    warm = {"hold_c": 21.0, "complete_at": times(6, 10, 20), "rest_at": None}
    same = {"hold_c": 19.0, "complete_at": times(12, 24, 40), "rest_at": None}
    say(
        board, "fv1/what_if",
        {"at": iso(NOW), "expires_at": iso(NOW + 3600), "beer_c": 18.9, "target_c": 19.0,
         "planned": {"complete_at": times(12, 24, 40)}, "holds": [same, warm], "why": None, **more},
    )  # fmt: skip


def test_two_degrees_warmer_is_told_with_its_interval_and_the_difference():
    board = board_of("fv1")
    holds(board)
    html = page(board)
    assert f"21.0{NO_BREAK}°C<small>2{NO_BREAK}°C warmer</small>" in html
    assert "<b>Sun 17:00</b>, between Sun 13:00 and Mon 03:00</td><td>14 h sooner</td>" in html
    assert f"19.0{NO_BREAK}°C<small>as now</small>" in html


def test_a_what_if_that_is_old_or_impossible_says_so():
    board = board_of("fv1")
    holds(board, expires_at=iso(NOW - 1))
    assert "The last answer is too old." in page(board)
    holds(board, holds=[], why=f"needs a beer temperature {EVIL}")
    assert "needs a beer temperature &lt;script" in page(board)


def test_one_sees_how_the_promise_held():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    first = {"at_h": 6, "complete_h": {"p10": 60, "p50": 65, "p90": 68}, "hours": [], "sg": []}
    second = {**first, "at_h": 12, "complete_h": {"p10": 60, "p50": 74, "p90": 90}}
    say(board, "fv1/curve", curve(48, earlier=[first, second]))
    html = page(board)
    assert "7 h later, outside its interval" in html
    assert "2 h sooner, within its interval" in html
    assert '<th scope="row">now</th>' in html


def test_words_from_the_broker_are_only_words():
    board = board_of()
    condition = {"kind": EVIL, "met": False, "text": EVIL}
    drain = {"state": EVIL, "why": EVIL, "permissives": [{"name": EVIL, "ok": True, "text": EVIL}]}
    dose = {"number": 1, "standing": EVIL, "volume_ml": 1, "given_ml": 1}
    alarm = {"key": EVIL, "severity": EVIL, "text": EVIL, "todo": EVIL, "acknowledged_by": EVIL}
    ask = {"key": EVIL, "action": EVIL, "standing": EVIL, "text": EVIL}
    said = state(
        step=EVIL, next_step=EVIL, why=EVIL, conditions=[condition], drain=drain, doses=[dose], alarms=[alarm],
        asks=[ask], switches={EVIL: True},
    )  # fmt: skip
    say(board, "fv1/state", said)
    say(board, "fv1/forecast", {**forecast(1, 2, 3), "why": EVIL, "source": EVIL})
    say(board, "fv1/event", {"at": iso(NOW), "severity": EVIL, "text": EVIL})
    say(board, "fv1/curve", curve(marks=[{"hours": 1, "kind": EVIL, "text": EVIL}]))
    html = page(board) + chart_text.table(fv1(board), READER, NOW)
    assert "&lt;script&gt;" in html
    tags: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.add(tag)  # type: ignore[method-assign]
    parser.feed(html)
    assert "script" not in tags
