"""What retraining is worth, from scores made by hand."""

import numpy as np

from training.evaluation.scoring import Score, Trial
from training.studies.retraining_benefit import BASE, BOOSTING, HOUSE, Worth


def answers(off_h):
    """Ten batches asked once, each forecast off by as much, with an interval of 10 h on either side."""
    trials = [Trial(i, "50%", 50.0, 60.0, 20.0, 1.010) for i in range(10)]
    hours = np.tile([60.0 + off_h - 10, 60.0 + off_h, 60.0 + off_h + 10], (10, 1))
    return Score("", trials, hours, hours, np.full((10, 3), 1.012))


def test_half_the_loss_in_every_batch_is_a_ratio_of_a_half_without_doubt():
    near, far = answers(20.0), answers(40.0)
    found = Worth(10, {HOUSE: [near, near], BASE: [far, far], BOOSTING: [near, near]})
    ours, base, boosting = found.lines()
    ratio = near.pinball / far.pinball
    assert f"retrained to it {ratio:.3f} ({ratio:.3f}-{ratio:.3f})" in base
    assert "retrained to it 1.000 (1.000-1.000)" in boosting
    assert "retrained to it" not in ours
    assert "covers 0.000 (0.000-0.161); final gravity 2.00 points; false done 0 of 20" in ours
