"""A share of full power as on and off, and the ceiling on it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scenario_harness import Harness

from brewpi.control.duty_cycle import DutyCycle
from brewpi.control.temperature import share
from brewpi.outputs.run_limits import RunLimits

TICK_S = 5.0


def runs(limits, asked, hours=4.0):
    """Seconds on, by cycle, of an output that is asked for so much, tick by tick."""
    cycle, on, now, track = DutyCycle(limits), False, 0.0, []
    for n in range(round(hours * 3600.0 / TICK_S)):
        on = cycle.wants(asked(n) if callable(asked) else asked, on, now)
        track.append(on)
        now += TICK_S
    ticks = round((limits.window_s or 600.0) / TICK_S)
    return [TICK_S * sum(track[i : i + ticks]) for i in range(0, len(track), ticks)]


@pytest.mark.parametrize("part", [0.0, 0.1, 0.35, 0.5, 1.0])
def test_a_share_is_on_for_that_part_of_each_cycle(part):
    assert runs(RunLimits(cycle_s=600.0), part) == pytest.approx([600.0 * part] * 24, abs=TICK_S)


def test_less_than_the_shortest_run_is_saved_up_until_it_is_one():
    given_s = runs(RunLimits(cycle_s=600.0, min_on_s=120.0), 0.05)
    assert set(given_s) == {0.0, 120.0}
    assert sum(given_s) == pytest.approx(0.05 * 4.0 * 3600.0, abs=120.0)


def test_what_leaves_less_than_the_shortest_rest_is_on_all_through_and_taken_off_the_next():
    given_s = runs(RunLimits(cycle_s=600.0, min_off_s=180.0), 0.9, hours=20.0)
    assert all(seconds == 600.0 or seconds <= 420.0 for seconds in given_s)
    assert sum(given_s) == pytest.approx(0.9 * 20.0 * 3600.0, abs=600.0)


@given(st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8), st.floats(0.1, 0.9))
def test_no_cycle_gives_more_than_the_ceiling_whatever_is_asked(shares, most):
    limits = RunLimits(cycle_s=600.0, min_on_s=10.0, min_off_s=10.0, duty_max=most)
    given_s = runs(limits, lambda n: shares[n // 97 % 8])
    assert max(given_s) <= 2.0 * (most * 600.0 + TICK_S)  # of a window of the test, which lies across two
    assert sum(given_s) <= 25 * (most * 600.0 + TICK_S)


def test_a_ceiling_without_cycles_is_one_of_each_hour():
    assert runs(RunLimits(duty_max=0.25, compressor=True), 1.0) == [900.0] * 4


def test_the_share_is_less_the_nearer_the_beer_and_none_where_it_will_get_there_by_itself():
    assert share(18.0, 0.0, 19.0, 0.3, "heat") == 1.0
    assert share(18.7, 0.0, 19.0, 0.3, "heat") == 0.5
    assert share(18.7, 0.6, 19.0, 0.3, "heat") == 0.0
    assert share(19.3, 0.0, 19.0, 0.3, "cool") == 0.5
    assert share(19.3, -0.3, 19.0, 0.3, "cool") == 0.25


def test_the_heater_in_cycles_says_how_much_it_gives():
    tank = Harness(heat={"cycle_s": 600.0, "min_off_s": 60.0})
    tank.run(beer_c=18.64, minutes=15)
    assert tank.why == "heat 60% of the time: beer 18.6, setpoint 19.0 °C"
    on = sum(heats for _, heats, _ in tank.track[-120:])
    assert on == pytest.approx(72, abs=3)


def test_a_crash_keeps_to_the_ceiling_of_the_cooler():
    tank = Harness(cool={"compressor": False, "cycle_s": 600.0, "duty_max": 0.4, "max_run_s": 86400.0})
    tank.plug("beer")
    tank.run(target_c=4.0, hours=6)
    cooled = sum(cools for _, _, cools in tank.track) / len(tank.track)
    assert cooled == pytest.approx(0.4, abs=0.02)
    assert tank.vessel.beer_c < 17.0


def test_an_output_in_cycles_that_does_nothing_is_found_out_by_the_time_that_it_was_on():
    tank = Harness(heat={"cycle_s": 600.0, "min_off_s": 60.0}, volume_l=20.0)
    tank.run(beer_c=18.4, hours=1)
    response = tank.tank.interlocks.outputs["heat"].response
    assert response.effort.on_s == pytest.approx(sum(heats for _, heats, _ in tank.track) * TICK_S, abs=3 * TICK_S)
    tank.run(beer_c=18.64, hours=8)
    assert "heat: dead" in tank.alarms


def test_a_heater_in_cycles_that_only_just_holds_the_beer_is_no_suspect():
    tank = Harness(heat={"cycle_s": 600.0, "min_on_s": 10.0, "min_off_s": 10.0}, volume_l=20.0)
    tank.plug("beer")
    tank.vessel.brew = replace(tank.vessel.brew, room_c=8.0, room_swing_c=0.0)
    tank.vessel._fermentation = tank.vessel._fermentation._replace(
        glucose_g_l=0.0, maltose_g_l=0.0, maltotriose_g_l=0.0
    )
    tank.run(hours=48)
    assert not {"heat: dead", "heat: guilty"} & tank.alarms.keys()
    assert tank.vessel.beer_c > 18.2


@pytest.mark.parametrize(("cycle", "most"), [({}, 0.25), ({"cycle_s": 1200.0}, 0.4)])
@pytest.mark.parametrize("up_minutes", [7, 21, 47])
def test_the_ceiling_of_an_hour_holds_also_where_the_power_flickers(cycle, most, up_minutes):
    """The hour does not begin anew with each start."""
    cool = {"compressor": False, "duty_max": most, "max_run_s": 86_400.0, **cycle}
    tank = Harness(cool=cool, volume_l=500.0)
    tank.plug("beer")
    while len(tank.track) * TICK_S < 8 * 3600.0:
        tank.run(target_c=4.0, minutes=up_minutes)
        tank.restart(away_s=60.0)
    cooled = sum(cools for _, _, cools in tank.track) / len(tank.track)
    assert most - 0.16 < cooled <= most + 0.01
    window_s = cycle.get("cycle_s", 3600.0)
    ticks = round(window_s / TICK_S)
    on = [cools for _, _, cools in tank.track]
    assert max(sum(on[n : n + ticks]) for n in range(0, len(on) - ticks, 12)) <= (2.0 * most * window_s + 60.0) / TICK_S


@pytest.mark.parametrize("breaks_off", ["probe", "stop"])
def test_a_run_that_breaks_off_leaves_the_rest_of_its_hour(breaks_off):
    """It was off for the rest of that hour, and read as if it cooled."""
    tank = Harness(cool={"duty_max": 0.7}, tick_s=30.0)
    tank.run(beer_c=22.0, minutes=7)
    assert tank.cooling
    if breaks_off == "probe":
        tank.unplug("beer")
    else:
        tank.stop()
    tank.run(minutes=10)
    tank.resume()
    tank.run(beer_c=22.0, minutes=10)
    assert tank.cooling


def test_an_output_that_has_run_its_part_of_the_hour_says_until_when_it_is_off():
    tank = Harness(cool={"duty_max": 0.3}, tick_s=30.0)
    tank.run(beer_c=22.0, minutes=33)
    assert tank.why == "cool: has run its 30 % of an hour, 32 min left"


def test_a_stop_is_said_before_the_hours_share():
    tank = Harness(cool={"duty_max": 0.3}, tick_s=30.0)
    tank.run(beer_c=22.0, minutes=33)
    tank.stop()
    tank.run(minutes=1)
    assert tank.why.startswith("stopped by ")


def test_a_power_cut_within_a_cycle_does_not_end_its_run():
    tank = Harness(cool={"compressor": False, "duty_max": 0.5, "max_run_s": 86_400.0}, volume_l=500.0)
    tank.plug("beer")
    tank.run(target_c=4.0, minutes=15)
    assert tank.cooling
    tank.restart()
    tank.run(minutes=8)
    assert tank.cooling


BLOCKS = st.lists(st.tuples(st.floats(0.0, 8.0), st.floats(0.0, 1.5)), max_size=6)  # from which hour, for so long
RESTARTS = st.lists(st.floats(0.0, 9.0), max_size=4)


@given(
    st.floats(0.2, 0.9), st.sampled_from([None, 600.0, 1200.0]), BLOCKS, BLOCKS, RESTARTS,
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6),
)  # fmt: skip
@example(0.7, None, [(0.0, 0.3)], [], [], [1.0])  # stopped by hand for 18 minutes
@example(0.7, None, [], [(0.05, 0.3)], [], [1.0])  # asked for, resting, warm enough, asked for again
@example(0.5, None, [(0.3, 0.2), (1.0, 0.3)], [], [0.3, 0.6], [1.0])
def test_the_ceiling_holds_in_any_window_however_it_lies(most, cycle_s, blocked, warm, restarts, shares):
    """Blocked by a stop, a rest or a fault; not asked for meanwhile; begun anew: never two budgets in a row."""
    limits = RunLimits(duty_max=most, cycle_s=cycle_s, min_on_s=30.0 if cycle_s else 0.0, min_off_s=0.0)
    cycle, on, track, tick_s, since = DutyCycle(limits), False, [], 30.0, 0.0
    anew = sorted(restarts)
    for n in range(round(9.0 * 3600.0 / tick_s)):
        now, hour = n * tick_s, n * tick_s / 3600.0
        if anew and hour >= anew[0]:
            anew.pop(0)
            kept, cycle, on, since = cycle.snapshot(), DutyCycle(limits), False, now
            cycle.restore(kept, now)
        asked = 0.0 if any(at <= hour < at + lasts for at, lasts in warm) else shares[int(hour) % len(shares)]
        held = now - since < 300.0 or any(at <= hour < at + lasts for at, lasts in blocked)
        on = cycle.wants(asked, on, now) and not held
        track.append(on)
    window = round(limits.window_s / tick_s)
    total = np.cumsum([0, *track])
    longest_s = tick_s * float(np.max(total[window:] - total[:-window]))
    assert longest_s <= most * limits.window_s + 2.0 * tick_s


def test_a_share_that_is_saved_up_is_given_although_it_has_a_ceiling():
    given_s = runs(RunLimits(cycle_s=600.0, min_on_s=120.0, duty_max=0.5), 0.05)
    assert sum(given_s) == pytest.approx(0.05 * 4.0 * 3600.0, abs=120.0)
