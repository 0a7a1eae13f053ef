"""A recipe followed: one step at a time, never back, each with its reason, its latest time and a person's yes."""

from __future__ import annotations

import pytest
from thoughts import BOTTLE, Brewing

from brewpi.control.approvals import VETO_WINDOW_S

ALE = """
name = "short ale"
[[steps]]
name = "primary"
target_c = 19.0
until = { kind = "attenuation", at_least = 0.6, dwell_h = 2 }
latest_h = 100
[[steps]]
name = "rest"
target_c = 21.0
ramp_c_per_h = 0.5
until = { all = [ { kind = "elapsed", hours = 24 }, { kind = "operator", confirms = "vdk" } ] }
latest_h = 72
[[steps]]
name = "transfer"
transfer = { window_h = 48, min_attenuation = 0.65 }
"""
MEAD = """
name = "short mead"
[batch]
medium = "mead"
[nutrients]
nitrogen_mg_l = 80
at_h = [24, 48]
[[steps]]
name = "primary"
"""
FAR, FAR_ENOUGH = 1.030, 1.019  # attenuation 0.40 and 0.62 of 1.050


@pytest.fixture
def ale() -> Brewing:
    return Brewing(ALE)


def in_rest(**how) -> Brewing:
    brewing = Brewing(ALE, **how)
    brewing.run(3.0, sg=FAR_ENOUGH)
    assert brewing.recipe.approvals.confirm("step", "anna", brewing.now) is None
    assert brewing.tick().step == "rest"
    return brewing


# --- forward


def test_the_demand_holds_each_condition_since_when_it_runs_and_what_follows(ale):
    demand = ale.run(24.0, sg=FAR)
    assert [(r.kind, r.met, r.text) for r in demand.requirements] == [
        ("attenuation", False, "attenuation 0.40 of 0.60")
    ]
    assert demand.following == "rest"
    assert ale.now - demand.step_since == pytest.approx(24 * 3600.0, abs=600.0)


def test_in_the_last_step_nothing_is_waited_for():
    demand = Brewing(MEAD).run(3.0, sg=FAR)
    assert (demand.requirements, demand.following) == ((), None)


def test_it_says_what_it_waits_for(ale):
    assert ale.run(24.0, sg=FAR).why == (
        "primary: waits, attenuation 0.40 of 0.60; hold: beer 19.0, setpoint 19.0 °C"
    )


def test_a_condition_has_to_hold_through_its_dwell_before_anybody_is_asked(ale):
    ale.run(1.9, sg=FAR_ENOUGH)
    assert ale.ask() is None
    ale.run(0.1, sg=FAR)
    ale.run(1.9, sg=FAR_ENOUGH)
    assert ale.ask() is None
    ale.run(0.2)
    assert ale.ask().text == "primary -> rest: attenuation 0.62 of 0.60"


def test_the_next_step_begins_with_a_yes_and_its_ramp(ale):
    ale.run(3.0, sg=FAR_ENOUGH)
    assert ale.seen == ["primary"]
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    demand = ale.tick()
    assert demand.step == "rest"
    assert demand.why.startswith("rest: begins, attenuation 0.62 of 0.60")
    assert demand.target_c == pytest.approx(19.0, abs=0.02)
    assert ale.run(2.0).target_c == pytest.approx(20.0, abs=0.02)
    assert ale.run(4.0).target_c == 21.0


def test_gravity_that_comes_back_never_leads_back():
    ale = in_rest()
    ale.run(48.0, sg=1.050)
    assert ale.seen == ["primary", "rest"]


def test_one_step_at_a_time_however_much_is_met(ale):
    ale.recipe.approvals.set_mode("step", "act")
    ale.run(200.0, sg=1.010)
    assert ale.recipe.approvals.confirm("vdk", "anna", ale.now) is None
    ale.run(1.0)
    assert ale.seen == ["primary", "rest", "transfer"]


def test_a_passed_vdk_test_is_a_word_of_its_step_only(ale):
    assert ale.recipe.approvals.confirm("vdk", "anna", ale.now) == "nothing called vdk waits for a confirmation"
    ale = in_rest()
    ale.run(25.0)
    assert ale.ask() is None
    assert ale.recipe.approvals.confirm("vdk", "anna", ale.now) is None
    assert ale.ask().text.startswith("rest -> transfer")


def test_a_wrong_word_is_answered_with_the_right_one():
    ale = in_rest()
    assert ale.recipe.approvals.confirm("vkd", "anna", ale.now) == (
        'nothing called vkd waits for a confirmation; this step waits for "vdk"'
    )


def test_the_last_step_stays_and_allows_the_transfer():
    ale = in_rest()
    ale.run(25.0)
    ale.recipe.approvals.confirm("vdk", "anna", ale.now)
    ale.tick()
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    demand = ale.run(500.0)
    assert demand.step == "transfer"
    assert demand.why.startswith("transfer: the last step, until the batch is ended")
    assert demand.asks == ()
    assert (demand.transfer.window_h, demand.transfer.min_attenuation, demand.transfer.target_c) == (48.0, 0.65, 21.0)


