"""What retraining is worth at a site: random shares of its batches teach, the others judge, several times over.

Beside the base as it is and gradient boosting with conformal intervals, taught by the same batches.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np

from brewpi.forecast.tflite_model import Model
from brewpi.records import Array
from training.data.logs import Batch, read_complete
from training.evaluation import site_baselines
from training.evaluation.evaluate import retrained
from training.evaluation.scoring import Score, answerer, score, wilson
from training.site_retraining.retrain import LEAST_BATCHES

Spread = Callable[..., Iterator[Any]]
DRAWS = 4000
BASE, RETRAINED, BOOSTING = "base", "retrained", "boosting, conformal"
JUDGED = 4  # batches at least


@dataclass(frozen=True)
class RetrainingBenefit:
    """Scores of each forecaster, one a split, of the same trials."""

    teaching: int
    scores: dict[str, list[Score]]

    def lines(self) -> Iterator[str]:
        """One for each forecaster: pinball, its ratio to ours with a 95 % bootstrap over batches, coverage, misses."""
        ours, whose = self._losses(RETRAINED), self._batches()
        for name, found in self.scores.items():
            theirs = self._losses(name)
            low, high = _ratios(ours, theirs, whose)
            ratio = f"retrained to it {ours.mean() / theirs.mean():.3f} ({low:.3f}-{high:.3f}); "
            covered = np.concatenate([s.covered for s in found])
            covers_low, covers_high = wilson(int(covered.sum()), covered.size)
            wrong, of = (sum(counts) for counts in zip(*(s.false_done for s in found), strict=True))
            points = np.mean([s.final_points for s in found])
            yield (
                f"{name:20} pinball {theirs.mean():6.2f} h; {'' if name == RETRAINED else ratio}"
                f"covers {covered.mean():.3f} ({covers_low:.3f}-{covers_high:.3f}); final gravity {points:.2f} points; "
                f"false done {wrong} of {of}"
            )

    def _losses(self, name: str) -> Array:
        return np.concatenate([s.losses for s in self.scores[name]])

    def _batches(self) -> Array:
        each = [s.batch + 1e4 * i for i, s in enumerate(self.scores[RETRAINED])]
        found: Array = np.unique(np.concatenate(each), return_inverse=True)[1]
        return found


class TooFew(Exception):
    """Complete batches; how many there are and are wanted, as a sentence."""


def needed(share: float) -> int:
    """So many complete batches that as many teach as retraining wants, and enough judge."""
    return max(ceil(round(LEAST_BATCHES / share, 6)), ceil(round(JUDGED / (1.0 - share), 6)))


def retraining_benefit(base: Path, logs: Path, share: float, splits: int, spread: Spread) -> RetrainingBenefit:
    """spread: who works, a task a split. Raises ModelError, TooFew."""
    Model.load(base)
    batches = read_complete(logs)
    taught = floor(share * len(batches))
    if taught < LEAST_BATCHES or len(batches) - taught < JUDGED:
        raise TooFew(
            f"{logs} has {len(batches)} complete batches; {needed(share)} are needed with --share {share:g}, so that"
            f" {LEAST_BATCHES} teach and {JUDGED} judge"
        )
    scores: dict[str, list[Score]] = {RETRAINED: [], BASE: [], BOOSTING: []}
    for split, found in enumerate(spread(_split, [(base, batches, taught, split) for split in range(splits)])):
        for name, one in found.items():
            scores[name].append(one)
        print(f"split {split + 1} of {splits}", file=sys.stderr)
    return RetrainingBenefit(taught, scores)


def _split(base: Path, batches: Sequence[Batch], taught: int, split: int) -> dict[str, Score]:
    """Each forecaster's score where some batches, drawn at random, teach and the others judge."""
    order = np.random.default_rng(100 + split).permutation(len(batches)).tolist()
    teach, judged = _pick(batches, order[:taught]), _pick(batches, order[taught:])
    return {
        BASE: score(answerer(base), judged),
        RETRAINED: score(retrained(base, teach), judged),
        BOOSTING: score(site_baselines.boosting(teach), judged),
    }


def _pick(batches: Sequence[Batch], which: Sequence[int]) -> list[Batch]:
    """In the order in which they were brewed."""
    return [batches[i] for i in sorted(which)]


def _ratios(ours: Array, theirs: Array, whose: Array) -> tuple[float, float]:
    a, b = (np.bincount(whose.astype(int), losses) for losses in (ours, theirs))
    picks = np.random.default_rng(1).integers(0, a.size, (DRAWS, a.size))
    low, high = np.percentile(a[picks].sum(axis=1) / b[picks].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)
