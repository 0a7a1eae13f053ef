"""A dose that a stop of the service interrupts is not in doubt: what has been given is known."""

from __future__ import annotations

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.control.dosing import Dosing
from brewpi.outputs.simulated import Simulated


def test_sigterm_in_a_dose_writes_down_what_was_given(tmp_path):
    usual = tank_options()
    dosing = Dosing(solution_mg_ml=1.0, max_ml_per_dose=100.0, max_ml_per_day=1000.0)
    pump = Simulated(role="nutrient", ml_per_s=1.0)
    outputs = {**usual.outputs, "nutrient": pump}
    bench = CellarBench(
        tmp_path, fv1=usual.model_copy(update={"medium": "mead", "dosing": dosing, "outputs": outputs})
    )
    bench.send("start_batch", name="Blossom", og=1.09)
    bench.send("reading", quantity="sg", value=1.085, unit="sg")
    bench.tick(2)
    assert bench.send("dose", id="d1", volume_ml=100.0)["ok"]
    bench.tick(6)
    bench.restart()
    bench.tick()

    (dose,) = bench.last["fv1"].state.doses
    assert dose.standing == "part"
    assert dose.given_ml == pytest.approx(bench.vessels["fv1"].fed_ml)
    assert 20.0 < dose.given_ml < 40.0
    assert not any("uncertain" in alarm.text for alarm in bench.last["fv1"].command.alarms)
    bench.power_off()