def test_before_the_transfer_step_there_is_no_wish_to_drain(ale):
    assert ale.run(24.0).transfer is None


def test_without_a_batch_nothing_is_followed():
    from brewpi.records import TankState

    ale = Brewing(ALE)
    assert ale.recipe.decide(TankState(), ale.forecast, ale.now).step == "hold"


# --- the latest time


@pytest.mark.parametrize("mode", ["ask", "act"])
def test_a_step_that_takes_too_long_asks_instead_of_waiting_for_ever(ale, mode):
    ale.recipe.approvals.set_mode("step", mode)
    ale.run(99.0, sg=FAR)
    assert ale.ask() is None
    ale.run(3.0)
    ask = ale.ask()
    assert ask.standing == "asked"
    assert ask.text == "primary has waited 2 h longer than its 100 h: attenuation 0.40 of 0.60; go on?"
    ale.run(500.0)
    assert ale.seen == ["primary"]
    assert ale.ask().times > 10
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    assert ale.tick().step == "rest"


def test_even_without_gravity_it_asks(ale):
    ale.run(101.0, sg=None)
    assert "needs a fresh gravity, none so far; go on?" in ale.ask().text


# --- trust


def test_act_goes_on_by_itself_after_the_veto_window(ale):
    ale.recipe.approvals.set_mode("step", "act")
    ale.run(2.1, sg=FAR_ENOUGH)
    assert ale.ask().standing == "announced"
    assert ale.seen == ["primary"]
    ale.run(VETO_WINDOW_S / 3600.0)
    assert ale.seen == ["primary", "rest"]


def test_a_veto_holds_the_step_for_hours(ale):
    ale.recipe.approvals.set_mode("step", "act")
    ale.run(2.1, sg=FAR_ENOUGH)
    assert ale.recipe.approvals.veto("step", "ben", ale.now) is None
    ale.run(5.5)
    assert ale.seen == ["primary"]
    assert "vetoed" in ale.tick().why
    ale.run(1.0)
    assert ale.seen == ["primary", "rest"]


def test_advise_turns_no_knob_but_follows_what_people_say_they_did(ale):
    ale.recipe.approvals.set_mode("step", "advise")
    ale.run(30.0, sg=FAR_ENOUGH)
    assert ale.ask().standing == "advised"
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    demand = ale.run(10.0)
    assert demand.step == "rest"
    assert demand.target_c == 19.0


def test_a_tank_that_is_only_watched_follows_its_steps_too():
    demand = in_rest(controlled=False).run(1.0)
    assert (demand.step, demand.target_c) == ("rest", None)


def test_draining_is_never_trusted_to_the_software(ale):
    assert ale.recipe.approvals.set_mode("drain", "act") == "draining is never done without an operator: advise or ask"
    assert ale.tick().modes["drain"] == "ask"
    assert ale.recipe.approvals.set_mode("drain", "advise") is None
    assert ale.tick().modes["drain"] == "advise"


def test_a_yes_or_no_to_nothing_is_answered(ale):
    ale.tick()
    assert ale.recipe.approvals.confirm(None, "anna", ale.now) == "nothing waits for a confirmation"
    assert ale.recipe.approvals.veto(None, "anna", ale.now) == "nothing is asked for or announced"


# --- restart


def test_step_dwell_and_ramp_come_back_and_nothing_jumps(ale):
    ale.run(1.5, sg=FAR_ENOUGH)
    ale.restart(away_h=0.1)
    ale.run(0.3)
    assert ale.ask() is None
    ale.run(0.2)
    assert ale.ask().standing == "asked"
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    before = ale.run(1.0)
    ale.restart(away_h=0.1)
    after = ale.tick()
    assert (before.step, after.step) == ("rest", "rest")
    assert after.target_c == pytest.approx(before.target_c + 0.06, abs=0.02)


def test_a_word_and_a_yes_come_back():
    ale = in_rest()
    ale.recipe.approvals.confirm("vdk", "anna", ale.now)
    ale.restart()
    ale.run(25.0)
    assert ale.ask().text.startswith("rest -> transfer")
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    ale.restart()
    assert ale.tick().step == "transfer"


def test_the_latest_time_counts_through_a_restart(ale):
    ale.run(60.0, sg=FAR)
    ale.restart(away_h=30.0)
    ale.run(11.0)
    assert ale.ask().text.startswith("primary has waited 1 h longer")


def test_modes_come_back(ale):
    ale.recipe.approvals.set_mode("step", "act")
    ale.tick()
    ale.restart()
    assert ale.tick().modes["step"] == "act"


