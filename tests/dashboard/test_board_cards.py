import pytest
from payload_factory import NO_BREAK, NOW, board_of, curve, forecast, say, state, wall

from brewpi.dashboard.views.formatting import View

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"


def test_a_card_has_what_one_walks_up_to_the_board_for():
    board = board_of()
    batch = {"name": "Amber 27", "style": "amber ale"}
    say(board, "fv1/state", state(batch=batch, heat_duty=0.4, step="primary"))
    say(board, "fv1/curve", curve())
    say(board, "fv1/forecast", forecast(10, 24, 50))
    html = wall(board)
    for words in (
        "Amber 27 · amber ale · day 3", "1.023", f"18.9<small>{NO_BREAK}°C</small> <small>→ 19.0</small>", "▲ heat",
        "done Mon 07:00", "between Sun 17:00 and Tue 09:00", "primary", "<svg", "All is well: 1 tank.",
    ):  # fmt: skip
        assert words in html


@pytest.mark.parametrize(
    ("phase", "words"),
    [("filled", "not fermenting yet"), ("fermenting", "fermenting"), ("done", "fermentation complete"),
     ("stuck", "stuck"), ("emptied", "emptied?"), ("unknown", "nobody knows what is in it"), ("empty", "empty")],
)  # fmt: skip
def test_a_card_says_in_words_where_the_batch_is_in_its_life(phase, words):
    board = board_of()
    say(board, "fv1/state", state(phase=phase))
    assert f'<span class="b-phase b-phase-{phase}">{words}</span>' in wall(board)
    assert "b-phase" not in wall(board_of("fv1"))


def test_a_phase_that_this_board_does_not_know_is_not_shown():
    board = board_of()
    say(board, "fv1/state", state(phase="<b>dreaming"))
    assert "b-phase" not in wall(board)


def test_a_measurement_that_is_missing_says_since_when():
    board = board_of()
    say(board, "fv1/state", state(beer_c=None, sg=None, stale_s={"beer_c": 480.0, "sg": None}))
    html = wall(board)
    assert "–" in html
    assert "last 8 min ago" in html
    assert "never measured" in html


def test_alarms_come_before_warnings_and_the_rest_is_counted():
    board = board_of()
    alarms = [{"key": str(n), "severity": "warning", "text": f"look {n}"} for n in range(3)]
    say(board, "fv1/state", state(alarms=[*alarms, {"key": "x", "severity": "alarm", "text": "it burns"}]))
    html = wall(board)
    assert html.index("it burns") < html.index("look 0")
    assert "look 1" not in html
    assert "and 2 more" in html


def test_each_tank_with_an_alarm_is_named_above_all_and_of_those_that_only_warn_the_first():
    board = board_of()
    for number in range(1, 41):
        severity = "alarm" if number <= 30 else "warning"
        say(board, f"fv{number:02}/state", state(alarms=[{"key": "x", "severity": severity, "text": "it burns"}]))
    said = wall(board)
    assert f"Alarm: {', '.join(f'fv{number:02}' for number in range(1, 31))}." in said
    assert "Warning: fv31, fv32, fv33, fv34, fv35 and 5 more." in said


def test_a_question_stands_on_the_card():
    board = board_of()
    ask = {"key": "rise", "action": "step", "standing": "asked", "text": "primary -> rise: attenuation 0.62 of 0.45"}
    say(board, "fv1/state", state(asks=[ask]))
    assert "b-need-asks" in wall(board)
    assert "primary -&gt; rise: attenuation 0.62 of 0.45" in wall(board)


def test_what_may_stick_is_said_and_what_hardly_will_is_not():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50, p_stuck=0.05))
    assert "may stick" not in wall(board)
    say(board, "fv1/forecast", forecast(10, 24, 50, p_stuck=0.31))
    assert "may stick: 31\N{NO-BREAK SPACE}%" in wall(board)


def test_an_open_drain_and_an_idle_tank_are_words():
    board = board_of("fv1")
    assert "idle" in wall(board)
    say(board, "fv1/state", state(drain={"state": "open", "why": ""}))
    assert "▶ drain open" in wall(board)


def test_words_from_the_broker_are_only_words():
    board = board_of()
    alarm = {"key": EVIL, "severity": "alarm", "text": EVIL, "acknowledged_by": EVIL}
    ask = {"key": EVIL, "action": EVIL, "standing": "asked", "text": EVIL}
    batch = {"name": EVIL, "style": EVIL}
    say(board, f"{EVIL.replace('/', '')}/state", state(step=EVIL, alarms=[alarm], asks=[ask], batch=batch))
    say(board, "fv2/state", state(asks=[{**ask, "standing": EVIL}], next_step=EVIL))
    say(board, "fv2/forecast", {**forecast(1, 2, 3), "complete_at": None, "why": EVIL})
    html = wall(board)
    assert "<script" not in html
    assert "<img" not in html
    assert "\"'" not in html.replace('class="', "")


def test_units_of_the_reader_are_on_the_card():
    html = wall(board_of("fv1"), NOW, View(plato=True, fahrenheit=True))
    assert f"5.9<small>{NO_BREAK}°P</small>" in html
    assert f"66.0<small>{NO_BREAK}°F</small> <small>→ 66.2</small>" in html


def test_a_board_without_tanks_says_what_it_waits_for():
    board = board_of()
    assert wall(board) == "No data from any tank yet."
    board.connected = False
    assert wall(board) == "No broker: everything shown is old."
