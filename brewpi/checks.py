"""What no single table of a config can know: pins owned twice, a tank controlled without a beer probe, limits
that contradict each other. Each finding is a sentence with key and remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from brewpi.quantities import QUANTITIES
from brewpi.sensors import kind_of

if TYPE_CHECKING:
    from brewpi.config import Config, TankOptions

ROLES = ("heat", "cool")
SHORTEST_REST_S = 300.0  # what makers of small refrigeration compressors ask for between starts


def cross_check(config: Config) -> list[str]:
    """Everything wrong between the tables of a config whose tables are right by themselves."""
    sentences = list(_pins_owned_twice(config))
    for name, tank in config.tanks.items():
        key = f"tanks.{name}"
        for check in (_one_sensor_per_quantity, _roles, _beer_is_measured, _can_act, _limits):
            sentences += [f"{key}{text}" for text in check(tank)]
    return sentences


def _pins_owned_twice(config: Config) -> Iterator[str]:
    owners: dict[str, list[str]] = defaultdict(list)
    for name, tank in config.tanks.items():
        for group, plugs in (("sensors", tank.sensors), ("outputs", tank.outputs)):
            for plug, options in plugs.items():
                for pin in options.pins():
                    owners[pin].append(f"tanks.{name}.{group}.{plug}")
    for pin, keys in owners.items():
        if len(keys) > 1:
            yield f"{keys[1]}: {pin} already belongs to {keys[0]}; give each its own"


def _one_sensor_per_quantity(tank: TankOptions) -> Iterator[str]:
    owners: dict[str, str] = {}
    for name, options in tank.sensors.items():
        if options.by_hand():
            continue
        for quantity in options.measures():
            if QUANTITIES[quantity].diagnostic:
                continue
            if quantity in owners:
                yield (
                    f".sensors.{name}: {quantity} is already measured by {owners[quantity]}, and one sensor never"
                    f" stands in for another; remove one, or measure something else with it"
                )
            owners.setdefault(quantity, name)


def _roles(tank: TankOptions) -> Iterator[str]:
    for name in tank.outputs:
        if name not in ROLES:
            yield f'.outputs: unknown output "{name}"; an output is named heat or cool'


def _beer_is_measured(tank: TankOptions) -> Iterator[str]:
    if tank.temperature is None:
        return
    if any("beer_c" in options.measures() and not options.by_hand() for options in tank.sensors.values()):
        return
    reason = ""
    for options in tank.sensors.values():
        if "room_c" in options.measures():
            reason = f"; a {kind_of(options).upper()} measures the room"
    yield (
        f": temperature is controlled but no sensor measures the beer{reason}. Add a ds18b20 or a hydrometer."
    )


def _can_act(tank: TankOptions) -> Iterator[str]:
    if tank.temperature is not None and not any(role in tank.outputs for role in ROLES):
        yield ".temperature: is controlled but there is no output; add outputs.heat or outputs.cool"
    if tank.temperature is None and tank.outputs:
        yield ".outputs: nothing drives them; add [tanks.<name>.temperature] with target_c, or remove them"


def _limits(tank: TankOptions) -> Iterator[str]:
    for name, output in tank.outputs.items():
        if output.min_on_s >= output.longest_run_s:
            yield (
                f".outputs.{name}: min_on_s {output.min_on_s:g} is not below longest_run_s"
                f" {output.longest_run_s:g}; it could never run"
            )
        if output.compressor and "min_off_s" in output.model_fields_set and output.min_off_s < SHORTEST_REST_S:
            yield (
                f".outputs.{name}: min_off_s {output.min_off_s:g} is too short for a compressor;"
                f" {SHORTEST_REST_S:g} or more"
            )
    low_c, high_c = tank.limits.beer_low_c, tank.limits.beer_high_c
    if low_c >= high_c:
        yield f".limits: beer_low_c {low_c:g} is not below beer_high_c {high_c:g}"
    elif tank.temperature is not None and not low_c < tank.temperature.target_c < high_c:
        yield (
            f".temperature: target_c {tank.temperature.target_c:g} is outside limits.beer_low_c {low_c:g}"
            f" to beer_high_c {high_c:g}"
        )
