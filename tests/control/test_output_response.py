"""Does the beer do what it should while an output runs? Guilty only if it does better without."""

import pytest

from brewpi.control.effect_check.effect import TRIAL_S, c_per_h
from brewpi.control.effect_check.output_response import AGAIN_AFTER_S, OutputResponseCheck
from brewpi.control.effect_check.response_snapshot import ResponseSnapshot

TICK_S = 5.0


class Watched:
    """A witness with beer that drifts at `c_per_h` while the output runs or is off."""

    def __init__(self, side: str, left_c: float = 9.0) -> None:
        self.left_c = left_c
        self.response, self.now, self.beer_c = OutputResponseCheck(1 if side == "heat" else -1), 0.0, 19.0

    def run(self, hours: float, c_per_h: float, *, on: bool = True) -> str:
        """Runs unless the witness has it off."""
        for _ in range(round(hours * 3600.0 / TICK_S)):
            self.now += TICK_S
            self.beer_c += c_per_h * TICK_S / 3600.0
            runs = on and self.response.standing not in ("verifying", "reversed")
            self.response.watch(runs, self.beer_c, self.now, left_c=self.left_c)
        return self.response.standing

    def run_until_trial(self, c_per_h: float) -> None:
        while self.response.standing != "verifying":
            self.run(TICK_S / 3600.0, c_per_h)
            assert self.now < 24 * 3600.0


@pytest.fixture(params=["cool", "heat"])
def watched(request) -> tuple[Watched, float]:
    """Each side, with the sign of its wrong way."""
    return Watched(request.param), 1.0 if request.param == "cool" else -1.0


def test_an_output_that_works_is_fine(watched):
    output, wrong = watched
    assert output.run(12.0, -2.0 * wrong) == "fine"


def test_a_degree_the_wrong_way_leads_to_a_trial(watched):
    output, wrong = watched
    output.run_until_trial(2.0 * wrong)
    assert output.beer_c - 19.0 == pytest.approx(wrong, abs=0.1)


def test_beer_that_does_better_without_it_convicts_it(watched):
    output, wrong = watched
    output.run_until_trial(2.0 * wrong)
    assert output.run(TRIAL_S / 3600.0 + 0.01, 0.0) == "reversed"
    assert output.run(24.0, 0.0) == "reversed"
    output.response.reset(output.now)
    assert output.response.standing == "fine"


def test_beer_at_high_krausen_that_warms_anyway_is_no_proof_against_the_cooler_which_is_called_weak():
    cooler = Watched("cool")
    cooler.run_until_trial(1.0)
    assert cooler.run(TRIAL_S / 3600.0 + 0.01, 1.5) == "weak"
    assert cooler.run(2.0, 1.0) == "weak"  # no second trial at once
    assert cooler.run(2.0, -2.0) == "fine"  # krausen is over, the cooler gains


def test_a_weak_cooler_whose_beer_is_where_it_should_be_is_no_news():
    """A big tank is held by a cooler that moves it by a tenth of a degree an hour."""
    said = []
    for left_c in (0.2, 1.0):
        cooler = Watched("cool", left_c)
        cooler.run_until_trial(0.0)
        assert cooler.run(TRIAL_S / 3600.0 + 0.01, 0.9) == "weak"
        cooler.run(0.1, 0.0)
        said.append(cooler.response.alarm("cool") is not None)
    assert said == [False, True]


def test_beer_that_warms_ever_slower_towards_a_hot_room_does_not_speak_against_its_cooler():
    """What counts is how it went just before the trial, not over the whole run."""
    fridge = Watched("cool")
    fridge.response.learnt_c_per_h = 0.28
    for warms in (1.0, 0.6, 0.3):
        fridge.run(0.5, warms)
    fridge.run_until_trial(0.25)
    assert fridge.run(TRIAL_S / 3600.0 + 0.01, 0.5) == "weak"


def test_a_weak_cooler_is_tried_again_after_hours():
    cooler = Watched("cool")
    cooler.run_until_trial(1.0)
    cooler.run(TRIAL_S / 3600.0 + 0.01, 1.5)
    ended_at = cooler.now
    cooler.run_until_trial(1.0)
    assert cooler.now - ended_at == pytest.approx(AGAIN_AFTER_S, abs=60.0)


def test_a_weak_cooler_is_weak_all_through_its_trials():
    """What was said is not over because it is looked at anew."""
    cooler = Watched("cool")
    cooler.run_until_trial(1.0)
    assert cooler.response.alarm("cool") is None
    cooler.run(TRIAL_S / 3600.0 + 0.01, 1.5)
    said = cooler.response.alarm("cool")
    assert said is not None
    cooler.run_until_trial(1.0)
    assert cooler.response.alarm("cool") == said
    assert cooler.run(TRIAL_S / 3600.0 + 0.01, 1.5) == "weak"
    assert cooler.response.alarm("cool") == said
    cooler.response.reset(cooler.now)
    assert cooler.response.alarm("cool") is None


