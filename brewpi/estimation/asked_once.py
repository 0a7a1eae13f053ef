"""Answers about an object that never changes, kept beside it: the history of a tank is one tuple until a reading comes,
and it is asked about many times a tick. To compare two histories would take as long as to answer anew. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

Of = TypeVar("Of")
More = ParamSpec("More")
Answer = TypeVar("Answer")
Question = Callable[Concatenate[Of, More], Answer]


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
