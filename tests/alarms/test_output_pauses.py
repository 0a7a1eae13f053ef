"""The minutes in which neither side shows, kept as they come."""

from __future__ import annotations

from collections.abc import Iterable

from brewpi.alarms.rules.output_pauses import LATE_S, LEAST_MINUTES, PAUSES_S, Pauses
from brewpi.alarms.rules.temperature_rules import AFTER_OFF_S
from brewpi.alarms.rules.view import EVERY_S, Sample

START = 1_790_000_000.0


def noted(*ran: str, role: str = "heat", skipped: Iterable[int] = ()) -> Pauses:
    """A minute for each of what ran in it ("" for nothing); some minutes are missing."""
    pauses, left_out = Pauses(role), set(skipped)
    for minute, output in enumerate(ran):
        if minute not in left_out:
            pauses.note(Sample(START + EVERY_S * minute, 20.0, frozenset({output} - {""})))
    return pauses


def minutes(pauses: Pauses) -> list[tuple[float, float]]:
    return [((first.at - START) / EVERY_S, (last.at - START) / EVERY_S) for first, _, last in pauses.known()]


def test_a_pause_begins_once_what_ran_does_not_show_any_more_and_ends_with_the_next_run():
    late = LATE_S / EVERY_S
    pauses = noted(*["cool"] * 10, *[""] * 20, *["cool"] * 5, *[""] * 12)
    assert minutes(pauses) == [(9 + late, 29), (34 + late, 46)]


def test_its_own_runs_show_for_longer_than_those_of_the_other_side():
    pauses = noted("heat", *[""] * 50)
    assert minutes(pauses) == [(AFTER_OFF_S / EVERY_S, 50)]
    assert minutes(noted("cool", *[""] * 50)) == [(LATE_S / EVERY_S, 50)]


def test_what_excludes_nothing_ends_no_pause():
    assert minutes(noted("", *["nutrient"] * 30)) == [(0, 30)]


def test_a_few_minutes_are_no_pause():
    waits = ["cool", *[""] * round(LATE_S / EVERY_S)]
    assert minutes(noted(*waits, *[""] * (LEAST_MINUTES - 2))) == []
    assert len(minutes(noted(*waits, *[""] * (LEAST_MINUTES - 1)))) == 1


def test_nobody_knows_what_ran_in_minutes_that_are_missing():
    pauses = noted(*[""] * 30, skipped=(10, 11, 12))
    assert minutes(pauses) == [(0, 9), (14, 29)]


def test_of_a_long_pause_the_last_hours_count_and_what_ended_before_them_is_forgotten():
    hours = round(PAUSES_S / EVERY_S)
    pauses = noted(*[""] * 20, "cool", *[""] * (hours + 40))
    assert minutes(pauses) == [(60, 60 + hours)]


def test_after_a_probe_was_away_pauses_begin_anew():
    pauses = noted(*[""] * 30)
    pauses.forget()
    pauses.note(Sample(START + EVERY_S * 30, 20.0, frozenset()))
    assert minutes(pauses) == []