def test_one_short_run_proves_nothing():
    cooler = Watched("cool")
    assert cooler.run(0.2, 6.0) == "fine"


def test_a_run_without_effect_is_tried_and_stays_off_until_somebody_looked(watched):
    output, _ = watched
    assert output.run(output.response.effort_limit_s / 3600.0 - 0.01, 0.0) == "fine"
    assert output.run(0.1, 0.0) == "verifying"
    assert output.run(TRIAL_S / 3600.0, 0.0) == "dead"
    assert output.run(1.0, 0.0, on=False) == "dead"
    output.response.reset(output.now)
    assert output.response.standing == "fine"


def test_short_runs_without_effect_add_up(watched):
    output, _ = watched
    for _ in range(12):
        output.run(0.15, 0.0)
        output.run(0.1, 0.0, on=False)
    assert output.response.standing in ("verifying", "dead")


def test_a_cooler_that_only_just_holds_the_beer_at_high_krausen_is_weak_and_goes_on():
    cooler = Watched("cool")
    while cooler.response.standing != "verifying":
        cooler.run(TICK_S / 3600.0, 0.0)
    assert cooler.run(TRIAL_S / 3600.0 + 0.01, 0.9) == "weak"


@pytest.mark.parametrize(
    ("power_w", "volume_l", "limit_h"),
    [(3000.0, 1000.0, 0.56), (25.0, 23.0, 0.95), (5.0, 23.0, 3.4), (1.0, 23.0, 12.0)],
)
def test_how_long_it_may_run_without_effect_follows_from_power_and_volume(power_w, volume_l, limit_h):
    known = OutputResponseCheck(1, stated_c_per_h=c_per_h(power_w, volume_l))
    assert known.effort_limit_s / 3600.0 == pytest.approx(limit_h, abs=0.02)


def test_what_the_tank_was_seen_to_do_shortens_it(watched):
    output, wrong = watched
    before_s = output.response.effort_limit_s
    output.run(2.0, -3.0 * wrong)
    assert output.response.learnt_c_per_h == pytest.approx(3.0, abs=0.1)
    assert output.response.effort_limit_s < 0.6 * before_s
    again = Watched("heat" if output.response.direction > 0 else "cool")
    again.response.restore(output.response.snapshot(), 0.0)
    assert again.response.effort_limit_s == pytest.approx(output.response.effort_limit_s, rel=0.01)


@pytest.mark.parametrize(("ran_h", "learnt_c_per_h"), [(0.0, 1.0), (4.0, 1.5)])
def test_how_the_beer_went_in_a_pause_counts_while_the_room_is_the_same(watched, ran_h, learnt_c_per_h):
    """A night helps by 0.5 °C/h; what is seen the morning after is the output's own."""
    output, wrong = watched
    output.response.stated_c_per_h = 0.1  # so little that it runs for hours before anybody wonders
    output.run(1.0, -0.5 * wrong, on=False)
    if ran_h:
        output.run(ran_h, 0.0)
        output.run(0.3, 0.0, on=False)  # too short to see anything
    output.run(0.35, -1.5 * wrong)
    assert output.response.learnt_c_per_h == pytest.approx(learnt_c_per_h, abs=0.1)


def test_nothing_is_learnt_while_the_probe_is_silent():
    cooler = Watched("cool")
    cooler.run_until_trial(2.0)
    cooler.response.watch(False, None, cooler.now + TICK_S)
    assert cooler.response.standing == "fine"


def test_a_latch_of_an_earlier_record_is_one_still():
    kept, skipped = ResponseSnapshot.read({"standing": "guilty"})
    assert (kept.standing, skipped.damaged) == ("reversed", [])
    check = OutputResponseCheck(1)
    check.restore(kept, 0.0)
    assert check.snapshot().standing == "reversed"


def test_a_latch_is_written_in_the_word_that_an_earlier_version_reads():
    check = OutputResponseCheck(1, standing="reversed")
    assert check.snapshot().model_dump(mode="json")["standing"] == "guilty"
    assert OutputResponseCheck(1, standing="dead").snapshot().model_dump(mode="json")["standing"] == "dead"


def test_how_fast_a_big_tank_answers_is_no_zero_after_a_restart():
    slow = OutputResponseCheck(-1, learnt_c_per_h=0.042)
    again = OutputResponseCheck(-1)
    again.restore(ResponseSnapshot.read(slow.snapshot().model_dump(mode="json"))[0], 0.0)
    assert again.learnt_c_per_h == pytest.approx(0.04)
