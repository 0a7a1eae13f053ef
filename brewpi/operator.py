"""What operators ask for, and what of it comes back after a restart.

Every command is answered. What it changed is in the store before the tick is over, never in the TOML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from brewpi.house import Past, house_of, past_of
from brewpi.mqtt.commands import (
    Accepted,
    Acknowledge,
    Answer,
    ArmDrain,
    Fields,
    GiveDose,
    HandReading,
    Refused,
    SetMode,
    StartBatch,
    Target,
    parse,
)
from brewpi.mqtt.publisher import Publisher
from brewpi.records import Alarm, Batch
from brewpi.site import Inbox, Message
from brewpi.store import Store
from brewpi.tank import Tank

HELD = "held"      # setting: what recipe and interlocks want back after a restart
BATCH = "batch"    # setting: the batch in the tank
HOUSE = "house"    # setting of the site: what past batches were like
AWAY_S = 900.0     # a shorter absence moves no beer


class Operator:
    """Obeys commands for all tanks of a site. `inboxes` holds one for each tank."""

    def __init__(
        self,
        tanks: Mapping[str, Tank],
        inboxes: Mapping[str, Inbox],
        store: Store,
        publisher: Publisher,
        default_batch: Mapping[str, Batch],
    ) -> None:
        self.tanks, self.inboxes, self.store, self.publisher = tanks, inboxes, store, publisher
        self.default_batch = default_batch
        self._held: dict[str, dict[str, Any]] = {}

    def obey(self, now: float) -> None:
        """Everything that arrived since the last tick, in order."""
        for name, inbox in self.inboxes.items():
            for message in inbox.take():
                self._answer(message, self.tanks[name], now)

    def _answer(self, message: Message, tank: Tank, now: float) -> None:
        asked = parse(message, now + self.publisher.stepped_s(), self.store.seen)
        why, by = self._carry_out(asked, tank, now) if isinstance(asked, Accepted) else (asked.why, None)
        self.publisher.ack(tank.name, asked.id, why)
        if why is None:
            self._tell(tank, now, "command", _spoken(asked, by), by=by, command=asked.name, command_id=asked.id)
        else:
            text = f"{asked.name} refused: {why}"
            self._tell(tank, now, "command_refused", text, by=by, command=asked.name, command_id=asked.id)

    def _tell(self, tank: Tank, now: float, kind: str, text: str, **details: object) -> None:
        self.store.event(self.publisher.event(tank.name, now, kind, text, **details))

    def _carry_out(self, asked: Accepted, tank: Tank, now: float) -> tuple[str | None, str]:
        """The reason if it cannot be done, and who asked."""
        self.store.saw(asked.id, now)
        doing: dict[str, Callable[[Any, Tank, float], str | None]] = {
            "target": self._target,
            "reading": self._reading,
            "start_batch": self._start_batch,
            "end_batch": self._end_batch,
            "stop": self._stop,
            "resume": self._resume,
            "acknowledge": self._acknowledge,
            "mode": self._mode,
            "confirm": self._confirm,
            "veto": self._veto,
            "dose": self._dose,
            "drain": self._drain,
        }
        try:
            why = doing[asked.name](asked.fields, tank, now)
        except Exception as error:  # a fault in one command must not cost every tank its tick
            why = f"failed ({type(error).__name__}: {error})"
        return why, asked.fields.by

    def _target(self, fields: Target, tank: Tank, now: float) -> str | None:
        low_c, high_c = tank.interlocks.limits.beer_low_c, tank.interlocks.limits.beer_high_c
        if not low_c <= fields.target_c <= high_c:
            return f"{fields.target_c:g} °C is outside this tank's limits, {low_c:g} to {high_c:g} °C"
        return tank.recipe.set_target(fields.target_c, now, fields.by)

    def _reading(self, fields: HandReading, tank: Tank, now: float) -> str | None:
        if not tank.reads_by_hand(fields.quantity):
            return f'{fields.quantity} has no hand sensor here; add hand = {{ kind = "manual" }} to its sensors'
        shift_s = self.publisher.stepped_s()
        at = now if fields.at is None else fields.at.timestamp() - shift_s
        tank.hear(fields.quantity, fields.converted, at)
        return None

    def _start_batch(self, fields: StartBatch, tank: Tank, now: float) -> str | None:
        usual = self.default_batch[tank.name]
        given = {key: value for key, value in fields.model_dump(exclude={"id", "issued_at", "by"}).items() if value}
        self._close_batch(tank, now)
        self.start_batch(tank, replace(usual, started_at=now, id=fields.id, **given), now)
        return None

    def _end_batch(self, fields: Fields, tank: Tank, now: float) -> str | None:
        if tank.state.batch is None:
            return "no batch is in this tank"
        self._close_batch(tank, now)
        tank.begin(None)
        self.store.set(tank.name, BATCH, None, now)
        return None

    def _stop(self, fields: Fields, tank: Tank, now: float) -> str | None:
        tank.interlocks.stop(now, fields.by)
        return None

    def _resume(self, fields: Fields, tank: Tank, now: float) -> str | None:
        if tank.pressed(now):
            return "the emergency stop is still pressed, or its wire is broken; release it first"
        tank.interlocks.resume(now)
        return None

    def _mode(self, fields: SetMode, tank: Tank, now: float) -> str | None:
        return tank.recipe.set_mode(fields.action, fields.mode)

    def _confirm(self, fields: Answer, tank: Tank, now: float) -> str | None:
        drain, batch = tank.interlocks.drain, tank.state.batch
        if drain is not None and batch is not None and drain.run.standing == "armed" and fields.what in (None, "drain"):
            return drain.confirm(fields.by, batch.id, now)
        if fields.what == "drain":
            return "the drain is not armed"
        return tank.recipe.confirm(fields.what, fields.by)

    def _veto(self, fields: Answer, tank: Tank, now: float) -> str | None:
        drain = tank.interlocks.drain
        if drain is not None and drain.run.standing != "closed" and fields.what in (None, "drain"):
            drain.abort(f"vetoed by {fields.by}", now)
            return None
        return tank.recipe.veto(fields.what, fields.by, now)

    def _dose(self, fields: GiveDose, tank: Tank, now: float) -> str | None:
        return tank.ask_dose(fields.id, fields.volume_ml, fields.by_hand, fields.by, now)

    def _drain(self, fields: ArmDrain, tank: Tank, now: float) -> str | None:
        if tank.interlocks.drain is None:
            return "this tank has no drain valve"
        if tank.recipe.trust["drain"].mode == "advise":
            return "draining is only advised here; set the mode of drain to ask, or open the valve by hand"
        return tank.interlocks.drain.arm(fields.by, now)

    def _acknowledge(self, fields: Acknowledge, tank: Tank, now: float) -> str | None:
        return tank.desk.acknowledge(fields.key, fields.by)

    def start_batch(self, tank: Tank, batch: Batch, now: float) -> None:
        """A batch begins; the store knows it from now on."""
        tank.begin(batch)
        self.store.set(tank.name, BATCH, asdict(batch), now)

    def _close_batch(self, tank: Tank, now: float) -> None:
        """What a finished batch was like becomes what the house is known for."""
        past = past_of(tank.state)
        if past is None:
            return
        known = [*self.store.settings("").get(HOUSE, []), asdict(past)]
        self.store.set("", HOUSE, known[-200:], now)
        self._know_house()

    def _know_house(self) -> None:
        past = [Past(**row) for row in self.store.settings("").get(HOUSE, [])]
        for tank in self.tanks.values():
            medium = (tank.state.batch or self.default_batch[tank.name]).medium
            tank.forecaster.house = house_of(past, medium)

    # --- restart

    def bring_back(self, now: float) -> None:
        """Batch, history, setpoint and latches of every tank, as they were; the temperature has to be measured anew."""
        for tank in self.tanks.values():
            known = self.store.settings(tank.name)
            if known.get(HELD):
                tank.restore(known[HELD], now)
            if known.get(BATCH):
                batch = Batch(**known[BATCH])
                history = self.store.history(tank.name, batch.started_at)
                tank.state = replace(tank.state, batch=batch, history=history)
                tank.away = _away(self.store.newest(tank.name), now)
                tank.bring_back_doses(now)
                text = f"back after a restart: batch {batch.name or batch.id}, {len(history)} gravity readings"
                if tank.recipe.steps is not None:
                    text += f", step {tank.recipe.steps.now.name}"
                self._tell(tank, now, "restarted", text)
        self._know_house()

    def keep(self, now: float) -> None:
        """What a restart needs goes into the store whenever it has changed."""
        for tank in self.tanks.values():
            held = tank.held()
            if held != self._held.get(tank.name):
                self._held[tank.name] = held
                self.store.set(tank.name, HELD, held, now)


def _away(last: float | None, now: float) -> Alarm | None:
    """A batch was left alone: said until somebody has acknowledged it. `last`: the newest report in the store."""
    if last is None or now - last < AWAY_S:
        return None
    text = f"brewpi was away for {(now - last) / 3600.0:.1f} h (power cut, or stopped): nobody watched this batch"
    return Alarm("brewpi: away", "alarm", text, now)


def _spoken(asked: Accepted | Refused, by: str | None) -> str:
    """A command as the log of events has it: "target by anna: target_c 21.0"."""
    fields = asked.fields.model_dump(exclude={"id", "issued_at", "by"}) if isinstance(asked, Accepted) else {}
    told = ", ".join(f"{key} {value}" for key, value in fields.items() if value is not None)
    return f"{asked.name} by {by}" + (f": {told}" if told else "")
