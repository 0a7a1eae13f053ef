"""What the demo shows: a view that knows nothing but the MQTT messages, as any dashboard would."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from brewpi.hardware.plug_context import Message

EVENTS_SHOWN = 6
WIDTH = 24
SPARKS = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Seen:
    """The last payloads of one tank."""

    state: dict[str, Any] = field(default_factory=dict)
    forecast: dict[str, Any] = field(default_factory=dict)
    curve: dict[str, Any] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)


class Board:
    """Hears messages, shows a table."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.tanks: dict[str, Seen] = {}
        self.events: deque[tuple[str, dict[str, Any]]] = deque(maxlen=EVENTS_SHOWN)

    def hear(self, messages: list[Message]) -> list[str]:
        """Take in what arrived; returns the events in it, a line each."""
        lines = []
        for message in messages:
            _, _, tank, *words = message.topic.split("/")
            if len(words) != 1 or words[0] not in ("state", "forecast", "curve", "event"):
                continue
            payload = json.loads(message.payload)
            setattr(self.tanks.setdefault(tank, Seen()), words[0], payload)
            if words[0] == "event":
                self.events.append((tank, payload))
                lines.append(f"{tank:6} * {payload['text']}")
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
                Text(_forecast(seen), style="" if seen.forecast.get("source") == "model" else "yellow"),
                Text(str(seen.event.get("text", "")), style=_colour(seen.event)),
            )
        events = [Text(f"{tank:6} {event['text']}", style=_colour(event)) for tank, event in self.events]
        return Group(table, *events)


def _colour(event: dict[str, Any]) -> str:
    return {"alarm": "bold red", "warning": "yellow"}.get(str(event.get("severity")), "dim")


def _age(seen: Seen) -> str:
    hours = seen.forecast.get("at_h")
    return "" if hours is None else f"{int(hours // 24)} d {int(hours % 24):02} h"


def _gravity(seen: Seen) -> str:
    sg = seen.state.get("sg")
    return "-" if sg is None else f"{sg:.4f}"


def _degrees(seen: Seen) -> str:
    beer_c, target_c = seen.state.get("beer_c"), seen.state.get("target_c")
    beer = "no beer probe" if beer_c is None else f"{beer_c:.1f}"
    return beer if target_c is None else f"{beer} → {target_c:.1f} °C"


def _output(seen: Seen) -> str:
    return next((side for side in ("heat", "cool") if seen.state.get(f"{side}_duty", 0.0) > 0.0), "off")


def _forecast(seen: Seen) -> str:
    band, p_stuck = seen.forecast.get("remaining_h"), seen.forecast.get("p_stuck")
    if not band:
        return str(seen.forecast.get("why", ""))
    if band["p90"] < 0.5:
        return "done"
    stuck = f", stuck {p_stuck:.0%}" if p_stuck and p_stuck >= 0.2 else ""
    return f"{band['p50']:.0f} h ({band['p10']:.0f}-{band['p90']:.0f} h){stuck}"


def _spark(seen: Seen) -> str:
    """The gravity so far, in a row of bars."""
    sg = seen.curve.get("measured", {}).get("sg", [])
    if len(sg) < 2:
        return ""
    picked = [sg[round(i * (len(sg) - 1) / (WIDTH - 1))] for i in range(WIDTH)]
    low, high = min(picked), max(max(picked), min(picked) + 0.004)
    return "".join(SPARKS[round((g - low) / (high - low) * (len(SPARKS) - 1))] for g in picked)
