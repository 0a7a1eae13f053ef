"""A forest of a site's batches: learnt on the laptop, answering behind the network on the Pi."""

import numpy as np
import pytest

from brewpi.forecast import ModelError
from brewpi.forecast.features import NAMES
from brewpi.forecast.site_forest import (
    ATTENUATION,
    OG,
    SAID,
    Forest,
    SiteForest,
    knowing,
    known_words,
    words_of,
)
from brewpi.records import BatchSeries

sklearn = pytest.importorskip("sklearn", reason="needs the retrain extra")
from training.site_retraining import forest as forests  # noqa: E402

ROWS = 400
LOG = np.arange(ROWS) // 4


def rows_and_targets():
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(ROWS, len(NAMES))).astype(np.float32)
    rows[:, OG], rows[:, ATTENUATION] = chance.uniform(0.6, 1.4, ROWS), chance.uniform(0.0, 0.7, ROWS)
    to_fall = np.arcsinh(50 * rows[:, OG] * (0.8 - rows[:, ATTENUATION]))
    return rows, np.column_stack([np.where(rows[:, 0] > 0, 5.0, 1.0), np.maximum(rows[:, 4], 0.0), to_fall])


def forest(words=()):
    """Learnt with half of its trees knowing what the network says; the words are said of nobody."""
    rows, y = rows_and_targets()
    said = np.tile(np.linspace(1.0, 2.0, SAID), (ROWS, 1))
    none = np.zeros((ROWS, len(words)), np.float32)
    plain = forests.learn(np.concatenate([rows, none], axis=1), y, LOG, 1, trees=5, leaves=20)
    inside = forests.learn(knowing(rows, said, none), y, LOG, 1, trees=5, leaves=20)
    return SiteForest(forests.join([plain, inside]), 0.625, tuple(words)), knowing(rows, said, none)


def test_a_forest_says_how_rows_like_this_one_ended():
    rows, y = rows_and_targets()
    known = forests.learn(rows, y, LOG, seed=1, trees=20, leaves=30)
    asked = np.zeros((2, len(NAMES)), np.float32)
    asked[:, 0], asked[:, OG], asked[:, ATTENUATION] = (-1.0, 1.0), 1.0, (0.1, 0.6)
    q = known.quantiles(asked).reshape(2, 3, 7)
    assert q[:, 0, 3] == pytest.approx([1.0, 5.0], abs=0.3)
    assert np.sinh(q[:, 2, 3]) == pytest.approx([35, 10], abs=2)  # to 80 % of 50 points
    assert (np.diff(q, axis=2) >= 0).all()


def test_batches_that_all_end_alike_leave_no_doubt():
    rows, y = rows_and_targets()
    y[:, 0] = 2.0
    same = forests.learn(rows, y, LOG, seed=1, trees=3, leaves=30).quantiles(rows)[:, :7]
    assert np.ptp(same) < 1e-9
    assert same[0, 0] == pytest.approx(2.0, abs=1e-3)


def test_what_comes_back_from_the_file_answers_the_same():
    taught, asked = forest(("brand rousse",))
    back = SiteForest.unpacked(taught.forest.packed(), taught.card())
    assert back.words == ("brand rousse",)
    assert back.forest.quantiles(asked) == pytest.approx(taught.forest.quantiles(asked), abs=1e-6)


@pytest.mark.parametrize("harm", ["short", "long", "flipped", "empty"])
def test_a_damaged_forest_is_refused(harm):
    taught, _ = forest()
    whole = taught.forest.packed()
    behind = {"short": whole[:-9], "long": whole, "flipped": bytes(b ^ 255 for b in whole), "empty": b""}[harm]
    card = taught.card() | ({"leaves": taught.card()["leaves"] + 1} if harm == "long" else {})
    with pytest.raises(ModelError, match="damaged"):
        SiteForest.unpacked(behind, card)


def test_nodes_that_point_outside_are_refused():
    few = np.zeros(1, np.int64)
    wild = Forest(few, np.zeros(1), few + 40, few + 1, few, np.zeros((2, 3, 8), np.uint8), np.zeros(3), np.ones(3))
    with pytest.raises(ModelError, match="damaged"):
        SiteForest.unpacked(wild.packed(), SiteForest(wild, 0.5).card())


def test_a_way_that_never_comes_to_a_leaf_is_refused():
    few = np.zeros(1, np.int64)
    round_ = Forest(few, np.zeros(1), few, few + 1, few, np.zeros((2, 3, 8), np.uint8), np.zeros(3), np.ones(3))
    with pytest.raises(ModelError, match="damaged"):
        SiteForest.unpacked(round_.packed(), SiteForest(round_, 0.5).card())


def test_a_house_knows_its_beers_by_name_whatever_their_number():
    batch = BatchSeries(np.arange(3.0), np.full(3, 1.05), np.full(3, 19.0), brand="Rousse #212", yeast="US-05")
    assert words_of(batch) == ["brand rousse", "yeast us-05"]
    assert known_words(batch, ("brand blanche", "brand rousse", "yeast us-05")).tolist() == [0.0, 1.0, 1.0]
    assert words_of(BatchSeries(batch.hours, batch.sg, batch.temp_c, brand="1664")) == ["brand 1664"]
