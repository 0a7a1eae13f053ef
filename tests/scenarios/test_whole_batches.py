"""Whole batches from pitch to empty tank, in virtual time: ready recipes, the shipped model, a brewer who answers."""

from __future__ import annotations

import pytest
from batch_scenario import Story, a_tank, doses


def drained(story: Story) -> None:
    """Two people at the tank, until it is empty."""
    story.until(lambda: story.waits_for == {}, within_h=96)
    story.drain()
    story.until(lambda: story.report.command.drain.standing == "closed", within_h=2)
    assert story.report.command.drain.why.startswith("done after")
    assert story.vessel.drained_l == pytest.approx(1000.0, rel=0.02)


def test_an_ale_from_pitch_to_empty_tank(tmp_path):
    ale = Story(tmp_path, a_tank("ale", target_c=19.0), og=1.050)

    # Primary at 19 °C, until three quarters of the drop are done.
    assert ale.until_asked("step", within_h=168).startswith("primary -> rise: attenuation 0.")
    assert 0.50 < (1.050 - ale.vessel.sg) / 0.050 < 0.75
    ale.confirm("step")

    # Free rise to 21 °C. Gravity stands still, the forecast agrees; what no probe knows is asked.
    ale.until(lambda: ale.report.demand.why.startswith("rise: waits, vdk waits for an operator"), within_h=240)
    assert ale.vessel.sg < 1.0125
    assert ale.vessel.beer_c == pytest.approx(21.0, abs=0.5)
    ale.confirm("vdk")
    asked = ale.until_asked("step", within_h=48)
    assert asked.startswith("rise -> crash: gravity ")
    assert " in 48 h, at most 0.0010" in asked
    ale.confirm("step")

    # Cold crash, 2 °C an hour.
    assert ale.until_asked("step", within_h=96).startswith("crash -> transfer: beer at 3.")
    assert ale.vessel.beer_c == pytest.approx(3.0, abs=0.7)
    ale.confirm("step")

    drained(ale)
    assert list(ale.steps) == ["primary", "rise", "crash", "transfer"]
    assert ale.hour < 14 * 24
    assert ale.grave == []
    assert doses(ale) == []
    assert ale.send("end_batch")["ok"]
    assert ale.report.state.batch is None
    ale.power_off()


def test_a_lager_from_pitch_to_empty_tank_with_a_power_cut_in_each_step(tmp_path):
    lager = Story(tmp_path, a_tank("lager", target_c=10.5), og=1.049)

    def power_cut() -> None:
        before, setpoint_c = lager.report.demand.step, lager.report.demand.target_c
        lager.restart(away_s=1800.0)
        lager.until(lambda: lager.report.demand.target_c is not None, within_h=0.2)
        assert lager.report.demand.step == before
        assert lager.report.demand.target_c == pytest.approx(setpoint_c, abs=0.3)

    lager.until(lambda: lager.hour > 60.0, within_h=61)
    power_cut()
    assert lager.until_asked("step", within_h=336).startswith("primary -> rest")
    lager.confirm("step")

    # Diacetyl rest at 15 °C.
    lager.until(lambda: lager.vessel.beer_c > 12.5, within_h=48)
    power_cut()
    lager.until(lambda: lager.report.demand.why.startswith("rest: waits, vdk waits for an operator"), within_h=300)
    assert lager.vessel.beer_c == pytest.approx(15.0, abs=0.5)
    assert lager.vessel.sg < 1.0125
    lager.confirm("vdk")
    lager.until_asked("step", within_h=72)
    lager.confirm("step")

    # Slow cooling, 0.2 °C an hour, then a fortnight in all.
    lager.until(lambda: lager.vessel.beer_c < 8.0, within_h=72)
    power_cut()
    assert lager.until_asked("step", within_h=400).startswith("lagering -> transfer")
    assert lager.vessel.beer_c == pytest.approx(1.0, abs=0.7)
    lager.confirm("step")

    drained(lager)
    assert list(lager.steps) == ["primary", "rest", "lagering", "transfer"]
    assert len(lager.texts("restarted")) == 3
    assert lager.texts("restarted")[1].endswith("step rest")
    lager.power_off()


def test_a_mead_from_pitch_to_empty_tank_with_four_doses(tmp_path):
    mead = Story(tmp_path, a_tank("mead", target_c=18.0, medium="mead"), og=1.095)

    # A dose a day, each asked for, the last at a third of the sugar.
    for number in (1, 2, 3, 4):
        assert mead.until_asked("dose", within_h=72).startswith(f"dose {number} of 4")
        mead.confirm("dose")
        mead.until(lambda number=number: doses(mead) == ["given"] * number, within_h=2)
    assert mead.hour < 120.0
    added_mg_l = mead.vessel.fed_ml * 20.0 / 1000.0
    assert added_mg_l == pytest.approx(0.9 * 248.0 - 20.0, rel=0.02)  # 0.9 mg for each gram of sugar, less the must's

    mead.until(lambda: mead.report.demand.why.startswith("primary: waits, taste waits"), within_h=1000)
    assert mead.vessel.sg < 1.004
    mead.confirm("taste")
    mead.until_asked("step", within_h=96)
    mead.confirm("step")

    mead.until_asked("step", within_h=300)
    assert mead.vessel.beer_c == pytest.approx(8.0, abs=1.0)
    mead.confirm("step")

    drained(mead)
    assert list(mead.steps) == ["primary", "clear", "transfer"]
    assert doses(mead) == ["given"] * 4
    assert mead.grave == []
    mead.power_off()
