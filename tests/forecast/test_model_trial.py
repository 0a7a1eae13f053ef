"""Weights are given so much processor time, and a slow machine's is not taken for theirs."""

import signal
import subprocess
import sys

import pytest
from fresh_imports import brings

from brewpi.forecast import ModelError, model_trial
from brewpi.forecast.features import NAMES
from brewpi.forecast.model_trial import try_in_child
from brewpi.forecast.tflite_model import default_directory

WEIGHTS = default_directory() / "fermentation.tflite"
AFTER = """
import sys, time
while time.process_time() < {loads_s}:
    pass
from brewpi.forecast import model_trial
model_trial.CPU_S = {cpu_s}
{instead}
model_trial.child()
"""


def ended(loads_s, cpu_s, instead=""):
    code = AFTER.format(loads_s=loads_s, cpu_s=cpu_s, instead=instead)
    command = [sys.executable, "-c", code, str(len(NAMES))]
    return subprocess.run(command, input=WEIGHTS.read_bytes(), capture_output=True, timeout=120, check=False).returncode


def test_the_time_that_a_busy_pi_takes_to_load_is_not_that_of_the_weights():
    assert ended(loads_s=6, cpu_s=5) == 0


def test_a_trial_loads_the_interpreter_and_little_else():
    """A service is not ready before it is over."""
    assert brings("brewpi.forecast.model_trial", "pydantic", "brewpi.records", "brewpi.forecast.features") == []


def test_weights_that_run_for_ever_are_ended():
    assert ended(0, 1, "model_trial.interpreter = lambda *_: [None for _ in iter(int, 1)]") == -signal.SIGXCPU


def test_what_takes_too_long_is_not_said_to_crash(monkeypatch):
    ended = subprocess.CompletedProcess([], -signal.SIGXCPU, b"", b"")
    monkeypatch.setattr(model_trial.subprocess, "run", lambda *_, **__: ended)
    with pytest.raises(ModelError, match="does not come to an end within 20 s of processor time; try again where less"):
        try_in_child(b"other weights", WEIGHTS, len(NAMES))
