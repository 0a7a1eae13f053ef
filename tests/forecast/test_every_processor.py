"""A forecast is the same on every processor. A product of matrices is summed up in another order, with other roundings,
by each kind of them; and a curve that is only just drawn, or only just not, may be hours."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from brewpi.forecast.fitted_curve import posterior

EQUAL = 1e-6  # hours, or SG
OLDEST = "Prescott"  # OpenBLAS's name for what every x86-64 can do: no AVX, no fused multiply-add


def say() -> None:
    """How this processor rounds, and what the curves expect at six moments of each of 150 simulated batches."""
    from training.simulation.simulate import each, simulate

    numbers = np.random.default_rng(1).random((64, 64))
    print(json.dumps(hashlib.sha256((numbers @ numbers).tobytes()).hexdigest()))
    for series in each(simulate(150, seed=11, workers=1)):
        end_h = float(series.hours[-1])
        for at_h in (24.0, 48.0, 72.0, 0.5 * end_h, 0.8 * end_h, end_h):
            if series.until(at_h).hours.size >= 3:
                said = posterior(series.until(at_h), at_h)
                print(json.dumps([*said.remaining_h, *said.rest_h, *said.final_sg]))


def said_as(**environment: str) -> tuple[str, np.ndarray]:
    done = subprocess.run(
        [sys.executable, __file__], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    rounds, *lines = map(json.loads, done.stdout.splitlines())
    return rounds, np.array(lines)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only OpenBLAS for x86-64 can be told to be an older one")
def test_an_old_processor_expects_the_same():
    (rounds, expected), (rounds_otherwise, other) = said_as(), said_as(OPENBLAS_CORETYPE=OLDEST)
    assert rounds != rounds_otherwise, "numpy did not calculate otherwise, so that nothing is shown"
    assert expected.shape == other.shape == (len(expected), 9)
    assert len(expected) > 600
    assert np.abs(expected - other).max() < EQUAL


if __name__ == "__main__":
    say()
