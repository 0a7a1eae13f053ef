"""`brewpi predict`: forecasts for logs in files, one process and one model load for hundreds of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from brewpi.estimation.misread import doubtful_sg, misread
from brewpi.estimation.misread_fault import said_of
from brewpi.estimation.remembered import as_remembered
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.plug_context import PlugContext
from brewpi.importers import Answers, File, Log, LogError, files_in, read_all
from brewpi.media import named_medium
from brewpi.offline.tables import show
from brewpi.records import BatchSeries, Forecast, Interval

HEADINGS = ("log", "at", "gravity", "done in (80 %)", "rest in", "ends at", "stuck", "by")
REMEDY = "name a folder with fermentation.json and fermentation.tflite with --model"
DECIMALS = {"remaining_h": 2, "rest_h": 2, "final_sg": 5}


def predict(
    paths: Sequence[Path],
    at_h: Sequence[float],
    og: float | None,
    answers: Answers | None,
    options: ForecasterOptions,
    as_json: bool,
    hold_c: float | None = None,
    batch: str | None = None,
    medium: str | None = None,
) -> int:
    """Print the forecasts; a file that is no log is a line on standard error. Returns the exit status.

    options: what forecasts; answers, medium: what a person says about all of them; batch:
    the only one wanted of each file.
    hold_c: the temperature at which the beer is kept from then on, if it is not what it was.
    """
    forecaster = TankForecaster.of(options, PlugContext())
    if forecaster.why_none:
        print(f"{forecaster.why_none}; the fitted curve answers instead, which knows less; {REMEDY}", file=sys.stderr)
    refused = 0
    rows, notes = list[list[str]](), list[str]()
    for path, name in _files(paths):
        try:
            file = _read(path, name, answers or Answers(), batch)
        except LogError as error:
            print(error, file=sys.stderr)
            refused += 1
            continue
        for sentence in file.refused:
            print(sentence, file=sys.stderr)
            refused += 1
        for log in file.logs:
            for forecast in _forecasts(forecaster, _told(log, og, medium), at_h, hold_c):
                notes += [f"{log.name}: {note}" for note in _notes(log, forecast)]
                notes += [f"{log.name}, {forecast.at_h:.0f} h: {forecast.why}"] * bool(forecast.why)
                if as_json:
                    print(json.dumps(_object(log, forecast), allow_nan=False, ensure_ascii=False))
                else:
                    rows.append(_row(log.name, forecast))
    if rows:
        show(HEADINGS, rows, left=("by",))
    for note in dict.fromkeys(notes if not as_json else ()):
        print(note)
    return 1 if refused else 0


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The files themselves; of a folder, every file in it, with its name from there. An empty folder stays one."""
    for path in paths:
        inside = list(files_in(path)) if path.is_dir() else []
        yield from inside or [(path, path.name)]


def _read(path: Path, name: str, answers: Answers, batch: str | None) -> File:
    """The batches of a file. Raises LogError; a folder that comes here has nothing in it."""
    if path.is_dir():
        raise LogError(f"{name}: is a folder without a log; name one with logs in it.")
    return read_all(path, answers, batch, name)


def _told(log: Log, og: float | None, medium: str | None) -> BatchSeries:
    """The log as a tank remembers it, with what was said on the command line."""
    series = as_remembered(log.series)
    return replace(series, og=series.og if og is None else og, medium=medium or series.medium)


def _forecasts(
    forecaster: TankForecaster, series: BatchSeries, at_h: Sequence[float], hold_c: float | None
) -> Iterator[Forecast]:
    for hours in at_h or [float(series.hours[-1])]:
        forecast = forecaster.of_this_beer(replace(series, planned_temp_c=hold_c), hours)
        blind = None if hold_c is None else _blind(series, forecast)
        yield replace(forecast, why=f"{forecast.why}; {blind}" if forecast.why else blind) if blind else forecast


def _blind(series: BatchSeries, forecast: Forecast) -> str | None:
    """Why a planned temperature has made no difference."""
    if not forecast.actionable:
        return "without the model, --hold changes nothing"
    if np.isnan(series.until(forecast.at_h).temp_c).all():
        return "no temperature in the log, --hold changes nothing"
    return None


def _object(log: Log, forecast: Forecast) -> dict[str, Any]:
    """One line of `--json`, as the contract has it."""
    return {
        "log": log.name,
        "at_h": round(forecast.at_h, 4),
        "sg": None if forecast.sg is None else round(forecast.sg, 5),
        "source": forecast.source,
        "actionable": forecast.actionable,
        **{key: _band(getattr(forecast, key), digits) for key, digits in DECIMALS.items()},
        "p_stuck": None if forecast.p_stuck is None else round(forecast.p_stuck, 4),
        "assumed": forecast.assumed and forecast.assumed.fields(),
        "why": forecast.why,
        "temp_c": _temp_c(log, forecast.at_h),
        "notes": _notes(log, forecast),
    }


def _notes(log: Log, forecast: Forecast) -> list[str]:
    """Remarks about the file, about each reading that no beer had until then, and about its name where
    that speaks of another medium than the one that is assumed."""
    past, notes = log.series.until(forecast.at_h), list(log.notes)
    for i in np.flatnonzero(misread(past.hours, past.sg)).tolist():
        points = 1e3 * float(past.sg[i + 1] - past.sg[i])
        off = f"{abs(points):.0f} points {'under' if points > 0.0 else 'above'} the next one"
        said = f"gravity {past.sg[i]:.4f} at {past.hours[i]:.0f} h lies {off}"
        notes.append(f"{said}: the forecast leaves it out; was it misread?")
    if off_sg := doubtful_sg(past.hours, past.sg):
        notes.append(str(said_of(float(past.sg[-1]), off_sg)))
    named = named_medium(" ".join((log.name, log.series.brand or "", log.series.style or "")))
    if forecast.assumed is not None and named not in (None, forecast.assumed.medium):
        notes.append(f"taken for {forecast.assumed.medium}, but its name speaks of {named}: add --medium {named}")
    return notes


def _temp_c(log: Log, at_h: float) -> float | None:
    """The beer's temperature with the last reading until then, for a person to see whether it was understood."""
    seen = log.series.until(at_h).temp_c
    known = seen[np.isfinite(seen)]
    return round(float(known[-1]), 2) if len(known) else None


def _band(band: Interval | None, digits: int) -> dict[str, float] | None:
    if band is None:
        return None
    return {key: round(getattr(band, key), digits) for key in ("p10", "p50", "p90")}


def _row(name: str, forecast: Forecast) -> list[str]:
    remaining, rest, final = forecast.remaining_h, forecast.rest_h, forecast.final_sg
    at, sg = f"{forecast.at_h:.0f} h", "" if forecast.sg is None else f"{forecast.sg:.4f}"
    if remaining is None or rest is None or final is None:
        return [name, at, sg, "-", "", "", "", forecast.source]
    return [
        name,
        at,
        sg,
        f"{remaining.p50:.0f} h ({remaining.p10:.0f}-{remaining.p90:.0f} h)",
        f"{rest.p50:.0f} h",
        f"{final.p50:.4f}",
        "" if forecast.p_stuck is None else f"{forecast.p_stuck:.0%}",
        forecast.source,
    ]
