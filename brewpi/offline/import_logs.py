"""`brewpi import`: logs of any kind as plain ones with sidecars, and a picture of what was understood."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from brewpi.importers import Answers, File, Log, LogError, files_in, read_all
from brewpi.importers.answers import remember
from brewpi.importers.folder import REPORT
from brewpi.importers.units.gravity_units import SCALES
from brewpi.offline.tables import show
from brewpi.records import Array

HEADINGS = ("log", "begins", "n", "lasts", "from", "gravity", "to", "°C")
BARS = "▁▂▃▄▅▆▇█"
WIDTH = 16

Ask = Callable[[str], str]  # a question to a person, and the answer; "" for none


class CannotImport(Exception):
    """Why nothing is written, as a sentence."""


@dataclass(slots=True)
class _Written:
    """What one run has done."""

    rows: list[list[str]] = field(default_factory=list)
    logs: list[dict[str, object]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def import_logs(paths: Sequence[Path], out: Path, answers: Answers, batch: str | None, ask: Ask | None) -> int:
    """Write every batch as `NAME.csv` with a sidecar, print a table of them. Returns the exit status.

    ask: puts a question on a terminal, None where there is nobody. Raises CannotImport.
    """
    _prepare(paths, out)
    files = list(_files(paths, out))
    done = _Written(names=_of_sources(files, out))
    for path, name in files:
        try:
            file = _read(path, name, answers, batch, ask)
        except LogError as error:
            file = File((), (error,))
        for log in file.logs:
            _keep(done, out, path, log)
        for sentence in map(str, file.refused):
            print(sentence, file=sys.stderr)
            done.refused.append(sentence)
    report = {"logs": done.logs, "refused": done.refused}
    _write(out / REPORT, json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    _show(done, out)
    return 1 if done.refused else 0


def _prepare(paths: Sequence[Path], out: Path) -> None:
    for path in paths:
        if path.is_dir() and path.resolve() == out.resolve():
            raise CannotImport(f"--out {out}: is the folder that is read; name another one")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CannotImport(f"--out {out}: is a file; name a folder") from None
    except OSError as error:
        raise CannotImport(f"--out {out}: cannot be made ({error.strerror})") from None


def _files(paths: Sequence[Path], out: Path) -> Iterator[tuple[Path, str]]:
    """The files, and those of folders but for what an import has written into them. An empty folder stays one."""
    for path in paths:
        inside = (
            [found for found in files_in(path) if out.resolve() not in found[0].resolve().parents]
            if path.is_dir()
            else []
        )
        yield from inside or [(path, path.name)]


def _of_sources(files: Sequence[tuple[Path, str]], out: Path) -> set[str]:
    """Names under which a log of somebody's would be written over, or the facts beside it."""
    return {path.stem for path, _ in files if path.resolve().parent == out.resolve()}


def _read(path: Path, name: str, answers: Answers, batch: str | None, ask: Ask | None) -> File:
    """The batches of a file, after as many questions as it needs. Raises LogError."""
    if path.is_dir():
        raise LogError(f"{name}: is a folder without a log; name one with logs in it.")
    for _ in range(4):
        try:
            file = read_all(path, answers, batch, name)
            question = next((error for error in file.refused if error.ask), None)
            if question is None or ask is None:
                return file
        except LogError as error:
            question = error
            if ask is None or not error.ask:
                raise
        answered = _asked(question, ask)
        if not answered:
            return read_all(path, answers, batch, name)
        remember(path.parent, question.form, answered)
        answers = replace(answers, **answered)
    return read_all(path, answers, batch, name)


def _asked(question: LogError, ask: Ask) -> dict[str, Any]:
    """What a person answers; nothing if they leave it."""
    print(question, file=sys.stderr)
    if question.ask == "columns":
        columns = {}
        for role, holds in (("time", "time"), ("gravity", "gravity"), ("temp", "beer temperature (none: return)")):
            text = ask(f"number of the column with the {holds}").strip()
            if text.isdecimal() and int(text) > 0:
                columns[role] = int(text)
        return {"columns": columns} if {"time", "gravity"} <= set(columns) else {}
    choices = ("c", "f") if question.ask == "temp_unit" else tuple(SCALES)
    for _ in range(3):
        text = ask(f"its unit ({', '.join(choices)}; skip: return)").strip().lower()
        if text in choices:
            return {question.ask: text}
        if not text:
            break
    return {}


