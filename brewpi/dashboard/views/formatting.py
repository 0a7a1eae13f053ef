"""How a person reads it: language, units, the clock on their wall, lengths of time, and the sentences of a tank. Pure
but for the catalogues, which are read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from brewpi.dashboard.views.language import months, weekdays
from brewpi.dashboard.views.sentences import in_words
from brewpi.dashboard.views.units import Units as Units
from brewpi.dashboard.views.units import percent as percent
from brewpi.mqtt.payloads import ForecastPayload, Times

HOUR_S = 3600.0
DAY_S = 86_400.0
SETTLED_S = 1800.0  # a late end nearer than this is "complete"
IN_DAYS_H = 72.0  # from here on nobody counts hours
NEAR_S = 6 * DAY_S  # beyond, a weekday alone would be read as the wrong week
WIDE_S = 6 * HOUR_S  # the minutes of a wide interval mean nothing
LIKELY_STUCK = 0.2
WAITING = ("asked", "announced")  # of what the recipe would do: somebody may have to answer


@dataclass(frozen=True, slots=True)
class View(Units):
    """Numbers, words and times. `zone`: of the browser; None is that of this machine."""

    zone: tzinfo | None = None

    def local(self, at: float) -> datetime:
        """Unix seconds on the reader's clock."""
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone)


ENGLISH = View()


def zone_of(name: str) -> tzinfo | None:
    """The time zone that a browser says it lives in; None for a name that is none."""
    try:
        return ZoneInfo(name) if 0 < len(name) < 64 else None
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError on some systems, an OSError for odd paths
        return None
    except KeyError:
        return None


def ago(seconds: float, view: View = ENGLISH) -> str:
    """A rough length of time: "20 s", "4 min", "7 h", "12 d"; seconds in tens, so that a page is not drawn for each."""
    for unit, length, from_s in (("d", DAY_S, 2 * DAY_S), ("h", HOUR_S, 7200.0), ("min", 60.0, 120.0)):
        if seconds >= from_s:
            return f"{seconds / length:.0f} {view.tr(unit)}"
    return f"{max(0.0, seconds) // 10 * 10:.0f} s"


def hours(low_h: float, high_h: float, view: View = ENGLISH) -> str:
    """An interval of hours, in days where hours are too fine: "5-11 h", "under 1 h", "3-5 days", "6 h to 24 days". For
    behind "in"."""
    low_h, high_h = max(0.0, low_h), max(0.0, high_h)
    if high_h < 1.0:
        return view.tr("under 1 h")
    low, high, low_days, high_days = (f"{h:.0f}" for h in (low_h, high_h, low_h / 24.0, high_h / 24.0))
    if low_h >= 48.0 or (low == "0" and high_h >= IN_DAYS_H):
        if low_days == high_days:
            return view.tr("about {high} days", high=high_days)
        return view.tr("{low}-{high} days", low=low_days, high=high_days)
    if high_h >= IN_DAYS_H:
        return view.tr("{low} h to {high} days", low=low, high=high_days)
    return view.tr("about {length}", length=f"{high} h") if low == high else f"{low}-{high} h"


def from_now(at: datetime, now: float, view: View = ENGLISH) -> str:
    """How far ahead a time lies: "in 5 h", "in 2 days"; days are those of the calendar, as people count them."""
    ahead_s = at.timestamp() - now
    if ahead_s < 0.5 * HOUR_S:
        return view.tr("any moment")
    days = (view.local(at.timestamp()).date() - view.local(now).date()).days
    if ahead_s < 20 * HOUR_S or days < 1:
        return view.tr("in {length}", length=f"{max(1.0, ahead_s / HOUR_S):.0f} h")
    return view.tr("tomorrow") if days == 1 else view.trn("in {count} day", "in {count} days", days)


def is_near(at: datetime, now: float) -> bool:
    """Whether a weekday alone says which day is meant: one of the coming days, or within the last day."""
    return -DAY_S < at.timestamp() - now < NEAR_S


