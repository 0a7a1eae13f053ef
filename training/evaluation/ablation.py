"""`python -m training ablation`: forecasts told nothing, told the medium and told all, by kind of log, in a minute.

Pinball of the hours remaining, in hours and as a ratio to the logistic fit, told as much (what is told helps that fit
too: only the hours say whether it helps ours); share inside the 80 % interval; final gravity off in points; false
"done". Every complete batch of every folder is asked, since the network learnt from none. With `left_out`, each folder
meets curves that never saw it (`training/studies/families.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np

from brewpi.forecast import fitted_curve
from brewpi.forecast.curve_bank import START, CurveBank
from brewpi.forecast.curve_families import FAMILIES, Family
from brewpi.forecast.labels import Refused, label
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model, OutOfDistribution
from brewpi.records import Array, BatchSeries, Forecast
from training.data.logs import THINNED, Batch
from training.evaluation.baselines import curve_fit
from training.evaluation.evaluate import Curve, groups
from training.evaluation.scoring import Score, bootstrapped_mean, score, trials
from training.studies.families import as_shipped, families, sites

INPUTS: dict[str, Callable[[BatchSeries], BatchSeries]] = {
    "nothing": lambda series: replace(series, medium=None, style=None, yeast=None, og=None),
    "medium": lambda series: replace(series, style=None, yeast=None, og=None),
    "all": lambda series: series,
}
FORECASTERS = ("both", "network", "curves")


@dataclass(frozen=True, slots=True)
class AblationScore:
    """One forecaster on one group, told so much."""

    group: str
    inputs: str
    score: Score
    logistic: Score

    @property
    def ratio(self) -> float:
        """Of the pinball losses, to the logistic fit."""
        return self.score.pinball / self.logistic.pinball

    def line(self, before: dict[str, list[float]] | None) -> str:
        """For reading; with what a run before gave, how much more the loss is now, with its 95 % interval."""
        wrong, of = self.score.false_done
        batches = len(set(self.score.batch.tolist()))
        text = (
            f"{self.group:34} {batches:4} {self.inputs:8} {self.score.pinball:6.2f}  {self.ratio:5.3f}  "
            f"{self.score.coverage:5.2f}  "
            f"{self.score.final_points:5.1f}  {wrong} of {of}"
        )
        then = np.array((before or {}).get(self.key, []))
        if then.shape != self.score.losses.shape:
            return text
        of_then = bootstrapped_mean((self.score.losses - then) / then.mean(), self.score.batch)
        return f"{text:94} {{:+.1%}} ({{:+.1%}} to {{:+.1%}})".format(*of_then)

    @property
    def key(self) -> str:
        """By which runs are compared."""
        return f"{self.group}: {self.inputs}"


HEAD = f"{'logs':34} {'':4} {'told':8} {'hours':>6}  {'ratio':>5}  {'cover':>5}  {'final':>5}  false done"


def ablation(
    model: Path, folders: Path, left_out: bool = False, who: str = "both", draw: float = START, slower: float = 1.0
) -> list[AblationScore]:
    """All groups of a folder of folders, told everything that is of any; who: one of FORECASTERS; draw: other curves of
    the same families, and what depends on it is luck; slower: how much longer everything takes, see `slowed`."""
    forecaster = _forecaster(Model.load(model), who)
    known = sites(folders) if left_out else {}
    found = []
    for group in groups(sorted(path for path in folders.iterdir() if path.is_dir()), 0.0):
        batches = slowed(group.judged if group.one_by_one else [*group.earlier, *group.judged], slower)
        if not batches:
            continue
        site = batches[0].site.removesuffix(THINNED)
        bank = CurveBank(_families_without(known, site) if left_out else FAMILIES, start=draw)
        with mock.patch.object(fitted_curve, "bank", lambda bank=bank: bank):
            found += [_scored(forecaster, group.name, inputs, batches) for inputs in _inputs(batches)]
    return found


def slowed(batches: Sequence[Batch], times: float) -> list[Batch]:
    """The same batches, in which everything took so much longer (or less long, under 1), as those of a cellar that is
    slower than any whose logs are at hand. Without those whose completion cannot be told then."""
    if times == 1.0:
        return list(batches)
    found = []
    for batch in batches:
        series = replace(batch.series, hours=batch.series.hours * times)
        with suppress(Refused):
            found.append(replace(batch, series=series, label=label(series)))
    return found


def report(found: Sequence[AblationScore], save: Path | None, against: Path | None) -> list[str]:
    """The table; `save` keeps the losses for a later run, `against` is such a file."""
    before = json.loads(against.read_text(encoding="utf-8")) if against else None
    if save:
        save.write_text(json.dumps({one.key: one.score.losses.tolist() for one in found}), encoding="utf-8")
    return [HEAD, *(one.line(before) for one in found)]


def _forecaster(model: Model, who: str) -> object:
    return {"both": TankForecaster(Pool(model)), "network": Network(model), "curves": Curve()}[who]


class Network:
    """The network alone; silent where it is out of its depth."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def forecast(self, series: BatchSeries, at_h: float) -> Forecast:
        try:
            return self.model.forecast(series, at_h)
        except OutOfDistribution as depth:
            return Forecast(at_h, None, "none", why=str(depth))


def _families_without(known: dict[str, Array], folder: str) -> tuple[Family, ...]:
    return tuple(as_shipped(one) for one in families(known, folder))


def _inputs(batches: Sequence[Batch]) -> list[str]:
    """Those that differ."""
    named = any(batch.series.medium for batch in batches)
    more = any(batch.series.style or batch.series.yeast or batch.series.og for batch in batches)
    return ["nothing", *(["medium"] if named else []), *(["all"] if more else [])]


def _scored(forecaster: object, group: str, inputs: str, batches: Sequence[Batch]) -> AblationScore:
    batches_known = [replace(batch, series=INPUTS[inputs](batch.series)) for batch in batches]
    asked = trials(batches_known)
    logistic = score(curve_fit("logistic fit"), batches_known, "logistic", asked)
    return AblationScore(group, inputs, score(forecaster, batches_known, inputs, asked), logistic)
