"""The dialog in which somebody says what is true of what a sensor reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions import calibration_orders as orders
from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.actions.dialogs import BIG, Dialog
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import View
from brewpi.mqtt.state_payload import SensorPayload
from brewpi.quantities import QUANTITIES

WATER_C = 20.0


class CalibrationDialog:
    """Of one tank. view: as it reads now; open_: a dialog with a title; ask: one with nothing to enter."""

    def __init__(
        self, tank: Tank, view: Callable[[], View], open_: Callable[[str], Dialog], ask: Callable[[Order], None]
    ) -> None:
        self.tank, self.view, self.open, self.ask = tank, view, open_, ask

    def begin(self) -> None:
        """Which sensor, how, and what becomes of its last reading."""
        view = self.view()
        sensors = {f"{one.sensor} {one.quantity}": one for one in (self.tank.state.sensors if self.tank.state else ())}
        with self.open(view.tr("calibration")) as dialog:
            if not sensors:
                ui.label(view.tr("No sensor of this tank has read anything yet."))
                return
            names = {key: f"{one.sensor} · {view.tr(QUANTITIES[one.quantity].label)}" for key, one in sensors.items()}
            which = ui.select(names, value=next(iter(names)), label=view.tr("sensor")).props("outlined")
            reads = ui.label().classes("b-dialog-small")
            ways = {
                "true": view.tr("one true value"), "points": view.tr("several points"),
                "polynomial": view.tr("polynomial"), "none": view.tr("temperature only"),
            }  # fmt: skip
            way = ui.toggle(ways, value="true").props(BIG)
            entry = ui.input(validation=lambda text: why_wrong(str(text or ""))).props("outlined hide-bottom-space")
            hot = ui.checkbox(view.tr("a hydrometer that is right at 20 °C only: correct for the beer's temperature"))
            back = ui.button(f"{view.tr('Take it back')} …").props(f"{BIG} color=secondary")

            def sensor() -> SensorPayload:
                return sensors[str(which.value)]

            def why_wrong(text: str) -> str | None:
                return self._why_wrong(sensor(), str(way.value), text, bool(hot.value), view)

            def show() -> None:
                entry.validate()
                self._explain(sensor(), str(way.value), reads, entry, view)
                entry.set_visibility(way.value != "none")
                hot.set_visibility(sensor().quantity == "sg" and way.value != "none")
                back.set_visibility(sensor().by is not None)

            def take_back() -> None:
                dialog.dialog.close()
                self.ask(orders.forget_calibration(self.tank, sensor(), view))

            def make() -> Order | None:
                return self._order(sensor(), str(way.value), str(entry.value or ""), bool(hot.value), view)

            back.on_click(take_back)
            show()
            which.on_value_change(show)
            way.on_value_change(show)
            hot.on_value_change(show)
            dialog.offers(make, which, way, entry, hot)

    def _explain(self, sensor: SensorPayload, way: str, reads: ui.label, entry: ui.input, view: View) -> None:
        scale = orders.scale_of(sensor.quantity, view)
        shown = (view.decimal(scale.shown(one), scale.digits) for one in (sensor.raw, sensor.value))
        raw, value = (f"{number} {scale.unit}" for number in shown)
        text = view.tr("It reads {read} now, taken as {value}.", read=raw, value=value)
        if sensor.by is not None and sensor.since is not None:
            since = f"{view.local(sensor.since.timestamp()):%Y-%m-%d %H:%M}"
            text += " " + view.tr("Calibrated by {name}, {time}.", name=sensor.by, time=since)
        reads.set_text(text)
        labels = {
            "true": view.tr("what is true now, in {unit}", unit=scale.unit),
            "points": view.tr("read = true; read = true, in {unit}", unit=scale.unit),
            "polynomial": view.tr("a; b; c of a + b read + c read², in {unit}", unit=QUANTITIES[sensor.quantity].unit),
        }
        entry.props(f'label="{labels.get(way, "")}"')

    def _fields(self, sensor: SensorPayload, way: str, text: str, hot: bool, view: View) -> dict[str, Any]:
        """Those of the command; none while nothing that can be read stands there."""
        scale = orders.scale_of(sensor.quantity, view)
        fields: dict[str, Any] = {"reference_c": WATER_C} if sensor.quantity == "sg" and (hot or way == "none") else {}
        if way == "true":
            value = orders.value_of(text, scale)
            fields |= {} if value is None else {"offset": orders.offset_to(value, sensor, fields, self._beer_c)}
        elif way == "points":
            fields |= orders.fields_of(orders.pairs_of(text, scale) or [])
        elif way == "polynomial":
            terms = orders.terms_of(text)
            fields |= {"polynomial": terms} if terms else {}
        return {} if way != "none" and fields.keys() <= {"reference_c"} else fields

    @property
    def _beer_c(self) -> float | None:
        return self.tank.state.beer_c if self.tank.state else None

    def _why_wrong(self, sensor: SensorPayload, way: str, text: str, hot: bool, view: View) -> str | None:
        """Below what is typed."""
        if not text.strip():
            return None
        fields = self._fields(sensor, way, text, hot, view)
        if fields:
            return orders.fault_of(sensor, fields, self._beer_c, view) or None
        example = orders.example_of(sensor, way, view)
        return view.tr("That cannot be read; type a number such as {example}.", example=example)

    def _order(self, sensor: SensorPayload, way: str, text: str, hot: bool, view: View) -> Order | None:
        fields = self._fields(sensor, way, text, hot, view)
        true = orders.becomes(sensor, fields, self._beer_c) if fields else None
        return None if true is None else orders.calibrate(self.tank, sensor, fields, true, view)