def test_a_recipe_that_is_another_one_begins_at_its_first_step():
    ale = in_rest()
    ale.toml = ALE.replace("short ale", "another ale")
    ale.restart()
    assert ale.tick().step == "primary"


CHANGED = {
    "renamed recipe": (ALE, ALE.replace("short ale", "another ale")),
    "renamed step": (ALE, ALE.replace('"rest"', '"d-rest"')),
    "recipe where none was": ("", ALE),
}


@pytest.mark.parametrize("how", CHANGED)
def test_a_batch_whose_step_the_recipe_does_not_know_keeps_its_temperature_until_somebody_says_yes(how):
    """A crashed beer would be heated to where its fermentation began."""
    before, after = CHANGED[how]
    ale = in_rest() if before else Brewing("")
    ale.recipe.set_target(2.0, ale.now, "anna")
    ale.run(12.0, sg=FAR)
    ale.toml = after
    for _ in range(2):  # and through one more restart
        ale.restart()
        demand = ale.run(1.0, beer_c=2.0)
        assert (demand.step, demand.target_c, demand.duties) == ("primary", pytest.approx(2.0), {})
        ask = ale.ask()
        assert (ask.standing, ask.effect) == ("asked", {"step": "primary", "target_c": 19.0})
        assert "begin with primary?" in ask.text
    ale.recipe.approvals.set_mode("step", "act")
    assert ale.run(20.0).target_c == pytest.approx(2.0)
    ale.recipe.approvals.confirm("step", "anna", ale.now)
    assert ale.run(0.5).target_c > 2.0
    assert ale.run(20.0).target_c == 19.0
    ale.restart()
    assert ale.run(0.1).why.startswith("primary: waits")


def test_a_recipe_that_is_edited_below_the_step_goes_on_where_it_was():
    ale = in_rest()
    ale.run(4.0)
    ale.toml = ALE.replace("21.0", "22.0").replace("transfer = {", "target_c = 3.0\ntransfer = {")
    ale.restart(away_h=0.1)
    assert ale.ask() is None
    demand = ale.run(4.0)
    assert (demand.step, demand.target_c) == ("rest", 22.0)


def test_a_target_that_somebody_set_in_a_step_outlives_an_edit_of_the_step():
    ale = in_rest()
    ale.recipe.set_target(20.0, ale.now, "anna")
    ale.toml = ALE.replace("21.0", "22.0")
    ale.restart(away_h=0.1)
    assert ale.run(4.0).target_c == 20.0


def test_a_new_batch_begins_at_the_first_step_with_no_old_answers():
    ale = in_rest()
    ale.recipe.approvals.confirm("vdk", "anna", ale.now)
    ale.recipe.begin(None)
    assert ale.tick().step == "primary"
    assert ale.recipe.steps.confirmations == set()


# --- doses


def mead(**how) -> Brewing:
    brewing = Brewing(MEAD, dosing=BOTTLE, medium="mead", og=1.100, expected_attenuation=1.0, **how)
    brewing.says["sg"] = 1.095
    return brewing


def test_a_dose_is_asked_for_and_wished_once_somebody_says_yes():
    brewing = mead()
    assert brewing.run(23.9).dose is None
    assert brewing.ask("dose") is None
    brewing.run(0.2)
    assert brewing.ask("dose").text == "dose 1 of 2, 2000 ml: 24 h after pitching"
    assert brewing.tick().dose is None
    brewing.recipe.approvals.confirm("dose", "anna", brewing.now)
    wish = brewing.tick().dose
    assert (wish.id, wish.volume_ml, wish.nitrogen_mg_l) == ("b1-dose-1", 2000.0, 40.0)  # 40 mg/L in 1000 L


def test_an_advised_dose_is_for_hands_only():
    brewing = mead()
    brewing.recipe.approvals.set_mode("dose", "advise")
    brewing.run(24.1)
    assert brewing.recipe.approvals.confirm("dose", "anna", brewing.now) == (
        "doses are only advised here; give it by hand and record it with the command dose"
    )
    assert brewing.run(48.0).dose is None


def test_a_tank_without_a_bottle_is_never_dosed():
    brewing = Brewing(MEAD, medium="mead", og=1.100)
    brewing.recipe.approvals.set_mode("dose", "act")
    assert brewing.run(60.0).dose is None


def test_a_step_and_a_dose_that_wait_together_are_told_apart():
    two = MEAD + 'until = { kind = "elapsed", hours = 1 }\n[[steps]]\nname = "clear"\n'
    brewing = Brewing(two, dosing=BOTTLE, medium="mead", og=1.100, expected_attenuation=1.0)
    brewing.run(24.1, sg=1.095)
    both = brewing.recipe.approvals.confirm(None, "anna", brewing.now)
    assert both == 'both a step and a dose wait: say what = "step" or what = "dose"'
    assert brewing.recipe.approvals.confirm("dose", "anna", brewing.now) is None
    assert brewing.tick().step == "primary"
