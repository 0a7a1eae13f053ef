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
class TankMessages:
    """The last payloads of one tank."""

    state: StatePayload | None = None
    forecast: ForecastPayload | None = None
    curve: CurvePayload | None = None
    event: EventPayload | None = None


class Board:
    """Hears messages, shows a table."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.tanks: dict[str, TankMessages] = {}
        self.events: deque[tuple[str, EventPayload]] = deque(maxlen=EVENTS_SHOWN)

    def receive(self, messages: list[Message]) -> list[str]:
        """Take in what arrived; returns the events in it, a line each."""
        lines = []
        for message in messages:
            _, _, tank, *words = message.topic.split("/")
            if len(words) != 1 or words[0] not in ("state", "forecast", "curve", "event"):
                continue
            received = read(TOPICS[words[0]], message.payload)
            if received is None:
                continue
            setattr(self.tanks.setdefault(tank, TankMessages()), words[0], received)
            if isinstance(received, EventPayload):
                self.events.append((tank, received))
                lines.append(f"{tank:6} * {received.text}")
        return lines

    def lines(self) -> list[str]:
        """A line a tank, for where there is no terminal."""
        return [
            f"{name:6} {_age(tank):>6} {_gravity(tank):>7} {_degrees(tank):>20} {_output(tank):5} {_forecast(tank)}"
            for name, tank in sorted(self.tanks.items())
        ]

    def table(self) -> Group:
        """All tanks, then the last events."""
        table = Table(title=self.title, box=box.SIMPLE_HEAD, title_style="bold", expand=True)
        for name, justify in (("tank", "left"), ("since pitching", "right"), ("gravity", "right")):
            table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
        for name in ("", "beer → target", "output", "done in (80 %)", "last event"):
            table.add_column(name, no_wrap=name != "last event")
        for name, tank in sorted(self.tanks.items()):
            table.add_row(
                Text(name, style="bold"),
                _age(tank),
                _gravity(tank),
                Text(_spark(tank), style="cyan"),
                _degrees(tank),
                Text(_output(tank), style={"heat": "red", "cool": "blue"}.get(_output(tank), "dim")),
                Text(_forecast(tank), style="" if tank.forecast and tank.forecast.actionable else "yellow"),
                Text(tank.event.text if tank.event else "", style=_colour(tank.event)),
            )
        events = [Text(f"{tank:6} {event.text}", style=_colour(event)) for tank, event in self.events]
        return Group(table, *events)


def _colour(event: EventPayload | None) -> str:
    return {"alarm": "bold red", "warning": "yellow"}.get(event.severity if event else "", "dim")


def _age(tank: TankMessages) -> str:
    hours = tank.forecast.at_h if tank.forecast else None
    return "" if hours is None else f"{int(hours // 24)} d {int(hours % 24):02} h"


def _gravity(tank: TankMessages) -> str:
    sg = tank.state.sg if tank.state else None
    return "-" if sg is None else f"{sg:.4f}"


def _degrees(tank: TankMessages) -> str:
    beer_c, target_c = (tank.state.beer_c, tank.state.target_c) if tank.state else (None, None)
    beer = "no beer probe" if beer_c is None else f"{beer_c:.1f}"
    return beer if target_c is None else f"{beer} → {target_c:.1f} °C"


def _output(tank: TankMessages) -> str:
    duties = {"heat": tank.state.heat_duty, "cool": tank.state.cool_duty} if tank.state else {}
    return next((side for side, duty in duties.items() if duty), "off")


def _forecast(tank: TankMessages) -> str:
    latest = tank.forecast
    band, p_stuck = (latest.remaining_h, latest.p_stuck) if latest else (None, None)
    if not band:
        return (latest.why or "") if latest else ""
    if band.p90 < 0.5:
        return "done"
    stuck = f", stuck {p_stuck:.0%}" if p_stuck and p_stuck >= 0.2 else ""
    return f"{band.p50:.0f} h ({band.p10:.0f}-{band.p90:.0f} h){stuck}"


def _spark(tank: TankMessages) -> str:
    """The gravity so far, in a row of bars."""
    sg = tank.curve.measured.sg if tank.curve else []
    if len(sg) < 2:
        return ""
    picked = [sg[round(i * (len(sg) - 1) / (WIDTH - 1))] for i in range(WIDTH)]
    low, high = min(picked), max(max(picked), min(picked) + 0.004)
    return "".join(SPARKS[round((g - low) / (high - low) * (len(SPARKS) - 1))] for g in picked)
