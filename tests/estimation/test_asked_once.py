"""An object is asked about once, by itself and not by what it equals."""

from collections.abc import Sequence
from math import nan
from statistics import median

import numpy as np

from brewpi.estimation.asked_once import asked_once, grown_once
from brewpi.estimation.gravity import level_over, lowest_level, points_of

KEPT = 64


def test_an_object_is_worked_out_once_and_an_equal_one_for_itself():
    asked: list[list[int]] = []

    @asked_once(KEPT)
    def total(of: list[int]) -> int:
        asked.append(of)
        return sum(of)

    one, equal = [1, 2], [1, 2]
    assert [total(one), total(one), total(equal), total(one)] == [3, 3, 3, 3]
    assert [id(of) for of in asked] == [id(one), id(equal)]


def test_of_many_objects_the_last_are_kept_and_each_answer_is_its_own():
    asked: list[int] = []

    @asked_once(KEPT)
    def first(of: list[int]) -> int:
        asked.append(of[0])
        return of[0]

    many = [[n] for n in range(KEPT + 1)]
    assert [first(of) for of in many] == list(range(KEPT + 1))
    assert [first([n]) for n in range(500)] == list(range(500)), "of objects that are gone at once"
    del asked[:]
    kept = [[n] for n in range(KEPT)]
    assert [first(of) for of in kept * 2] == list(range(KEPT)) * 2
    assert asked == list(range(KEPT))


def test_what_else_is_said_belongs_to_the_question():
    asked: list[float] = []

    @asked_once(KEPT)
    def scaled(of: list[float], by: float, more: float = 0.0) -> float:
        asked.append(by)
        return by * of[0] + more

    one = [2.0]
    assert [scaled(one, 3.0), scaled(one, 1.5 + 1.5), scaled(one, 4.0)] == [6.0, 6.0, 8.0]
    assert scaled(one, 3.0, more=1.0) == 7.0
    assert asked == [3.0, 4.0, 3.0]


def test_a_history_that_grew_is_told_what_was_answered_before_and_no_other():
    told: list[float | None] = []

    @grown_once(2)
    def total(history: Sequence[tuple[float, float, float]], before: float | None) -> float:
        told.append(before)
        return sum(sg for _, sg, _ in history)

    first, second, third = (0.0, 1.050, nan), (900.0, 1.049, 20.0), (1800.0, 1.048, 20.0)
    one = (first,)
    two = (*one, second)
    assert [total(one), total(two), total(two)] == [1.050, 1.050 + 1.049, 1.050 + 1.049]
    assert told == [None, 1.050], "the same history is asked about once"
    assert total((*two, third)) == sum((1.050, 1.049, 1.048))
    assert told[-1] == 1.050 + 1.049
    total((*one, (900.0, 1.047, 20.0), third))
    assert told[-1] is None, "one point before the last is another one"
    total((first, second, third, (2700.0, 1.047, 20.0), (3600.0, 1.046, 20.0)))
    assert told[-1] is None, "two points more"
    for at in (1.0, 2.0):
        total(((at, 1.060, 20.0),))
    total((first, second, third, (2700.0, 1.047, 20.0), (3600.0, 1.046, 20.0), (4500.0, 1.045, 20.0)))
    assert told[-1] is None, "of the histories of two others since"
    assert total(()) == 0


def test_points_and_lowest_level_of_a_history_that_grows_are_those_of_the_whole():
    """Reading by reading, through every change of the number of neighbours, with levels that fall, rise and repeat."""
    sg = [1.050 - 0.0007 * (n % 40) + 0.0003 * (n % 7) for n in range(60)]
    history: tuple[tuple[float, float, float], ...] = ()
    for n, gravity in enumerate(sg):
        history = (*history, (900.0 * n, gravity, nan if n % 5 else 20.0))
        points = points_of(history)
        np.testing.assert_array_equal(points, np.array(history))
        assert not points.flags.writeable
        over = level_over(len(history))
        levels = [median(sg[i : i + over]) for i in range(len(history) - over + 1)]
        place = levels.index(min(levels))
        assert lowest_level(history) == (levels[place], history[place + over // 2][0]), n
