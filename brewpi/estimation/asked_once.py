"""Answers about an object that never changes, kept beside it: the history of a tank is one tuple until a reading comes,
and it is asked about many times a tick. To compare two histories would take as long as to answer anew. A reading makes
another tuple of it, with the same points before: what goes by all of them need not begin with the first again. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

Of = TypeVar("Of")
More = ParamSpec("More")
Answer = TypeVar("Answer")
Question = Callable[Concatenate[Of, More], Answer]
Point = tuple[float, float, float]


def asked_once(kept: int) -> Callable[[Question[Of, More, Answer]], Question[Of, More, Answer]]:
    """The same function, which works out once what is asked of an object with the same other arguments; for objects,
    and answers, that nobody changes. kept: answers at hand."""

    def remembering(answer: Question[Of, More, Answer]) -> Question[Of, More, Answer]:
        # With the object, so that no other can have its id.
        known: OrderedDict[object, tuple[Of, Answer]] = OrderedDict()

        @wraps(answer)
        def asked(of: Of, /, *more: More.args, **named: More.kwargs) -> Answer:
            key = id(of), more, *named.items()
            found = known.get(key)
            if found is None or found[0] is not of:
                found = known[key] = (of, answer(of, *more, **named))
                if len(known) > kept:
                    known.popitem(last=False)
            return found[1]

        return asked

    return remembering


def grown_once(
    kept: int,
) -> Callable[[Callable[[Sequence[Point], Answer | None], Answer]], Callable[[Sequence[Point]], Answer]]:
    """Of a history, which is asked about once, too: the function is told its answer about the same without the last
    point, or None where that is not at hand. kept: histories at hand, each known by its first point."""

    def growing(answer: Callable[[Sequence[Point], Answer | None], Answer]) -> Callable[[Sequence[Point]], Answer]:
        latest: OrderedDict[Point, tuple[Sequence[Point], Answer]] = OrderedDict()

        @asked_once(kept)
        @wraps(answer)
        def asked(history: Sequence[Point]) -> Answer:
            if not history:
                return answer(history, None)
            shorter, before = latest.pop(history[0], (None, None))
            found = answer(history, before if shorter == history[:-1] else None)
            latest[history[0]] = history, found
            if len(latest) > kept:
                latest.popitem(last=False)
            return found

        return asked

    return growing
