"""A small simulated brewery teaches the shipped model; TensorFlow has no part in it."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from brewpi.forecast.tflite_model import CHECKOUT, Model
from training.data.dataset import try_label
from training.data.logs import Batch, read_complete, write_folder
from training.evaluation.scoring import Score
from training.simulation.simulate import simulate

pytestmark = pytest.mark.skipif(find_spec("sklearn") is None, reason="needs the retrain extra")

BEERS = ("Amber", "Pils", "Amber")
HURRIED = """
    import sys
    from training.site_retraining import candidate
    from training.site_retraining import site_batches
    from training.cli import app
    candidate.TREES, candidate.LEAVES, candidate.FOLDS = 4, 16, 2
    for library in ("tensorflow", "keras"):
        sys.modules[library] = None
    app(["retrain", *sys.argv[1:]])
"""


def brew(folder, count):
    """Batches of simulated cellars as plain logs, in the order in which they were brewed."""
    logs = simulate(3 * count, 4321, workers=1)
    all_series = [(series, truth) for i in range(len(logs)) if (truth := try_label(series := logs.series(i)))]
    named = [replace(series, brand=f"{BEERS[i % 3]} #{i}") for i, (series, _) in enumerate(all_series[:count])]
    write_folder([Batch(str(i), series, all_series[i][1]) for i, series in enumerate(named)], folder)


def retrain(logs, base, out):
    """Exit status, what was said on standard output and on standard error."""
    named = ("--logs", logs, "--base", base, "--out", out)
    done = subprocess.run([sys.executable, "-c", dedent(HURRIED), *map(str, named)], capture_output=True, text=True)
    return done.returncode, done.stdout.strip().splitlines(), done.stderr


def files(directory):
    return {path.name: path.read_bytes() for path in directory.glob("fermentation.*")}


@pytest.fixture(scope="module")
def retrained(tmp_path_factory):
    """Two dozen batches, the model that came of them, and what was said."""
    here = tmp_path_factory.mktemp("retrained")
    brew(here / "logs", 24)
    status, said, problems = retrain(here / "logs", CHECKOUT, here / "out")
    assert status == 0, problems[-2000:]
    return here, said


def test_the_winner_is_written_with_its_card_and_it_says_which_and_by_how_much(retrained, tmp_path):
    here, said = retrained
    count = len(read_complete(here / "logs"))
    shutil.copytree(here / "out", tmp_path / "out")
    verdict = r"(candidate|champion) wins: candidate ([\d.]+) h, champion ([\d.]+) h on the last \d+"
    assert re.match(r"The (new model is better|model you have stays): off by [\d.]+ (days|hours) at half", said[-6])
    assert re.match(r"Judged on \d batches that neither had seen", said[-5])
    assert re.match(r"Only \d batches judge", said[-4])
    assert said[-3].startswith("Known by name from now on: ")
    found = re.match(verdict, said[-2])
    assert found, said
    assert f"on all {count}, each unseen" in said[-2]
    model = Model.load(tmp_path / "out")
    card = json.loads((tmp_path / "out" / "fermentation.json").read_text())
    if found[1] == "champion":
        assert files(tmp_path / "out") == {name: (CHECKOUT / name).read_bytes() for name in files(tmp_path / "out")}
        return
    assert card["house"][0] == count
    assert model.card.name.endswith(f"+{count}")
    assert set(model.forest.words) == {"brand amber", "brand pils"}
    assert card["held_out"]["champion_pinball_h"] == pytest.approx(float(found[3]), abs=0.01)
    assert len((tmp_path / "out" / "fermentation.tflite").read_bytes()) < 500_000

    before = files(tmp_path / "out")
    status, said, problems = retrain(here / "logs", tmp_path / "out", tmp_path / "out")
    assert status == 0, problems[-2000:]
    assert any("needs 4 that are new to it" in line for line in said)
    assert files(tmp_path / "out") == before


@pytest.mark.parametrize(("ours_h", "decided"), [(15.0, False), (18.0, True)])
def test_half_way_alone_is_not_said_to_be_why_where_it_says_the_opposite(mocker, ours_h, decided):
    from training.site_retraining.in_words import in_words
    from training.site_retraining.retrain import Found, Verdict

    def judged(half_way_h):
        return mocker.Mock(spec=Score, coverage=0.9, median_error=lambda moment: half_way_h)

    verdict = mocker.Mock(spec=Verdict, winner="candidate")
    found = Found([], [], None, verdict, range(24), champion=judged(16.8), candidate=judged(ours_h))
    first = next(in_words(found))
    assert first.startswith("The new model is better: off by 0.")
    assert ("but better where all moments and their windows count" in first) == decided


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
    told = "\n".join(said)
    assert f"{logs}: 6 complete batches, 4 that do not count, above" in said
    reasons = {
        "notes.txt": "has no header", "photo.csv": "is a picture", "unfinished.csv": "gravity still falls at the end",
        "0001.csv": "a copy of 0001 (copy).csv",
    }  # fmt: skip
    for name, why in reasons.items():
        assert re.search(rf"^ *{re.escape(name)}: {re.escape(why)}", told, re.M), told
    assert "the base stays: needs 12 complete batches" in told
    page = (tmp_path / "out" / "report.html").read_text()
    assert "6 more complete batches" in page
    assert "measure until two readings a day apart agree" in page
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


def test_the_page_about_it_asks_the_network_for_nothing_and_draws_the_worst(retrained):
    page = (retrained[0] / "out" / "report.html").read_text()
    assert not re.search(r"(src|href|url)\s*[=(]|@import|<script", page)
    assert page.count("<figure>") >= 4
    for section in ("What was read", "Scorecard", "Is it as sure as it should be?", "that went worst"):
        assert section in page


def test_without_what_it_needs_it_says_so_in_a_sentence(tmp_path):
    for absent, command in (("numpy", ["--help"]), ("typer", ["--help"]), ("sklearn", RETRAIN), ("keras", FIT)):
        code = f"import sys, runpy; sys.modules[{absent!r}] = None; sys.argv[1:] = {command!r}\n"
        code += "runpy.run_module('training', run_name='__main__')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=CHECKOUT.parent)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith(f"{absent} is not installed; from the checkout, make"), done.stderr
        assert done.stderr.count("\n") == 1


RETRAIN = ["retrain", "--logs", "docs", "--base", "models", "--out", "absent"]
FIT = ["fit", "--out", "absent"]
