"""TFLite's interpreter. The only file that imports one; which of the two there is, is the machine's business.

It imports little else: weights are tried in a process of their own before a service is ready (`model_trial.py`), and a
Pi takes seconds to load what forecasts need beside it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brewpi.forecast import ModelError
from brewpi.forecast.flat_buffer import verify
from brewpi.sanitize import clean_text

Array = NDArray[np.float64]
Network = Callable[[Array], Array]

OUTPUTS = 23  # twice seven quantiles of time, seven of gravity, the log-odds of being stuck, the distance


def interpreter(blob: bytes, weights: Path, features: int) -> Network:
    """These bytes as a function of a row, by TFLite: (features,) -> (OUTPUTS,). Raises ModelError."""
    try:
        verify(blob)
    except ModelError as error:
        raise ModelError(f"{weights}: it {error}; copy the model anew") from None
    try:
        from tflite_runtime.interpreter import Interpreter
    except ImportError:
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:
            raise ModelError("no TFLite interpreter: pip install tflite-runtime (or ai-edge-litert)") from None
    try:
        with _without_announcements():
            ready = Interpreter(model_content=blob, num_threads=1)
            ready.allocate_tensors()
        inputs, outputs = ready.get_input_details(), ready.get_output_details()
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{weights}: the interpreter refuses it ({clean_text(str(error), 200).strip()})") from None
    shapes = [tuple(tensor["shape"]) for tensor in (*inputs, *outputs)]
    if shapes != [(1, features), (1, OUTPUTS)] or any(one["dtype"] is not np.float32 for one in (*inputs, *outputs)):
        raise ModelError(f"{weights}: takes and gives {shapes}, not {features} features and {OUTPUTS} outputs")
    given, answer = inputs[0]["index"], outputs[0]["index"]

    def through(row: Array) -> Array:
        ready.set_tensor(given, row.astype(np.float32)[None])
        ready.invoke()
        out: Array = ready.get_tensor(answer)[0].astype(np.float64)
        return out

    return through


@contextmanager
def _without_announcements() -> Iterator[None]:
    """TFLite's XNNPACK, which answers in a third of the time, announces itself on standard error, where a brewer
    expects mistakes. Whatever else comes there meanwhile, from any thread, is said afterwards."""
    stderr = None
    if sys.stderr is not None:  # else file 2 is none, or whatever was opened since
        with suppress(OSError, ValueError):
            sys.stderr.flush()
            stderr = os.dup(2)
    if stderr is None:
        yield
        return
    heard, said = os.pipe()
    os.set_blocking(said, False)  # nobody listens yet: too much is lost, and nothing waits
    os.dup2(said, 2)
    os.close(said)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        with os.fdopen(heard, "rb") as lines, suppress(OSError):
            for line in lines:
                if not line.startswith(b"INFO: "):
                    os.write(2, line)
