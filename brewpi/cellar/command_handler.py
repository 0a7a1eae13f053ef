"""What operators ask for, and what of it comes back after a restart.

Every command is answered. What it changed is in the store before the tick is over, never in the TOML.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from brewpi.cellar.archive import BatchArchive
from brewpi.cellar.batch_commands import ADDITIONS_KEPT, BATCH, LAST, BatchCommands, given_facts
from brewpi.cellar.command_sentences import spoken_command
from brewpi.cellar.tank import Tank
from brewpi.forecast.scorecard import completion_h, judged, scorecard
from brewpi.forecast.site_history import PastBatch, house_of, past_of
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt.commands import (
    Accepted,
    Acknowledge,
    Answer,
    ArmDrain,
    Fields,
    ForgetReading,
    GiveDose,
    Refused,
    SetMode,
    StartBatch,
    Target,
    parse,
)
from brewpi.mqtt.limits import ALWAYS_OBEYED, OBEYED_PER_MINUTE, CommandLimits
from brewpi.mqtt.publisher import Publisher
from brewpi.mqtt.signing import BadKeys, read_keys
from brewpi.quantities import counted, spoken
from brewpi.records import Alarm, Batch, EndedBatch, Forecast, Measured
from brewpi.sanitize import clean_text
from brewpi.seam import Seam
from brewpi.sentences import message_of
from brewpi.store import Store, Unreadable
from brewpi.store.rows import EARLIEST, LATEST

HELD = "held"      # setting: what recipe and interlocks want back after a restart
HOUSE = "house"    # setting of the site: what past batches were like
WORDS = {HELD: "target, step and latches", BATCH: "the batch"}
AWAY_S = 900.0     # a shorter absence moves no beer
RESTORED = ("recipe", "interlocks", "alarm_manager", "alarm_monitors")  # what `Tank.restore` changes

log = logging.getLogger("brewpi")


class CommandHandler:
    """Obeys commands for all tanks of a site. `inboxes` holds one for each tank."""

    def __init__(
        self,
        tanks: Mapping[str, Tank],
        inboxes: Mapping[str, Inbox],
        store: Store,
        publisher: Publisher,
        default_batch: Mapping[str, Batch],
        command_keys: Path | None = None,
        is_clock_known: Callable[[], bool] = lambda: True,
    ) -> None:
        self.tanks, self.inboxes, self.store, self.publisher = tanks, inboxes, store, publisher
        self.default_batch = default_batch
        self.senders_ahead_s = publisher.stepped_s  # of the cellar's clock: theirs is the wall clock
        self.archive = BatchArchive(tanks, store, publisher.link, publisher.topics, publisher.stepped_s)
        self.is_clock_known = is_clock_known
        self.batches = BatchCommands(tanks, store, self._tell, self._wall, self.archive)
        self._left_at: dict[str, float | None] = {}  # by tank, when it was watched last before this start
        self._held: dict[str, dict[str, Any]] = {}
        self._kept_batch: dict[str, Batch | None] = {}
        self.seam = Seam("commands", "send the command again; control goes on")
        self._limits = {name: CommandLimits() for name in tanks}
        self.command_keys = command_keys
        self._keys: dict[str, bytes] | None = None

    def process(self, now: float) -> None:
        """Everything that arrived since the last tick, in order."""
        for name, inbox in self.inboxes.items():
            tank, limits = self.tanks[name], self._limits[name]
            messages = inbox.take()
            if messages and self.command_keys is not None:
                self._keys = self._read_keys(self.command_keys, now)
            for message in messages:
                self.seam.run(now, partial(self._answer, message, tank, now), None)
            if untold := limits.refusals.take_untold(now):
                self._tell(tank, now, "command_refused", f"{untold} more commands were refused within a minute")
            if untold := limits.stops.take_untold(now):
                self._tell(tank, now, "command", f"{untold} more stops and vetoes were obeyed within a minute")
        self.seam.run(now, self.archive.publish, None)
        self.seam.run(now, partial(self.archive.answer, now), None)

    def _read_keys(self, file: Path, now: float) -> dict[str, bytes]:
        """The operators' keys as they are now; none of a file that cannot be read: nothing but STOP is obeyed."""
        try:
            return read_keys(file)
        except BadKeys as error:
            self.seam.failed(error, now)
            return {}

    def _answer(self, message: Message, tank: Tank, now: float) -> None:
        asked = parse(message, self._wall(now), self.store.seen, self._keys)
        limits = self._limits[tank.name]
        why, by, told = asked.why if isinstance(asked, Refused) else None, None, True
        if isinstance(asked, Accepted):
            by, told = asked.fields.by, asked.name not in ALWAYS_OBEYED or limits.stops.worth_telling(now)
            if asked.name in ALWAYS_OBEYED or limits.obeyed.allows(now):
                why = self._carry_out(asked, tank, now, told)
            else:
                why = f"more than {OBEYED_PER_MINUTE} commands in a minute; only stop and veto are obeyed now"
        self.publisher.ack(tank.name, asked.id, why)
        if isinstance(asked, Accepted) and why is None and told:
            self._tell_obeyed(asked, tank, now)
        elif why is not None and limits.refusals.worth_telling(now):
            text = f"{asked.name} refused: {why}"
            self._tell(tank, now, "command_refused", text, by=by, command=asked.name, command_id=asked.id)

    def _tell_obeyed(self, asked: Accepted, tank: Tank, now: float) -> None:
        fields = asked.fields
        details: dict[str, object] = {"by": fields.by, "command": asked.name, "command_id": asked.id}
        if asked.signed:
            details["signed"] = True
        if isinstance(fields, ForgetReading):
            details["reading"] = fields.reading or fields.id
        self._tell(tank, now, "command", spoken_command(asked.name, fields), **details)

    def _wall(self, now: float) -> float | None:
        """What the senders' clocks should show; None while ours knows nothing of it."""
        return now + self.senders_ahead_s() if self.is_clock_known() else None

    def _tell(self, tank: Tank, now: float, kind: str, text: str, **details: object) -> None:
        message = message_of(text)
        told = details if message is None else {**details, "message": message}
        self.store.event(self.publisher.event(tank.name, now, kind, text, **told))

    def _carry_out(self, asked: Accepted, tank: Tank, now: float, remembered: bool) -> str | None:
        """The reason if it cannot be done. remembered: whether its id is; a repeated stop does no harm, a flood of ids
        fills the disk."""
        if remembered:
            self.store.saw(asked.id, now)
        doing: dict[str, Callable[[Any, Tank, float], str | None]] = {
            "target": self._target,
            "reading": self.batches.read,
            "start_batch": self._start_batch,
            "end_batch": self._end_batch,
            "correct_batch": self.batches.correct,
            "move_batch": self.batches.move,
            "addition": self.batches.add,
            "forget_reading": self.batches.forget,
            "note": self.batches.note,
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
            return doing[asked.name](asked.fields, tank, now)
        except Exception as error:  # a fault in one command must not cost every tank its tick
            return f"failed ({type(error).__name__}: {error})"

    def _target(self, fields: Target, tank: Tank, now: float) -> str | None:
        low_c, high_c = tank.interlocks.limits.beer_low_c, tank.interlocks.limits.beer_high_c
        if not low_c <= fields.target_c <= high_c:
            return f"{fields.target_c:g} °C is outside this tank's limits, {low_c:g} to {high_c:g} °C"
        tank.forecaster.renew()  # it counts on the target
        return tank.recipe.set_target(fields.target_c, now, fields.by)

    def _start_batch(self, fields: StartBatch, tank: Tank, now: float) -> str | None:
        current = {t.state.batch.id for t in self.tanks.values() if t.state.batch}
        if fields.id in current or self.store.knows_batch(fields.id):  # commands are remembered for an hour only
            return "this id is that of an earlier batch; send it with a new one"
        usual = self.default_batch[tank.name]
        pitched_at = self.batches.pitched_at(fields, tank, now)
        if isinstance(pitched_at, str):
            return pitched_at
        self._close_batch(tank, now)
        self.start_batch(tank, replace(usual, started_at=pitched_at, id=fields.id, **given_facts(fields)), now)
        return None

    def _end_batch(self, fields: Fields, tank: Tank, now: float) -> str | None:
        if tank.state.batch is None:
            return "no batch is in this tank"
        self._close_batch(tank, now)
        self.batches.begin(tank, None, now)
        return None

    def _stop(self, fields: Fields, tank: Tank, now: float) -> str | None:
        tank.interlocks.stop(now, fields.by)
        return None

    def _resume(self, fields: Fields, tank: Tank, now: float) -> str | None:
        if tank.pressed(now):
            return "the emergency stop is still pressed, or its wire is broken; release it first"
        tank.interlocks.resume(now)
        tank.life_cycle.looked(now)
        return None

    def _mode(self, fields: SetMode, tank: Tank, now: float) -> str | None:
        return tank.approvals.set_mode(fields.action, fields.mode)

    def _confirm(self, fields: Answer, tank: Tank, now: float) -> str | None:
        return tank.approvals.confirm(fields.what, fields.by, now, tank.state.batch.id if tank.state.batch else None)

    def _veto(self, fields: Answer, tank: Tank, now: float) -> str | None:
        return tank.approvals.veto(fields.what, fields.by, now)

    def _dose(self, fields: GiveDose, tank: Tank, now: float) -> str | None:
        return tank.ask_dose(fields.id, fields.volume_ml, fields.by_hand, fields.by, now)

    def _drain(self, fields: ArmDrain, tank: Tank, now: float) -> str | None:
        gate, stopped_by = tank.interlocks.drain, tank.interlocks.stopped_by
        missing = gate.missing if gate is not None else None
        return tank.approvals.arm(fields.by, now, f"stopped by {stopped_by}; resume first" if stopped_by else missing)

    def _acknowledge(self, fields: Acknowledge, tank: Tank, now: float) -> str | None:
        return tank.alarm_manager.acknowledge(fields.key, fields.by)

    def start_batch(self, tank: Tank, batch: Batch, now: float) -> None:
        """A batch begins; the store knows it from now on."""
        self.batches.begin(tank, batch, now)

    def _close_batch(self, tank: Tank, now: float) -> None:
        """What a finished batch was like becomes what the house is known for, and its forecasts are judged."""
        complete_h, batch = completion_h(tank.state), tank.state.batch
        if complete_h is not None and batch is not None:
            self.store.judge(tank.name, batch.id, judged(self.store.told(tank.name, batch.id), complete_h), now)
            self._show_scorecard(now)
        past = past_of(tank.state)
        if past is None:
            return
        self.store.set("", HOUSE, [asdict(one) for one in (*self._past(), past)][-200:], now)
        self._know_house()

    def _past(self) -> list[PastBatch]:
        try:
            return TypeAdapter(list[PastBatch]).validate_python(self.store.settings("").get(HOUSE, []))
        except ValueError as error:
            log.warning("what past batches were like cannot be read and is forgotten: %s", error)
            return []

    def _show_scorecard(self, now: float) -> None:
        self.publisher.scorecard(scorecard(self.store.marks()), now)

    def _know_house(self) -> None:
        past = self._past()
        for tank in self.tanks.values():
            medium = (tank.state.batch or self.default_batch[tank.name]).medium
            tank.forecaster.house = house_of(past, medium)

    # --- restart

    def restore(self, now: float) -> None:
        """Batch, history, setpoint and latches of every tank, as they were; the temperature has to be measured anew.
        A tank whose record cannot be read begins stopped, and says so."""
        for tank in self.tanks.values():
            held_lost = self._bring(HELD, self._bring_held, tank, now)
            batch_lost = self._bring(BATCH, self._bring_batch, tank, now)
            if held_lost and tank.state.batch and tank.interlocks.drain:
                tank.interlocks.drain.approval.opened_for = tank.state.batch.id  # perhaps: so it is drained by hand
            if held_lost or batch_lost:
                tank.interlocks.stop(now, "a record that cannot be read")
            self.seam.run(now, partial(tank.restore_earlier_doses, now), None)
            self.seam.run(now, partial(self._bring_last, tank), None)
        self.seam.run(now, self._know_house, None)
        self.seam.run(now, partial(self._show_scorecard, now), None)

    def _bring(self, key: str, bring: Callable[[Any, Tank, float], None], tank: Tank, now: float) -> bool:
        """Whether this part of the record cannot be read. Then the tank is as it would be without it."""
        known = self.store.settings(tank.name).get(key)
        parts = {part: deepcopy(getattr(tank, part)) for part in RESTORED}
        try:
            if isinstance(known, Unreadable):
                raise ValueError("it is not JSON")
            if known is not None:
                bring(known, tank, now)
        except Exception as error:  # whatever is in there must not prevent the start
            for part, fresh in parts.items():
                setattr(tank, part, fresh)
            if key == BATCH:
                tank.begin(None)
            self.store.set(tank.name, key, None, now)
            text = f"the record of {WORDS[key]} cannot be read ({type(error).__name__}: {error}); {tank.name} begins"
            text += " stopped, look at its target and its batch, then resume"
            lost = known.text if isinstance(known, Unreadable) else repr(known)
            self._tell(tank, now, "record_unreadable", clean_text(text), key=key, lost=clean_text(lost, 1000))
            return True
        return False

    @staticmethod
    def _bring_held(known: Any, tank: Tank, now: float) -> None:
        tank.restore(known, now)
        _rehearse(tank, now)

    def _bring_last(self, tank: Tank) -> None:
        """What was in the tank before; raises ValueError if that cannot be read."""
        known = self.store.settings(tank.name).get(LAST)
        if known is not None:
            tank.state = replace(tank.state, last_batch=TypeAdapter(EndedBatch).validate_python(known))

    def _bring_batch(self, known: Any, tank: Tank, now: float) -> None:
        batch = _batch_of(known)
        history = self.store.history(tank.name, batch.readings_since or batch.started_at)
        tank.state = replace(tank.state, batch=batch, history=history)
        self.archive.keep(tank)
        self._left_at[tank.name] = self.store.newest(tank.name)
        tank.away = _away(self._left_at[tank.name], now)
        tank.restore_doses(now)
        text = f"back after a restart: batch {batch.name or batch.id}, {counted(len(history), 'gravity reading')}"
        if tank.recipe.steps is not None:
            text += f", step {tank.recipe.steps.now.name}"
        self._tell(tank, now, "restarted", text)

    def put_right(self, by_s: float, began_at: float, now: float) -> None:
        """The clock has become known, `by_s` later than was thought: until the start nobody watched for so long."""
        text = f"the clock is known: it is {spoken(by_s)} later than was thought; what came since the start is redated"
        for tank in self.tanks.values():
            self._tell(tank, now, "clock", text)
            if tank.state.batch is not None:
                tank.away = _away(self._left_at.get(tank.name), began_at) or tank.away

    def persist(self, now: float) -> None:
        """What a restart needs goes into the store whenever it has changed."""
        for tank in self.tanks.values():
            self.seam.run(now, partial(self._keep, tank, now), None)

    def _keep(self, tank: Tank, now: float) -> None:
        held = tank.held()
        if held != self._held.get(tank.name):
            self._held[tank.name] = held
            self.store.set(tank.name, HELD, held, now)
        if tank.state.batch is not self._kept_batch.get(tank.name):
            self._kept_batch[tank.name] = tank.state.batch
            self.batches.keep(tank, now)


def _batch_of(known: Any) -> Batch:
    """The batch of a setting. Raises ValueError for what no batch can be."""
    batch = TypeAdapter(Batch).validate_python(known)
    if not EARLIEST <= batch.started_at <= LATEST:
        raise ValueError(f"it began at {batch.started_at:g}")
    if batch.og is not None and not 1.0 <= batch.og <= 1.2:
        raise ValueError(f"its original gravity is {batch.og:g}")
    limits = (batch.expected_attenuation, batch.yeast_low_c, batch.yeast_high_c)
    if not all(limit is None or -10.0 <= limit <= 60.0 for limit in limits):
        raise ValueError(f"its limits are {limits}")
    batch = replace(batch, additions=batch.additions[-ADDITIONS_KEPT:])
    return replace(batch, id=clean_text(batch.id, 100), name=clean_text(batch.name, 100))


def _rehearse(tank: Tank, now: float) -> None:
    """A tick of copies: what was restored has to work, not only to look right. Raises whatever is wrong with it."""
    recipe, interlocks = deepcopy(tank.recipe), deepcopy(tank.interlocks)
    measured = {"beer_c": Measured(tank.interlocks.limits.beer_high_c, now, tank.interlocks.limits.beer_high_c)}
    state = replace(tank.state, measured=measured, batch=Batch(now))
    interlocks.permit(recipe.decide(state, Forecast(0.0, None, "none"), now), state, now)
    json.dumps([recipe.snapshot(), interlocks.snapshot()])


def _away(last: float | None, now: float) -> Alarm | None:
    """A batch was left alone: said until somebody has acknowledged it. `last`: the newest report in the store."""
    if last is None or now - last < AWAY_S:
        return None
    text = f"brewpi was away for {(now - last) / 3600.0:.1f} h (power cut, or stopped): nobody watched this batch"
    return Alarm("brewpi: away", "alarm", text, now)
