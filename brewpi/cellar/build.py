"""Options -> a cellar whose parts are all in place and none of them opened: nothing here touches the world."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from brewpi import recipes, sensors
from brewpi.alarms.events import ids
from brewpi.alarms.manager import AlarmManager
from brewpi.alarms.monitors import AlarmMonitors
from brewpi.cellar.cellar import Cellar
from brewpi.cellar.command_handler import CommandHandler
from brewpi.cellar.control_journal import ControlJournal
from brewpi.cellar.control_options import ControlOptions
from brewpi.cellar.sensor_bank import SensorBank
from brewpi.cellar.shared_outputs import SharedOutput, SharedOutputs
from brewpi.cellar.tank import Tank
from brewpi.config.options import Config, TankOptions
from brewpi.config.shared_checks import relying
from brewpi.estimation.state import StateEstimator
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.plug_context import Inbox, PlugContext
from brewpi.mqtt.limits import WAITING
from brewpi.mqtt.null import Link, NullLink
from brewpi.mqtt.publisher import Publisher
from brewpi.outputs.dose_runner import DoseRunner, Journal
from brewpi.outputs.output_bank import OutputBank
from brewpi.plant.simulated_tank import SharedSupply, Vessel, brew_for
from brewpi.records import Batch
from brewpi.store import Store


def build(
    config: Config,
    clock: Callable[[], float],
    *,
    vessels: Mapping[str, Vessel] | None = None,
    link: Link | None = None,
    store: Store | None = None,
    stepped_s: Callable[[], float] = lambda: 0.0,
    is_clock_known: Callable[[], bool] = lambda: True,
    senders_ahead_s: Callable[[], float] = lambda: 0.0,
    pin_factory: Any = None,
) -> Cellar:
    """The cellar of a config.

    vessels: by tank, for simulated plugs; link and store: what the config says, where not given; stepped_s: how far
    the wall clock has stepped from the cellar's; is_clock_known: whether it can be believed; senders_ahead_s: how far
    the time of devices is ahead of the cellar's; pin_factory: gpiozero's own choice, where not given.
    """
    link = link or _link(config, clock)
    store = store or Store(config.store)
    tanks: dict[str, Tank] = {}
    shared: dict[str, Any] = {}
    inboxes: dict[str, Inbox] = {}
    publisher = Publisher(
        config.site,
        {name: options.area for name, options in config.tanks.items()},
        link,
        ids(uuid.uuid4().hex[:12]),
        stepped_s,
        {name: {m.quantity: m.stale_s for m in sensors.meters(o.sensors)} for name, o in config.tanks.items()},
        config.mqtt.home_assistant_prefix if config.mqtt and config.mqtt.home_assistant else None,
        {name: _limits_c(options) for name, options in config.tanks.items()},
        {name: frozenset(options.outputs) for name, options in config.tanks.items()},
        {name: frozenset(_relied_on(config, name)) for name in config.tanks},
    )
    for name, options in config.tanks.items():
        vessel = (vessels or {}).get(name)
        site = PlugContext(
            name,
            pin_factory=pin_factory,
            subscribe=link.subscribe_telemetry,
            tell=link.tell,
            vessel=vessel,
            shared=shared,
            senders_ahead_s=senders_ahead_s,
            hung=store.hung_sensors,
        )
        tanks[name] = _tank(name, options, site, TankForecaster.of(config.model, site), store)
        inboxes[name] = link.subscribe_commands(publisher.topics.commands(name))
        inboxes[name].limit = WAITING
    keys = config.mqtt.command_keys if config.mqtt else None
    usual = {name: usual_batch(options) for name, options in config.tanks.items()}
    context = PlugContext(pin_factory=pin_factory, tell=link.tell, shared=shared)
    shared_outputs = _shared(config, tanks, vessels or {}, context)
    blank = partial(_blank, config)
    operator = CommandHandler(tanks, inboxes, store, publisher, usual, blank, keys, is_clock_known)
    return Cellar(tanks, operator, publisher, link, store, shared_outputs)


def _relied_on(config: Config, tank: str) -> list[str]:
    return [name for name, options in config.shared.items() if tank in relying(config, options)]


def _shared(
    config: Config, tanks: Mapping[str, Tank], vessels: Mapping[str, Vessel], context: PlugContext
) -> SharedOutputs:
    """What the tanks share; the emergency stop of one of them is also that of what it shares."""
    found: dict[str, SharedOutput] = {}
    for name, options in config.shared.items():
        ours = {tank: tanks[tank] for tank in relying(config, options)}
        simulated = [vessels[tank] for tank in ours if tank in vessels]
        supply = SharedSupply(simulated, options.role) if simulated else None
        found[name] = SharedOutput(
            name, options, ours, OutputBank({name: options.output}, replace(context, supply=supply))
        )
        for tank in ours.values():
            tank.outputs.also.append(found[name].bank)
    return SharedOutputs(found)


def _blank(config: Config, name: str) -> Tank:
    """A tank of the config that nothing is connected to."""
    return _tank(name, config.tanks[name], PlugContext(name), TankForecaster(None), Store())


def _limits_c(options: TankOptions) -> tuple[float, float] | None:
    limits = options.limits
    return (limits.beer_low_c, limits.beer_high_c) if options.temperature else None


def _link(config: Config, clock: Callable[[], float]) -> Link:
    if config.mqtt is None:
        return NullLink()
    from brewpi.mqtt.link import MqttLink
    from brewpi.mqtt.topics import Topics

    return MqttLink(config.mqtt, Topics(config.site).availability, clock, tells_first=True)


def _tank(name: str, options: TankOptions, site: PlugContext, forecaster: TankForecaster, journal: Journal) -> Tank:
    meters = sensors.meters(options.sensors)
    beer_stale_s = next((meter.stale_s for meter in meters if meter.quantity == "beer_c"), 0.0)
    outputs = OutputBank(options.outputs, site)
    site.emergency = outputs.emergency
    control = ControlOptions.of(options)
    recipe, interlocks = control.built()
    tank = Tank(
        name=name,
        sensors=SensorBank(options.sensors, site),
        absorber=StateEstimator(meters),
        forecaster=forecaster,
        recipe=recipe,
        interlocks=interlocks,
        outputs=outputs,
        dose_runner=DoseRunner(name, journal),
        alarm_monitors=AlarmMonitors(options.alarms, options.volume_l, frozenset(options.outputs), beer_stale_s),
        alarm_manager=AlarmManager(options.alarms),
        forecasting=forecaster.seam,
        journal=ControlJournal(control.model_dump(mode="json", exclude_defaults=True)),
    )
    site.believed = lambda: tank.state.history[-1] if tank.state.history else None
    return tank


def usual_batch(options: TankOptions) -> Batch:
    """What a batch in this tank is unless somebody says otherwise: the recipe's facts, else the tank's medium."""
    if options.recipe is None:
        return Batch(0.0, medium=options.medium)
    facts = recipes.load(options.recipe).batch
    return Batch(
        0.0,
        medium=facts.medium,
        og=facts.og,
        expected_attenuation=facts.expected_attenuation,
        style=facts.style,
        yeast=facts.yeast,
        yeast_low_c=facts.yeast_low_c,
        yeast_high_c=facts.yeast_high_c,
    )


def vessels_for(config: Config, now: float, seed: int = 0) -> dict[str, Vessel]:
    """A freshly pitched vessel for each tank with a simulated plug, of the tank's medium, at its target."""
    return {
        name: Vessel(
            brew_for(usual_batch(tank).medium or tank.medium, tank.temperature.target_c if tank.temperature else None),
            volume_l=tank.volume_l,
            now=now,
            seed=1000 * seed + number,
        )
        for number, (name, tank) in enumerate(config.tanks.items())
        if any(plug.in_vessel for plug in (*tank.sensors.values(), *tank.outputs.values()))
    }


def simulated(config: Config) -> Config:
    """The same cellar with every sensor and output swapped for its simulated sibling; nothing else changes."""
    tanks = {
        name: tank.model_copy(
            update={
                "sensors": {sensor: plug.simulated() for sensor, plug in tank.sensors.items()},
                "outputs": {role: plug.simulated(role) for role, plug in tank.outputs.items()},
            }
        )
        for name, tank in config.tanks.items()
    }
    shared = {
        name: options.model_copy(update={"output": options.output.simulated(options.role)})
        for name, options in config.shared.items()
    }
    return config.model_copy(update={"tanks": tanks, "shared": shared})
