"""A base model learns a site: fine-tuned on its own logs, recalibrated, and adopted only if it does better.

    python -m training retrain --logs my_brewery --base models --out models_mine

The challenger starts from the base's weights and learns what two forests of the site's own batches say (see
`teacher.py`), with what past batches were like as inputs. Four more, each taught by three quarters of the batches, say
what they think of the last quarter: that gives the conformal offsets. Before that, a challenger that has never seen the
last batches in time is held against the champion on them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from brewpi.features import vector
from brewpi.records import Array, House
from training import Floats, calibrate, network
from training.dataset import Rows, build, half_drop_h, house_of, moments, targets
from training.export import export
from training.fit import pinball
from training.logs import Batch, read_complete
from training.scoring import trials
from training.simulate import simulate
from training.teacher import Teacher

LEAST_BATCHES = 12
LAST_SHARE = 0.2
FOLDS, ROUNDS, EPOCHS, BATCH, LEARNING_RATE = 4, 4, 12, 256, 1e-3
PREDICT = 4096  # rows at once
SIMULATED = 600  # batches
NEAR, SWAPPED = 6_000, 0.15  # rows between the site's own, and which share of the features comes from another
KEEP = {"medium": 0.7, "style": 0.6, "og": 0.5, "temp": 0.85}
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """Who won on the last batches and, out of fold, on the earlier ones; mean pinball in hours."""

    winner: str
    batches: int
    last: int
    champion_last_h: float
    challenger_last_h: float
    champion_all_h: float
    challenger_all_h: float

    def __str__(self) -> str:
        better = 1 - self.challenger_all_h / self.champion_all_h
        return (
            f"{self.winner} wins: challenger {self.challenger_last_h:.2f} h, champion {self.champion_last_h:.2f} h "
            f"on the last {self.last} batches; {self.challenger_all_h:.2f} and {self.champion_all_h:.2f} h on all "
            f"{self.batches}, each unseen ({better:+.0%})"
        )


@dataclass(frozen=True)
class Base:
    """A model directory, opened for further training."""

    card: dict[str, Any]
    model: keras.Model
    whiten: tuple[Array, Array]

    @classmethod
    def open(cls, directory: Path) -> Base:
        """Read the pair."""
        card = json.loads((directory / "fermentation.json").read_text(encoding="utf-8"))
        mean, sd = (np.array(card["standard"][k]) for k in ("mean", "sd"))
        model, whiten = network.from_tflite((directory / "fermentation.tflite").read_bytes(), mean, sd)
        return cls(card, model, whiten)

    @property
    def house(self) -> House | None:
        """What an earlier retraining has baked in."""
        return House(*self.card["house"]) if self.card["house"] else None


@dataclass(frozen=True)
class Tuned:
    """A challenger: weights, offsets, the house, and what it said of each batch before it had seen it."""

    model: keras.Model
    tables: dict[str, Any]
    house: House
    unseen: Array  # (trials, 3) hours remaining, p10 p50 p90


def retrain(logs: Path, base_directory: Path, out: Path, seed: int = 1, tell: Tell = print) -> Verdict | None:
    """Write the winner into `out`; None (and the base is copied) where the logs are too few to learn from."""
    batches = read_complete(logs)
    if len(batches) < LEAST_BATCHES:
        tell(f"the base stays: needs {LEAST_BATCHES} complete batches; {logs} has {len(batches)}")
        _copy(base_directory, out)
        return None
    base = Base.open(base_directory)
    simulated = build(simulate(SIMULATED, seed), seed + 1)
    cut = len(batches) - max(4, round(LAST_SHARE * len(batches)))
    early, late = batches[:cut], batches[cut:]
    first = tune(base, early, simulated, seed)
    verdict = _contest(base, first, early, late)
    tell(str(verdict))
    if verdict.winner == "champion":
        _copy(base_directory, out)
        return verdict
    final = tune(base, batches, simulated, seed)
    _export(base, final, batches, verdict, out)
    return verdict


def tune(base: Base, batches: Sequence[Batch], simulated: Rows, seed: int) -> Tuned:
    """The base taught by the site, and offsets from what others, taught without a fold of the batches, say of it."""
    house = house_of([(b.label.completion_h, b.label.attenuation, half_drop_h(b.course, b.label)) for b in batches])
    rows = site_rows(batches, house, seed)
    asked, whose = _questions(batches, house)
    fold_of = np.arange(len(batches)) % FOLDS
    said, unseen = np.zeros((len(rows), 23)), np.zeros((len(asked), 23))
    for fold in range(FOLDS):
        model = _taught(base.model, rows.where(fold_of[rows.log] != fold), simulated, seed + fold)
        for x, out, log in ((rows.x, said, rows.log), (asked, unseen, whose)):
            out[fold_of[log] == fold, :22] = model.predict(x[fold_of[log] == fold], verbose=0, batch_size=PREDICT)
    tables = calibrate.offsets(rows.x, rows.y, said, rows.log)
    model = _taught(base.model, rows, simulated, seed + FOLDS)
    return Tuned(model, tables, house, _hours(calibrate.apply(tables, asked, unseen)))


def site_rows(batches: Sequence[Batch], house: House | None, seed: int, rounds: int = ROUNDS) -> Rows:
    """Prefixes of real batches, with what is optional dropped now and then."""
    rng = np.random.default_rng(seed)
    x, y, log, at = [], [], [], []
    for i, batch in enumerate(batches):
        for at_h in [h for _ in range(rounds) for h in moments(batch.course, batch.label, rng)]:
            if batch.course.until(at_h).hours.size < 2:
                continue
            keep = {what: rng.random() < share for what, share in KEEP.items()}
            course = replace(
                batch.course,
                house=house,
                medium=batch.course.medium if keep["medium"] else None,
                style=batch.course.style if keep["style"] else None,
                og=batch.course.og if keep["og"] else None,
                temp_c=batch.course.temp_c if keep["temp"] else np.full(batch.course.hours.size, np.nan),
            )
            x.append(vector(course, at_h))
            y.append(targets(batch.label, batch.course, at_h, np.nan))
            log.append(i)
            at.append(at_h)
    return Rows(np.array(x, np.float32), np.array(y, np.float32), np.array(log), np.array(at, np.float32))


def _taught(base: keras.Model, rows: Rows, simulated: Rows, seed: int) -> keras.Model:
    """The base after some passes over what the site's teachers say: of its own prefixes, of many that lie between
    them, and, so that nothing is forgotten, over what the base itself says of simulated ones.

    How the site's batches ended it is told by the teachers alone: told of each batch, it learns them by heart.
    """
    keras.utils.set_random_seed(seed)
    teachers = Teachers(base, rows, seed)
    near = between(rows.x, NEAR, np.random.default_rng(seed))
    x = np.concatenate([rows.x, near, simulated.x])
    y = base.predict(x, verbose=0, batch_size=PREDICT)
    y[: len(rows), :21] = teachers.quantiles(rows.x, rows.log)
    y[len(rows) : len(rows) + NEAR, :21] = teachers.quantiles(near)
    model = keras.models.clone_model(base)
    model.set_weights(base.get_weights())
    pace = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * (len(x) // BATCH + 1), alpha=0.02)
    model.compile(keras.optimizers.AdamW(pace, weight_decay=1e-4), loss="mean_absolute_error")
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model


class Teachers:
    """Two forests of one site, one of which also knows what the base says; their quantiles are averaged."""

    def __init__(self, base: keras.Model, rows: Rows, seed: int) -> None:
        self.base = base
        self.plain = Teacher.learn(rows.x, rows.y, rows.log, seed)
        self.knowing = Teacher.learn(self._with_base(rows.x), rows.y, rows.log, seed)

    def quantiles(self, x: Floats, log: NDArray[np.int64] | None = None) -> Array:
        """(n, 21), as `Teacher.quantiles`."""
        return 0.5 * (self.plain.quantiles(x, log) + self.knowing.quantiles(self._with_base(x), log))

    def _with_base(self, x: Floats) -> Floats:
        return np.concatenate([x, self.base.predict(x, verbose=0, batch_size=PREDICT)[:, :21]], axis=1)


def between(x: Floats, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Rows that might be of the site: half on the way from one real row to another, half with some of its features."""
    one, other = (x[rng.integers(0, len(x), n)] for _ in range(2))
    way = np.where(rng.random((n, 1)) < 0.5, rng.random((n, 1)), rng.random(one.shape) < SWAPPED)
    return np.asarray(one + way * (other - one), np.float32)


