"""A small simulated brewery teaches the shipped model. TensorFlow runs in a process of its own (see test_export)."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from brewpi.model import CHECKOUT, Model
from training.dataset import try_label
from training.logs import Batch, read_complete, write_folder
from training.simulate import simulate

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs the training extra")

HURRIED = """
    import sys
    from pathlib import Path
    from training import retrain, teacher
    retrain.EPOCHS, retrain.NEAR, retrain.SIMULATED, retrain.ROUNDS = 1, 100, 40, 1
    retrain.FOLDS, teacher.TREES = 2, 10
    logs, base, out = map(Path, sys.argv[1:])
    retrain.retrain(logs, base, out)
"""


def brew(folder, count):
    """Batches of simulated cellars as plain logs, in the order in which they were brewed."""
    logs = simulate(3 * count, 4321, workers=1)
    courses = [(course, truth) for i in range(len(logs)) if (truth := try_label(course := logs.course(i)))]
    write_folder([Batch(str(i), *pair) for i, pair in enumerate(courses[:count])], folder)


def retrain(logs, base, out):
    done = subprocess.run(
        [sys.executable, "-c", dedent(HURRIED), *map(str, (logs, base, out))], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def test_the_winner_is_written_with_its_card_and_it_says_which_and_by_how_much(tmp_path):
    brew(tmp_path / "logs", 16)
    count = len(read_complete(tmp_path / "logs"))
    said = retrain(tmp_path / "logs", CHECKOUT, tmp_path / "out")
    found = re.match(r"(challenger|champion) wins: challenger ([\d.]+) h, champion ([\d.]+) h on the last \d+", said)
    assert found, said
    assert f"on all {count}, each unseen" in said
    model = Model.load(tmp_path / "out")
    card = json.loads((tmp_path / "out" / "fermentation.json").read_text())
    if found[1] == "challenger":
        assert card["house"][0] == count
        assert model.card.name.endswith(f"+{count}")
        assert card["held_out"]["champion_pinball_h"] == pytest.approx(float(found[3]), abs=0.01)
    else:
        assert card == json.loads((CHECKOUT / "fermentation.json").read_text())


def test_too_few_batches_leave_the_base_as_it_is(tmp_path):
    brew(tmp_path / "logs", 5)
    base = Path(shutil.copytree(CHECKOUT, tmp_path / "base"))
    said = retrain(tmp_path / "logs", base, tmp_path / "out")
    assert said.startswith("the base stays: needs 12 complete batches")
    assert (tmp_path / "out" / "fermentation.tflite").read_bytes() == (base / "fermentation.tflite").read_bytes()
