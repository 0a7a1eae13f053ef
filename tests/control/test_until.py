"""Conditions within conditions: all of any of several, each with a dwell of its own."""

import tomllib

from brewpi.control import until
from brewpi.control.conditions import View
from brewpi.records import Batch, Forecast, TankState

NESTED = """
until = { all = [ { kind = "elapsed", hours = 24 },
                  { any = [ { kind = "operator", confirms = "vdk" },
                            { kind = "elapsed", hours = 120, dwell_h = 2 } ] } ] }
"""


def evaluate(hours: float, held: dict[str, float], *confirmed: str) -> tuple[bool, str]:
    state = TankState(Batch(0.0))
    view = View(state, Forecast(0.0, None, "none"), hours * 3600.0, 0.0, 19.0, frozenset(confirmed))
    verdict = until.parse(tomllib.loads(NESTED)["until"]).evaluate(view, held)
    return verdict.met, verdict.why


def test_a_rest_ends_when_the_inner_group_agrees():
    assert evaluate(12, {}, "vdk")[0] is False
    assert evaluate(25, {}) == (False, "vdk waits for an operator or 25 h of 120 h")
    assert evaluate(25, {}, "vdk")[0] is True


def test_every_condition_says_for_itself_whether_it_is_met():
    view = View(TankState(Batch(0.0)), Forecast(0.0, None, "none"), 25 * 3600.0, 0.0, 19.0, frozenset())
    parts = until.parse(tomllib.loads(NESTED)["until"]).evaluate(view, {}).parts
    assert [(part.path, part.kind, part.met) for part in parts] == [
        ("all.0", "elapsed", True), ("all.1.any.0", "operator", False), ("all.1.any.1", "elapsed", False)
    ]  # fmt: skip
    assert parts[2].text == "25 h of 120 h"


def test_a_dwell_is_remembered_by_the_place_of_its_condition_so_that_a_restart_keeps_it():
    held: dict[str, float] = {}
    assert evaluate(120, held)[0] is False
    assert "until.all.1.any.1" in held
    assert evaluate(122, dict(held))[0] is True
    assert evaluate(122, {})[0] is False
