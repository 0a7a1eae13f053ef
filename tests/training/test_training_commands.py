"""The laptop's commands by name."""

from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from brewpi.forecast.tflite_model import CHECKOUT
from training.cli import app
from training.cli.common import EARLIER


@pytest.mark.parametrize(("earlier", "today"), EARLIER.items())
def test_a_command_is_still_found_by_its_earlier_name(earlier: str, today: str):
    commands = get_command(app)
    assert commands.get_command(None, earlier) is commands.get_command(None, today) is not None
    assert earlier not in commands.list_commands(None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("simulate --batches 1,5", "simulate: Invalid value for '--batches': it should be a whole number; see"),
        ("simulate --seed -1", "simulate: Invalid value for '--seed': it should be greater than or equal to 0; see"),
        ("simulate --out no/x", "no/x: there is no such file; look at its name and its folder"),
        ("simulate --out notes", "notes: is there already and is no numpy archive; it stays as it is"),
        ("simulate --out empty", "empty: is a folder; name a file in it"),
        ("retrain --logs empty --base empty --out notes", "--out notes: is a file; name a folder"),
        ("evaluate --model no --logs empty", "no: holds no model (fermentation.json is not there)"),
        ("done --groups no", "'--groups': there is no folder no; see"),
        (f"done --groups empty --model {CHECKOUT}", "empty: holds no folder with a complete log; it needs a folder"),
        ("ablation --groups notes", "'--groups': notes is a file; name a folder; see"),
        (f"ablation --groups empty --model {CHECKOUT}", "empty: holds no folder with a complete log; it needs a"),
        ("ablation --groups empty --who me", "--who me: is none of both, network, curves"),
        ("ablation --groups empty --against empty", "'--against': empty is a folder; name a file; see"),
        ("ablation --groups empty --model no", "no: holds no model (fermentation.json is not there)"),
        ("ablation --groups empty --draw 7", "'--draw': it should be less than or equal to 1; see"),
        ("ablation --groups empty --against notes", "--against notes: is no file of losses that --save wrote"),
        ("planned-rise --model no --batches 1", "no: holds no model (fermentation.json is not there)"),
        ("curve-families --groups empty", "empty: holds finished logs in none of the folders craft_"),
        ("curve-families --groups empty --without no", "--without no: is none of the folders that are read"),
        ("behavior --model no", "no/fermentation.json: there is no such file"),
        ("nothing", "No such command 'nothing'"),
    ],
)
def test_a_mistake_is_one_sentence(words: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes").write_text("precious")
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(app, words.split())
    assert (done.exit_code, done.stdout, sentence in done.stderr) == (2, "", True), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "notes").read_text() == "precious"
