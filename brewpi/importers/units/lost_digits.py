"""Gravities that have lost their 1, their point or a digit: what the numbers say of it. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import LogError
from brewpi.quantities import QUANTITIES
from brewpi.records import Array

LEAST_WHOLE, MOST_STRONG = 3, 5  # readings; one in so many that no wort can be
LEAST_SG = 0.95
MOST_EXCESS = 0.13  # of SG above 1
MOST_HUNDREDTHS = 3000.0  # of a degree, of the strongest wort


def lacks_its_one(values: Array) -> bool:
    """Whether most are written as .052: a wort's thousandths, which fall as in no other unit, to no more than three
    decimals; a share of extract is not."""
    small = values[(values > -0.01) & (values < MOST_EXCESS)]
    thousandths = small * 1000.0
    is_rest_sg = bool(np.all((values < MOST_EXCESS) | ((values > 0.95) & (values < 1.25))))
    return (
        len(small) > 1
        and 3 * len(small) >= len(values)
        and is_rest_sg
        and float(np.max(small)) > 0.02
        and bool(np.all(np.abs(thousandths - np.round(thousandths)) < 1e-6))
    )


def is_share(values: Array) -> bool:
    """Whether extract is given as a share of 1, as a spreadsheet holds what it shows in per cent: a wort of 0.12, which
    is none in degrees."""
    return len(values) > 1 and float(np.max(values[:3])) > 0.04 and float(np.max(values)) < 0.4


def without_point(values: Array) -> float:
    """By what whole degrees are divided that are hundredths, as controllers keep them; 1 where they are not. They fall
    to less than an SG without its point. Tenths may be gravity points."""
    start = float(np.max(values[:3]))
    whole = len(values) >= LEAST_WHOLE and not np.any(values % 1.0) and float(np.min(values)) < 900.0
    return 100.0 if whole and 500.0 < start < MOST_HUNDREDTHS else 1.0


def check_digits(values: Array) -> None:
    """Raises LogError for SG of which many lack a digit: 1.52 and 1.9 for 1.052 and 1.009, the last of which is none
    that can be seen."""
    strong = values[(values > QUANTITIES["sg"].high) & (values < 2.0)]
    around = (values >= LEAST_SG) & (values < 2.0)
    if len(strong) >= LEAST_WHOLE and MOST_STRONG * len(strong) > len(values) and np.all(around):
        raise LogError(
            f"gravity of {strong[0]:.4g} is no SG, nor are {len(strong) - 1} others like it;"
            f" is {1.0 + (strong[0] - 1.0) / 10.0:.3f} meant? Write three decimals."
        )
