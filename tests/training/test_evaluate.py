"""The scorecard and those beside us on it, on made-up batches."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from brewpi.forecast.labels import label
from brewpi.forecast.tflite_model import CHECKOUT, ModelError
from brewpi.records import BatchSeries
from training.data.logs import Batch, complete, folders_of, read_complete, read_folder, write_folder
from training.data.workers import on
from training.evaluation import baselines, site_baselines
from training.evaluation.evaluate import SHIPPED, UNTOLD, Curve, Group, by_medium, evaluate, groups, taught
from training.evaluation.plots import draw
from training.evaluation.scorecard import run
from training.evaluation.scoring import answerer, score


def course(half_h, step_h=12.0, medium="beer"):
    hours = np.arange(0.0, 7 * half_h, step_h)
    sg = 1.050 - 0.039 / (1 + np.exp(-3.0 * (hours / half_h - 1))) + 0.039 / (1 + np.exp(3.0))
    return BatchSeries(hours, sg, np.full(len(hours), 20.0), medium=medium)


def batch(half_h, step_h=12.0):
    beer = course(half_h, step_h)
    return Batch(f"{half_h:.0f}.csv", beer, label(beer))


@pytest.fixture(scope="module")
def batches():
    return [batch(half_h) for half_h in np.linspace(30, 60, 10)]


@pytest.fixture
def folder(tmp_path):
    for i, half_h in enumerate(np.linspace(60, 30, 6)):
        beer = course(half_h, 1.0)
        rows = "".join(f"{h:.2f},{sg:.4f},20\n" for h, sg in zip(beer.hours, beer.sg, strict=True))
        (tmp_path / f"{i}.csv").write_text("hours,sg,temp_c\n" + rows)
        (tmp_path / f"{i}.json").write_text(json.dumps({"beverage": "beer", "start_date": f"2026-01-{28 - i:02d}"}))
    return tmp_path


def test_a_folder_is_read_in_the_order_of_brewing(folder, capsys):
    (folder / "x.csv").write_text("")
    assert [log.name for log in read_folder(folder)] == [f"{i}.csv" for i in range(5, -1, -1)]
    assert capsys.readouterr().err == "x.csv: is empty; log at least two readings.\n"
    (folder / "5.json").write_text(json.dumps({"incomplete_reasons": ["first reading 8.1P well below OG 13.8P"]}))
    assert len(complete(read_folder(folder))) == 5


def test_a_logged_folder_is_judged_twice_once_thinned(folder):
    found = list(groups([folder], 0.6))
    assert [group.name for group in found] == [folder.name, f"{folder.name}, two a day"]
    assert found[0].one_by_one
    assert len(found[1].judged[0].series.hours) < len(found[0].judged[0].series.hours) / 10


def test_a_large_group_is_split_by_time(folder, batches):
    from training.evaluation.evaluate import _split

    group = _split("many", [batch(30.0 + i) for i in range(40)], 0.6)
    assert (len(group.earlier), len(group.judged), group.one_by_one) == (24, 16, False)
    assert group.judged[0].name == "54.csv"


def test_a_logistic_fit_of_a_logistic_is_right_in_the_end():
    beer = batch(40.0, 6.0)
    at_h = 0.75 * beer.label.completion_h
    said = baselines.curve_fit("logistic fit")([(beer.series, at_h)])[0]
    assert said.remaining_h.p50 == pytest.approx(beer.label.completion_h - at_h, abs=8.0)
    assert said.remaining_h.p10 == said.remaining_h.p90


@pytest.mark.parametrize("name", [*baselines.FITS, "last rate"])
def test_simple_baselines_answer_everything(name, batches):
    ask = baselines.last_rate if name == "last rate" else baselines.curve_fit(name)
    found = score(ask, batches, name)
    assert found.answered == 1.0
    assert np.isfinite(found.remaining).all()
    assert (found.remaining >= 0).all()


def test_the_site_median_counts_only_batches_that_took_longer(batches):
    ask = site_baselines.site_median(batches)
    durations = np.array([b.label.completion_h for b in batches])
    at_h = float(np.sort(durations)[5])
    said = ask([(batches[9].series, at_h)])[0]
    assert said.remaining_h.p50 == pytest.approx(np.median(durations[durations > at_h]) - at_h)
    assert ask([(batches[9].series, 999.0)])[0].remaining_h.p90 == 0.0


def test_boosting_knows_the_site(batches):
    found = score(site_baselines.boosting(batches), batches)
    assert (np.diff(found.remaining, axis=1) >= 0).all()
    assert found.mae() < score(site_baselines.site_median(batches), batches).mae()
    assert found.coverage > 0.7


@pytest.mark.parametrize("teach", [site_baselines.boosting_with_facts, site_baselines.nearest_batches])
def test_who_is_told_the_style_uses_it(teach):
    """Quick and slow styles that look alike for a day."""
    quick = [replace(batch(h), series=replace(batch(h).series, style="Pale")) for h in np.linspace(28, 32, 8)]
    slow = [replace(batch(h), series=replace(batch(h).series, style="Bock")) for h in np.linspace(68, 72, 8)]
    ask, start = teach([*quick, *slow]), course(50.0)
    early, late = (ask([(replace(start, style=style), 24.0)])[0].remaining_h for style in ("Pale", "Bock"))
    assert early.p10 <= early.p50 <= early.p90
    assert early.p50 < late.p50 - 3.0


def test_one_by_one_nobody_is_taught_by_himself(batches):
    seen = []

    def teach(others):
        seen.append({b.name for b in others})
        return answerer(Curve())

    taught(Group("site", batches, batches), teach)([(b.series, 48.0) for b in batches])
    assert [{b.name for b in batches} - others for others in seen] == [{b.name} for b in batches]


def test_the_scorecard_is_complete(batches, tmp_path):
    card = evaluate(Curve(), Group("site, all", batches, batches[:3]))
    found = json.loads(json.dumps(card.as_dict()))
    assert [row["name"] for row in found["forecasters"]][:7] == [
        SHIPPED, "fitted curve (fallback)", UNTOLD, *site_baselines.PEERS]
    assert found["forecasters"][0]["every_reading"]["asked"] > 10
    ours = found["forecasters"][0]
    assert ours["pinball_minus_ours_h"] == [0.0, 0.0, 0.0]
    assert set(ours["mae_by_moment_h"]) == {"25%", "50%", "75%", "24 h", "48 h", "72 h", "96 h"}
    assert list(by_medium([card])) == ["beer"]
    assert [path.name for path in draw(card, answerer(Curve()), tmp_path)] == [
        "site_all_progress.png", "site_all_reliability.png", "site_all_batches.png"]


def test_the_command_refuses_what_it_cannot_judge(folder, tmp_path, capsys):
    assert run(tmp_path, [], 0.6, False, None, False) == 2
    assert run(tmp_path, [Path("absent")], 0.6, False, None, False) == 2
    assert run(tmp_path, [folder], 0.6, False, None, False) == 2
    assert "fermentation.json" in capsys.readouterr().err
    with pytest.raises(ModelError):
        answerer(tmp_path)


def test_the_scorecard_is_the_same_to_the_bit_whoever_works(batches, tmp_path, capsys):
    pytest.importorskip("distributed")
    write_folder(batches[:4], tmp_path / "site")  # too few to teach anybody, which takes long
    said = []
    for dask, workers in ((None, 1), (None, 2), ("local", 2)):
        with on(dask, workers) as spread:
            assert run(CHECKOUT, [tmp_path / "site"], 0.6, False, None, True, spread) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] == said[2]
    assert len(json.loads(said[0])["forecasters"]) == 7


def test_written_batches_are_read_back(batches, tmp_path):
    write_folder(batches, tmp_path / "logs")
    back = read_complete(tmp_path / "logs")
    assert [b.label.completion_h for b in back] == pytest.approx([b.label.completion_h for b in batches], abs=0.01)
    assert back[0].series.medium == "beer"


def test_complete_batches_of_a_folder(folder):
    assert [b.site for b in read_complete(folder)] == [folder.name] * 6


def test_a_folder_of_logs_is_a_site_and_a_folder_of_folders_is_several(tmp_path):
    write_folder([batch(30.0)], tmp_path / "a")
    write_folder([batch(40.0)], tmp_path / "b")
    (tmp_path / "README.md").write_text("where these come from\n")
    assert folders_of(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    assert folders_of(tmp_path / "a") == [tmp_path / "a"]
    (tmp_path / "loose.csv").write_text((tmp_path / "a" / "0000.csv").read_text())
    assert folders_of(tmp_path) == [tmp_path]
