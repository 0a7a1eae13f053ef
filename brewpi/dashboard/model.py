"""What has been heard of each tank, how old it is, and who needs someone first. Pure: time is an argument.

Anybody may publish on a broker: a payload that does not have the form of the contract is left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from math import inf

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from brewpi.quantities import plato_from_sg
from brewpi.site import Message

STALE_S = 150.0  # a state is said again every minute
EVENTS_KEPT = 60
ACKS_KEPT = 200
PROMISES_KEPT, PROMISE_EVERY_H = 8, 6.0
TANKS_KEPT = 1000  # a broker full of nonsense does not fill the memory


class Heard(BaseModel):
    """A payload; what the contract adds later is no mistake."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Band(Heard):
    """An 80 % interval."""

    p10: float
    p50: float
    p90: float


class Times(Heard):
    """The same in time."""

    p10: AwareDatetime
    p50: AwareDatetime
    p90: AwareDatetime


class Alarm(Heard):
    """What is wrong, and what to do."""

    key: str
    severity: str
    text: str
    todo: str | None = None
    acknowledged_by: str | None = None


class Ask(Heard):
    """What waits for somebody."""

    key: str
    action: str
    standing: str
    text: str


class Permissive(Heard):
    """One condition of the drain."""

    name: str
    ok: bool
    text: str


class Drain(Heard):
    """Where the transfer is."""

    state: str
    why: str = ""
    permissives: list[Permissive] = []


class Dose(Heard):
    """One dose of nutrient."""

    number: int
    standing: str
    volume_ml: float
    given_ml: float


class State(Heard):
    """The topic `state`."""

    at: AwareDatetime
    beer_c: float | None = None
    room_c: float | None = None
    sg: float | None = None
    target_c: float | None = None
    attenuation: float | None = None
    step: str | None = None
    heat_duty: float = 0.0
    cool_duty: float = 0.0
    why: str | None = None
    alarms: list[Alarm] = []
    asks: list[Ask] = []
    doses: list[Dose] = []
    drain: Drain | None = None
    stale_s: dict[str, float | None] = {}


class Forecast(Heard):
    """The topic `forecast`."""

    at: AwareDatetime
    expires_at: AwareDatetime
    at_h: float = 0.0
    source: str = "none"
    complete_at: Times | None = None
    rest_at: Times | None = None
    final_sg: Band | None = None
    p_stuck: float | None = None
    why: str | None = None


class Measured(Heard):
    """Columns of the batch so far."""

    hours: list[float] = []
    sg: list[float] = []
    beer_c: list[float | None] = []


class Bundle(Heard):
    """Columns of the band ahead."""

    hours: list[float]
    sg_p10: list[float]
    sg_p50: list[float]
    sg_p90: list[float]


class Curve(Heard):
    """The topic `curve`."""

    started_at: AwareDatetime | None = None
    measured: Measured = Measured()
    forecast: Bundle | None = None


class Event(Heard):
    """The topic `event`."""

    at: AwareDatetime
    severity: str = "info"
    text: str


class Ack(Heard):
    """The answer to a command."""

    id: str | None = None
    ok: bool
    why: str | None = None


class Figures(Heard):
    """Part of the scorecard."""

    forecasts: int = 0
    median_abs_error_h: float | None = None
    inside_interval: float | None = None


class Scorecard(Figures):
    """The topic `scorecard`."""

    batches: int = 0
    by_way: dict[str, Figures] = {}


WORDS: dict[str, type[Heard]] = {"state": State, "forecast": Forecast, "curve": Curve, "event": Event, "ack": Ack}


@dataclass(slots=True)
class Tank:
    """The last that was heard of one tank; `heard_at` is when its state arrived, on the clock of this machine."""

    site: str
    name: str
    heard_at: float = -inf
    state: State | None = None
    forecast: Forecast | None = None
    curve: Curve | None = None
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    promises: deque[Bundle] = field(default_factory=lambda: deque(maxlen=PROMISES_KEPT))

    def hear(self, said: Heard) -> None:
        """Keep it; earlier forecasts stay, one in six hours, so that one sees how the promise held."""
        if isinstance(said, State):
            self.state = said
        elif isinstance(said, Forecast):
            self.forecast = said
        elif isinstance(said, Event):
            self.events.appendleft(said)
        elif isinstance(said, Curve):
            before = self.curve
            if before and before.started_at and said.started_at and before.started_at != said.started_at:
                apart_s = abs((said.started_at - before.started_at).total_seconds())
                if apart_s > 3600.0 * PROMISE_EVERY_H or len(said.measured.hours) < len(before.measured.hours) // 2:
                    self.promises.clear()  # another batch
            if said.forecast and (not self.promises or _begin(said.forecast) - _begin(self.promises[-1]) >= 6.0):
                self.promises.append(said.forecast)
            self.curve = said


def _begin(bundle: Bundle) -> float:
    return bundle.hours[0] if bundle.hours else 0.0