def _questions(batches: Sequence[Batch], house: House | None) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The rows of the scorecard's trials, and the batch of each."""
    asked = trials(batches)
    x = [vector(replace(batches[t.batch].course, house=house), t.at_h) for t in asked]
    return np.array(x, np.float32), np.array([t.batch for t in asked])


def _contest(base: Base, challenger: Tuned, early: Sequence[Batch], late: Sequence[Batch]) -> Verdict:
    def said(model: keras.Model, tables: dict[str, Any], of: Sequence[Batch], house: House | None) -> Array:
        x, _ = _questions(of, house)
        return _hours(calibrate.apply(tables, x, model.predict(x, verbose=0, batch_size=4096)))

    def loss(hours: Array, of: Sequence[Batch]) -> Array:
        return pinball(np.array([t.remaining_h for t in trials(of)]), hours)

    old = [loss(said(base.model, base.card["calibration"], of, base.house), of) for of in (early, late)]
    new_late = loss(said(challenger.model, challenger.tables, late, challenger.house), late)
    new = [loss(challenger.unseen, early), new_late]
    champion, rival = np.concatenate(old).mean(), np.concatenate(new).mean()
    return Verdict(
        winner="challenger" if rival < champion else "champion",
        batches=len(early) + len(late),
        last=len(late),
        champion_last_h=float(old[1].mean()),
        challenger_last_h=float(new_late.mean()),
        champion_all_h=float(champion),
        challenger_all_h=float(rival),
    )


def _hours(calibrated: Array) -> Array:
    hours: Array = np.expm1(np.clip(calibrated[:, [1, 3, 5]], 0.0, 8.0))
    return hours


def _export(base: Base, tuned: Tuned, batches: Sequence[Batch], verdict: Verdict, out: Path) -> None:
    mean, sd = (np.array(base.card["standard"][k]) for k in ("mean", "sd"))
    whole = network.with_distance(tuned.model, mean, sd, *base.whiten)
    house = tuned.house
    card = {
        "name": f"{base.card['name']}+{len(batches)}",
        "calibration": tuned.tables,
        "distance": base.card["distance"],
        "standard": base.card["standard"],
        "house": [house.batches, house.duration_h, house.attenuation, house.half_drop_h],
        "trained_on": {**base.card["trained_on"], "then": f"{len(batches)} batches of one site"},
        "held_out": {
            "last_batches": verdict.last,
            "challenger_pinball_h": round(verdict.challenger_last_h, 3),
            "champion_pinball_h": round(verdict.champion_last_h, 3),
            "all_unseen_challenger_pinball_h": round(verdict.challenger_all_h, 3),
            "all_unseen_champion_pinball_h": round(verdict.champion_all_h, 3),
        },
    }
    export(whole, card, _questions(batches, house)[0][:300], out)


def _copy(base: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in ("fermentation.tflite", "fermentation.json"):
        if (base / name).resolve() != (out / name).resolve():
            shutil.copyfile(base / name, out / name)
