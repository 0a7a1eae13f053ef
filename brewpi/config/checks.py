"""What no single table of a config can know: pins owned twice, a tank controlled without a beer probe, limits
that contradict each other. Each finding is a sentence with key and remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from brewpi import recipes
from brewpi.config.broker_checks import own_topics
from brewpi.config.options import Config, TankOptions
from brewpi.config.shared_checks import shared_checks
from brewpi.outputs import OutputOptions
from brewpi.outputs.run_limits import COMPRESSOR_REST_S
from brewpi.quantities import QUANTITIES
from brewpi.registry import nearest
from brewpi.roles import ROLES, moving, unknown
from brewpi.sensors import kind_of, measured_by
from brewpi.toml_text import dotted


def cross_check(config: Config) -> list[str]:
    """Everything wrong between the tables of a config whose tables are right by themselves."""
    sentences = [*_pins_owned_twice(config), *_outbound(config), *_expiry(config), *own_topics(config)]
    sentences += shared_checks(config)
    for name, tank in config.tanks.items():
        key = f"tanks.{name}"
        for check in CHECKS:
            sentences += [f"{key}{text}" for text in check(tank)]
    return sentences


def _expiry(config: Config) -> Iterator[str]:
    for key, output in config.every_output():
        if output.needs_broker and config.mqtt is None:
            yield f"{key}: is told over MQTT; add [mqtt]"
        fall_off_s = getattr(output, "fall_off_s", None)
        if fall_off_s is not None and fall_off_s < 4.0 * config.tick_s:
            yield f"{key}: fall_off_s {fall_off_s:g} is less than four ticks of {config.tick_s:g} s; too short"
        if output.expires_s is not None and output.expires_s < 2.0 * config.tick_s:
            yield (
                f"{key}: expires_s {output.expires_s:g} is less than two ticks of"
                f" {config.tick_s:g} s; it would go off between them"
            )
        yield from _run_limits(key, output)


def _run_limits(key: str, output: OutputOptions) -> Iterator[str]:
    if output.min_on_s >= output.max_run_s:
        yield f"{key}: min_on_s {output.min_on_s:g} is not below max_run_s {output.max_run_s:g}; it could never run"
    if output.compressor and "min_off_s" in output.model_fields_set and output.min_off_s < COMPRESSOR_REST_S:
        yield f"{key}: min_off_s {output.min_off_s:g} is too short for a compressor; {COMPRESSOR_REST_S:g} or more"


def _cycles(tank: TankOptions) -> Iterator[str]:
    """Outputs that give a part of their power."""
    for name, output in tank.outputs.items():
        if name in ROLES:
            yield from (f".outputs.{name}: {text}" for text in cycle_problems(output, bool(ROLES[name].direction)))


def cycle_problems(output: OutputOptions, moves_beer: bool) -> Iterator[str]:
    """What is wrong with `cycle_s` and `duty_max` of an output."""
    window_s = output.window_s
    if window_s is None:
        return
    key = "duty_max" if output.cycle_s is None else "cycle_s"
    if not moves_beer:
        yield f"{key} is for what heats or cools a tank's beer; remove it"
    elif output.compressor and output.cycle_s is not None:
        yield "cycle_s would start a compressor over and over; remove it, duty_max alone is a ceiling for a compressor"
    elif output.duty_max * window_s < output.min_on_s:
        yield f"duty_max {output.duty_max:g} of {window_s:g} s is shorter than min_on_s {output.min_on_s:g}"
    elif output.duty_max < 1.0 and (1.0 - output.duty_max) * window_s < output.rest_s:
        yield f"duty_max {output.duty_max:g} of {window_s:g} s leaves less than a rest of {output.rest_s:g} s; lower it"
    elif output.cycle_s is not None and output.min_on_s + output.rest_s >= output.cycle_s:
        yield (
            f"cycle_s {output.cycle_s:g} has no room for min_on_s {output.min_on_s:g} and min_off_s"
            f" {output.min_off_s:g}; it could only be on or off all through"
        )


def _outbound(config: Config) -> Iterator[str]:
    if config.outbound and config.mqtt is None:
        yield "outbound: is told by the broker what happens; add [mqtt]"
    for name, options in config.outbound.items():
        for tank in options.tanks:
            if tank not in config.tanks:
                yield f'{dotted("outbound", name)}.tanks: there is no tank "{tank}"{nearest(tank, config.tanks)}'


def _pins_owned_twice(config: Config) -> Iterator[str]:
    """A pin has one owner, or several who make the same use of it (a bus, an emergency stop of several tanks)."""
    owners: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for name, tank in config.tanks.items():
        for plug, options in tank.sensors.items():
            key = dotted("tanks", name, "sensors", plug)
            for pin in options.pins():
                owners[pin].append((key, None))
            for pin, use in options.shares().items():
                owners[pin].append((key, use))
    for key, output in config.every_output():
        for pin in output.pins():
            owners[pin].append((key, None))
        for pin, use in output.shares().items():
            owners[pin].append((key, use))
    for pin, ((first, use), *others) in owners.items():
        for key, other in others:
            if use is None and other is None:
                yield f"{key}: {pin} already belongs to {first}; give each its own"
            elif use != other:
                yield f"{key}: {pin} is for {other or 'this alone'}, but {first} has it for {use or 'itself'}; move one"
            else:
                continue
            break


def _one_sensor_per_quantity(tank: TankOptions) -> Iterator[str]:
    owners: dict[str, str] = {}
    for name, options in tank.sensors.items():
        if options.by_hand():
            continue
        for quantity in measured_by(name, options):
            if QUANTITIES[quantity].diagnostic:
                continue
            if quantity in owners:
                yield (
                    f".{dotted('sensors', name)}: {quantity} is already measured by {owners[quantity]}, and one sensor"
                    f" never stands in for another; remove one, measure something else with it"
                    + (", or name it witness: two that disagree stop both outputs" if quantity == "beer_c" else "")
                )
            owners.setdefault(quantity, name)


def _roles(tank: TankOptions) -> Iterator[str]:
    for name, output in tank.outputs.items():
        if name not in ROLES:
            yield f".{dotted('outputs', name)}: {unknown(name)}"
            continue
        row, may_be = ROLES[name], " or ".join(f'"{role}"' for role in output.may_be())
        if name not in output.may_be():
            what = type(output).__name__.lower()
            yield f".outputs.{name}: a {what} cannot do this, it is for {may_be}; {row.remedy}"
        if row.table and getattr(tank, row.table) is None:
            yield f".outputs.{name}: {row.without}"
        measured = {q for sensor, options in tank.sensors.items() for q in measured_by(sensor, options)}
        for quantity in row.needs:
            if not row.direction and quantity not in measured:
                yield f".outputs.{name}: runs on {QUANTITIES[quantity].label}, which nothing here measures"


def _beer_is_measured(tank: TankOptions) -> Iterator[str]:
    if tank.temperature is None:
        return
    if any("beer_c" in measured_by(name, options) and not options.by_hand() for name, options in tank.sensors.items()):
        return
    reason = ""
    for options in tank.sensors.values():
        if "room_c" in options.measures():
            reason = f"; a {kind_of(options).upper()} measures the room"
    yield f": temperature is controlled but no sensor measures the beer{reason}. Add a ds18b20 or a hydrometer."


def _can_act(tank: TankOptions) -> Iterator[str]:
    if tank.temperature is not None and not moving(tank.outputs):
        yield ".temperature: is controlled but there is no output; add outputs.heat or outputs.cool"
    if tank.temperature is None and moving(tank.outputs):
        yield ".outputs: nothing drives them; add [tanks.<name>.temperature] with target_c, or remove them"


def _recipe(tank: TankOptions) -> Iterator[str]:
    """A recipe asks for what the tank can do."""
    if tank.recipe is None:
        return
    try:
        procedure = recipes.load(tank.recipe)
    except recipes.BadRecipe:
        return  # said already, where the file was read
    low_c, high_c = tank.limits.beer_low_c, tank.limits.beer_high_c
    for step in procedure.steps:
        if step.target_c is None:
            continue
        if tank.temperature is None:
            yield f".recipe: step {step.name} sets a temperature; add [tanks.<name>.temperature]"
            break
        if not low_c < step.target_c < high_c:
            yield (
                f".recipe: step {step.name} wants {step.target_c:g} °C, outside limits.beer_low_c {low_c:g}"
                f" to beer_high_c {high_c:g}"
            )
    if procedure.nutrients and tank.dosing is None:
        yield ".recipe: has nutrients, and nothing says what is in the bottle; add [tanks.<name>.dosing]"


def _doses_and_drains(tank: TankOptions) -> Iterator[str]:
    measured = {quantity for options in tank.sensors.values() for quantity in options.measures()}
    if "drain" not in tank.outputs:
        if tank.draining is not None:
            yield ".draining: there is no valve; add outputs.drain, or remove it"
        return
    if not measured & {"vent_open", "top_bar"}:
        yield (
            ".outputs.drain: an unvented tank that is drained implodes; prove the vent with a switch that measures"
            " vent_open, or with a pressure sensor that measures top_bar"
        )
    if tank.recipe is None:
        yield ".outputs.drain: opens in a recipe's transfer step only; add recipe"


def _limits(tank: TankOptions) -> Iterator[str]:
    low_c, high_c = tank.limits.beer_low_c, tank.limits.beer_high_c
    if low_c >= high_c:
        yield f".limits: beer_low_c {low_c:g} is not below beer_high_c {high_c:g}"
    elif tank.temperature is not None and not low_c < tank.temperature.target_c < high_c:
        yield (
            f".temperature: target_c {tank.temperature.target_c:g} is outside limits.beer_low_c {low_c:g}"
            f" to beer_high_c {high_c:g}"
        )


CHECKS = (_one_sensor_per_quantity, _roles, _cycles, _beer_is_measured, _can_act, _limits, _recipe, _doses_and_drains)
