"""What the ready recipes are for, brewed whole: Belgian, cider, both wines; a kveik at 38 °C, a barleywine of 1.120.
Each by itself as far as it may, with a brewer who says only what no probe knows."""

from dataclasses import replace

import pytest
from batch_scenario import Story, a_tank
from cellar_harness import START

from brewpi.config.config import ConfigErrors, loads
from brewpi.control.limits import Limits
from brewpi.control.temperature import Temperature
from brewpi.plant.kinetics import Strain
from brewpi.plant.simulated_tank import ALE, CIDER, WINE, Vessel

TICK_S = 1800.0


class Brewed(Story):
    """The software acts; words that no probe knows are said when they are asked for."""

    def __init__(self, directory, tank, brew, words=(), **batch):
        self.brew, self.words, self.warmest_c = brew, words, -99.0
        super().__init__(directory, tank, **batch)
        self.send("mode", action="step", mode="act")
        self.send("mode", action="dose", mode="act")

    def power_on(self):
        if self.now == START:
            self.vessels["fv1"] = Vessel(self.brew, volume_l=1000.0, now=START)
        super().power_on()

    def until_last_step(self, within_h, *, cut=False):
        """Until the last step has begun, or the recipe needs longer than it may. cut: the mains fail in each step, six
        hours after it began."""
        self.cuts = {}
        last = self.cellar.tanks["fv1"].recipe.steps.steps[-1].name
        while self.report.demand.step != last:
            assert self.hour < within_h, f"after {self.hour:.0f} h: {self.report.demand.why}"
            self.tick(tick_s=TICK_S)
            self.warmest_c = max(self.warmest_c, self.vessel.beer_c)
            open_ = [wanted for wanted in self.report.demand.requirements if not wanted.met]
            for word in self.words:
                if [wanted.text.startswith(word) for wanted in open_] == [True]:  # nothing else is waited for
                    self.send("confirm", what=word)
            step = self.report.demand.step
            if cut and step not in self.cuts and self.hour - self.steps[step] >= 6.0:
                self.cut(step)

    def cut(self, step):
        """The mains fail for some minutes; it goes on in the same step, at the same setpoint."""
        before_c = self.report.demand.target_c
        self.kill()
        self.now += 600.0
        self.power_on()
        self.until(lambda: self.report.demand.target_c is not None, within_h=0.2)
        self.cuts[step] = self.report.demand.step, self.report.demand.target_c - before_c


BELGIAN = replace(
    ALE, og=1.062, terminal_sg=1.009, nitrogen_g_l=0.2, start_c=18.0,
    strain=Strain(hot_c=38.0, flocculation_per_h=0.004),
)  # fmt: skip
DRY_CIDER = replace(CIDER, terminal_sg=0.9985, start_c=16.0)
RED = replace(WINE, og=1.098, terminal_sg=0.9945, start_c=24.0, room_c=22.0)
WHITE = replace(WINE, og=1.088, terminal_sg=0.994, start_c=15.0, room_c=14.0)


@pytest.mark.parametrize(("recipe", "target_c", "medium", "brew", "words", "steps", "within_h"), [
    ("belgian", 18.0, "beer", BELGIAN, ["taste"], ["pitch", "rise", "crash", "transfer"], 700.0),
    ("cider", 16.0, "cider", DRY_CIDER, ["taste"], ["primary", "crash", "transfer"], 1200.0),
    ("red_wine", 26.0, "wine", RED, ["press", "dry"], ["cuvaison", "dry", "transfer"], 1000.0),
    ("white_wine", 15.0, "wine", WHITE, ["dry"], ["primary", "settle", "transfer"], 1300.0),
])  # fmt: skip
def test_a_ready_recipe_from_pitch_to_transfer_with_a_power_cut_in_every_step(
    tmp_path, recipe, target_c, medium, brew, words, steps, within_h
):
    story = Brewed(tmp_path, a_tank(recipe, target_c, medium), brew, words, og=brew.og)
    facts = story.report.state.batch
    story.until_last_step(within_h, cut=True)
    assert list(story.steps) == steps
    assert list(story.cuts) == steps[:-1]
    for step, (then, moved_c) in story.cuts.items():
        assert then == step
        assert abs(moved_c) < 0.5
    assert len(story.texts("restarted")) == len(story.cuts)
    assert story.grave == []
    assert story.vessel.sg - brew.terminal_sg < 0.005
    assert story.warmest_c <= facts.yeast_high_c
    assert [dose.standing for dose in story.report.state.doses] == ["given"] * len(story.report.state.doses)
    if medium != "beer":
        assert story.report.state.doses
    assert story.report.phase == "done"
    story.power_off()


KVEIK = replace(
    ALE, og=1.058, terminal_sg=1.012, yeast_g_l=0.8, start_c=36.0, room_c=24.0,
    strain=Strain(hot_c=46.0, cold_c=14.0, lag_h=4.0, activation_kj=40.0),
)  # fmt: skip
KVEIK_RECIPE = """
name = "Kveik, hot"
[batch]
medium = "beer"
style = "kveik"
expected_attenuation = 0.79
yeast_low_c = 25.0
yeast_high_c = 42.0
[[steps]]
name = "primary"
target_c = 38.0
until = { kind = "stable", window_h = 24, change_sg = 0.001, min_attenuation = 0.7 }
[[steps]]
name = "hold"
target_c = 30.0
"""


def test_a_kveik_at_38_degrees_is_over_in_days(tmp_path):
    (tmp_path / "kveik.toml").write_text(KVEIK_RECIPE)
    tank = a_tank(
        str(tmp_path / "kveik.toml"), 38.0, limits=Limits(beer_high_c=41.0), temperature=Temperature(target_c=38.0)
    )
    story = Brewed(tmp_path, tank, KVEIK, og=1.058)
    story.until_last_step(240.0)
    assert story.grave == []
    assert story.vessel.sg < 1.015
    assert 38.0 < story.warmest_c < 40.0
    story.power_off()


def test_check_says_that_38_degrees_are_above_what_the_tank_allows(tmp_path):
    (tmp_path / "kveik.toml").write_text(KVEIK_RECIPE)
    config = f'''
site = "x"
[tanks.fv1]
volume_l = 500
recipe = "{tmp_path / "kveik.toml"}"
[tanks.fv1.temperature]
target_c = 30
[tanks.fv1.outputs]
heat = {{ kind = "relay", pin = 6 }}
[tanks.fv1.sensors]
beer = {{ kind = "simulated", measure = ["beer_c", "sg"] }}
'''
    with pytest.raises(ConfigErrors, match="38") as refused:
        loads(config, "c.toml")
    assert "beer_high_c" in refused.value.sentences[0]
    allowed = config + "[tanks.fv1.limits]\nbeer_high_c = 41\n"
    assert loads(allowed, "c.toml")


BARLEYWINE = replace(
    ALE, og=1.120, terminal_sg=1.030, yeast_g_l=2.0, nitrogen_g_l=0.3, start_c=18.0,
    strain=Strain(tolerance_g_l=120.0, flocculation_per_h=0.002),
)  # fmt: skip


def test_a_barleywine_of_1_120_is_no_hydrometer_on_the_bench_and_not_called_stuck(tmp_path):
    story = Brewed(
        tmp_path, a_tank("ale", 19.0), BARLEYWINE, ["vdk"], og=1.120, style="barleywine", expected_attenuation=0.75
    )
    story.until_last_step(900.0)
    assert story.grave == []
    assert story.texts("left_out") == []
    assert list(story.steps) == ["primary", "rise", "crash", "transfer"]
    assert story.vessel.sg < 1.036
    story.power_off()