class Board:
    """Everything heard, by site and tank. `connected` is whether the broker is there."""

    def __init__(self) -> None:
        self.tanks: dict[tuple[str, str], Tank] = {}
        self.online: dict[str, bool] = {}
        self.ahead_s: dict[str, float] = {}  # how far a site's clock is ahead of ours
        self.scorecards: dict[str, Scorecard] = {}
        self.acks: dict[str, Ack] = {}
        self.connected = False

    def hear(self, messages: Iterable[Message]) -> None:
        """Take in what arrived."""
        for message in messages:
            _, site, *rest = message.topic.split("/")
            if rest == ["availability"]:
                self.online[site] = message.payload == b"online"
            elif rest == ["scorecard"]:
                try:
                    self.scorecards[site] = Scorecard.model_validate_json(message.payload)
                except ValidationError:
                    continue
            elif len(rest) == 2 and rest[1] in WORDS:
                self._hear_tank((site, rest[0]), rest[1], message)

    def _hear_tank(self, key: tuple[str, str], word: str, message: Message) -> None:
        payload = message.payload
        if not payload:  # a tank that was removed
            if word == "state":
                self.tanks.pop(key, None)
            return
        try:
            said = WORDS[word].model_validate_json(payload)
        except ValidationError:
            return
        if isinstance(said, Ack):
            if said.id:
                self.acks[said.id] = said
                while len(self.acks) > ACKS_KEPT:
                    del self.acks[next(iter(self.acks))]
        elif key in self.tanks or len(self.tanks) < TANKS_KEPT:
            tank = self.tanks.setdefault(key, Tank(*key))
            tank.hear(said)
            if isinstance(said, State):
                at = said.at.timestamp()
                # a broker repeats what it retains: then only the sender's own time says how old it is
                tank.heard_at = min(at, message.at) if message.retained else message.at
                if not message.retained:
                    self.ahead_s[key[0]] = at - message.at

    def time_at(self, site: str, now: float) -> float:
        """The time on the clock of a site, by which its own times are judged; `now` is that of this machine."""
        return now + self.ahead_s.get(site, 0.0)

    def stale(self, tank: Tank, now: float) -> str | None:
        """Why what is shown of a tank may be untrue; None if it is fresh."""
        if not self.connected:
            return "no broker: what is shown is old"
        if self.online.get(tank.site) is False:
            return "the cellar's service is gone"
        if tank.state is None:
            return "nothing heard yet"
        age_s = now - tank.heard_at
        return f"last heard {ago(age_s)} ago" if age_s > STALE_S else None

    def ordered(self, now: float) -> list[Tank]:
        """Those who need someone first, then by completion."""
        return sorted(self.tanks.values(), key=lambda tank: (self.need(tank, now), _done(tank), tank.site, tank.name))

    def need(self, tank: Tank, now: float) -> int:
        """0 an alarm that nobody has seen, 1 stale, 2 asks, 3 a warning or a seen alarm, 4 all is well."""
        alarms = tank.state.alarms if tank.state else []
        if any(alarm.severity == "alarm" and not alarm.acknowledged_by for alarm in alarms):
            return 0
        if self.stale(tank, now):
            return 1
        if tank.state and any(ask.standing == "asked" for ask in tank.state.asks):
            return 2
        return 3 if alarms else 4


def _done(tank: Tank) -> float:
    times = tank.forecast.complete_at if tank.forecast else None
    return times.p50.timestamp() if times else inf


@dataclass(frozen=True, slots=True)
class Units:
    """How a person wants to read."""

    plato: bool = False
    fahrenheit: bool = False

    def gravity(self, sg: float | None) -> str:
        """With its unit, or a dash."""
        if sg is None:
            return "–"
        return f"{plato_from_sg(sg):.1f} °P" if self.plato else f"{sg:.3f}"

    def degrees(self, celsius: float | None) -> str:
        """With its unit, or a dash."""
        if celsius is None:
            return "–"
        return f"{celsius * 1.8 + 32:.1f} °F" if self.fahrenheit else f"{celsius:.1f} °C"


def ago(seconds: float) -> str:
    """A rough length of time: "4 min", "7 h", "12 d"."""
    for unit, length in (("d", 172_800.0), ("h", 7200.0), ("min", 120.0)):
        if seconds >= length:
            return f"{seconds / {'d': 86_400, 'h': 3600, 'min': 60}[unit]:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def moment(at: datetime, now: float, zone: tzinfo | None = None) -> str:
    """Local time: "Thu 14:00", with the date when it is not within six days."""
    local = at.astimezone(zone)
    near = abs(at.timestamp() - now) < 6 * 86_400
    return local.strftime("%a %H:%M" if near else "%a %d %b %H:%M")


def completion(tank: Tank, now: float, zone: tzinfo | None = None) -> tuple[str, str]:
    """When it is done, and the interval: ("done Thu 14:00", "between Wed 22:00 and Fri 09:00")."""
    said = tank.forecast
    if said is None:
        return "no forecast yet", ""
    times = said.complete_at
    if times is None:
        return "no forecast", said.why or ""
    if said.expires_at.timestamp() < now:
        return "forecast is too old", f"said {moment(said.at, now, zone)}"
    if (times.p90 - said.at).total_seconds() < 1800.0:
        return "fermentation complete", ""
    between = f"between {moment(times.p10, now, zone)} and {moment(times.p90, now, zone)}"
    return f"done {moment(times.p50, now, zone)}", between


def coming(tank: Tank, now: float) -> str:
    """What happens next: what is asked, else the rest cue."""
    if tank.state and tank.state.asks:
        ask = tank.state.asks[0]
        return f"{ask.standing}: {ask.text}"
    rest = tank.forecast.rest_at if tank.forecast else None
    if rest is None or not tank.forecast or tank.forecast.expires_at.timestamp() < now:
        return ""
    late_h = (rest.p90.timestamp() - now) / 3600.0
    if late_h < 0.5:
        return "rest cue reached"
    return f"rest cue in {max(0.0, (rest.p10.timestamp() - now) / 3600.0):.0f}-{late_h:.0f} h"


def day(tank: Tank, now: float) -> str:
    """ "day 3", counted from the first reading."""
    start = tank.curve.started_at if tank.curve else None
    return f"day {int((now - start.timestamp()) // 86_400) + 1}" if start else ""


def utc(at: float) -> datetime:
    """Unix seconds as a time."""
    return datetime.fromtimestamp(at, UTC)
