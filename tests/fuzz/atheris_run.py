#!/usr/bin/env python3
"""Coverage-guided fuzzing of every door: `make atheris`.

    atheris_run.py SECONDS [DOOR...]     so long for each door, one on each core; status 1 if anything was found

The processor time at the end is that of all doors: on a busy machine a door gets less than its seconds. What is found
is kept in build/fuzz/DOOR/, and `atheris_run.py --again DOOR FILE` shows it.
"""

from __future__ import annotations

import logging
import os
import re
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = (HERE, HERE.parent, HERE.parent / "dashboard")
KEPT = HERE.parents[1] / "build" / "fuzz"
LIMITS = ("-max_len=2048", "-rss_limit_mb=1500", "-timeout=90", "-print_final_stats=1")


def fuzz(door: str, seconds: int) -> None:
    """In this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["brewpi"]):
        from fuzz_doors import DOORS, SEEDS
    logging.disable(logging.CRITICAL)
    corpus, found = KEPT / door / "corpus", KEPT / door
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[door]):
        (corpus / f"seed{number}").write_bytes(seed)
    atheris.Setup([door, str(corpus), f"-max_total_time={seconds}", f"-artifact_prefix={found}/", *LIMITS], DOORS[door])
    atheris.Fuzz()


def one(door: str, seconds: int) -> tuple[bool, str]:
    """In a process of its own: whether the door held, and the lines that tell of it."""
    words = [sys.executable, __file__, "--one", door, str(seconds)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, errors="replace")
    tries = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    coverage = re.findall(r"cov: (\d+)", done.stderr)
    lines = [f"{door:10} {tries[1] if tries else '?':>9} tries, coverage {coverage[-1] if coverage else '?'}"]
    if done.returncode:
        lines += [*done.stdout.splitlines()[-12:], *done.stderr.splitlines()[-8:]]
    return not done.returncode, "\n".join(lines)


def main(seconds: int, doors: list[str]) -> int:
    """As many doors at a time as there are cores; a line for each, then how many broke."""
    from fuzz_doors import DOORS

    doors = doors or list(DOORS)
    broken = 0
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        for held, said in cores.map(lambda door: one(door, seconds), doors):
            broken += not held
            print(said, flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{broken} of {len(doors)} doors broke, in {(used.ru_utime + used.ru_stime) / 60:.0f} min of processor time")
    return bool(broken)


if __name__ == "__main__":
    sys.path[:0] = map(str, PARTS)
    match sys.argv[1:]:
        case ["--one", door, seconds]:
            fuzz(door, int(seconds))
        case ["--again", door, file]:
            from fuzz_doors import DOORS

            DOORS[door](Path(file).read_bytes())
        case [seconds, *doors]:
            sys.exit(main(int(seconds), doors))
        case _:
            sys.exit(__doc__)
