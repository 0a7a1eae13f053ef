"""One row for each role that an output may have: `[tanks.<name>.outputs]` names outputs by their role.

Who drives an output, what keeps it off, when an emergency switches it off, and where it is published and shown follow
from its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from difflib import get_close_matches
from typing import Literal

from brewpi.records import TankState

Drive = Literal["switch", "dose", "valve"]
Request = Callable[[TankState, Mapping[str, float], float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRole:
    """What is known of an output before there is one.

    label: what it does while it is on; label_in: the same in other languages ("de"), where the board's catalogues do
    not have it; remedy: what kind of output it wants, where it was given the wrong one; by_hand:
    how a person keeps it from moving the beer's temperature, without a full stop; by_hand_in: in other languages.
    drive: a switch that is on or off for as long as the interlocks permit; a pump that gives doses; a valve that two
    commands open. direction: 1 makes the beer warmer, -1 colder, 0 neither; who has one is driven by the setpoint.
    request: drives a switch that moves no temperature: of the tank, the duties asked for so far and the time, a duty
    from 0 to 1. needs: quantities without whose fresh, believed values it never runs. excludes: roles it never runs
    together with (those of the other direction never do).
    table: `[tanks.<name>.<table>]` that it needs, and without: what is said where that is missing; runs_on: what it
    waits for, in `brewpi check`, where that is no measurement. field: of `state`, where the role has one of its own;
    the others stand in `switches` by their names. device_class, icon: Home Assistant's.
    """

    name: str
    label: str
    remedy: str
    drive: Drive = "switch"
    direction: int = 0
    by_hand: str = ""
    by_hand_in: Mapping[str, str] = field_(default_factory=dict, hash=False)
    request: Request | None = None
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    table: str = ""
    without: str = ""
    runs_on: str = ""
    field: str = ""
    device_class: str | None = "running"
    icon: str | None = None
    label_in: Mapping[str, str] = field_(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.direction and not ("beer_c" in self.needs and self.by_hand):
            raise ValueError(f"the role {self.name} moves the beer's temperature: it needs beer_c, and a by_hand")


# In the order in which an emergency switches off: first what lets beer out or puts something in.
_ROWS = (
    OutputRole(
        name="drain", label="draining", drive="valve", field="drain", remedy='a drain wants kind = "valve", closed'
        " without power", table="draining", runs_on="its permissives",
        without="never opens without [tanks.<name>.draining], which says what has to be proven first",
    ),
    OutputRole(
        name="nutrient", label="dosing", drive="dose", field="doses", remedy='doses want kind = "pump", which ends them'
        " on time", table="dosing", runs_on="the recipe's doses",
        without="never runs without [tanks.<name>.dosing]: what is in the bottle, and its caps",
    ),
    OutputRole(
        name="cool", label="cooling", direction=-1, needs=("beer_c",), field="cool_duty",
        remedy='a cooler wants kind = "relay"', by_hand="Pull the plug of the cooler, or close the glycol valve",
        by_hand_in={
            "de": "Den Stecker der Kühlung ziehen oder das Glykolventil schließen",
            "es": "Desenchufe el enfriador o cierre la válvula de glicol",
            "fr": "Débranchez le refroidissement, ou fermez la vanne de glycol",
        },
    ),
    OutputRole(
        name="heat", label="heating", direction=1, needs=("beer_c",), field="heat_duty",
        remedy='a heater wants kind = "relay"', by_hand="Pull the plug of the heater",
        by_hand_in={
            "de": "Den Stecker der Heizung ziehen", "es": "Desenchufe el calefactor", "fr": "Débranchez le chauffage",
        },
    ),
)  # fmt: skip

ROLES: dict[str, OutputRole] = {row.name: row for row in _ROWS}


def unknown(name: str) -> str:
    """What is said of a role that does not exist."""
    near = get_close_matches(name, ROLES, n=1, cutoff=0.6)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    return f"there is no role {name}; the roles are {', '.join(sorted(ROLES))}{hint}"


def in_order(names: Iterable[str]) -> list[str]:
    """In the order of switching off; what has no role comes last."""
    wanted = dict.fromkeys(names)
    return [role for role in ROLES if role in wanted] + [name for name in wanted if name not in ROLES]


def switched(names: Iterable[str]) -> list[str]:
    """Those that the interlocks switch on and off, in the order of switching off."""
    return [name for name in in_order(names) if name in ROLES and ROLES[name].drive == "switch"]


def moving(names: Iterable[str], direction: int = 0) -> list[str]:
    """Those that make the beer warmer or colder, or only those of one direction."""
    return [n for n in switched(names) if ROLES[n].direction and direction in (0, ROLES[n].direction)]


def exclude_each_other(one: str, other: str) -> bool:
    """Whether two roles never run together."""
    a, b = ROLES[one], ROLES[other]
    return a.direction * b.direction < 0 or other in a.excludes or one in b.excludes


def requested(names: Iterable[str], duties: Mapping[str, float], state: TankState, now: float) -> dict[str, float]:
    """The duties asked for so far, and those of the roles that have a request of their own."""
    asked = dict(duties)
    for name in switched(names):
        if (request := ROLES[name].request) is not None:
            asked[name] = request(state, duties, now)
    return asked
