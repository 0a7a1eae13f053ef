"""From the sheets of a file to its batches: units made SG and °C, order, repeats, batches under each other, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brewpi.importers import cleaning, gravity_slips, hot_wort, one_beer
from brewpi.importers.answers import Answers, form, with_given_heads
from brewpi.importers.columns import swapped
from brewpi.importers.sheet import LogError, Readings, Sheet
from brewpi.importers.table import NoGravity, Table, read_table
from brewpi.importers.tables import continued, long_form, temperatures_apart
from brewpi.importers.tables.repeated import without_repeats
from brewpi.importers.tables.spare_sheets import is_copy, set_aside
from brewpi.importers.times import clock_changes, date_slips
from brewpi.importers.units import degrees, gravity_units
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.records import Array, BatchSeries
from brewpi.registry import load

NO_START_SG = 1.012  # a log that never was above this holds no fermentation, only its tail
LONGEST_H = 3.0 * 8766.0  # hours: three years; whoever ages longer does not ferment
FLAT_DAYS, FLAT_SG = 7.0, 0.004
LATE_H = 14 * 24.0  # a count of hours that begins later is of something else, such as days of the month
WITHOUT_YEAR_H = (29.9 * 8766.0, 31.1 * 8766.0)  # hours since 1970: where dates without a year are put, about 2000
BLIND_H = 24.0  # a hydrometer may need so long until its first gravity


LeftOut = tuple[float, float, str]  # hours, SG, why


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. name: "" where the file holds only one; start_h: hours since 1970 at hour 0, if known; left_out:
    readings of a gravity that are not in `series`, with the reason."""

    name: str
    series: BatchSeries
    kind: str
    notes: tuple[str, ...] = ()
    start_h: float | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of a file and a sentence for each part that is none."""

    batches: tuple[Batch, ...]
    refused: tuple[LogError, ...] = ()


def importer_of(sheet: Sheet, kinds: Mapping[str, str]) -> tuple[str, object]:
    """The kind that knows the sheet, and its importer."""
    for kind in kinds:
        importer = load(kinds, kind)()
        if importer.matches(sheet):
            return kind, importer
    raise AssertionError("the last importer takes anything")


def batches(sheets: Sequence[Sheet], kinds: Mapping[str, str], answers: Answers) -> Batches:
    """Every batch in the sheets of one file, of those that its program does not show only where the others have none.
    Raises LogError if there is none: for the first part that came near."""
    if any(sheet.shows for sheet in sheets):
        with suppress(LogError):
            return batches([replace(sheet, shows="") for sheet in sheets if sheet.shows != "whole"], kinds, answers)
        sheets = [replace(sheet, shows="") for sheet in sheets if sheet.shows != "part"]
    shown = [sheet for sheet in sheets if not sheet.hidden and not is_copy(sheet, sheets)]
    if 0 < len(shown) < len(sheets):
        with suppress(LogError):
            of_shown = batches([replace(sheet, hidden=False) for sheet in shown], kinds, answers)
            said = set_aside([sheet for sheet in sheets if sheet not in shown])
            return replace(of_shown, batches=tuple(replace(b, notes=(*said, *b.notes)) for b in of_shown.batches))
    found: list[tuple[Sheet, Batch]] = []
    errors: list[tuple[str, LogError]] = []
    read: list[tuple[Sheet, Readings, str]] = []
    sheets = temperatures_apart.beside(long_form.gathered(continued.with_heads(sheets)))
    measured = [sheet for sheet in sheets if not head(sheet.title).only(known.FORESEEN)]
    for sheet in measured or sheets:
        given = answers.of(sheet)
        try:
            read += [(sheet, *one) for one in _readings(with_given_heads(sheet, given.columns), kinds, given)]
        except LogError as error:
            errors.append((sheet.title, error.about(form(sheet))))
    for sheet, readings, kind in continued.whole(without_repeats(read)):
        try:
            found += [(sheet, batch) for batch in _batches(readings, kind, answers.of(sheet))]
        except LogError as error:
            name = _joined(sheet.title if len(sheets) > 1 else "", readings.name)
            errors.append((name, error.about(form(sheet))))
    near = [(name, error) for name, error in errors if not isinstance(error, NoGravity)]
    if not found:
        raise _whole(near or errors)
    titled = len({sheet.title for sheet, _ in found}) > 1
    left = list(dict.fromkeys(name for name, error in errors if isinstance(error, NoGravity) and name))
    notes = (f"without a gravity and left out: {', '.join(left[:6])}",) if left else ()
    if measured and len(measured) < len(sheets):
        notes = (*notes, "what is predicted or planned left out")
    alone = found[0][0].title if len(found) == 1 and near else ""  # beside what cannot be read
    named = [
        replace(batch, name=_joined(sheet.title if titled else "", batch.name) or alone, notes=(*notes, *batch.notes))
        for sheet, batch in found
    ]
    refused = [
        LogError(f"{name}: {error}" if name else str(error), error.ask).about(error.form) for name, error in near
    ]
    return Batches(tuple(_unique(named, alone=not near)), tuple(refused))


def _whole(errors: list[tuple[str, LogError]]) -> LogError:
    """One sentence for a file of which nothing can be read."""
    name, first = errors[0]
    alike = {str(error) for _, error in errors}
    if len(errors) == 1 or len(alike) == 1:
        return first
    names = ", ".join(dict.fromkeys(n for n, _ in errors if n))
    text = f"none of {names[:120]} can be read; {name}: {first}" if names else str(first)
    return LogError(text, first.ask).about(first.form)


def _joined(title: str, name: str) -> str:
    return " ".join(word for word in (title, name) if word)


def _unique(found: list[Batch], alone: bool) -> list[Batch]:
    """Two batches of one name get numbers; one that is alone in its file needs no name."""
    if len(found) == 1 and alone:
        return [replace(found[0], name="")]
    counts = Counter(batch.name for batch in found)
    seen: dict[str, int] = {}
    out = []
    for batch in found:
        n = seen[batch.name] = seen.get(batch.name, 0) + 1
        twice = counts[batch.name] > 1 or not batch.name
        out.append(replace(batch, name=_joined(batch.name, f"batch {n}") if twice else batch.name))
    return out


def _readings(sheet: Sheet, kinds: Mapping[str, str], answers: Answers) -> Iterator[tuple[Readings, str]]:
    kind, importer = importer_of(sheet, kinds)
    found = read_table(sheet, answers.unit) if isinstance(importer, Table) else importer.readings(sheet)  # type: ignore[attr-defined]
    for readings in found:
        yield readings, kind


def _batches(readings: Readings, kind: str, answers: Answers) -> Iterator[Batch]:
    """One series as one batch or several. Raises LogError."""
    readings = swapped.put_right(readings)
    hours, values = np.asarray(readings.hours, float), np.asarray(readings.gravity, float)
    if answers.unit and (why := gravity_units.contradiction(answers.unit, readings.unit, values)):
        raise LogError(why)
    og = answers.og or readings.og
    hours, undated = date_slips.dated(hours) if readings.start_h == 0.0 else (hours, [])
    hours, set_anew = clock_changes.continued(hours, values) if readings.start_h == 0.0 else (hours, [])
    order = np.argsort(hours, kind="stable")
    rows = order[np.isfinite(hours[order])]
    sg, _, remarks = gravity_units.gravity(values[rows], answers.unit or readings.unit, og, answers.unit is not None)
    hours, temp = hours[rows], None if readings.temp is None else np.asarray(readings.temp, float)[rows]
    remarks += [*undated, *set_anew]
    if hot_wort.is_brew_day(hours, temp, answers.temp_unit or readings.temp_unit):
        raise NoGravity("is of mash and boil, by its temperatures; log what ferments.")
    one_beer.check(hours, sg)
    origin = _origin(hours, sg, readings)
    if readings.from_pitch and origin > 0.0:
        remarks.append(f"times begin at {origin:.0f} h: hours count from the first reading")
    hours = hours - origin
    keep, more, left_out = _in_time(hours, sg)
    hot = hot_wort.before(None if temp is None else temp[keep], answers.temp_unit or readings.temp_unit)
    first = int(np.flatnonzero(keep)[hot])
    if hot and not readings.from_pitch:
        hours, origin = hours - hours[first], origin + float(hours[first])
    left_out += _left_out(hours[:first], sg[:first], keep[:first], "hot wort")
    keep[:first], remarks = False, [*remarks, *hot_wort.remark(hot)]
    temps, more_notes = degrees.celsius(
        None if temp is None else temp[keep], answers.temp_unit or readings.temp_unit, hours[keep], sg[keep]
    )
    notes = (*readings.notes, *remarks, *more, *more_notes)
    columns = _once(hours[keep], sg[keep], temps)
    wrong, alone = gravity_slips.checked(columns[0], columns[1])
    left_out, notes = [*left_out, *_left_out(columns[0], columns[1], wrong, "alone")], (*notes, *alone)
    columns = (columns[0][~wrong], columns[1][~wrong], columns[2][~wrong])
    out, said = cleaning.outside(columns[0], columns[1])
    left_out, notes = [*left_out, *_left_out(columns[0], columns[1], out, "out of the beer")], (*notes, *said)
    columns = (columns[0][~out], columns[1][~out], columns[2][~out])
    yield from _parted(columns, replace(readings, og=og, notes=notes), kind, origin, left_out)


def _in_time(hours: Array, sg: Array) -> tuple[NDArray[np.bool_], list[str], list[LeftOut]]:
    """Which readings count: after pitching and within what anybody ferments. Raises LogError where most do not."""
    far, early = hours > LONGEST_H, hours < 0.0
    if 5 * np.count_nonzero(far) > len(hours):
        raise LogError(f"goes on to hour {float(hours[-1]):.3g}, and nothing ferments for so long; check its times.")
    known = np.isfinite(sg)
    keep = known & ~far & ~early
    if not keep.any():
        raise LogError("holds no reading of a gravity; log at least two.")
    remarks, left_out = [], []
    for wrong, what in ((far, "years later"), (early, "before pitching")):
        n = int(np.count_nonzero(known & wrong))
        remarks += [f"{n} reading{'s' if n > 1 else ''} {what} left out"] * bool(n)
        left_out += _left_out(hours, sg, known & wrong, what)
    return keep, remarks, left_out


def _left_out(hours: Array, sg: Array, wrong: NDArray[np.bool_] | slice, why: str) -> list[LeftOut]:
    return [(float(h), float(g), why) for h, g in zip(hours[wrong], sg[wrong], strict=True)]


def _origin(hours: Array, sg: Array, readings: Readings) -> float:
    """Where hours count from: pitching, if the file does, else the first reading, even one without a gravity."""
    known = hours[np.isfinite(sg)]
    if len(known) == 0 or (readings.from_pitch and float(np.min(np.abs(known))) < LATE_H):
        return 0.0
    first = float(hours[0])
    return first if float(known.min()) - first <= BLIND_H else float(known.min())


def _parted(
    columns: tuple[Array, Array, Array], readings: Readings, kind: str, origin: float, left_out: list[LeftOut]
) -> Iterator[Batch]:
    """Each batch of a series. Raises LogError if none of them begins near pitching."""
    hours, sg, temp = columns
    found = list(cleaning.parts(hours, sg))
    tails: list[str] = []
    for n, part in enumerate(found, 1):
        one = slice(part.first, part.last)
        start = 0.0 if part.first == 0 else float(hours[part.first])
        again = [f"gravity jumps back to {sg[part.first]:.3f} after {start:.0f} h: another batch"] if n > 1 else []
        series = BatchSeries(hours[one] - start, sg[one], temp[one], og=readings.og if n == len(found) else None,
                        style=readings.facts.get("style"), yeast=readings.facts.get("yeast"),
                        brand=readings.facts.get("brand"))
        if kind != "plain" and (why := _is_tail(series)):  # the plain form begins near pitching by its definition
            if n == len(found):
                raise LogError(f"{why}, where fermentations end; export it from pitching on.")
            tails = [f"the first {float(hours[part.last - 1]) - start:.0f} h are the end of another batch: left out"]
            left_out = [*left_out, *_left_out(hours, sg, one, "end of another batch")]
            continue
        cut = [(h, g, "bench or rinse water") for h, g, _ in _left_out(hours, sg, slice(part.begin, part.first), "")]
        cut += [(h, g, "no longer in the beer") for h, g, _ in _left_out(hours, sg, slice(part.last, part.end), "")]
        yield Batch(
            _joined(readings.name, f"batch {n}") if len(found) - len(tails) > 1 else readings.name,
            series,
            kind,
            (*readings.notes, *tails, *again, *part.notes, *_flat(series)),
            _began(readings, origin + start),
            (*left_out, *cut),
        )


def _began(readings: Readings, hours: float) -> float | None:
    """Hours since 1970 at hour 0, None if nobody knows the year."""
    if readings.start_h is None or WITHOUT_YEAR_H[0] <= readings.start_h + hours <= WITHOUT_YEAR_H[1]:
        return None
    return readings.start_h + hours


def _flat(series: BatchSeries) -> list[str]:
    """A wort that has not begun after so long, or a sensor that is not in it."""
    days = float(series.hours[-1] - series.hours[0]) / 24.0
    if days < FLAT_DAYS or len(series.sg) < 3 or float(np.median(series.sg[:3]) - np.median(series.sg[-3:])) >= FLAT_SG:
        return []
    return [f"gravity has not fallen in {days:.0f} days: is it the reading of a fermenting beer?"]


def _is_tail(series: BatchSeries) -> str | None:
    """Why a series cannot begin at pitching."""
    start = float(series.sg[series.hours <= series.hours[0] + 24.0].max())
    return f"begins at SG {start:.4f}" if start < NO_START_SG else None


def _once(hours: Array, sg: Array, temp: Array) -> tuple[Array, Array, Array]:
    """Without the repeats of whole rows that exports leave behind."""
    same = (np.diff(hours) == 0) & (np.diff(sg) == 0)
    same &= (np.diff(temp) == 0) | (np.isnan(temp[1:]) & np.isnan(temp[:-1]))
    keep = np.concatenate([[True], ~same])
    return hours[keep], sg[keep], temp[keep]
