"""How the shipped model behaves on held-out simulated batches where no scorecard looks.

    python -m training behavior --model models

Whether it sees a batch get stuck within 48 h, what it makes of a warmer or colder plan, and how often its distance
says that a log is unlike what it was trained on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from brewpi.forecast.features import NAMES, vector
from brewpi.records import Array, BatchSeries
from training import Floats
from training.data.dataset import STUCK, build, try_label
from training.network.ondevice import through
from training.simulation.simulate import Logs, simulate

BATCHES, SEED = 3000, 601
SHIFTS_C = (-3.0, -1.5, 0.0, 1.5, 3.0)
ASKED_AT = (0.2, 0.4, 0.6)
MEDIAN, STUCK_ODDS, DISTANCE = 3, 21, 22


@dataclass(frozen=True, slots=True)
class BehaviorChecks:
    """`stuck_*`: among unfinished prefixes. `warmer_*`: share of plans 1.5 °C apart, and what 3 °C does to hours."""

    prefixes: int
    stuck_share: float
    stuck_auroc: float
    stuck_mean_odds_of_stuck: float
    stuck_mean_odds_of_others: float
    warmer_is_no_later: float
    warmer_by_3_c_takes: float
    colder_by_3_c_takes: float
    distance_widens: float
    distance_refuses: float
    nonsense_refused: float

    def __str__(self) -> str:
        return (
            f"stuck within 48 h ({self.stuck_share:.1%} of {self.prefixes} prefixes): AUROC {self.stuck_auroc:.3f}; "
            f"p_stuck is {self.stuck_mean_odds_of_stuck:.2f} of those, {self.stuck_mean_odds_of_others:.3f} else\n"
            f"planned 1.5 °C warmer is no later in {self.warmer_is_no_later:.1%} of questions; "
            f"3 °C warmer takes {self.warmer_by_3_c_takes:.2f} of the hours, colder {self.colder_by_3_c_takes:.2f}\n"
            f"distance widens {self.distance_widens:.2%} and refuses {self.distance_refuses:.2%} of simulated rows, "
            f"refuses {self.nonsense_refused:.0%} of rows whose every feature is of another batch"
        )


def behavior_checks(directory: Path, batches: int = BATCHES) -> BehaviorChecks:
    """All of it, in a minute or two."""
    card = json.loads((directory / "fermentation.json").read_text(encoding="utf-8"))
    blob = (directory / "fermentation.tflite").read_bytes()
    logs = simulate(batches, SEED)
    rows = build(logs, SEED)
    rows = rows.where(~(rows.y[:, 0] <= 0.0))
    predicted = through(blob, rows.x.astype(float))
    stuck = rows.y[:, STUCK] > 0.5
    odds = 1 / (1 + np.exp(-predicted[:, STUCK_ODDS]))
    no_later, warmer, colder = _plans(logs, blob)
    far = card["distance"]
    mixed = through(blob, _mixed(rows.x))[:, DISTANCE]
    return BehaviorChecks(
        prefixes=len(rows),
        stuck_share=float(stuck.mean()),
        stuck_auroc=float(roc_auc_score(stuck, odds)),
        stuck_mean_odds_of_stuck=float(odds[stuck].mean()),
        stuck_mean_odds_of_others=float(odds[~stuck].mean()),
        warmer_is_no_later=no_later,
        warmer_by_3_c_takes=warmer,
        colder_by_3_c_takes=colder,
        distance_widens=float((predicted[:, DISTANCE] > far["widens"]).mean()),
        distance_refuses=float((predicted[:, DISTANCE] > far["refused"]).mean()),
        nonsense_refused=float((mixed > far["refused"]).mean()),
    )


def _plans(logs: Logs, blob: bytes, most: int = 400) -> tuple[float, float, float]:
    """Share of warmer plans that are no later, and hours at 3 °C more and less over hours as it is."""
    asked = [_planned(series, truth.completion_h * share)
             for i in range(len(logs))
             if (truth := try_label(series := logs.series(i))) is not None and np.isfinite(series.temp_c).all()
             for share in ASKED_AT if series.until(truth.completion_h * share).hours.size > 1][:most]
    hours = np.expm1(np.maximum(through(blob, np.concatenate(asked))[:, MEDIAN], 0.0)).reshape(-1, len(SHIFTS_C))
    steps: NDArray[np.bool_] = np.diff(hours, axis=1) <= 0.5
    live = hours[hours[:, len(SHIFTS_C) // 2] > 1.0]
    warmer, colder = (np.median(live[:, k] / live[:, len(SHIFTS_C) // 2]) for k in (-1, 0))
    return float(steps.mean()), float(warmer), float(colder)


def _planned(series: BatchSeries, at_h: float) -> Array:
    """Rows for the same moment under each plan: (len(SHIFTS_C), features)."""
    now_c = float(series.until(at_h).temp_c[-1])
    return np.array([vector(replace(series, planned_temp_c=now_c + shift), at_h) for shift in SHIFTS_C])


def _mixed(x: Floats) -> Array:
    """Rows whose features come each from another row: what no batch looks like."""
    rng = np.random.default_rng(1)
    mixed: Array = x[rng.integers(0, len(x), (200, len(NAMES))), np.arange(len(NAMES))].astype(float)
    return mixed
