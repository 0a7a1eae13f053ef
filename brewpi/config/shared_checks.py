"""What no single table can know of the outputs that tanks share. Each finding is a sentence with key and remedy."""

from __future__ import annotations

from collections.abc import Iterator

from brewpi.config.options import Config
from brewpi.control.shared import Shared
from brewpi.quantities import QUANTITIES
from brewpi.registry import nearest
from brewpi.roles import ROLES, switched, unknown
from brewpi.sentences import spoken


def relying(config: Config, options: Shared) -> list[str]:
    """The tanks that rely on a shared output, by name."""
    return list(options.tanks) or [name for name, tank in config.tanks.items() if options.role in tank.outputs]


def shared_checks(config: Config) -> Iterator[str]:
    """Everything wrong with them."""
    for name, options in config.shared.items():
        key = f"shared.{name}"
        if name in ROLES or name in QUANTITIES:
            yield f"{key}: the name stands for something else in `state`; give it another, such as glycol"
        if options.role not in switched(ROLES):
            text = unknown(options.role) if options.role not in ROLES else f"{options.role} cannot be shared"
            yield f"{key}.role: {text}"
            continue
        if options.role not in options.output.may_be():
            kind = type(options.output).__name__.lower()
            yield f"{key}.output: a {kind} cannot do this; {ROLES[options.role].remedy}"
        if options.output.window_s is not None:
            yield f"{key}.output: runs with what tanks ask for; cycle_s and duty_max belong to their own outputs"
        for other in options.never_with:
            if other not in config.shared or other == name:
                others = config.shared.keys() - {name}
                yield f'{key}.never_with: there is no other shared output "{other}"{nearest(other, others)}'
        yield from _tanks(key, name, options, config)


def _tanks(key: str, name: str, options: Shared, config: Config) -> Iterator[str]:
    role = options.role
    if not relying(config, options):
        yield f"{key}: no tank has an output {role} of its own, so nothing would ever ask for it"
    for tank in options.tanks:
        if tank not in config.tanks:
            yield f'{key}.tanks: there is no tank "{tank}"{nearest(tank, config.tanks)}'
        elif role not in config.tanks[tank].outputs:
            yield (
                f"{key}.tanks: {tank} has no output {role} of its own, so {name} would work on its beer whenever"
                f" another tank asks; add tanks.{tank}.outputs.{role}, a valve, or take the tank out of the list"
            )


def described(config: Config) -> Iterator[str]:
    """A line for each, as `brewpi check` shows them."""
    for name, options in config.shared.items():
        tanks, output = ", ".join(relying(config, options)), options.output
        apart = f", never with {', '.join(options.never_with)}" if options.never_with else ""
        yield (
            f"shared.{name}: runs while {options.role} of {tanks} does{apart}; longest run"
            f" {spoken(output.max_run_s)}, rests {spoken(output.rest_s)}"
        )
