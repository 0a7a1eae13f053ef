"""What is written down at every tick is made without pydantic's help, and is the same all the same."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from brewpi.cellar.restart import BatchSnapshot
from brewpi.snapshot import Snapshot, Value


def kinds(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


KINDS = [*kinds(Snapshot), *kinds(Value)]


def construct(kind: type[BaseModel], values: dict[str, Any]) -> Any:
    """As pydantic does it."""
    return vars(BaseModel)["model_construct"].__func__(kind, **values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_what_pydantic_makes_of_it(kind: type[BaseModel]):
    chance = random.Random(1)
    for _ in range(20):
        names = chance.sample(list(kind.model_fields), chance.randint(0, len(kind.model_fields)))
        values: dict[str, Any] = {name: chance.random() for name in names}
        made, wanted = kind.model_construct(**values), construct(kind, values)
        assert made == wanted
        assert BaseModel.__eq__(made, wanted)
        assert list(made.__dict__) == list(wanted.__dict__)
        assert made.model_fields_set == wanted.model_fields_set
        assert made.model_dump(warnings=False) == wanted.model_dump(warnings=False)
        assert repr(made) == repr(wanted)
        assert made.model_copy() == wanted


def test_what_differs_in_one_value_or_is_of_another_kind_is_not_the_same():
    one, other = (kind.model_construct() for kind in KINDS[:2])
    assert one != other
    for kind in KINDS:
        for name in kind.model_fields:
            assert kind.model_construct(**{name: 1.5}) != kind.model_construct(**{name: 2.5})


def test_a_default_that_can_change_is_not_shared():
    for kind in KINDS:
        first, second = kind.model_construct(), kind.model_construct()
        for name, value in first.__dict__.items():
            if isinstance(value, (dict, list, set)):
                assert value is not getattr(second, name)


def test_there_are_all_of_them():
    assert BatchSnapshot in KINDS
    assert len(KINDS) > 20
