"""Which columns of gravity are of one device, where a table has several. Pure."""

from __future__ import annotations

from brewpi.importers.columns import samples
from brewpi.importers.columns.column import Column
from brewpi.importers.columns.samples import Groups
from brewpi.importers.sheet import LogError
from brewpi.importers.words import vocabulary as known

RAW = 2.0  # rank of a gravity from which on nobody has calibrated it


def by_device(columns: list[Column]) -> Groups:
    """Gravities of one device together. Words that all share tell none apart; a plain one beside named ones counts, a
    raw one only where all are."""
    shared = set.intersection(*(set(c.stem) for c in columns))
    groups: Groups = {}
    for column in columns:
        stem = tuple(word for word in column.stem if (word not in shared and word != "tilt") or len(columns) == 1)
        groups.setdefault(stem, []).append(column)
    if () in groups and all(column.rank >= RAW for column in groups[()]) and any(c.rank < RAW for c in columns):
        named = {stem: of_one for stem, of_one in groups.items() if stem != ()}
        return named if len(named) > 1 else {(): columns}
    if () in groups and len(groups) > 1:
        numbered = all(stem == () or all(word.isdigit() for word in stem) for stem in groups)
        if not numbered and not (drink := _drink(groups)):
            return {(): groups[()]}
        if not numbered:
            groups[drink] = groups.pop(())
    return groups


def _drink(groups: Groups) -> tuple[str, ...]:
    """What the one plain column is called, if that names a batch beside others: "Cider SG" beside "Bock SG", whose
    numbers are not of the same; nothing beside a hydrometer's."""
    (plain, *more), others = groups[()], [stem for stem in groups if stem != ()]
    drink = tuple(word for word in plain.head.words if known.DRINK.fullmatch(word))
    by_device = any(known.HYDROMETER.fullmatch(word) for stem in others for word in stem)
    if more or by_device or samples.agree([column.values for of_one in groups.values() for column in of_one]):
        return ()
    return drink


def check_names(groups: Groups) -> None:
    """Raises LogError for columns of one name whose numbers are of several beers, as where their titles got lost."""
    for columns in groups.values():
        names = [column.head.plain for column in columns]
        alike = [c.values for c in columns if names.count(c.head.plain) > 1 and c.filled]
        if len(alike) > 1 and not samples.agree(alike):
            text = next(c.head.text for c in columns if names.count(c.head.plain) > 1)
            what = f'{len(alike)} columns are called "{text}", and their numbers are of different beers'
            raise LogError(f'{what}; name the tank of each in its head, such as "FV1 {text}".', "columns")
