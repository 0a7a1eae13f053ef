"""What retraining is worth, from scores made by hand."""

import numpy as np
import pytest
from typer.testing import CliRunner

from training.cli import app
from training.evaluation.scoring import Score, Trial
from training.studies.retraining_benefit import BASE, BOOSTING, RETRAINED, RetrainingBenefit, needed


def answers(off_h):
    """Ten batches asked once, each forecast off by as much, with an interval of 10 h on either side."""
    trials = [Trial(i, "50%", 50.0, 60.0, 20.0, 1.010) for i in range(10)]
    hours = np.tile([60.0 + off_h - 10, 60.0 + off_h, 60.0 + off_h + 10], (10, 1))
    return Score("", trials, hours, hours, np.full((10, 3), 1.012))


def test_half_the_loss_in_every_batch_is_a_ratio_of_a_half_without_doubt():
    near, far = answers(20.0), answers(40.0)
    found = RetrainingBenefit(10, {RETRAINED: [near, near], BASE: [far, far], BOOSTING: [near, near]})
    ours, base, boosting = found.lines()
    ratio = near.pinball / far.pinball
    assert f"retrained to it {ratio:.3f} ({ratio:.3f}-{ratio:.3f})" in base
    assert "retrained to it 1.000 (1.000-1.000)" in boosting
    assert "retrained to it" not in ours
    assert "covers 0.000 (0.000-0.161); final gravity 2.00 points; false done 0 of 20" in ours


@pytest.mark.parametrize(("share", "batches"), [(0.5, 24), (0.75, 16), (0.9, 40), (0.1, 120)])
def test_so_many_batches_that_some_can_teach_and_some_judge(share, batches):
    assert needed(share) == batches


def test_a_folder_with_too_few_batches_is_told_how_many_are_needed(tmp_path):
    (tmp_path / "one.csv").write_text("hours,sg,temp_c\n0,1.050,20\n24,1.030,20\n")
    done = CliRunner().invoke(app, ["retraining-benefit", "--logs", str(tmp_path), "--base", "models"])
    assert done.exit_code == 2
    assert "has 0 complete batches; 24 are needed with --share 0.5, so that 12 teach and 4 judge" in done.output
