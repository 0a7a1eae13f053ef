"""The clocks go forward and back while a batch ferments: an hour that is missing, an hour that comes twice."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cellar_harness import CellarBench, tank_options

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
def test_readings_ramp_and_pitching_know_nothing_of_summer_time(tmp_path, monkeypatch, change):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        began, measured = change.timestamp() - 5400.0, []
        monkeypatch.setattr("cellar_harness.START", began)
        bench = CellarBench(tmp_path, fv1=tank_options(19.0))
        bench.now = began
        bench.send("start_batch", name="Pale", og=1.050, medium="beer", pitched_at=local(bench.now))
        for n in range(9):
            ack = bench.send("reading", quantity="sg", value=1.050 - 0.001 * n, unit="sg", at=local(bench.now))
            assert ack["ok"], ack["why"]
            measured.append(bench.now)
            for _ in range(20):
                bench.now += 60.0
                bench.tick()
        state = bench.last["fv1"].state
        assert [at for at, _, _ in state.history] == pytest.approx(measured, abs=6.0)
        assert state.batch.started_at == pytest.approx(began, abs=6.0)
        assert bench.send("target", target_c=18.0, issued_at=local(bench.now))["ok"]
        bench.power_off()
    finally:
        monkeypatch.undo()
        time.tzset()


def local(now):
    """As a telephone in Berlin says it."""
    return datetime.fromtimestamp(now, BERLIN).isoformat()
