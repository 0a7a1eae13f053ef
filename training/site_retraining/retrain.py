"""A base model learns a site: a forest of the site's own batches beside it, adopted only if the two do better.

    python -m training retrain --logs my_brewery --base models --out models_mine

A candidate that has never seen the last batches in time is held against the champion on them; on the earlier ones both
are asked what they had not seen. Both are told what a daemon of the site would be told. The winner, taught by all
batches, is written. TensorFlow has no part in it: the base is run by the Pi's interpreter.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray

from brewpi.forecast.golden import golden
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import WITH_FOREST
from brewpi.records import Array
from training.data.logs import Batch, Unused, complete, read_folder
from training.evaluation.scoring import Score, pinball, score
from training.network import calibrate
from training.network.model_files import FILES, whole_card, write_pair
from training.site_retraining.base import Base
from training.site_retraining.candidate import Candidate, hours, learn, steps
from training.site_retraining.progress import Progress, Silent
from training.site_retraining.site_batches import Questions, fingerprint

LEAST_BATCHES, LEAST_NEW = 12, 4
LAST_SHARE = 0.2
LAST_WORSE = 1.1  # times the champion's loss on the last batches is too much: the site has changed,
BEYOND_CHANCE = 2.0  # if it is more than so many standard errors, for they are few
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """Who won on the last batches and on all, none of which either had seen; mean pinball in hours."""

    winner: str
    batches: int
    last: int
    champion_last_h: float
    candidate_last_h: float
    champion_all_h: float
    candidate_all_h: float

    def __str__(self) -> str:
        better = 1 - self.candidate_all_h / self.champion_all_h
        return (
            f"{self.winner} wins: candidate {self.candidate_last_h:.2f} h, champion {self.champion_last_h:.2f} h "
            f"on the last {self.last} batches; {self.candidate_all_h:.2f} and {self.champion_all_h:.2f} h on all "
            f"{self.batches}, each unseen ({better:+.0%})"
        )


@dataclass(frozen=True)
class Found:
    """All that came of it. champion, candidate: as daemons would have answered about the last batches, `judged`, which
    neither had seen; verdict and scores are None where the logs are too few to learn from."""

    batches: Sequence[Batch]
    unused: Sequence[Unused]
    why_not: str | None = None
    verdict: Verdict | None = None
    judged: Sequence[Batch] = ()
    champion: Score | None = None
    candidate: Score | None = None
    words: Sequence[str] = ()


def retrain(
    logs: Path,
    base_directory: Path,
    out: Path,
    seed: int = 1,
    tell: Tell = print,
    progress: Progress | None = None,
) -> Found:
    """Write the winner into `out`; the base where the logs are too few to learn from.

    Raises ModelError where `base_directory` holds no model, OSError where there is no such folder of logs.
    """
    progress = progress or Silent()
    base = Base.open(base_directory)
    batches, unused = read_batches(logs, progress)
    for one in unused:
        tell(f"  {one.name}: {one.why}")
    tell(f"{logs}: {len(batches)} complete batches" + (f", {len(unused)} that do not count, above" if unused else ""))
    learnt = set(base.card.get("learnt", ()))
    new = np.array([fingerprint(b) not in learnt for b in batches], bool)
    if len(batches) < LEAST_BATCHES or new.sum() < LEAST_NEW:
        why = _too_few(logs, len(batches), int(new.sum()))
        tell(why)
        _copy(base_directory, out)
        return Found(batches, unused, why)
    cut = len(batches) - max(LEAST_NEW, round(LAST_SHARE * len(batches)))
    tell(f"the first {cut} teach, the last {len(batches) - cut} judge")
    progress.expect(steps(cut) + 2 * (len(batches) - cut) + steps(len(batches)))
    early = learn(base, batches[:cut], seed, progress.advance)
    verdict = _contest(base, early, batches, new)
    last = [i for i in range(cut, len(batches)) if new[i]]
    judged = [replace(batches[i], series=replace(batches[i].series, site_history=early.site_history)) for i in last]
    candidate = base.taught(early.forest, _card(base, early, batches[:cut], verdict))
    found = Found(
        batches, unused, None, verdict, judged,
        score(TankForecaster(Pool(base.champion)), judged, "champion"),
        score(TankForecaster(Pool(candidate)), judged, "candidate"),
        early.forest.words,
    )  # fmt: skip
    progress.advance(2 * (len(batches) - cut))
    whole = learn(base, batches, seed, progress.advance)
    if verdict.winner == "candidate":
        _write(base, whole, batches, found, out)
    else:
        _copy(base_directory, out)
    return replace(found, words=whole.forest.words)


def read_batches(folder: Path, progress: Progress) -> tuple[list[Batch], list[Unused]]:
    """The complete batches, earliest first and each once; and what does not count."""
    unused: list[Unused] = []
    logs = read_folder(folder, unused, progress.advance)
    batches = complete(logs, folder.name, unused)
    first: dict[str, Batch] = {}
    for batch in batches:
        mark = fingerprint(batch)
        if mark in first:
            unused.append(Unused(batch.name, "copy", f"a copy of {first[mark].name}"))
        else:
            first[mark] = batch
    return list(first.values()), unused


def _too_few(logs: Path, batches: int, new: int) -> str:
    if batches < LEAST_BATCHES:
        return f"the base stays: needs {LEAST_BATCHES} complete batches; {logs} has {batches}"
    return (
        f"the base stays: it has learnt from all but {new} of the {batches} batches of {logs}, and needs {LEAST_NEW} "
        "that are new to it to be judged by; to start anew name the shipped model as --base"
    )


def _contest(base: Base, candidate: Candidate, batches: Sequence[Batch], new: NDArray[np.bool_]) -> Verdict:
    """candidate: learnt from the earlier ones; new: (batches,) whether the champion has not learnt from it."""
    champion = base.champion.forest
    asked = Questions.of(batches, candidate.site_history, candidate.forest.words)
    early = int(asked.log[len(candidate.unseen)])
    answers = np.concatenate([candidate.unseen, hours(candidate.quantiles(base, asked.of_batches(early)))])
    rival = pinball(answers, asked.remaining_h)
    known = asked if champion is None else Questions.of(batches, candidate.site_history, champion.words)
    held = pinball(hours(_champion(base, known)), asked.remaining_h)
    fair, last = new[asked.log], asked.log >= early
    better = rival[fair].mean() < held[fair].mean()
    fell_behind = _fell_behind(rival[fair & last], held[fair & last], asked.log[fair & last])
    return Verdict(
        winner="candidate" if better and not fell_behind else "champion",
        batches=int(new.sum()),
        last=int(new[early:].sum()),
        champion_last_h=_mean(held[fair & last]),
        candidate_last_h=_mean(rival[fair & last]),
        champion_all_h=_mean(held[fair]),
        candidate_all_h=_mean(rival[fair]),
    )


def _fell_behind(rival: Array, champion: Array, log: NDArray[np.int64]) -> bool:
    """Whether the candidate loses by more than LAST_WORSE and, batch by batch, by more than chance."""
    worse = np.bincount(np.unique(log, return_inverse=True)[1], rival - champion)
    chance = BEYOND_CHANCE * np.sqrt(worse.size) * worse.std(ddof=1) if worse.size > 1 else np.inf
    return bool(rival.sum() > LAST_WORSE * champion.sum() and worse.sum() > chance)


def _champion(base: Base, asked: Questions) -> Array:
    """Its calibrated quantiles, as the Pi has them: (n, SAID)."""
    forest, predicted = base.champion.forest, base.quantiles(asked.x)
    if forest is not None:
        moves = [forest.moved(*row) for row in zip(asked.x, predicted, asked.words, strict=True)]
        predicted = predicted + np.array(moves)
    return calibrate.apply(base.card["calibration"], asked.x, predicted)


def _mean(losses: Array) -> float:
    return float(losses.mean()) if losses.size else np.nan


def _card(base: Base, winner: Candidate, batches: Sequence[Batch], verdict: Verdict) -> dict[str, Any]:
    """The whole card, before it is known how well the winner does."""
    site_history, versions = winner.site_history, {
        "python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__,
    }  # fmt: skip
    card = {
        "name": f"{base.name}+{len(batches)}",
        "calibration": winner.tables,
        "distance": base.card["distance"],
        "standard": base.card["standard"],
        "house": [site_history.batches, site_history.duration_h, site_history.attenuation, site_history.half_drop_h],
        "trained_on": {**base.card["trained_on"], "then": f"{len(batches)} batches of one site"},
        "forest": {"at": len(base.weights), **winner.forest.card()},
        "learnt": [fingerprint(batch) for batch in batches],
        "base": {"name": base.name, "calibration": base.calibration},
        "held_out": {
            "last_batches": verdict.last,
            "challenger_pinball_h": round(verdict.candidate_last_h, 3),
            "champion_pinball_h": round(verdict.champion_last_h, 3),
            "all_unseen_challenger_pinball_h": round(verdict.candidate_all_h, 3),
            "all_unseen_champion_pinball_h": round(verdict.champion_all_h, 3),
        },
    }
    return whole_card(card, base.weights, versions, WITH_FOREST)


def _write(base: Base, winner: Candidate, batches: Sequence[Batch], found: Found, out: Path) -> None:
    assert found.verdict is not None
    assert found.candidate is not None
    weights = base.weights + winner.forest.forest.packed()
    card = _card(base, winner, batches, found.verdict)
    card["held_out"]["as_told"] = {
        "batches": len(found.judged),
        "median_abs_error_h": round(found.candidate.median_error(), 1),
        "inside_interval": round(found.candidate.coverage, 3),
    }
    card = whole_card(card, weights, card["versions"], WITH_FOREST)
    card["golden"] = golden(base.taught(winner.forest, card))
    write_pair(out, weights, (json.dumps(card, indent=1) + "\n").encode())


def _copy(base: Path, out: Path) -> None:
    if base.resolve() != out.resolve():
        write_pair(out, *((base / name).read_bytes() for name in FILES))
