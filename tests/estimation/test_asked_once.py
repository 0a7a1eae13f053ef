"""An object is asked about once, by itself and not by what it equals."""

from brewpi.estimation.asked_once import asked_once

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
