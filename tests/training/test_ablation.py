"""What a forecast is worth told nothing, the medium, all: on made-up sites."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from brewpi.forecast import fitted_curve
from brewpi.forecast.tflite_model import CHECKOUT
from training.cli import app
from training.data.logs import read_complete
from training.evaluation.ablation import ablation, report, slowed
from training.studies.families import SITES, families, sites


@pytest.fixture(scope="module")
def groups(tmp_path_factory):
    """Two of the folders from which families come, with batches of one kind each."""
    place = tmp_path_factory.mktemp("groups")
    for folder, half_h, facts in (
        ("pilot_twice_daily", 40.0, {"beverage": "beer", "style": "IPA"}),
        ("winery_daily", 90.0, {"beverage": "wine"}),
    ):
        (place / folder).mkdir()
        for i in range(3):
            hours = np.arange(0.0, 8.0 * half_h, 12.0)
            sg = 1.050 - 0.040 / (1.0 + np.exp(-3.0 * (hours / (half_h + 6.0 * i) - 1.0)))
            rows = "".join(f"{h:.1f},{g:.4f},20\n" for h, g in zip(hours, sg, strict=True))
            (place / folder / f"{i}.csv").write_text("hours,sg,temp_c\n" + rows)
            (place / folder / f"{i}.json").write_text(json.dumps(facts))
    return place


def test_each_group_is_told_what_there_is_to_tell(groups):
    found = ablation(CHECKOUT, groups)
    assert [(one.group, one.inputs) for one in found] == [
        ("pilot_twice_daily", "nothing"), ("pilot_twice_daily", "medium"), ("pilot_twice_daily", "all"),
        ("winery_daily", "nothing"), ("winery_daily", "medium"),
    ]  # fmt: skip
    assert all(0.0 < one.ratio < 10.0 for one in found)


def test_a_kind_left_out_meets_curves_that_never_saw_it(groups):
    known = sites(groups)
    assert set(known) == {"small scale, two a day", "winery, daily"}
    assert all(curves.shape == (3, 6) for curves in known.values())
    shown = {name for name, folder, _, _ in SITES if folder == "winery_daily"}
    assert not shown & {name for name, *_ in families(known, "winery_daily")}
    before = fitted_curve.bank()
    with_own, without = (ablation(CHECKOUT, groups, left_out, "curves")[3].score for left_out in (False, True))
    assert not np.allclose(with_own.remaining, without.remaining)
    assert fitted_curve.bank() is before


def test_a_slower_cellar_has_the_same_batches_at_another_pace(groups):
    batches = read_complete(groups / "pilot_twice_daily")
    longer = slowed(batches, 1.5)
    assert [one.name for one in longer] == [one.name for one in batches]
    for one, usual in zip(longer, batches, strict=True):
        assert one.label.completion_h == pytest.approx(1.5 * usual.label.completion_h, rel=0.03)
        assert one.series.sg.tolist() == usual.series.sg.tolist()
    assert slowed(batches, 1.0) == batches
    slow = ablation(CHECKOUT, groups, who="curves", slower=1.5)
    assert slow[0].logistic.truth.mean() > 1.2 * ablation(CHECKOUT, groups, who="curves")[0].logistic.truth.mean()


def test_a_run_is_compared_with_the_one_before(groups, tmp_path):
    said = CliRunner().invoke(app, ["tellings", "--groups", str(groups), "--model", str(CHECKOUT), "--who", "network",
                                    "--save", str(tmp_path / "before.json")])  # fmt: skip
    assert said.exit_code == 0, said.output
    assert len(said.output.splitlines()) == 6
    again = report(ablation(CHECKOUT, groups, who="network"), None, tmp_path / "before.json")
    assert all(line.endswith("+0.0% (+0.0% to +0.0%)") for line in again[1:])


def test_what_is_no_forecaster_is_refused(groups):
    said = CliRunner().invoke(app, ["ablation", "--groups", str(groups), "--who", "everyone"])
    assert said.exit_code == 2
    assert "both, network, curves" in said.output
    assert len(read_complete(groups / "winery_daily")) == 3
