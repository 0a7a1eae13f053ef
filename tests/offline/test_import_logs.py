"""`brewpi import`: what is written, what is shown, what is asked and remembered."""

import json
import os
import pty
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from brewpi.cli import app
from brewpi.importers import Answers, read_all
from brewpi.offline.import_logs import import_logs, sparkline
from tests.importers.made_up import AT, HOURS, PLATO, SG, C, iso, sg4, table

ISO = [iso(at) for at in AT]
OPEN = table("Date,Gravity,Temp (°C)", ISO, PLATO, C)


def brewpi(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    (folder / "2024").mkdir(parents=True)
    (folder / "amber.csv").write_text(table("Date,SG,Temp (°C)", ISO, sg4(), C))
    (folder / "amber.json").write_text(json.dumps({"beverage": "beer", "style": "amber ale"}))
    (folder / "2024" / "tanks.csv").write_text(
        "Date,Tank,Plato\n"
        + "".join(f"{t},{n},{p}\n" for n in ("FV 1/a", "FV 2") for t, p in zip(ISO, PLATO, strict=True))
    )
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    (folder / ".hidden").write_text("x")
    return folder


def test_a_folder_becomes_plain_logs_with_sidecars_and_nothing_is_skipped_in_silence(logs, tmp_path):
    out = tmp_path / "plain"
    done = brewpi("import", logs, "--out", out)
    assert done.exit_code == 1
    assert done.stderr == "photo.png: is a picture; export the readings as CSV.\n"
    assert sorted(p.name for p in out.glob("*.csv")) == ["2024 tanks FV 1_a.csv", "2024 tanks FV 2.csv", "amber.csv"]
    assert "3 logs written" in done.stdout
    assert "█" in done.stdout
    assert (out / "amber.csv").read_text().splitlines()[:2] == ["hours,sg,temp_c", "0.0000,1.05200,19.50"]
    facts = json.loads((out / "amber.json").read_text())
    assert facts["style"] == "amber ale"
    assert facts["imported_from"] == "amber.csv"
    assert facts["start_date"] == "2024-04-22T16:48"
    report = json.loads((out / "brewpi-import.json").read_text())
    assert report["refused"] == ["photo.png: is a picture; export the readings as CSV."]
    assert [log["from"] for log in report["logs"]] == ["2024/tanks.csv: FV 1/a", "2024/tanks.csv: FV 2", "amber.csv"]


def test_what_is_written_reads_as_what_was_read(logs, tmp_path):
    brewpi("import", logs, "--out", tmp_path / "plain")
    (before,), (after,) = read_all(logs / "amber.csv").logs, read_all(tmp_path / "plain" / "amber.csv").logs
    assert after.series.sg == pytest.approx(before.series.sg, abs=1e-5)
    assert after.series.hours == pytest.approx(before.series.hours, abs=1e-4)
    assert (after.series.style, after.series.medium) == ("amber ale", "beer")
    forecasts = [
        json.loads(brewpi("predict", p, "--json").stdout)
        for p in (logs / "amber.csv", tmp_path / "plain" / "amber.csv")
    ]
    assert forecasts[0]["remaining_h"] == forecasts[1]["remaining_h"]


def test_the_folder_that_import_wrote_is_one_that_predict_reads_whole(logs, tmp_path):
    brewpi("import", logs, "--out", tmp_path / "plain")
    done = brewpi("predict", tmp_path / "plain", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 3


def test_what_was_dropped_is_kept_with_its_reason(tmp_path):
    hours = np.arange(0.0, 78.01, 0.5)
    sg = np.where(hours < 6.0, 1.15, np.interp(hours - 6.0, HOURS, SG))
    (tmp_path / "fv1.csv").write_text(table("hours,sg", hours, [f"{s:.4f}" for s in sg]))
    done = brewpi("import", tmp_path / "fv1.csv", "--out", tmp_path / "plain")
    assert done.exit_code == 0
    left_out = json.loads((tmp_path / "plain" / "fv1.json").read_text())["left_out"]
    assert len(left_out) == 12
    assert left_out[0] == {"hours": 0.0, "sg": 1.15, "why": "bench or rinse water"}
    assert "the first 6.0 h" in done.stdout


def test_an_empty_folder_is_an_error_of_import_and_of_predict(tmp_path):
    (tmp_path / "empty").mkdir()
    for words in (("import", tmp_path / "empty", "--out", tmp_path / "plain"), ("predict", tmp_path / "empty")):
        done = brewpi(*words)
        assert done.exit_code == 1
        assert done.stderr == "empty: is a folder without a log; name one with logs in it.\n"


def test_the_folder_that_is_read_is_not_written(logs, tmp_path):
    assert brewpi("import", logs, "--out", logs).exit_code == 2
    out = logs / "plain"
    for _ in range(2):  # what an import has written is no log of the next
        brewpi("import", logs, "--out", out)
        assert len(list(out.glob("*.csv"))) == 3


def test_without_a_terminal_nothing_is_asked(tmp_path):
    (tmp_path / "fv1.csv").write_text(OPEN)
    done = brewpi("import", tmp_path / "fv1.csv", "--out", tmp_path / "plain")
    assert done.exit_code == 1
    assert "say so with --unit plato" in done.stderr
    assert not (tmp_path / "brewpi-answers.json").exists()


def test_a_unit_is_asked_for_once_and_remembered_for_logs_of_this_form(tmp_path, capsys):
    for name in ("fv1.csv", "fv2.csv"):
        (tmp_path / name).write_text(OPEN)
    questions = []

    def ask(question):
        questions.append(question)
        return "fathoms" if len(questions) == 1 else "plato"

    files = [tmp_path / "fv1.csv", tmp_path / "fv2.csv"]
    assert import_logs(files, tmp_path / "plain", Answers(), None, ask) == 0
    assert len(questions) == 2
    assert questions[0].startswith("its unit (sg, plato, brix")
    assert "2 logs written" in capsys.readouterr().out
    said = json.loads((tmp_path / "brewpi-answers.json").read_text())
    assert said == {"date,gravity,temp (°c)": {"unit": "plato"}}
    assert json.loads(brewpi("predict", tmp_path / "fv2.csv", "--json").stdout)["sg"] == pytest.approx(
        1.0159, abs=0.0006
    )


def test_columns_are_asked_for_where_no_header_names_them(tmp_path):
    (tmp_path / "fv1.csv").write_text(
        "".join(f"{t};{p};{p + 0.2:.2f};{c}\n" for t, p, c in zip(ISO, PLATO, C, strict=True))
    )
    answers = {"time": "1", "gravity": "2", "beer": "4", "unit": "plato"}
    asked = []

    def ask(question):
        asked.append(question)
        return next(text for word, text in answers.items() if word in question)

    assert import_logs([tmp_path / "fv1.csv"], tmp_path / "plain", Answers(), None, ask) == 0
    (log,) = read_all(tmp_path / "fv1.csv").logs
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0006)
    assert log.series.temp_c == pytest.approx(np.array(C))


def test_answers_that_are_broken_cost_nothing(tmp_path):
    (tmp_path / "fv1.csv").write_text(table("Date,SG", ISO, sg4()))
    for text in ("{oops", "[]", '{"date,sg": 3}', '{"date,sg": {"unit": "fathoms", "columns": {"time": "x"}}}'):
        (tmp_path / "brewpi-answers.json").write_text(text)
        assert len(read_all(tmp_path / "fv1.csv").logs) == 1


def test_on_a_terminal_it_asks(tmp_path):
    (tmp_path / "fv1.csv").write_text(OPEN)
    leader, follower = pty.openpty()
    words = [sys.executable, "-m", "brewpi", "import", str(tmp_path / "fv1.csv"), "--out", str(tmp_path / "plain")]
    with subprocess.Popen(words, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        os.write(leader, b"plato\n")
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "1 log written" in out
    os.close(leader)
    os.close(follower)


def test_a_sparkline_falls_and_shows_gaps():
    hours = np.array([0.0, 1.0, 2.0, 10.0, 16.0])
    line = sparkline(hours, np.array([1.05, 1.05, 1.04, 1.02, 1.01]))
    assert len(line) == 16
    assert line[0] == "█"
    assert line[-1] == "▁"
    assert " " in line
    assert len(sparkline(np.array([0.0]), np.array([1.05]))) == 16
