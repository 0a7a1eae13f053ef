"""What operators ask for.

Every command is answered. What it changed is in the store before the tick is over, never in the TOML.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from brewpi.alarms.catalogue import entry_of
from brewpi.cellar.archive import BatchArchive
from brewpi.cellar.batch_commands import BatchCommands, given_facts
from brewpi.cellar.calibrations import calibrate
from brewpi.cellar.command_sentences import spoken_command
from brewpi.cellar.control_commands import CONTROL, carry_out
from brewpi.cellar.restart import Restart
from brewpi.cellar.tank import Tank
from brewpi.cellar.track_record import TrackRecord
from brewpi.forecast.site_history import PastBatch, past_of, site_history_of
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt.command_fields import Acknowledge, Fields, ForgetReading, StartBatch
from brewpi.mqtt.commands import Accepted, Refused, parse
from brewpi.mqtt.limits import ACCEPTED_PER_MINUTE, ALWAYS_ACCEPTED, CommandLimits
from brewpi.mqtt.publisher import Publisher
from brewpi.mqtt.signing import BadKeys, read_keys
from brewpi.records import Batch
from brewpi.seam import Seam
from brewpi.sentences import Sentence, message_of, spoken
from brewpi.store import Store

SITE_HISTORY = "house"    # setting of the site: what past batches were like

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
        blank: Callable[[str], Tank],
        command_keys: Path | None = None,
        is_clock_known: Callable[[], bool] = lambda: True,
    ) -> None:
        """`blank`: another tank of the same config that drives nothing, to try on it what a restart brings back."""
        self.tanks, self.inboxes, self.store, self.publisher = tanks, inboxes, store, publisher
        self.default_batch = default_batch
        self.senders_ahead_s = publisher.stepped_s  # of the cellar's clock: theirs is the wall clock
        self.archive = BatchArchive(tanks, store, publisher.link, publisher.topics, publisher.stepped_s)
        self.track = TrackRecord(store, publisher)
        self.is_clock_known = is_clock_known
        self.batches = BatchCommands(tanks, store, self._tell, self._wall, self.archive)
        self.seam = Seam("commands", Sentence("send the command again; control goes on"))
        self.restart = Restart(tanks, store, self.archive, self._tell, self.seam, blank)
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
            if unrecorded := limits.refusals.take_unrecorded(now):
                text = Sentence("{count} more commands were refused within a minute", count=unrecorded)
                self._tell(tank, now, "command_refused", text)
            if unrecorded := limits.stops.take_unrecorded(now):
                text = Sentence("{count} more stops and vetoes were obeyed within a minute", count=unrecorded)
                self._tell(tank, now, "command", text)
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
        wall = self._wall(now)
        at_least = max(now, now + self.senders_ahead_s()) if wall is None else wall
        asked = parse(message, at_least, self.store.seen, self._keys, wall is not None)
        limits = self._limits[tank.name]
        why, by, recorded = asked.why if isinstance(asked, Refused) else None, None, True
        if isinstance(asked, Accepted):
            by, recorded = asked.fields.by, asked.name not in ALWAYS_ACCEPTED or limits.stops.may_record(now)
            if asked.name in ALWAYS_ACCEPTED or limits.accepted.allows(now):
                why = self._carry_out(asked, tank, now, recorded)
            else:
                why = Sentence(
                    "more than {count} commands in a minute; only stop and veto are obeyed now",
                    count=ACCEPTED_PER_MINUTE,
                )
        self.publisher.ack(tank.name, asked.id, why)
        if isinstance(asked, Accepted) and why is None and recorded:
            self._tell_accepted(asked, tank, now)
        elif why is not None and limits.refusals.may_record(now):
            text = Sentence("{command} refused: {reason}", command=asked.name, reason=why)
            self._tell(tank, now, "command_refused", text, by=by, command=asked.name, command_id=asked.id)

    def _tell_accepted(self, asked: Accepted, tank: Tank, now: float) -> None:
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
        recorded = details if message is None else {**details, "message": message}
        self.store.event(self.publisher.event(tank.name, now, kind, text, **recorded))

    def _carry_out(self, asked: Accepted, tank: Tank, now: float, remembered: bool) -> str | None:
        """The reason if it cannot be done. remembered: whether its id is; a repeated stop does no harm, a flood of ids
        fills the disk."""
        if remembered:
            self.store.remember_command(asked.id, now)
        doing: dict[str, Callable[[Any, Tank, float], str | None]] = {
            "reading": self.batches.read,
            "start_batch": self._start_batch,
            "end_batch": self._end_batch,
            "correct_batch": self.batches.correct,
            "move_batch": self.batches.move,
            "addition": self.batches.add,
            "forget_reading": self.batches.forget,
            "note": self.batches.note,
            "calibrate": partial(calibrate, self.store),
            "acknowledge": self._acknowledge,
        }
        try:
            if asked.name in CONTROL:
                return carry_out(asked.name, asked.fields, tank, now)
            return doing[asked.name](asked.fields, tank, now)
        except Exception as error:  # a fault in one command must not cost every tank its tick
            return Sentence("failed ({error})", error=f"{type(error).__name__}: {error}")

    def _start_batch(self, fields: StartBatch, tank: Tank, now: float) -> str | None:
        current = {t.state.batch.id for t in self.tanks.values() if t.state.batch}
        if fields.id in current or self.store.knows_batch(fields.id):  # commands are remembered for an hour only
            return Sentence("this id is that of an earlier batch; send it with a new one")
        if (again := self._is_in_there(fields, tank, now)) is not None:
            return again
        usual = self.default_batch[tank.name]
        pitched_at = self.batches.pitched_at(fields, tank, now)
        if isinstance(pitched_at, str):
            return pitched_at
        self._close_batch(tank, now)
        self.start_batch(tank, replace(usual, started_at=pitched_at, id=fields.id, **given_facts(fields)), now)
        return None

    def _is_in_there(self, fields: StartBatch, tank: Tank, now: float) -> str | None:
        """Why a batch is not begun that is in the tank and ferments: what an automation says again at its own start
        would cut the curve in two, and the second half has no original gravity."""
        batch = tank.state.batch
        if batch is None or not fields.name or fields.name != batch.name:
            return None
        if tank.life_cycle.phase(tank.state) not in ("fermenting", "stuck"):
            return None
        return Sentence(
            "{batch} has been in this tank for {length} and ferments; correct_batch changes what is known of it,"
            " end_batch ends it", batch=batch.name, length=spoken(max(0.0, now - batch.started_at)),
        )  # fmt: skip

    def _end_batch(self, fields: Fields, tank: Tank, now: float) -> str | None:
        if tank.state.batch is None:
            return Sentence("no batch is in this tank")
        self._close_batch(tank, now)
        self.batches.begin(tank, None, now)
        return None

    def _acknowledge(self, fields: Acknowledge, tank: Tank, now: float) -> str | None:
        """What concerns the whole cellar stands in every tank, and is seen once for all of them."""
        why = tank.alarm_manager.acknowledge(fields.key, fields.by)
        if why is None and entry_of(fields.key).of_cellar:
            for other in self.tanks.values():
                other.alarm_manager.acknowledge(fields.key, fields.by)
        return why

    def start_batch(self, tank: Tank, batch: Batch, now: float) -> None:
        """A batch begins; the store knows it from now on."""
        self.batches.begin(tank, batch, now)

    def _close_batch(self, tank: Tank, now: float) -> None:
        """What a finished batch was like becomes what the site is known for, and its forecasts are judged."""
        self.track.judge(tank, now)
        past = past_of(tank.state)
        if past is None:
            return
        self.store.set("", SITE_HISTORY, [asdict(one) for one in (*self._past(), past)][-200:], now)
        self._update_site_history()

    def _past(self) -> list[PastBatch]:
        try:
            return TypeAdapter(list[PastBatch]).validate_python(self.store.settings("").get(SITE_HISTORY, []))
        except ValueError as error:
            log.warning("what past batches were like cannot be read and is forgotten: %s", error)
            return []

    def _update_site_history(self) -> None:
        past = self._past()
        for tank in self.tanks.values():
            medium = (tank.state.batch or self.default_batch[tank.name]).medium
            tank.forecaster.site_history = site_history_of(past, medium)

    def restore(self, now: float) -> None:
        """Every tank as it was, and what past batches were like."""
        self.restart.restore(now)
        self.seam.run(now, self._update_site_history, None)
        self.seam.run(now, partial(self.track.show, now), None)

