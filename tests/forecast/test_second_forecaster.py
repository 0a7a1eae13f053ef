"""Somebody else's forecaster: one class and one line in the registry, and the whole cellar goes by it, as far as it
says that it may be acted on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from batch_scenario import Story, a_tank
from typer.testing import CliRunner

from brewpi.cli import app
from brewpi.config.config import ConfigErrors, loads
from brewpi.forecast import CannotForecast
from brewpi.forecast.forecaster import KINDS, ForecasterOptions
from brewpi.records import BatchSeries, Forecast, Interval

CELLAR = """
site = "riverside"
{model}
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794eff" }}
"""
RECIPE = """
name = "ale, in short"
[[steps]]
name = "primary"
target_c = 19.0
until = { kind = "rest_cue", min_attenuation = 0.21 }
[[steps]]
name = "transfer"
until = { kind = "forecast_remaining", at_most_h = 12 }
transfer = { window_h = 24, min_attenuation = 0.21 }
[[steps]]
name = "cold"
target_c = 4.0
"""
LOG = "hours,sg,temp_c\n" + "".join(f"{h},{1.050 - 0.0004 * h:.4f},19.0\n" for h in range(0, 48, 6))


class Almanac(ForecasterOptions):
    """Knows the hours of every ale by heart, and half of them where it is warm."""

    example: ClassVar[str] = 'kind = "almanac"\nhours = 100'

    hours: float
    sure: bool = True
    fails: str = ""

    def open(self, context: Any) -> Almanac:
        if self.fails == "opens":
            raise FileNotFoundError("the almanac of this year")
        if self.fails == "knows nothing":
            raise CannotForecast("the almanac is empty")
        return self

    @property
    def name(self) -> str:
        return "almanac of 2026"

    def forecast(self, series: BatchSeries, at_h: float) -> Forecast:
        if self.fails == "stumbles":
            raise ZeroDivisionError("the moon")
        if self.fails == "lies":
            return Forecast(at_h, None, "almanac", actionable=True)
        left_h = max(self.hours - at_h, 0.0) * (0.5 if (series.planned_temp_c or 0.0) > 20.0 else 1.0)
        band = Interval(left_h, left_h, left_h)
        final = Interval(1.010, 1.010, 1.010)
        return Forecast(at_h, float(series.sg[-1]), "almanac", band, band, final, actionable=self.sure)

    def what_if(self, series: BatchSeries, at_h: float, holds_c: Sequence[float]) -> list[Forecast]:
        return [self.forecast(replace(series, planned_temp_c=hold_c), at_h) for hold_c in holds_c]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(KINDS, "almanac", f"{__name__}:Almanac")


class Brewery(Story):
    """The ale of RECIPE in a cellar whose `[model]` names the almanac."""

    def __init__(self, directory: Any, model: str) -> None:
        self.model = loads(CELLAR.format(model=f'[model]\nkind = "almanac"\n{model}'), "cellar.toml").model
        (directory / "short.toml").write_text(RECIPE, encoding="utf-8")
        super().__init__(directory, a_tank(str(directory / "short.toml"), 19.0), og=1.050)

    def power_on(self) -> None:
        self.config = self.config.model_copy(update={"model": self.model})
        super().power_on()

    @property
    def forecast_permissive(self) -> Any:
        drain = self.report.command.drain
        assert drain is not None
        return next(p for p in drain.permissives if p.name == "forecast")

    def what_if(self) -> Any:
        return self.cellar.tanks["fv1"].what_if(self.report)


def test_steps_drain_and_what_if_go_by_it(tmp_path):
    brewery = Brewery(tmp_path, "hours = 80")
    brewery.until(lambda: brewery.hour >= 78.0, within_h=80)
    assert (brewery.report.forecast.source, brewery.report.forecast.model) == ("almanac", "almanac of 2026")
    assert brewery.asks == {}
    assert "forecast 2-2 h" in brewery.report.demand.why
    assert [hold.remaining_h.p50 < 1.5 for hold in brewery.what_if().holds] == [False] * 5 + [True] * 2
    assert not brewery.forecast_permissive.met
    brewery.until_asked("step", within_h=3)
    brewery.confirm("step")
    assert brewery.until_step("transfer", within_h=1) > 79.0
    brewery.tick()
    assert brewery.forecast_permissive.met
    assert "cold" in brewery.until_asked("step", within_h=1)


def test_what_may_not_be_acted_on_is_shown_and_moves_nothing(tmp_path):
    brewery = Brewery(tmp_path, "hours = 60\nsure = false")
    brewery.link.has_no_listeners = False
    brewery.until(lambda: brewery.hour >= 90.0, within_h=91)
    assert brewery.report.forecast.remaining_h == Interval(0.0, 0.0, 0.0)
    assert (brewery.report.demand.step, brewery.asks) == ("primary", {})
    assert "needs a forecast of the model" in brewery.report.demand.why
    assert not brewery.forecast_permissive.met
    assert brewery.what_if().holds == ()
    assert json.loads(brewery.link.retained["brewpi/riverside/fv1/forecast"])["actionable"] is False


@pytest.mark.parametrize(
    ("fails", "why"),
    [
        ("opens", "the forecaster cannot be opened (FileNotFoundError: the almanac of this year)"),
        ("knows nothing", "the almanac is empty"),
        ("stumbles", "the model failed"),
        ("lies", "the model failed"),
    ],
)
def test_where_it_fails_the_curves_answer_and_nobody_acts(tmp_path, fails: str, why: str):
    brewery = Brewery(tmp_path, f'hours = 60\nfails = "{fails}"')
    brewery.until(lambda: brewery.hour >= 12.0, within_h=13)
    said = brewery.report.forecast
    assert (said.source, said.actionable, said.why) == ("curve", False, f"fitted curve: {why}")
    assert brewery.vessel.duties["cool"] >= 0.0
    assert brewery.report.demand.target_c == 19.0
    assert any("forecast fails" in text for text in brewery.grave) == (fails in ("stumbles", "lies"))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ('[model]\nkind = "almanak"\nhours = 1', 'cellar.toml: model: unknown kind "almanak"; did you mean "almanac"?'),
        ('[model]\nkind = "almanac"', 'cellar.toml: model: option "hours" is missing'),
        ('[model]\nkind = "almanac"\nhour = 1', 'cellar.toml: model: unknown option "hour"; did you mean "hours"?'),
        ('[model]\nkind = "network_and_curves"\nhours = 1', 'cellar.toml: model: unknown option "hours"'),
        ("[model]\nevery_s = 1", "cellar.toml: model.every_s: is 1; it should be greater than or equal to 10"),
        ("model = 3", "cellar.toml: model: has to be a table [model]"),
    ],
)
def test_check_refuses_what_does_not_forecast(tmp_path, model: str, sentence: str):
    with pytest.raises(ConfigErrors) as caught:
        loads(CELLAR.format(model=model), "cellar.toml")
    assert any(said.startswith(sentence) for said in caught.value.sentences), caught.value.sentences
    file = tmp_path / "cellar.toml"
    file.write_text(CELLAR.format(model=model), encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(file)]).exit_code == 2


def test_without_a_word_it_is_the_shipped_one(tmp_path):
    said = loads(CELLAR.format(model=f'[model]\ndirectory = "{tmp_path}"'), "cellar.toml").model
    assert (type(said).__name__, said.directory, said.every_s) == ("NetworkAndCurves", tmp_path, 900.0)


def test_predict_asks_the_one_that_a_config_names(tmp_path):
    log, file = tmp_path / "fv1.csv", tmp_path / "cellar.toml"
    log.write_text(LOG, encoding="utf-8")
    file.write_text(CELLAR.format(model='[model]\nkind = "almanac"\nhours = 60'), encoding="utf-8")
    done = CliRunner().invoke(app, ["predict", str(log), "--config", str(file), "--json"])
    said = json.loads(done.stdout)
    assert (said["source"], said["actionable"], said["remaining_h"]["p50"]) == ("almanac", True, 18.0)
    done = CliRunner().invoke(app, ["predict", str(log), "--config", str(file), "--model", "models"])
    assert (done.exit_code, done.stderr) == (2, "--config names the model already; leave out --model\n")
