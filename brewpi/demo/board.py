"""What the demo shows: a view that knows nothing but the MQTT messages, as any dashboard would."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.payloads import TOPICS, CurvePayload, EventPayload, ForecastPayload, StatePayload, read

EVENTS_SHOWN = 6
WIDTH = 24
SPARKS = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Seen:
    """The last payloads of one tank."""

    state: StatePayload | None = None
    forecast: ForecastPayload | None = None
    curve: CurvePayload | None = None
    event: EventPayload | None = None


class Board:
    """Hears messages, shows a table."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.tanks: dict[str, Seen] = {}
        self.events: deque[tuple[str, EventPayload]] = deque(maxlen=EVENTS_SHOWN)

    def hear(self, messages: list[Message]) -> list[str]:
        """Take in what arrived; returns the events in it, a line each."""
        lines = []
        for message in messages:
            _, _, tank, *words = message.topic.split("/")
            if len(words) != 1 or words[0] not in ("state", "forecast", "curve", "event"):
                continue
            said = read(TOPICS[words[0]], message.payload)
            if said is None:
                continue
            setattr(self.tanks.setdefault(tank, Seen()), words[0], said)
            if isinstance(said, EventPayload):
                self.events.append((tank, said))
                lines.append(f"{tank:6} * {said.text}")
        return lines

    def lines(self) -> list[str]:
        """A line a tank, for where there is no terminal."""
        return [
            f"{tank:6} {_age(seen):>6} {_gravity(seen):>7} {_degrees(seen):>20} {_output(seen):5} {_forecast(seen)}"
            for tank, seen in sorted(self.tanks.items())
        ]

    def table(self) -> Group:
        """All tanks, then the last events."""
        table = Table(title=self.title, box=box.SIMPLE_HEAD, title_style="bold", expand=True)
        for name, justify in (("tank", "left"), ("since pitching", "right"), ("gravity", "right")):
            table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
        for name in ("", "beer → target", "output", "done in (80 %)", "last event"):
            table.add_column(name, no_wrap=name != "last event")
        for tank, seen in sorted(self.tanks.items()):
            table.add_row(
                Text(tank, style="bold"),
                _age(seen),
                _gravity(seen),
                Text(_spark(seen), style="cyan"),
                _degrees(seen),
                Text(_output(seen), style={"heat": "red", "cool": "blue"}.get(_output(seen), "dim")),
                Text(_forecast(seen), style="" if seen.forecast and seen.forecast.actionable else "yellow"),
                Text(seen.event.text if seen.event else "", style=_colour(seen.event)),
            )
        events = [Text(f"{tank:6} {event.text}", style=_colour(event)) for tank, event in self.events]
        return Group(table, *events)


def _colour(event: EventPayload | None) -> str:
    return {"alarm": "bold red", "warning": "yellow"}.get(event.severity if event else "", "dim")


def _age(seen: Seen) -> str:
    hours = seen.forecast.at_h if seen.forecast else None
    return "" if hours is None else f"{int(hours // 24)} d {int(hours % 24):02} h"


def _gravity(seen: Seen) -> str:
    sg = seen.state.sg if seen.state else None
    return "-" if sg is None else f"{sg:.4f}"


def _degrees(seen: Seen) -> str:
    beer_c, target_c = (seen.state.beer_c, seen.state.target_c) if seen.state else (None, None)
    beer = "no beer probe" if beer_c is None else f"{beer_c:.1f}"
    return beer if target_c is None else f"{beer} → {target_c:.1f} °C"


def _output(seen: Seen) -> str:
    duties = {"heat": seen.state.heat_duty, "cool": seen.state.cool_duty} if seen.state else {}
    return next((side for side, duty in duties.items() if duty), "off")


def _forecast(seen: Seen) -> str:
    said = seen.forecast
    band, p_stuck = (said.remaining_h, said.p_stuck) if said else (None, None)
    if not band:
        return (said.why or "") if said else ""
    if band.p90 < 0.5:
        return "done"
    stuck = f", stuck {p_stuck:.0%}" if p_stuck and p_stuck >= 0.2 else ""
    return f"{band.p50:.0f} h ({band.p10:.0f}-{band.p90:.0f} h){stuck}"


def _spark(seen: Seen) -> str:
    """The gravity so far, in a row of bars."""
    sg = seen.curve.measured.sg if seen.curve else []
    if len(sg) < 2:
        return ""
    picked = [sg[round(i * (len(sg) - 1) / (WIDTH - 1))] for i in range(WIDTH)]
    low, high = min(picked), max(max(picked), min(picked) + 0.004)
    return "".join(SPARKS[round((g - low) / (high - low) * (len(SPARKS) - 1))] for g in picked)
