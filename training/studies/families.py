"""Families of curves for `brewpi/forecast/curve_families.py`: what past batches of a site were like, in sums.

    python -m training curve-families --groups DIR > brewpi/forecast/curve_families.py

One generalised logistic is fitted to each finished log, bound to end where its label says; a family is the mean and
the covariance over a site's batches, drawn towards a usual spread where they are few. Only these sums are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from brewpi.forecast import curve_families
from brewpi.forecast.richards import Curves
from brewpi.forecast.sampling import thinned
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.records import Array
from training.data.logs import Batch, read_complete

# Log of hours to the middle, of the steepness there, logit of the bend of time, log of the skew, attenuation,
# log of OG - 1.
USUAL_MEAN = np.array([3.9, 1.1, -0.3, 0.0, 0.8])
USUAL_SD = np.array([1.0, 0.6, 1.0, 0.8, 0.3])
WITHIN_SD = np.array([0.45, 0.35, 0.6, 0.6, 0.06, 0.22])  # of the batches of a site, before any was seen
WITHIN_BATCHES = 4.0
SITE_SD = 0.86  # of a site's mean as a share of that, with one batch; less with more
NOISE_SG, TIME_SD, ATTENUATION_SD = 0.0015, 0.1, 0.02
MOST_READINGS = 40

# (name, folder, medium, weights: logged, stamped by day, by hand, floating)
Ways = tuple[float, float, float, float]
SITES: tuple[tuple[str, str, str, Ways], ...] = (
    ("craft brewery, by day", "craft_brewery_daily", "beer", (0.10, 0.60, 0.15, 0.15)),
    ("craft brewery, inline", "craft_brewery_inline", "beer", (0.15, 0.10, 0.10, 0.15)),
    ("pilot brewery, inline", "pilot_inline", "beer", (0.30, 0.03, 0.25, 0.10)),
    ("small scale, two a day", "pilot_twice_daily", "beer", (0.10, 0.10, 0.25, 0.10)),
    ("strong ale, floating", "floating_strong", "beer", (0.15, 0.05, 0.10, 0.20)),
    ("winery, daily", "winery_daily", "wine", (0.5, 0.5, 0.5, 0.5)),
    ("strong must, daily", "strong_must", "mead", (0.2, 0.2, 0.2, 0.2)),
    ("mead, floating", "mead_tilt", "mead", (0.3, 0.3, 0.3, 0.3)),
)
# From ranges of the trade, not from logs: what the sites above do not hold. After the mean, how much wider than
# WITHIN_SD squared: one number for all six, or one for each.
USUAL: tuple[tuple[str, str, tuple[float, ...], float | tuple[float, ...], Ways], ...] = (
    ("warm and fast", "beer", (3.1, 1.4, -0.3, 0.0, 0.78, -2.95), 1.2, (0.06, 0.02, 0.06, 0.08)),
    ("cold and slow", "beer", (4.6, 1.1, -0.2, 0.0, 0.78, -2.95), 1.2, (0.08, 0.03, 0.08, 0.08)),
    ("strong with a long tail", "beer", (4.3, 0.8, -1.0, 0.3, 0.80, -2.45), 1.5, (0.10, 0.03, 0.08, 0.15)),
    ("quick with a slow end", "beer", (3.6, 0.8, -1.6, 0.0, 0.82, -2.95), 1.3, (0.04, 0.02, 0.06, 0.15)),
    ("mead", "mead", (4.5, 0.95, -0.8, 0.3, 0.94, -2.45), 1.7, (0.4, 0.4, 0.4, 0.4)),
    ("cider", "cider", (4.5, 0.95, -0.8, 0.0, 0.98, -2.95), 1.3, (0.6, 0.6, 0.6, 0.6)),
    # Red must and white, days to weeks; four in five of 19 to 25 °P, and dry at the end: attenuation 1.05 +- 0.03.
    ("wine", "wine", (4.5, 0.95, -0.8, 0.0, 1.05, -2.4), (1.3, 1.3, 1.3, 1.3, 0.25, 0.25), (0.2, 0.2, 0.2, 0.2)),
)
POOLED_WEIGHTS = (0.2, 0.2, 0.2, 0.2)
POOLED_BATCHES = 6.0
STRENGTH_SD = 0.22  # strong ales are families of their own: a heavy must is no beer until its curve says so

Family = tuple[str, str, Ways, Array, Array]


def fitted(batch: Batch) -> Array:
    """(6,) of one finished batch: the curve that passes through its warm readings and ends where its label says."""
    series, label = batch.series, batch.label
    n = int(np.searchsorted(series.hours, label.warm_end_h + 1e-6))
    hours, sg = thinned(series.hours[:n] - series.hours[0], series.sg[:n], MOST_READINGS)
    extract = label.og - 1.0

    def misses(p: Array) -> Array:
        left = COMPLETE_ABOVE_TERMINAL / max(p[4] * extract, 0.005)
        curve = Curves.of(p[None, :4])
        fall = (label.og - sg) - p[4] * extract * curve.share(hours)[0]
        late = np.log(curve.until_left(left)[0] / label.completion_h)
        known = [late / TIME_SD, (p[4] - label.attenuation) / ATTENUATION_SD]
        return np.concatenate([fall / NOISE_SG, (p - USUAL_MEAN) / USUAL_SD, known])

    fits = []
    for shift in (-0.5, 0.3):
        start = USUAL_MEAN.copy()
        start[0], start[4] = np.log(0.45 * label.completion_h) + shift, label.attenuation
        fits.append(least_squares(misses, start, max_nfev=300))
    best = min(fits, key=lambda fit: float(fit.cost)).x
    return np.append(best, np.log(extract))


def family(curves: Array) -> tuple[Array, Array]:
    """Mean (6,) and covariance (6, 6) of what the next batch of a site may be like, from its past ones (n, 6)."""
    n = len(curves)
    usual = np.diag(WITHIN_SD**2)
    seen = n * np.cov(curves.T) if n > 2 else np.zeros((6, 6))
    within = (seen + WITHIN_BATCHES * usual) / ((n if n > 2 else 0) + WITHIN_BATCHES)
    return curves.mean(axis=0), within + SITE_SD**2 * usual / (n + 1)


def pooled(sites: Sequence[Array]) -> tuple[Array, Array]:
    """A site that nobody has seen: mean of the sites' means, covariance within and between them."""
    means = np.array([curves.mean(axis=0) for curves in sites])
    weights = np.array([len(curves) / (len(curves) + POOLED_BATCHES) for curves in sites])
    weights /= weights.sum()
    mean = weights @ means
    between = ((means - mean) * weights[:, None]).T @ (means - mean)
    large = [curves for curves in sites if len(curves) > 2]
    usual = np.diag(WITHIN_SD**2)
    freedom = sum(len(curves) - 1 for curves in large)
    within = sum((len(c) - 1) * np.cov(c.T) for c in large) / freedom if large else usual
    covariance = within + between + 0.3 * usual
    usual_strength = np.ones(6)
    usual_strength[5] = min(1.0, STRENGTH_SD / covariance[5, 5] ** 0.5)
    return mean, covariance * np.outer(usual_strength, usual_strength)


