"""A config that was written before an option got its better name still starts."""

import pytest

from brewpi.config.config import ConfigErrors, loads
from brewpi.config.renamed import RENAMED

EARLIER = """
site = "riverside"
[tanks.fv1]
volume_l = 500
temperature = { target_c = 19.0, band_c = 0.4 }
dosing = { solution_mg_ml = 20, most_ml_per_dose = 300, most_ml_per_day = 400, most_mg_l_per_batch = 90 }
[tanks.fv1.sensors]
beer = { kind = "simulated", measure = ["beer_c", "sg"] }
[tanks.fv1.outputs]
cool = { kind = "simulated", role = "cool", longest_run_s = 7200 }
"""


def today() -> str:
    text = EARLIER
    for earlier, name in RENAMED.items():
        text = text.replace(earlier, name)
    return text


def test_earlier_names_mean_the_same():
    assert loads(EARLIER, "cellar.toml") == loads(today(), "cellar.toml")
    tank = loads(EARLIER, "cellar.toml").tanks["fv1"]
    assert tank.temperature is not None
    assert tank.temperature.deadband_c == 0.4
    assert tank.outputs["cool"].max_run_s == 7200


def test_both_names_at_once_are_a_question_not_a_guess():
    both = EARLIER.replace("longest_run_s = 7200", "longest_run_s = 7200, max_run_s = 600")
    with pytest.raises(ConfigErrors, match='unknown option "longest_run_s"'):
        loads(both, "cellar.toml")
