"""Readings of an hour summed up as p10, p50 and p90."""

import pytest

from tests.importers.made_up import ISO, SG, C, assert_is_the_batch, logs_of, sg4, table

LOW, HIGH = [f"{sg - 0.001:.4f}" for sg in SG], [f"{sg + 0.001:.4f}" for sg in SG]


@pytest.mark.parametrize("names", [
    "SG p10,SG p50,SG p90", "sg_q25,sg_q50,sg_q75", "FV1 SG p5,FV1 SG p50,FV1 SG p95",
    "SG 10th percentile,SG 50th percentile,SG 90th percentile",
])  # fmt: skip
def test_of_quantiles_the_median_counts(tmp_path, names):
    (log,) = logs_of(tmp_path, table(f"time,{names},temp_c", ISO, LOW, sg4(), HIGH, C))
    assert_is_the_batch(log)


def test_of_a_temperature_alike(tmp_path):
    low, high = ([f"{c + off:.1f}" for c in C] for off in (-1.0, 1.0))
    names = "beer_temp_c_p10,beer_temp_c_p50,beer_temp_c_p90"
    (log,) = logs_of(tmp_path, table(f"time,SG,{names}", ISO, sg4(), low, C, high))
    assert_is_the_batch(log)


def test_each_tank_has_its_own(tmp_path):
    other = [f"{sg + 0.008:.4f}" for sg in SG]
    text = table("time,FV1 SG p10,FV1 SG p50,FV2 SG p10,FV2 SG p50", ISO, LOW, sg4(), LOW, other)
    found = {log.batch: log.series.sg[0] for log in logs_of(tmp_path, text)}
    assert found == {"FV1": pytest.approx(SG[0]), "FV2": pytest.approx(SG[0] + 0.008)}