def sites(groups: Path) -> dict[str, Array]:
    """The curves (batches, 6) of each site with finished logs, from a folder of folders."""
    known = {
        name: np.array([fitted(batch) for batch in read_complete(groups / folder)])
        for name, folder, _, _ in SITES
        if (groups / folder).is_dir()
    }
    return {name: curves for name, curves in known.items() if len(curves)}


def families(known: dict[str, Array], without: str | None = None) -> list[Family]:
    """All families, from `sites`; `without`: a folder to leave out, for judging on it."""
    known = {name: known[name] for name, folder, _, _ in SITES if name in known and folder != without}
    found: list[Family] = [
        (name, medium, weights, *family(known[name])) for name, _, medium, weights in SITES if name in known
    ]
    beers = [known[name] for name, _, medium, _ in SITES if name in known and medium == "beer"]
    if beers:
        found.append(("any of these breweries", "beer", POOLED_WEIGHTS, *pooled(beers)))
    for name, medium, mean, wider, weights in USUAL:
        found.append((name, medium, weights, np.array(mean), np.diag(np.asarray(wider) * WITHIN_SD**2)))
    return found


def as_shipped(one: Family) -> curve_families.Family:
    """A family as `brewpi/forecast/curve_families.py` has it."""
    name, medium, weights, mean, spread = one
    return curve_families.Family(name, medium, weights, tuple(mean), tuple(spread[np.tril_indices(6)]))


HEAD = '''"""What finished batches of several sites were like, as summary numbers: the prior of `fitted_curve.py`.

Printed by `python -m training curve-families --groups DIR`; docs/model.md says which logs, and how it was judged with
the logs of a kind left out. In order: log of hours to the middle, log of the steepness there, logit of the bend of
time, log of the skew, apparent attenuation, log of OG - 1. `spread` is the lower triangle of their covariance, by row.
"""

from __future__ import annotations

from typing import NamedTuple


class Family(NamedTuple):
    """Weights: for readings logged, stamped by day, by hand, and floating; they count within the medium."""

    name: str
    medium: str
    weights: tuple[float, float, float, float]
    mean: tuple[float, ...]
    spread: tuple[float, ...]


FAMILIES: tuple[Family, ...] = (
'''


def module(found: Iterable[Family]) -> str:
    """The text of `brewpi/forecast/curve_families.py`."""
    lines = [HEAD.rstrip("\n")]
    for name, medium, weights, mean, spread in found:
        rows = [_row(spread[i, : i + 1]) for i in range(6)]
        lines += ["    Family(", f'        "{name}", "{medium}", {weights},', f"        ({_row(mean)}),", "        ("]
        lines += [f"            {row}," for row in rows]
        lines += ["        ),", "    ),"]
    return "\n".join([*lines, ")  # fmt: skip\n"])


def _row(values: Array) -> str:
    return ", ".join(f"{value:.4f}" for value in values)
