"""A forest of a site inside the network. TensorFlow runs in a process of its own (see test_export)."""

import subprocess
import sys
from importlib.util import find_spec
from textwrap import dedent

import pytest

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs the training extra")

SITE = """
    import sys
    from pathlib import Path
    import numpy as np
    from brewpi.forecast.features import NAMES
    from training.network import export
    from training.network import network
    from training.site_retraining.ensemble import blend
    from training.site_retraining.candidate import knowing, mixed
    from training.site_retraining.forest import ATTENUATION, OG, Forest, halved
    from training.network.ondevice import through
    out, n, rng = Path(sys.argv[1]), len(NAMES), np.random.default_rng(1)
    rows = rng.normal(size=(400, n)).astype(np.float32)
    rows[:, network.PLANNED] = 0.0
    rows[:, OG], rows[:, ATTENUATION] = rng.uniform(0.6, 1.4, 400), rng.uniform(0.0, 0.7, 400)
    mean, sd = halved(np.full(n, 0.2)), np.full(n, 2.0)
    base = network.build(mean, sd, width=16)
    for layer in base.layers:
        layer.set_weights([halved(w) for w in layer.get_weights()])
    to_fall = np.arcsinh(50 * rows[:, OG] * (0.8 - rows[:, ATTENUATION]))
    y = np.column_stack([np.where(rows[:, 0] > 0, 5.0, 1.0), np.maximum(rows[:, 4], 0.0), to_fall])
    log = np.arange(400) // 4
"""


def python(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", dedent(SITE) + dedent(code), *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_forest_says_how_rows_like_this_one_ended(tmp_path):
    said = python(
        """
        forest = Forest.learn(rows, y, log, seed=1, trees=20, leaves=30)
        asked = np.zeros((2, n), np.float32)
        asked[:, 0], asked[:, OG], asked[:, ATTENUATION] = (-1.0, 1.0), 1.0, (0.1, 0.6)
        q = forest.quantiles(asked).reshape(2, 3, 7)
        print(*q[:, 0, 3].round(1), *np.sinh(q[:, 2, 3]).round(1))
        print((np.diff(q, axis=2) >= 0).all())
        y[:, 0] = 2.0
        same = Forest.learn(rows, y, log, seed=1, trees=3, leaves=30).quantiles(rows)[:, :7]
        print(np.ptp(same) < 1e-9, abs(same[0, 0] - 2.0) < 1e-3)
        """,
        tmp_path,
    )
    early, late, much, little, ordered, same, right = said.split()
    assert float(early) == pytest.approx(1.0, abs=0.3)
    assert float(late) == pytest.approx(5.0, abs=0.3)
    assert float(much) == pytest.approx(35, abs=2)  # to 80 % of 50 points, from 10 %
    assert float(little) == pytest.approx(10, abs=2)
    assert (ordered, same, right) == ("True", "True", "True")


def test_the_pi_answers_with_base_and_forest_together_and_the_base_comes_out_again_unharmed(tmp_path):
    said = python(
        """
        said = base.predict(rows, verbose=0)[:, :21]
        parts = [Forest.learn(x, y, log, 1, trees=5, leaves=20) for x in (rows, knowing(rows, said))]
        forest = Forest.join(parts)
        whiten = [halved(w) for w in network.whitening(rows, mean, sd)]
        whole = network.with_distance(blend(base, forest, 0.625), mean, sd, *whiten)
        card = {"name": "test", "standard": {}, "house": None}
        export.export(whole, card, rows[:100], out, half=True, agreeing=0.98)
        blob = (out / "fermentation.tflite").read_bytes()
        on_pi = through(blob, rows[:100])
        meant = mixed(0.625, forest.quantiles(knowing(rows, said)), said)[:100]
        print(np.quantile(np.abs(on_pi[:, :21] - meant).max(axis=1), 0.98) < 1e-4, on_pi.shape[1])
        back, _ = network.from_tflite(blob, mean, sd)
        print(np.abs(back.predict(rows, verbose=0)[:, :21] - said).max() < 1e-4)
        planned = rows[:100].copy()
        planned[:, network.TOLD], planned[:, network.PLAN] = 1.0, 0.6
        sooner = through(blob, planned)
        alone = base.predict(planned, verbose=0)
        print((sooner[:, :14] <= on_pi[:, :14] + 1e-6).all())
        print(np.abs((sooner - on_pi)[:, :14] - (alone[:, :14] - said[:100, :14])).max() < 5e-3)
        """,
        tmp_path,
    )
    assert said.split() == ["True", "23", "True", "True", "True"]
