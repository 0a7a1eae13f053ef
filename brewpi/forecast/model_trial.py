"""Weights are tried in a process of their own before they are used in this one.

A malformed `.tflite` does not raise: it takes the interpreter down with it, and with that whatever else the process
does, such as cooling. A child with limits of memory and time loads the very bytes and runs them on rows of every kind.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from math import ceil
from pathlib import Path

import numpy as np

from brewpi.forecast import ModelError
from brewpi.forecast.interpreter import interpreter

WITHIN_S = 60.0
CPU_S, GRACE_S = 20, 5  # of processor time once Python and numpy are there, which alone takes a busy Pi many seconds
MEMORY = 2**31  # bytes of address space: what numpy and the interpreter reserve, and as much again
REFUSED = 3  # exit status of a child that lived to say why
ROOT = Path(__file__).parent.parent.parent

_passed: set[tuple[str, int]] = set()  # sha256 and features of what has been tried by this process


def try_in_child(blob: bytes, weights: Path, features: int) -> None:
    """Raises ModelError if these bytes do not survive being loaded and run."""
    known = (hashlib.sha256(blob).hexdigest(), features)
    if known in _passed:
        return
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}]; from brewpi.forecast.model_trial import child; child()"
    command = [sys.executable, "-P", "-c", code, str(features)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(command, input=blob, capture_output=True, timeout=WITHIN_S, check=False, env=environment)
    except subprocess.TimeoutExpired:
        raise ModelError(f"{weights}: {_endless(f'{WITHIN_S:.0f} s')}") from None
    except OSError as error:
        raise ModelError(f"{weights}: cannot be tried ({error.strerror})") from None
    if done.returncode == REFUSED:
        raise ModelError(f"{weights}: {done.stdout.decode('utf-8', 'replace').strip()[:300]}")
    if done.returncode != 0:
        raise ModelError(f"{weights}: {_end(done.returncode)}")
    _passed.add(known)


def _endless(within: str) -> str:
    return f"does not come to an end within {within}; try again where less else runs, or copy the model anew"


def _end(status: int) -> str:
    name = f"signal {-status}"
    with suppress(ValueError):
        name = signal.Signals(-status).name
    if name == "SIGXCPU":
        return _endless(f"{CPU_S} s of processor time")
    how = f"crashes ({name})" if status < 0 else f"gives up (status {status})"
    return f"the interpreter {how} on it; copy the model anew"


def child() -> None:
    """In the child: weights on standard input, how many features as the first argument."""
    import resource  # not on every laptop

    with suppress(OSError):
        os.nice(10)  # the service ticks meanwhile
    cpu_s = ceil(time.process_time()) + CPU_S
    limits = {
        resource.RLIMIT_AS: (MEMORY, MEMORY),
        resource.RLIMIT_CPU: (cpu_s, cpu_s + GRACE_S),
        resource.RLIMIT_CORE: (0, 0),
    }
    for limit, most in limits.items():
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, most)
    features = int(sys.argv[1])
    try:
        network = interpreter(sys.stdin.buffer.read(), Path("weights"), features)
        for value in (0.0, 1.0, -1.0, 1e3, float("nan"), 1e30):
            network(np.full(features, value))
    except ModelError as error:
        print(str(error).removeprefix("weights: "))
        raise SystemExit(REFUSED) from None
    except (ValueError, RuntimeError, TypeError, IndexError, MemoryError) as error:
        print(f"the interpreter refuses it ({type(error).__name__}: {error})")
        raise SystemExit(REFUSED) from None
