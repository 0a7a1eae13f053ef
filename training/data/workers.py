"""Who does the work: processes of this machine by joblib, or Dask's distributed scheduler, local or at an address.

Whoever does it, results come in the order of the tasks and are the same to the bit: a task holds its own seed, and
nothing depends on who took it or how often. A worker that dies costs the time of its task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeVar

import joblib

Result = TypeVar("Result")
LOCAL = "local"
PROCESSES = 2
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


class NoDask(Exception):
    """Dask cannot be used; the message is a sentence."""


def spread(work: Callable[..., Result], tasks: Iterable[tuple[Any, ...]], workers: int = PROCESSES) -> Iterator[Result]:
    """The result of each task, in their order, by whoever works within `on`; else by processes of this machine."""
    calls = (joblib.delayed(work)(*task) for task in tasks)
    results: Iterator[Result] = iter(joblib.Parallel(n_jobs=workers, return_as="generator", batch_size=1)(calls))
    return results


@contextmanager
def on(dask: str | None, workers: int = PROCESSES) -> Iterator[Callable[..., Iterator[Any]]]:
    """`spread`, on a scheduler where `dask` says so: "local" starts one with `workers` processes, else it is an address
    such as tcp://HOST:8786, whose workers see the same folders and the same checkout. Raises NoDask."""
    if dask is None:
        yield partial(spread, workers=workers)
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise NoDask("--dask needs an extra: pip install -e '.[dask]'") from None
    with ExitStack() as stack:
        if dask == LOCAL:
            where = stack.enter_context(LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None))
        else:
            where = dask
        try:
            client = stack.enter_context(Client(where, timeout=20))
        except (OSError, TimeoutError, ValueError) as error:
            raise NoDask(f"--dask {dask}: no scheduler answers there ({type(error).__name__})") from None
        stack.enter_context(joblib.parallel_config(backend="dask", client=client, wait_for_workers_timeout=60))
        yield partial(spread, workers=-1)
