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

from brewpi.forecast.tflite_model import CHECKOUT, Model
from training.data.dataset import try_label
from training.data.logs import Batch, read_complete, write_folder
from training.simulation.simulate import simulate

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs the training extra")

HURRIED = """
    import sys
    from training.site_retraining import candidate
    from training.site_retraining import site_batches
    from training.__main__ import app
    candidate.TREES, candidate.LEAVES, candidate.FOLDS = 4, 16, 2
    app(["retrain", *sys.argv[1:]])
"""


def brew(folder, count):
    """Batches of simulated cellars as plain logs, in the order in which they were brewed."""
    logs = simulate(3 * count, 4321, workers=1)
    courses = [(course, truth) for i in range(len(logs)) if (truth := try_label(course := logs.course(i)))]
    write_folder([Batch(str(i), *pair) for i, pair in enumerate(courses[:count])], folder)


def retrain(logs, base, out):
    """Exit status, what was said on standard output and on standard error."""
    named = ("--logs", logs, "--base", base, "--out", out)
    done = subprocess.run([sys.executable, "-c", dedent(HURRIED), *map(str, named)], capture_output=True, text=True)
    return done.returncode, done.stdout.strip().splitlines(), done.stderr


def files(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_the_winner_is_written_with_its_card_and_it_says_which_and_by_how_much(tmp_path):
    brew(tmp_path / "logs", 24)
    count = len(read_complete(tmp_path / "logs"))
    status, said, problems = retrain(tmp_path / "logs", CHECKOUT, tmp_path / "out")
    assert status == 0, problems[-2000:]
    verdict = r"(challenger|champion) wins: challenger ([\d.]+) h, champion ([\d.]+) h on the last \d+"
    found = re.match(verdict, said[-1])
    assert found, said
    assert f"on all {count}, each unseen" in said[-1]
    model = Model.load(tmp_path / "out")
    card = json.loads((tmp_path / "out" / "fermentation.json").read_text())
    if found[1] == "champion":
        assert files(tmp_path / "out") == {name: (CHECKOUT / name).read_bytes() for name in files(tmp_path / "out")}
        return
    assert card["house"][0] == count
    assert model.card.name.endswith(f"+{count}")
    assert card["held_out"]["champion_pinball_h"] == pytest.approx(float(found[3]), abs=0.01)
    assert len((tmp_path / "out" / "fermentation.tflite").read_bytes()) < 500_000

    before = files(tmp_path / "out")
    status, said, problems = retrain(tmp_path / "logs", tmp_path / "out", tmp_path / "out")
    assert status == 0, problems[-2000:]
    assert "needs 4 that are new to it" in said[-1]
    assert files(tmp_path / "out") == before


def test_a_brewers_folder_with_rubbish_copies_and_unfinished_batches_is_sorted_out_aloud(tmp_path):
    logs = tmp_path / "logs"
    brew(logs, 5)
    shutil.copy(logs / "0001.csv", logs / "0001 (copy).csv")
    (logs / "notes.txt").write_text("call the maltster\n")
    (logs / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    first_days = ["hours,sg,temp_c", "0,1.050,19", "24,1.044,19", "48,1.031,20"]
    (logs / "unfinished.csv").write_text("\n".join([*first_days, ""]))
    plato = ["hours,plato,temp_c", *(f"{24 * i},{12 * 0.6**i:.2f},19" for i in range(12)), ""]
    (logs / "plato.csv").write_text("\n".join(plato))
    status, said, problems = retrain(logs, CHECKOUT, tmp_path / "out")
    assert status == 0, problems[-2000:]
    assert "notes.txt" in problems
    assert "photo.csv" in problems
    left_out = "not 2: no log, named above; 1: gravity still falls at the end"
    assert f"{logs}: 10 files, 7 complete batches ({left_out})" in said
    assert "1 log is a copy of another and is left out" in said
    assert said[-1].startswith("the base stays: needs 12 complete batches")
    assert files(tmp_path / "out") == {
        name: (CHECKOUT / name).read_bytes() for name in ("fermentation.tflite", "fermentation.json")
    }


@pytest.mark.parametrize("wrong", ["base", "logs", "card"])
def test_what_cannot_be_read_is_named_and_leaves_the_last_model_where_it_is(tmp_path, wrong):
    base = Path(shutil.copytree(CHECKOUT, tmp_path / "base"))
    out = Path(shutil.copytree(CHECKOUT, tmp_path / "out"))
    (tmp_path / "logs").mkdir()
    if wrong == "card":
        (base / "fermentation.json").write_text("{}")
    elif wrong == "base":
        (base / "fermentation.tflite").write_bytes(b"not a network")
    else:
        (tmp_path / "logs").rmdir()
    before = files(out)
    status, _, problems = retrain(tmp_path / "logs", base, out)
    assert status == 2
    assert str(tmp_path / ("logs" if wrong == "logs" else "base")) in problems
    assert "Traceback" not in problems
    assert files(out) == before
