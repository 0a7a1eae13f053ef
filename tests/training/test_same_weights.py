"""The same weights from the same seed, however many cores there are. TensorFlow runs in processes of its own."""

import os
import subprocess
import sys
from importlib.util import find_spec
from textwrap import dedent

import pytest

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs the training extra")

TRAIN = """
    import hashlib
    import numpy as np
    from brewpi.forecast.features import NAMES
    from training.data.dataset import Rows
    from training.network import learn
    learn.TEACHERS = 1
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2 * learn.BATCH, len(NAMES))).astype(np.float32)
    y = np.abs(x[:, :4]).astype(np.float32)
    y[:, 3] = x[:, 4] > 1.0
    model = learn.learn(Rows(x, y, np.arange(len(x)), x[:, 0]), 2, 20, lambda: None)
    print(hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest())
"""


def weights(threads):
    """Hash of what is learnt on a machine that would use so many threads."""
    asked = {**os.environ, "TF_NUM_INTRAOP_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    done = subprocess.run([sys.executable, "-c", dedent(TRAIN)], env=asked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_weights_do_not_depend_on_the_number_of_cores():
    assert weights(threads=1) == weights(threads=7)
