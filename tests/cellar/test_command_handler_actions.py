"""What operators say to a recipe: mode, confirm, veto, dose, drain; obeyed and remembered, or refused with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from batch_scenario import Story, a_tank, doses

from brewpi.control.dosing import Dosing
from brewpi.forecast.what_if import WhatIf
from brewpi.records import Forecast, Interval

SHORT = """
name = "short"
[batch]
medium = "mead"
og = 1.100
expected_attenuation = 1.0
[nutrients]
nitrogen_mg_l = 80
at_h = [1, 24]
portion_ml = 2000
[[steps]]
name = "primary"
target_c = 19.0
until = { kind = "operator", confirms = "taste" }
[[steps]]
name = "transfer"
transfer = { window_h = 24, min_attenuation = 0.65 }
"""
BOTTLE = Dosing(solution_mg_ml=20.0, max_ml_per_dose=2500.0, max_ml_per_day=4000.0)


class Done:
    """A forecaster that has seen this batch to its end."""

    def __init__(self) -> None:
        self.site_history: Any = None

    def forecast(self, state: Any, now: float, plan: Any = None) -> Forecast:
        over = Interval(0.0, 0.0, 0.0)
        return Forecast(300.0, 1.010, "model", over, over, Interval(1.0, 1.0, 1.0), actionable=True)

    def what_if(self, said: Forecast, *about: Any) -> WhatIf:
        return WhatIf(said, why="it is over")

    def forget(self) -> None:
        """It is always over."""


class Harness(Story):
    """A short mead recipe, or a finished mead at its drain."""

    def __init__(self, directory: Path, recipe: str = SHORT, **more: Any) -> None:
        (directory / "short.toml").write_text(recipe, encoding="utf-8")
        tank = a_tank(str(directory / "short.toml"), 19.0, "mead", **{"dosing": BOTTLE, **more})
        super().__init__(directory, tank)

    def refused(self, command: str, **fields: Any) -> str:
        ack = self.send(command, **fields)
        assert not ack["ok"]
        return ack["why"]

    def finish(self) -> None:
        """A day of stable gravity, cold and with everything ready for the transfer."""
        self.vessel.plug("sg", 1.002)
        self.vessel.plug("beer_c", 19.0)
        self.cellar.tanks["fv1"].forecaster = Done()
        for _ in range(26 * 12):
            self.tick(tick_s=300.0)
        self.confirm("taste")
        self.confirm("step")
        self.tick(2)
        assert self.waits_for == {}


@pytest.fixture
def bench(tmp_path: Path):
    bench = Harness(tmp_path)
    yield bench
    bench.power_off()


# --- mode


def test_a_mode_is_obeyed_told_and_remembered(bench):
    assert bench.send("mode", action="dose", mode="act")["ok"]
    assert bench.report.demand.modes == {"step": "ask", "dose": "act", "drain": "ask"}
    assert "anna set dose to act" in bench.texts("command")
    bench.restart()
    bench.tick()
    assert bench.report.demand.modes["dose"] == "act"


def test_draining_is_never_left_to_the_software(bench):
    assert bench.refused("mode", action="drain", mode="act") == (
        "draining is never done without an operator: advise or ask"
    )
    assert bench.report.demand.modes["drain"] == "ask"


@pytest.mark.parametrize("fields", [{"action": "step"}, {"action": "heat", "mode": "act"}, {"mode": "act"}])
def test_a_mode_that_is_none_changes_nothing(bench, fields):
    assert bench.refused("mode", **fields)
    assert set(bench.report.demand.modes.values()) == {"ask"}


# --- confirm and veto


def test_a_word_then_the_step_are_confirmed_and_told(bench):
    bench.confirm("taste")
    assert bench.until_asked("step", within_h=1).startswith("primary -> transfer")
    bench.confirm("step", by="ben")
    assert bench.report.demand.step == "transfer"
    assert "ben said yes: step" in bench.texts("command")
    assert bench.texts("step")[-1].startswith("step primary -> transfer: transfer: begins, taste")


def test_a_confirmation_of_nothing_is_refused(bench):
    assert bench.refused("confirm") == 'nothing waits for a confirmation; this step waits for "taste"'
    assert bench.refused("confirm", what="drain") == "the drain is not armed"
    assert bench.refused("veto") == "nothing is asked for or announced"


def test_a_veto_holds_back_what_was_announced(bench):
    bench.send("mode", action="step", mode="act")
    bench.confirm("taste")
    bench.tick(5)
    assert bench.send("veto", what="step", by="ben")["ok"]
    bench.tick(60)
    assert bench.report.demand.step == "primary"
    assert any(text.startswith("vetoed: primary -> transfer") for text in bench.texts("vetoed"))


def test_what_nobody_answers_is_asked_again(bench):
    bench.until_asked("dose", within_h=2)
    bench.until(lambda: any("(said 2 times)" in text for text in bench.texts("asked")), within_h=13)
    assert doses(bench) == []


def test_a_yes_outlives_a_power_cut_but_is_given_once(bench):
    bench.until_asked("dose", within_h=2)
    bench.vessel.unplug("sg")
    bench.until(lambda: bench.report.state.age_s("sg", bench.now) > 7300.0, within_h=3)
    bench.confirm("dose")
    bench.restart()
    bench.tick(5)
    assert doses(bench) == []
    assert bench.report.command.dose_why == "dose 1: needs a fresh gravity, at most 2 h old"
    bench.vessel.plug("sg")
    bench.until(lambda: doses(bench) == ["given"], within_h=2)
    assert bench.vessel.fed_ml == pytest.approx(2000.0, rel=0.01)


# --- dose


def test_a_dose_by_the_pump_is_given_beside_the_schedule(bench):
    bench.tick(20)
    assert bench.send("dose", id="mine", volume_ml=300.0)["ok"]
    bench.tick(3)
    assert bench.vessel.fed_ml == pytest.approx(300.0)
    (dose,) = bench.report.state.doses
    assert (dose.id, dose.number, dose.standing) == ("mine", 0, "given")
    assert bench.texts("dose")[-1] == "dose extra: the pump ran its time for 300 ml"


def test_a_dose_by_hand_is_only_remembered_and_stands_for_the_next_one(bench):
    bench.tick(20)
    assert bench.send("dose", id="mine", volume_ml=2000.0, by_hand=True)["ok"]
    bench.until(lambda: bench.hour > 2.0, within_h=3)
    assert bench.vessel.fed_ml == 0.0
    assert doses(bench) == ["by_hand"]
    assert "dose" not in bench.asks
    assert bench.texts("dose") == ["dose 1 given by hand: 2000 ml"]
    bench.restart()
    bench.tick()
    assert doses(bench) == ["by_hand"]


@pytest.mark.parametrize(
    ("volume_ml", "why"),
    [(2600.0, "2600 ml is more than 2500 ml, the most for one"), (-5.0, "volume_ml: "), (0.0, "volume_ml: ")],
)
def test_a_dose_that_the_caps_forbid_is_refused_at_once(bench, volume_ml, why):
    bench.tick(20)
    assert why in bench.refused("dose", volume_ml=volume_ml)
    bench.tick(5)
    assert bench.vessel.fed_ml == 0.0


def test_hands_count_for_the_caps_of_the_pump(bench):
    bench.tick(20)
    bench.send("dose", volume_ml=3500.0, by_hand=True)
    assert "3500 ml were given within a day, 4000 ml are the most" in bench.refused("dose", volume_ml=600.0)


def test_the_days_cap_is_that_of_the_tank_a_new_batch_or_a_restart_does_not_begin_it_anew(bench):
    bench.until(lambda: bench.hour > 0.5, within_h=1)
    bench.send("dose", volume_ml=3500.0, by_hand=True)
    over = "3500 ml were given within a day, 4000 ml are the most"
    assert bench.send("end_batch")["ok"]
    bench.restart()
    assert bench.send("start_batch", name="the same must again")["ok"]
    assert bench.report.state.doses == ()
    bench.until(lambda: bench.report.state.fresh("sg", bench.now, 600.0) is not None, within_h=1)
    assert over in bench.refused("dose", volume_ml=600.0)
    bench.restart()
    bench.tick()
    bench.until(lambda: bench.report.state.fresh("sg", bench.now, 600.0) is not None, within_h=1)
    assert over in bench.refused("dose", volume_ml=600.0)
    assert bench.send("dose", volume_ml=400.0)["ok"]


def hours_pass(bench: Harness) -> None:
    bench.tick(30, tick_s=300.0)
    assert bench.send("acknowledge", key="nothing")["why"]


def test_an_id_that_comes_again_after_hours_takes_no_dose_out_of_the_count(bench):
    """The ids of commands are remembered for an hour; those of doses and batches stand in the record for ever."""
    assert bench.send("dose", id="again", volume_ml=2000.0)["ok"]
    hours_pass(bench)
    before = [dose for dose in bench.last["fv1"].state.doses if dose.id == "again"]

    assert bench.refused("dose", id="again", volume_ml=1.0, by_hand=True) == (
        "this id is that of an earlier dose; send it with a new one"
    )
    hours_pass(bench)
    assert bench.refused("dose", id="again", volume_ml=1.0).startswith("this id is that of an earlier dose")
    assert [dose for dose in bench.last["fv1"].state.doses if dose.id == "again"] == before
    assert before[0].standing == "given"


def test_two_batches_never_share_an_id(bench):
    assert bench.send("start_batch", id="b1", name="one")["ok"]
    assert bench.send("dose", volume_ml=1000.0, by_hand=True)["ok"]
    hours_pass(bench)
    same = "this id is that of an earlier batch; send it with a new one"
    assert bench.refused("start_batch", id="b1", name="two") == same
    assert bench.send("start_batch", id="b2", name="two")["ok"]
    hours_pass(bench)
    assert bench.refused("start_batch", id="b1", name="three") == same


def test_two_doses_at_once_are_one(bench):
    bench.tick(20)
    bench.send("dose", volume_ml=1200.0)
    assert bench.refused("dose", volume_ml=1200.0) == "another dose is being given"
    bench.tick(10)
    assert bench.vessel.fed_ml == pytest.approx(1200.0)


def test_a_stop_ends_a_dose_and_resume_does_not_begin_it_again(bench):
    bench.tick(20)
    bench.send("dose", volume_ml=2000.0)
    bench.tick(2)
    bench.send("stop")
    fed_ml = bench.vessel.fed_ml
    assert 0.0 < fed_ml < 2000.0
    bench.send("resume")
    bench.tick(30)
    assert bench.vessel.fed_ml == fed_ml
    assert doses(bench) == ["part"]


def test_a_dose_under_way_at_a_power_cut_is_an_alarm_and_counts_in_full(bench):
    bench.tick(20)
    bench.send("dose", id="mine", volume_ml=2000.0)
    bench.tick(2)
    bench.kill()
    bench.power_on()
    bench.tick(30)
    assert doses(bench) == ["uncertain"]
    assert bench.report.state.doses[0].counted_ml == 2000.0
    assert any("dose 0 of 2000 ml is uncertain" in text for text in bench.grave)
    assert bench.vessel.fed_ml < 2000.0


def test_without_batch_or_bottle_a_dose_means_nothing(tmp_path):
    dry = Harness(tmp_path, dosing=None)
    assert dry.refused("dose", volume_ml=10.0) == (
        "nothing is known of the nutrient here; add [tanks.fv1.dosing] to the config"
    )
    dry.send("end_batch")
    assert dry.refused("dose", volume_ml=10.0) == "no batch is in this tank"
    dry.power_off()


def test_a_batch_that_ends_under_a_dose_stops_the_pump(bench):
    bench.tick(20)
    bench.send("dose", id="mine", volume_ml=2000.0)
    bench.tick(1)
    bench.send("start_batch", id="b2", name="the next")
    fed_ml = bench.vessel.fed_ml
    assert bench.texts("dose")[-1] == (
        f"dose extra stopped: the pump ran for {fed_ml:.0f} of 2000 ml"
    )
    (kept,) = bench.report.state.doses_before
    assert (kept.standing, kept.given_ml) == ("part", fed_ml)
    bench.tick(10)
    assert bench.vessel.fed_ml == fed_ml
    assert doses(bench) == []
    bench.restart()
    bench.tick()
    assert doses(bench) == []


# --- drain


def test_a_tank_without_a_valve_has_no_drain(tmp_path):
    from brewpi.outputs.simulated import Simulated

    bench = Harness(tmp_path, outputs={"cool": Simulated(role="cool")}, draining=None)
    assert bench.refused("drain") == "this tank has no drain valve"
    bench.power_off()


def test_early_in_a_batch_everything_that_is_missing_is_said(bench):
    bench.tick(5)
    why = bench.refused("drain")
    for word in ("step: the recipe is not there yet", "stable: is judged in the transfer step", "forecast: ",
                 "°C, is judged in the transfer step"):  # fmt: skip
        assert word in why


def test_two_commands_open_it_with_the_confirmation_in_the_store_a_tick_before(bench):
    bench.finish()
    assert bench.send("drain")["ok"]
    assert bench.vessel.duties["drain"] == 0.0
    bench.confirm("drain", by="ben")
    assert bench.vessel.duties["drain"] == 0.0
    on_disk = bench.cellar.store.database.read("SELECT value FROM setting WHERE key = 'held'", (), bench.now)
    assert '"opened_for": "c1"' in on_disk[0][0]
    bench.tick()
    assert bench.vessel.duties["drain"] == 1.0
    assert [text.partition(":")[0] for text in bench.texts("drain")] == [
        "drain closed -> armed", "drain armed -> confirmed", "drain confirmed -> open"
    ]  # fmt: skip


@pytest.mark.parametrize(("order", "fields"), [("end_batch", {}), ("start_batch", {"name": "Porter"})])
def test_a_batch_that_ends_in_the_middle_of_its_transfer_says_why_the_valve_closed(bench, order, fields):
    bench.finish()
    bench.drain()
    bench.tick()
    assert bench.vessel.duties["drain"] == 1.0
    assert bench.send(order, **fields)["ok"]
    assert bench.vessel.duties["drain"] == 0.0
    (closed,) = (event for _, event in bench.told[-9:] if event.kind == "drain" and "-> closed" in event.text)
    assert (closed.severity, closed.text) == ("alarm", "drain open -> closed: aborted: its batch has ended")


def test_a_veto_and_a_stop_close_it(bench):
    bench.finish()
    bench.drain()
    bench.tick()
    assert bench.vessel.duties["drain"] == 1.0
    assert bench.send("veto", by="ben")["ok"]
    assert bench.vessel.duties["drain"] == 0.0
    assert bench.texts("drain")[-1] == "drain open -> closed: aborted vetoed by ben"
    assert bench.refused("drain") == "once: this batch has had its one transfer"


def test_a_stopped_tank_is_not_armed(bench):
    bench.finish()
    bench.send("stop")
    assert bench.refused("drain") == "stopped by anna; resume first"


def test_where_draining_is_only_advised_no_valve_moves(bench):
    bench.finish()
    bench.send("mode", action="drain", mode="advise")
    assert bench.refused("drain").startswith("draining is only advised here")


def test_a_yes_to_something_else_does_not_open_the_valve_by_accident(tmp_path):
    rinsed = SHORT + 'until = { kind = "elapsed", hours = 0.01 }\n[[steps]]\nname = "rinse"\n'
    bench = Harness(tmp_path, recipe=rinsed)
    bench.finish()
    assert bench.asks["step"].startswith("transfer -> rinse")
    assert bench.send("drain")["ok"]
    assert bench.refused("confirm") == (
        'the drain is armed and something else waits: say what = "drain", "step" or "dose"'
    )
    bench.tick(3)
    assert bench.vessel.duties["drain"] == 0.0
    bench.confirm("drain")
    bench.tick()
    assert bench.vessel.duties["drain"] == 1.0
    bench.power_off()


def test_after_a_power_cut_the_valve_is_shut_and_stays_so(bench):
    bench.finish()
    bench.drain()
    bench.tick(3)
    bench.restart()
    bench.tick()
    assert bench.vessel.duties["drain"] == 0.0
    assert bench.report.command.drain.why == "aborted brewpi was restarted"
    text = "drain aborted brewpi was restarted; the valve is told to close, look whether it has"
    assert text in bench.grave
    bench.cellar.tanks["fv1"].forecaster = Done()
    bench.tick(3)
    assert "once: this batch has had its one transfer" in bench.refused("drain")
