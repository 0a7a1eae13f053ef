"""Answers about an object that never changes, kept beside it: the history of a tank is one tuple until a reading comes,
and it is asked about many times a tick. To compare two histories would take as long as to answer anew. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Of = TypeVar("Of")
Answer = TypeVar("Answer")

KEPT = 64  # objects at hand: three for each tank of a large cellar


def asked_once(answer: Callable[[Of], Answer]) -> Callable[[Of], Answer]:
    """The same function, which works an object out once; for objects, and answers, that nobody changes."""
    known: OrderedDict[int, tuple[Of, Answer]] = OrderedDict()  # with the object, so that no other can have its id

    @wraps(answer)
    def asked(of: Of) -> Answer:
        found = known.get(id(of))
        if found is None or found[0] is not of:
            found = known[id(of)] = (of, answer(of))
            if len(known) > KEPT:
                known.popitem(last=False)
        return found[1]

    return asked
