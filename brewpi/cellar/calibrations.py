"""What people say of a sensor while it runs: kept in the store with day and author, and applied from then on.

A hydrometer that is put right in the middle of a batch would make a step in its curve, which no yeast made: an original
gravity of one scale and a gravity of another. So what it said of this beer before is read anew, too.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from math import isnan
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from brewpi.calibration import Calibration, StoredCalibration, loses_everything, recalibrated
from brewpi.cellar.polled_sensor import PolledSensor
from brewpi.cellar.tank import Tank
from brewpi.mqtt.command_fields import Calibrate
from brewpi.records import Measured
from brewpi.registry import nearest
from brewpi.sentences import Sentence
from brewpi.store import Store
from brewpi.validation import sentences

CALIBRATIONS = "calibrations"  # setting: what people have said, one for each sensor and quantity
SCALE = "gravity_scale"  # setting: on which the gravities of the tank are
_Kept = TypeAdapter(list[StoredCalibration])


class Scale(BaseModel):
    """Which hydrometer measures a tank's gravity, how it is calibrated, and since when (Unix seconds) its gravities are
    of that one: a batch that came from another tank, or got another hydrometer, was measured by another before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sensor: str
    how: Calibration | None
    since: float = 0.0


def calibrate(store: Store, fields: Calibrate, tank: Tank, now: float) -> str | None:
    """From the next reading on, and what it read of the gravity of this batch. Returns why not."""
    sensor = tank.sensors.get(fields.sensor)
    if sensor is None:
        hint = nearest(fields.sensor, [one.name for one in tank.sensors])
        return Sentence('this tank has no sensor "{sensor}"{hint}', sensor=fields.sensor, hint=hint)
    if fields.quantity not in sensor.options.measures():
        measures = ", ".join(sensor.options.measures())
        return Sentence("{sensor} measures {measures}", sensor=sensor.name, measures=measures or "nothing")
    if fields.forget and sensor.stored.pop(fields.quantity, None) is None:
        return Sentence("nobody has said anything of its calibration; what the config says stays in the config")
    if not fields.forget:
        stored = _told(fields, sensor, now)
        if not isinstance(stored, StoredCalibration):
            return stored
        sensor.stored[fields.quantity] = stored
    kept = [stored for one in tank.sensors for stored in one.stored.values()]
    store.set(tank.name, CALIBRATIONS, _Kept.dump_python(kept, mode="json"), now)
    read_anew(store, tank, now)
    tank.calibrated(fields.quantity, now)
    return None


def _told(fields: Calibrate, sensor: PolledSensor, now: float) -> StoredCalibration | str:
    try:
        how = Calibration.model_validate({"since": datetime.fromtimestamp(now, UTC).date(), **fields.given})
        sensor.options.with_calibration(fields.quantity, how)
    except ValidationError as error:
        return sentences(error, Calibration)[0]
    except ValueError as error:
        return str(error)
    if loses_everything(fields.quantity, how):
        return Sentence(
            "that moves every reading of {sensor} too far, and all would be left out; look at the number and its unit",
            sensor=sensor.name,
        )  # fmt: skip
    return StoredCalibration(sensor=sensor.name, quantity=fields.quantity, how=how, by=fields.by, at=now)


def read_anew(store: Store, tank: Tank, now: float) -> None:
    """Put the curve of the running batch on the scale that its hydrometer has now, where that is another than before;
    also after a restart with another config. The record of single readings stays as it was."""
    sensor = _hydrometer(tank)
    if sensor is None:
        return
    how, before = sensor.calibration.get("sg"), _known_scale(store, tank)
    is_same = before is None or before.sensor == sensor.name
    since = now if not is_same else before.since if before is not None else 0.0
    scale = Scale(sensor=sensor.name, how=how if how is not None and how.applies(now) else None, since=since)
    if before == scale:
        return
    if before is not None and is_same:
        _put_on(store, tank, before, scale, now)
    store.set(tank.name, SCALE, scale.model_dump(mode="json"), now)  # with the curve: a power cut leaves both or none


def begin_due(store: Store, tank: Tank, before: float, now: float) -> None:
    """A calibration of the config may begin while it runs; before any reading since then. before: the last look."""
    sensor = _hydrometer(tank)
    how = None if sensor is None else sensor.calibration.get("sg")
    if how is not None and before < how.begins_at <= now:
        read_anew(store, tank, now)


def _hydrometer(tank: Tank) -> PolledSensor | None:
    """The device that measures its gravity."""
    channel = tank.absorber.channels.get("sg")
    sensor = None if channel is None else tank.sensors.get(channel.meter.sensor)
    return None if sensor is None or sensor.options.by_hand() else sensor


def came_in(store: Store, tank: Tank, now: float) -> None:
    """A batch is in this tank now that was measured by the hydrometer of another one."""
    if scale := _known_scale(store, tank):
        store.set(tank.name, SCALE, scale.model_copy(update={"since": now}).model_dump(mode="json"), now)


def _known_scale(store: Store, tank: Tank) -> Scale | None:
    """On which the gravities are; None where nothing is known of it, or what was kept cannot be read: then they are
    taken to be on the one that the hydrometer has."""
    known = store.settings(tank.name).get(SCALE)
    with suppress(ValidationError):
        return None if known is None else Scale.model_validate(known)
    return None


def _put_on(store: Store, tank: Tank, before: Scale, scale: Scale, now: float) -> None:
    """Move what this hydrometer has said of the running batch, and where that was done; nothing where nobody can tell
    what was read."""
    batch, life_cycle = tank.state.batch, tank.life_cycle
    if batch is None or not tank.state.history:
        return
    since = max(before.since, batch.readings_since or batch.started_at)
    kept = store.history(tank.name, since)  # of a long batch it has more than is at hand
    own = tuple({point[0]: point for point in (*kept, *tank.state.history) if point[0] >= before.since}.values())
    done = [] if life_cycle.done_sg is None else [(now, life_cycle.done_sg, tank.state.history[-1][2])]
    values = [(sg, None if isnan(beer_c) else beer_c) for _, sg, beer_c in (*own, *done)]
    gravities = recalibrated("sg", values, before.how, scale.how)
    if not own or gravities is None:
        return
    if done:
        life_cycle.done_sg = gravities.pop()
    moved = {at: (at, sg, beer_c) for (at, _, beer_c), sg in zip(own, gravities, strict=True)}
    history = tuple(moved.get(point[0], point) for point in tank.state.history)
    measured, (at, sg, _) = dict(tank.state.measured), history[-1]
    if "sg" in measured and at in moved:
        measured["sg"] = Measured(sg, at, sg)
    tank.state = replace(tank.state, history=history, measured=MappingProxyType(measured))
    store.keep_anew(tank.name, tuple(moved.values()))
    tank.calibrated("sg", now)


def restore(store: Store, tank: Tank, now: float) -> None:
    """After a restart; of sensors that are gone, or that measure something else now, nothing. Raises ValueError where
    it cannot be read."""
    for stored in _Kept.validate_python(store.settings(tank.name).get(CALIBRATIONS) or []):
        sensor = tank.sensors.get(stored.sensor)
        if sensor is not None and stored.quantity in sensor.options.measures():
            sensor.stored[stored.quantity] = stored
    read_anew(store, tank, now)
