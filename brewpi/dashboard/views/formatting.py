"""How a person reads it: units, the clock on his wall, lengths of time, and the sentences of a tank. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from brewpi.mqtt.payloads import ForecastPayload, StatePayload, Times
from brewpi.quantities import Quantity, plato_from_sg

HOUR_S = 3600.0
SETTLED_S = 1800.0  # a late end nearer than this is "complete"
NEAR_S = 6 * 86_400.0  # beyond, a weekday alone would be read as the wrong week
WIDE_S = 6 * HOUR_S  # the minutes of a wide interval mean nothing
LIKELY_STUCK = 0.2
WAITING = ("asked", "announced")  # of what the recipe would do: somebody may have to answer


@dataclass(frozen=True, slots=True)
class Units:
    """How somebody wants to read numbers."""

    plato: bool = False
    fahrenheit: bool = False

    def gravity(self, sg: float | None) -> str:
        """With its unit, or a dash."""
        if sg is None:
            return "–"
        return f"{plato_from_sg(sg):.1f} °P" if self.plato else f"{sg:.3f}"

    def degrees(self, celsius: float | None) -> str:
        """With its unit, or a dash."""
        return "–" if celsius is None else f"{self.number(celsius):.1f} {self.degree}"

    def value(self, row: Quantity, number: float) -> str:
        """A number of any row, with its unit."""
        match row.unit:
            case "SG":
                return self.gravity(number)
            case "°C":
                return self.degrees(number)
        return percent(number) if row.share else row.text(number)

    def apart(self, celsius: float) -> str:
        """A difference: "2 °C"."""
        return f"{abs(celsius) * (1.8 if self.fahrenheit else 1.0):.3g} {self.degree}"

    def number(self, celsius: float) -> float:
        """A temperature without its unit."""
        return celsius * 1.8 + 32.0 if self.fahrenheit else celsius

    @property
    def degree(self) -> str:
        """The unit of temperature."""
        return "°F" if self.fahrenheit else "°C"


@dataclass(frozen=True, slots=True)
class View(Units):
    """Numbers and times. `zone`: of the browser; None is that of this machine."""

    zone: tzinfo | None = None


def zone_of(name: str) -> tzinfo | None:
    """The time zone that a browser says it lives in; None for a name that is none."""
    try:
        return ZoneInfo(name) if 0 < len(name) < 64 else None
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError on some systems, an OSError for odd paths
        return None
    except KeyError:
        return None


def ago(seconds: float) -> str:
    """A rough length of time: "20 s", "4 min", "7 h", "12 d"; seconds in tens, so that a page is not drawn for each."""
    for unit, length, from_s in (("d", 86_400.0, 172_800.0), ("h", HOUR_S, 7200.0), ("min", 60.0, 120.0)):
        if seconds >= from_s:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds) // 10 * 10:.0f} s"


def hours(low_h: float, high_h: float) -> str:
    """An interval of hours, in days where hours are too fine: "5-11 h", "under 1 h", "3-5 days"."""
    low_h, high_h = max(0.0, low_h), max(0.0, high_h)
    if high_h < 1.0:
        return "under 1 h"
    unit, length = ("days", 24.0) if low_h >= 48.0 else ("h", 1.0)
    low, high = f"{low_h / length:.0f}", f"{high_h / length:.0f}"
    return f"about {high} {unit}" if low == high else f"{low}-{high} {unit}"


def moment(at: datetime, now: float, zone: tzinfo | None = None, to_s: float = 60.0) -> str:
    """Local time to the nearest `to_s`: "Thu 14:00", with the date when a weekday alone could be another week's."""
    near = abs(at.timestamp() - now) < NEAR_S
    rounded = datetime.fromtimestamp(round(at.timestamp() / to_s) * to_s, UTC)
    return rounded.astimezone(zone).strftime("%a %H:%M" if near else "%a %d %b %H:%M")


def fineness_s(times: Times) -> float:
    """How finely an interval is worth telling: to the hour when it is wide, else to ten minutes."""
    return HOUR_S if (times.p90 - times.p10).total_seconds() > WIDE_S else 600.0


def between(times: Times, now: float, zone: tzinfo | None = None, said_at: float | None = None) -> str:
    """ "between Wed 22:00 and Fri 09:00"; what has begun already is "before Fri 09:00". `said_at`: when that was said,
    if not now."""
    to_s = fineness_s(times)
    late = moment(times.p90, now, zone, to_s)
    if times.p10.timestamp() <= (now if said_at is None else said_at) + to_s / 2:
        return f"before {late}"
    return f"between {moment(times.p10, now, zone, to_s)} and {late}"


def is_complete(said: ForecastPayload) -> bool:
    """Whether the forecast says that primary fermentation is over."""
    return said.complete_at is not None and (said.complete_at.p90 - said.at).total_seconds() < SETTLED_S


def completion(said: ForecastPayload | None, now: float, zone: tzinfo | None = None) -> tuple[str, str]:
    """When it is done, and the interval: ("done Thu 14:00", "between Wed 22:00 and Fri 09:00")."""
    if said is None:
        return "no forecast yet", ""
    times = said.complete_at
    if times is None:
        return "no forecast yet", said.why or ""
    if said.expires_at.timestamp() < now:
        return "forecast is too old", f"said {moment(said.at, now, zone)}"
    if is_complete(said):
        return "fermentation complete", ""
    return f"done {moment(times.p50, now, zone, fineness_s(times))}", between(times, now, zone)


def coming(state: StatePayload | None, said: ForecastPayload | None, now: float) -> str:
    """What happens next, and when as an interval: what is advised, else the next step or the rest cue."""
    quiet = [ask for ask in state.asks if ask.standing not in WAITING] if state else []
    if quiet:
        return f"{quiet[0].standing}: {quiet[0].text}"
    following = state.next_step if state else None
    rest = said.rest_at if said and said.expires_at.timestamp() >= now and not is_complete(said) else None
    if rest is None:
        return f"then {following}" if following else ""
    late_h = (rest.p90.timestamp() - now) / HOUR_S
    when = f"in {hours((rest.p10.timestamp() - now) / HOUR_S, late_h)}"
    if state and following and {c.kind for c in state.conditions if not c.met} == {"rest_cue"}:
        return f"{following} {when}"
    cue = f"rest cue {when}" if late_h >= 0.5 else "rest cue reached"
    return f"then {following} · {cue}" if following else cue


def sooner(then: datetime, plan: datetime) -> str:
    """A way's completion against the plan's: "14 h sooner", "2 days later", "the same"."""
    apart_h = (then - plan).total_seconds() / HOUR_S
    if abs(apart_h) < 0.5:
        return "the same"
    size = f"{abs(apart_h):.0f} h" if abs(apart_h) < 48.0 else f"{abs(apart_h) / 24.0:.1f} days"
    return f"{size} {'later' if apart_h > 0 else 'sooner'}"


def percent(share: float) -> str:
    """ "31 %"; what hardly happens is not said to be impossible."""
    return "under 1\N{NO-BREAK SPACE}%" if 0.0 <= share < 0.01 else f"{100.0 * share:.0f}\N{NO-BREAK SPACE}%"


def day(started_at: datetime | None, now: float) -> str:
    """ "day 3", counted from the first reading."""
    return f"day {max(0, int((now - started_at.timestamp()) // 86_400)) + 1}" if started_at else ""
