"""From Keras to the Pi. TensorFlow runs in a process of its own: the Pi's interpreter refuses to work after it."""

import subprocess
import sys
from importlib.util import find_spec
from textwrap import dedent

import pytest

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs the training extra")

NETWORK = """
    import json, sys
    from pathlib import Path
    import numpy as np
    from brewpi.forecast.features import NAMES
    from training.network import export
    from training.network import network
    out, n = Path(sys.argv[1]), len(NAMES)
    rows = np.random.default_rng(1).normal(size=(20, n)).astype(np.float32)
    mean, sd = np.full(n, 0.2), np.full(n, 1.5)
    small = network.build(mean, sd, width=16)
    whole = network.with_distance(small, mean, sd, *network.whitening(rows, mean, sd))
    card = {"name": "test", "standard": {}, "house": None}
"""




@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """By question what one process says of them all, which takes so long to start; and where it wrote."""
    here = tmp_path_factory.mktemp("export")
    done = subprocess.run(
        [sys.executable, "-c", dedent(NETWORK) + "".join(map(dedent, ASKED.values())), str(here)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(zip(ASKED, done.stdout.splitlines(), strict=True)), here


ASKED = {
    "card": """
        export.export(whole, card, rows, out / "good")
        known = json.loads((out / "good" / "fermentation.json").read_text())
        print(known["format"], known["features"] == list(NAMES), len(known["sha256"]))
    """,
    "disagree": """
        other = network.with_distance(network.build(mean, sd, width=16), mean, sd, *network.whitening(rows, mean, sd))
        wrong, convert = export.convert(other), export.convert
        export.convert = lambda model: wrong
        try:
            export.export(whole, card, rows, out / "bad")
        except export.Disagreement as error:
            print(error)
        export.convert = convert
    """,
    "order": """
        whole.set_weights([w + np.random.default_rng(2).normal(size=w.shape) for w in whole.get_weights()])
        heads = whole.predict(rows, verbose=0)[:, :21].reshape(-1, 3, 7)
        print(bool((np.diff(heads, axis=2) >= 0).all()))
    """,
}


def test_a_network_goes_out_with_its_card(said):
    assert said[0]["card"].split() == ["1", "True", "64"]


def test_networks_that_disagree_are_not_exported(said):
    assert said[0]["disagree"].startswith("Keras and TFLite differ by")
    assert not (said[1] / "bad").exists() or not list((said[1] / "bad").iterdir())


def test_quantiles_of_any_weights_are_in_order(said):
    assert said[0]["order"] == "True"