def _keep(done: _Written, out: Path, path: Path, log: Log) -> None:
    """One batch on the disk, in the table and in the report."""
    name = _free_name(done.names, log)
    done.names.add(name)
    series = log.series
    rows = zip(series.hours, series.sg, series.temp_c, strict=True)
    lines = [f"{hours:.4f},{sg:.5f},{'' if np.isnan(temp) else f'{temp:.2f}'}" for hours, sg, temp in rows]
    _write(out / f"{name}.csv", "\n".join(["hours,sg,temp_c", *lines, ""]))
    _write(out / f"{name}.json", json.dumps(_facts(path, log), indent=1, ensure_ascii=False) + "\n")
    done.logs.append({"file": f"{name}.csv", "from": log.name, "notes": list(log.notes), "left_out": len(log.left_out)})
    done.rows.append(_row(name, log))


def _write(file: Path, text: str) -> None:
    """Half a log on a full disk would be taken for a whole one. Raises OSError."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError:
        file.unlink(missing_ok=True)
        raise


def _free_name(taken: set[str], log: Log) -> str:
    """The file's name and the batch's, as a name for a file that no other batch of this run has."""
    file = log.name.removesuffix(f": {log.batch}") if log.batch else log.name
    stem = re.sub(r"\.\w{1,6}$", "", file.replace("/", " "))
    name = re.sub(r"[^\w.+# -]+", "_", f"{stem} {log.batch}".strip()).strip(" .")[:120] or "log"
    n, free = 2, name
    while free in taken:
        n, free = n + 1, f"{name} {n}"
    return free


def _facts(path: Path, log: Log) -> dict[str, object]:
    """The sidecar: what was known already, and where each number comes from."""
    series = log.series
    known = {"og_declared": series.og, "beverage": series.medium, "style": series.style, "yeast": series.yeast,
             "brand": series.brand}  # fmt: skip
    return {
        **log.facts,
        **{key: value for key, value in known.items() if value is not None},
        **({"start_date": _iso(log.start_h)} if log.start_h is not None and "start_date" not in log.facts else {}),
        "imported_from": path.name,
        "batch": log.batch,
        "notes": list(log.notes),
        "left_out": [{"hours": round(h, 4), "sg": round(sg, 5), "why": why} for h, sg, why in log.left_out],
    }


def _iso(hours: float) -> str:
    return datetime.fromtimestamp(hours * 3600.0, UTC).isoformat(timespec="minutes").removesuffix("+00:00")


def _row(name: str, log: Log) -> list[str]:
    series = log.series
    temps = series.temp_c[np.isfinite(series.temp_c)]
    return [
        name,
        "" if log.start_h is None else _iso(log.start_h)[:10],
        str(len(series.hours)),
        f"{series.hours[-1] / 24.0:.1f} d",
        f"{series.sg[0]:.3f}",
        sparkline(series.hours, series.sg),
        f"{series.sg[-1]:.3f}",
        f"{temps.min():.0f}-{temps.max():.0f}" if len(temps) else "",
    ]


def sparkline(hours: Array, sg: Array) -> str:
    """A gravity over time in 16 characters, a blank where nothing was read."""
    slot = np.minimum((WIDTH * (hours - hours[0]) / max(float(hours[-1] - hours[0]), 1e-9)).astype(int), WIDTH - 1)
    low, span = float(sg.min()), max(float(np.ptp(sg)), 1e-9)
    out = []
    for n in range(WIDTH):
        here = sg[slot == n]
        out.append(BARS[round((len(BARS) - 1) * (float(here.mean()) - low) / span)] if len(here) else " ")
    return "".join(out)


def _show(done: _Written, out: Path) -> None:
    if done.rows:
        show(HEADINGS, done.rows, left=("gravity",))
    for log in done.logs:
        for note in log["notes"] if isinstance(log["notes"], list) else ():
            print(f"{log['file']}: {note}")
    n, refused = len(done.rows), len(done.refused)
    print(
        f"{n} log{'' if n == 1 else 's'} written to {out}"
        + (f", {refused} refused, see {REPORT} there" if refused else "")
    )
