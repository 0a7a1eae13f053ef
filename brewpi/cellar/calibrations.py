"""What people say of a sensor while it runs: kept in the store with day and author, and applied from then on."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from brewpi.calibration import Calibration, StoredCalibration, loses_everything
from brewpi.cellar.polled_sensor import PolledSensor
from brewpi.cellar.tank import Tank
from brewpi.mqtt.command_fields import Calibrate
from brewpi.registry import nearest
from brewpi.sentences import Sentence
from brewpi.store import Store
from brewpi.validation import sentences

CALIBRATIONS = "calibrations"  # setting: what people have said, one for each sensor and quantity
_Kept = TypeAdapter(list[StoredCalibration])


def calibrate(store: Store, fields: Calibrate, tank: Tank, now: float) -> str | None:
    """From the next reading on; what was read before stays as it was. Returns why not."""
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
    tank.absorber.expect_jump(fields.quantity)
    tank.forecaster.forget()
    tank.looked(now)
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


def restore(store: Store, tank: Tank) -> None:
    """After a restart; of sensors that are gone, or that measure something else now, nothing. Raises ValueError where
    it cannot be read."""
    for stored in _Kept.validate_python(store.settings(tank.name).get(CALIBRATIONS) or []):
        sensor = tank.sensors.get(stored.sensor)
        if sensor is not None and stored.quantity in sensor.options.measures():
            sensor.stored[stored.quantity] = stored