def moment(at: datetime, now: float, view: View = ENGLISH, to_s: float = 60.0, dated: bool = False) -> str:
    """Local time to the nearest `to_s`: "Thu 14:00", with the date when a weekday alone could be another week's, or
    where `dated` says that another time of the same sentence has one; in the hour that an autumn night has twice with
    the name of its time, "Sun 02:30 CEST"."""
    local = view.local(round(at.timestamp() / to_s) * to_s)
    weekday, clock = weekdays(view.language)[local.weekday()], f"{local:%H:%M}"
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        clock += f" {local.tzname()}"
    if is_near(at, now) and not dated:
        return f"{weekday} {clock}"
    month = months(view.language)[local.month - 1]
    return view.tr("{weekday} {day} {month} {clock}", weekday=weekday, day=local.day, month=month, clock=clock)


def fineness_s(times: Times) -> float:
    """How finely an interval is worth telling: to the hour when it is wide, else to ten minutes."""
    return HOUR_S if (times.p90 - times.p10).total_seconds() > WIDE_S else 600.0


def between(times: Times, now: float, view: View = ENGLISH, said_at: float | None = None) -> str:
    """ "between Wed 22:00 and Fri 09:00"; what has begun already is "before Fri 09:00". `said_at`: when that was said,
    if not now."""
    to_s = fineness_s(times)
    if times.p10.timestamp() <= (now if said_at is None else said_at) + to_s / 2:
        return view.tr("before {time}", time=moment(times.p90, now, view, to_s))
    dated = not (is_near(times.p10, now) and is_near(times.p90, now))
    early, late = (moment(at, now, view, to_s, dated) for at in (times.p10, times.p90))
    return view.tr("between {early} and {late}", early=early, late=late)


def is_complete(forecast: ForecastPayload) -> bool:
    """Whether the forecast says that primary fermentation is over."""
    return forecast.complete_at is not None and (forecast.complete_at.p90 - forecast.at).total_seconds() < SETTLED_S


def completion(forecast: ForecastPayload | None, now: float, view: View = ENGLISH) -> tuple[str, str]:
    """When it is done, and the interval: ("done Thu 14:00", "between Wed 22:00 and Fri 09:00")."""
    if forecast is None:
        return view.tr("no forecast yet"), ""
    times = forecast.complete_at
    if times is None:
        return view.tr("no forecast yet"), in_words(forecast.why, forecast.message, view)
    if forecast.expires_at.timestamp() < now:
        return view.tr("forecast is too old"), view.tr("said {time}", time=moment(forecast.at, now, view))
    if is_complete(forecast):
        return view.tr("fermentation complete"), ""
    dated = not is_near(times.p90, now)
    done = moment(times.p50, now, view, fineness_s(times), dated)
    return view.tr("done {time}", time=done), between(times, now, view)


def due_in(forecast: ForecastPayload | None, now: float, view: View = ENGLISH) -> str:
    """ "in 2 days", beside the date of completion; nothing where there is none."""
    if forecast is None or forecast.expires_at.timestamp() < now or is_complete(forecast):
        return ""
    return "" if forecast.complete_at is None else from_now(forecast.complete_at.p50, now, view)


def sooner(then: datetime, plan: datetime, view: View = ENGLISH) -> str:
    """A way's completion against the plan's: "14 h sooner", "2 days later", "the same"."""
    apart_h = (then - plan).total_seconds() / HOUR_S
    if abs(apart_h) < 0.5:
        return view.tr("the same")
    days = f"{view.decimal(abs(apart_h) / 24.0, 1)} {view.tr('days')}"
    size = f"{abs(apart_h):.0f} h" if abs(apart_h) < 48.0 else days
    return view.tr("{length} later", length=size) if apart_h > 0 else view.tr("{length} sooner", length=size)


def day(started_at: datetime | None, now: float, view: View = ENGLISH) -> str:
    """ "day 3", counted from the first reading."""
    if started_at is None:
        return ""
    return view.tr("day {number}", number=max(0, int((now - started_at.timestamp()) // DAY_S)) + 1)
