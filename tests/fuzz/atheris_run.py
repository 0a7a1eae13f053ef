#!/usr/bin/env python3
"""Coverage-guided fuzzing of every door: `make atheris`.

    atheris_run.py SECONDS [DOOR...]     so long for each door; ends with status 1 if anything was found

What is found is kept in build/fuzz/DOOR/, and `atheris_run.py --again DOOR FILE` shows it.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
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


def main(seconds: int, doors: list[str]) -> int:
    """A process for each, one after another; a line for each."""
    from fuzz_doors import DOORS

    bad = 0
    for door in doors or list(DOORS):
        words = [sys.executable, __file__, "--one", door, str(seconds)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, errors="replace")
        tries = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
        coverage = re.findall(r"cov: (\d+)", done.stderr)
        counted, covered = tries[1] if tries else "?", coverage[-1] if coverage else "?"
        print(f"{door:10} {counted:>9} tries, coverage {covered}", flush=True)
        if done.returncode:
            bad += 1
            print("\n".join(done.stdout.splitlines()[-12:]), "\n".join(done.stderr.splitlines()[-8:]), sep="\n")
    print(f"{bad} of {len(doors or DOORS)} doors broke")
    return bool(bad)


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
