"""Real tanks, reading by reading, through the absorber: what was measured is believed, and nothing is called frozen."""

import math
from pathlib import Path

import numpy as np
import pytest

from brewpi.estimation.signal_filter import SignalSource
from brewpi.estimation.state import StateEstimator
from brewpi.importers import LogError, read
from brewpi.records import BatchSeries, Reading, TankState

LOGS = Path(__file__).parents[3] / "shared" / "logs"
START = 1_790_000_000.0


def live(series: BatchSeries) -> tuple[float, set[str]]:
    """The share of gravities believed when they came, and the kinds of faults of the hydrometer or probe."""
    by_hand = bool(np.median(np.diff(series.hours)) > 3.0)
    absorber = StateEstimator([SignalSource("sg", "gravity", 7200.0, by_hand), SignalSource("beer_c", "beer", 7200.0)])
    state, believed, kinds = TankState(), 0, set()
    for hours, sg, temp_c in zip(series.hours, series.sg, series.temp_c, strict=True):
        at = START + 3600.0 * float(hours)
        readings = [Reading(at, "sg", float(sg), "gravity")]
        if not math.isnan(temp_c):
            readings.append(Reading(at, "beer_c", float(temp_c), "beer"))
        state = absorber.absorb(state, readings, at)
        believed += "sg" in state.measured and state.measured["sg"].at == at
        kinds |= {fault.kind for fault in state.faults} - {"silent"}
    return believed / len(series.hours), kinds


@pytest.mark.skipif(not LOGS.is_dir(), reason=f"no real logs in {LOGS}")
def test_what_real_instruments_said_is_believed():
    shares: list[float] = []
    faults: dict[str, set[str]] = {}
    for path in sorted(LOGS.rglob("*.csv")):
        try:
            series = read(path).series
        except LogError:
            continue
        if len(series.hours) < 3:
            continue
        share, kinds = live(series)
        shares.append(share)
        if kinds & {"frozen", "twin"}:
            faults[path.name] = kinds

    assert len(shares) > 100
    assert faults == {}
    assert np.mean(np.array(shares) > 0.99) > 0.98
