"""A base model learns a site: a forest of the site's own batches beside it, adopted only if the two do better.

    python -m training retrain --logs my_brewery --base models --out models_mine

The challenger is the base network and a forest in one (`challenger.py`, `blend.py`). One that has never seen the last
batches in time is held against the champion on them; on the earlier ones both are asked what they had not seen. The
winner, taught by all batches, is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array, SiteHistory
from training.data.logs import Batch, complete, read_folder
from training.network import calibrate, network
from training.network.export import Disagreement, export, write_pair
from training.network.fit import pinball
from training.network.ondevice import through
from training.site_retraining.base import Base
from training.site_retraining.candidate import Candidate, hours, learn
from training.site_retraining.ensemble import blend
from training.site_retraining.site_batches import Questions, fingerprint

LEAST_BATCHES, LEAST_NEW = 12, 4
LAST_SHARE = 0.2
LAST_WORSE = 1.1  # times the champion's loss on the last batches is too much: the site has changed,
BEYOND_CHANCE = 2.0  # if it is more than so many standard errors, for they are few
AGREEING = 0.98  # of the rows: a base that differs in its sixth digit may send one to another leaf
FILES = ("fermentation.tflite", "fermentation.json")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """Who won on the last batches and on all, none of which either had seen; mean pinball in hours."""

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


def retrain(logs: Path, base_directory: Path, out: Path, seed: int = 1, tell: Tell = print) -> Verdict | None:
    """Write the winner into `out`; None (and the base is copied) where the logs are too few to learn from.

    Raises ModelError where `base_directory` holds no model, OSError where there is no such folder of logs.
    """
    base = Base.open(base_directory)
    batches = _once_each(_read(logs, tell), tell)
    learnt = set(base.card.get("learnt", ()))
    new = np.array([fingerprint(b) not in learnt for b in batches], bool)
    if len(batches) < LEAST_BATCHES or new.sum() < LEAST_NEW:
        tell(_too_few(logs, len(batches), int(new.sum())))
        _copy(base_directory, out)
        return None
    cut = len(batches) - max(LEAST_NEW, round(LAST_SHARE * len(batches)))
    tell(f"the first {cut} teach, the last {len(batches) - cut} judge")
    verdict = _contest(base, base_directory, learn(base, batches[:cut], seed), batches, new)
    if verdict.winner == "challenger":
        tell(f"the challenger is ahead: it learns from all {len(batches)} now")
        try:
            _export(base, learn(base, batches, seed), batches, verdict, out)
        except Disagreement as error:
            tell(f"the challenger cannot go to a Pi ({error}): please report it")
            verdict = replace(verdict, winner="champion")
    if verdict.winner == "champion":
        _copy(base_directory, out)
    tell(str(verdict))
    return verdict


def _read(folder: Path, tell: Tell) -> list[Batch]:
    """The complete batches, earliest first; what becomes of the others is told."""
    refused: Counter[str] = Counter()
    found = read_folder(folder, refused)
    batches = complete(found, folder.name, refused)
    left_out = "; ".join(f"{count}: {reason}" for reason, count in refused.most_common())
    files = len(batches) + refused.total()
    tell(f"{folder}: {files} files, {len(batches)} complete batches" + (f" (not {left_out})" if left_out else ""))
    return batches


def _once_each(batches: Sequence[Batch], tell: Tell) -> list[Batch]:
    """Without copies: one that teaches and judges itself would flatter the challenger."""
    found = {fingerprint(batch): batch for batch in reversed(batches)}
    if len(found) < len(batches):
        copies = len(batches) - len(found)
        tell("1 log is a copy of another and is left out" if copies == 1 else f"{copies} logs are copies and left out")
    return list(reversed(found.values()))


def _too_few(logs: Path, batches: int, new: int) -> str:
    if batches < LEAST_BATCHES:
        return f"the base stays: needs {LEAST_BATCHES} complete batches; {logs} has {batches}"
    return (
        f"the base stays: it has learnt from all but {new} of the {batches} batches of {logs}, and needs {LEAST_NEW} "
        "that are new to it to be judged by; to start anew name the shipped model as --base"
    )


def _contest(
    base: Base, directory: Path, challenger: Candidate, batches: Sequence[Batch], new: NDArray[np.bool_]
) -> Verdict:
    """challenger: learnt from the earlier ones; new: (batches,) whether the champion has not learnt from it."""
    early = int(challenger.house.batches)
    late = Questions.of(batches[early:], challenger.house)
    answers = np.concatenate([challenger.unseen, hours(challenger.quantiles(base, late.x))])
    asked = Questions.of(batches, SiteHistory(*base.card["house"]) if base.card["house"] else None)
    rival = pinball(asked.remaining_h, answers)
    champion = pinball(asked.remaining_h, hours(_champion(directory, base.card, asked.x)))
    fair, last = new[asked.log], asked.log >= early
    better = rival[fair].mean() < champion[fair].mean()
    fell_behind = _fell_behind(rival[fair & last], champion[fair & last], asked.log[fair & last])
    return Verdict(
        winner="challenger" if better and not fell_behind else "champion",
        batches=int(new.sum()),
        last=int(new[early:].sum()),
        champion_last_h=_mean(champion[fair & last]),
        challenger_last_h=_mean(rival[fair & last]),
        champion_all_h=_mean(champion[fair]),
        challenger_all_h=_mean(rival[fair]),
    )


def _fell_behind(rival: Array, champion: Array, log: NDArray[np.int64]) -> bool:
    """Whether the challenger loses by more than LAST_WORSE and, batch by batch, by more than chance."""
    worse = np.bincount(np.unique(log, return_inverse=True)[1], rival - champion)
    chance = BEYOND_CHANCE * np.sqrt(worse.size) * worse.std(ddof=1) if worse.size > 1 else np.inf
    return bool(rival.sum() > LAST_WORSE * champion.sum() and worse.sum() > chance)


def _champion(directory: Path, card: dict[str, Any], x: NDArray[np.float32]) -> Array:
    """Its calibrated quantiles, as the Pi has them: (n, 21)."""
    return calibrate.apply(card["calibration"], x, through((directory / FILES[0]).read_bytes(), x.astype(np.float64)))


def _mean(losses: Array) -> float:
    return float(losses.mean()) if losses.size else np.nan


def _export(base: Base, winner: Candidate, batches: Sequence[Batch], verdict: Verdict, out: Path) -> None:
    whole = network.with_distance(blend(base.model, winner.forest, winner.share), base.mean, base.sd, *base.whiten)
    house = winner.house
    card = {
        "name": f"{base.name}+{len(batches)}",
        "calibration": winner.tables,
        "distance": base.card["distance"],
        "standard": {"mean": base.mean.tolist(), "sd": base.sd.tolist()},
        "house": [house.batches, house.duration_h, house.attenuation, house.half_drop_h],
        "trained_on": {**base.card["trained_on"], "then": f"{len(batches)} batches of one site"},
        "forest_share": round(winner.share, 4),
        "learnt": [fingerprint(batch) for batch in batches],
        "base": {"name": base.name, "calibration": base.calibration},
        "held_out": {
            "last_batches": verdict.last,
            "challenger_pinball_h": round(verdict.challenger_last_h, 3),
            "champion_pinball_h": round(verdict.champion_last_h, 3),
            "all_unseen_challenger_pinball_h": round(verdict.challenger_all_h, 3),
            "all_unseen_champion_pinball_h": round(verdict.champion_all_h, 3),
        },
    }
    export(whole, card, Questions.of(batches, house).x[:300], out, half=True, agreeing=AGREEING)


def _copy(base: Path, out: Path) -> None:
    if base.resolve() != out.resolve():
        write_pair(out, *((base / name).read_bytes() for name in FILES))
