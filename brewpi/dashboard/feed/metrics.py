"""What is known of each tank in Prometheus' words: base units, named at the end; what is unknown or stale is absent."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from brewpi.dashboard.feed.board import Board, Tank
from brewpi.quantities import Quantity, published_rows

WHERE = ("site", "tank")
SEVERITIES = ("warning", "alarm")


def exposition(board: Board, now: float) -> bytes:
    """The text of /metrics; `now` in Unix seconds."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(board, now))
    return generate_latest(registry)


class _Once(Collector):
    def __init__(self, board: Board, now: float) -> None:
        self.board, self.now = board, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        board, now, tanks = self.board, self.now, list(self.board.tanks.values())
        connected = GaugeMetricFamily("brewpi_broker_connected", "Whether the board hears the broker")
        connected.add_metric((), float(board.connected))
        yield connected
        online = GaugeMetricFamily("brewpi_site_online", "Whether a site's service is there", labels=("site",))
        for site, there in board.online.items():
            online.add_metric((site,), float(there))
        yield online
        yield _ages(tanks, now)
        yield _alarms(tanks)
        fresh = [tank for tank in tanks if board.stale(tank, now) is None]
        yield from _measured(fresh)
        yield from _forecast(board, fresh, now)


def _ages(tanks: list[Tank], now: float) -> GaugeMetricFamily:
    ages = GaugeMetricFamily("brewpi_state_age_seconds", "Since the state was heard; over 150 is stale", labels=WHERE)
    for tank in tanks:
        if isfinite(tank.received_at):
            ages.add_metric((tank.site, tank.name), max(0.0, now - tank.received_at))
    return ages


def _alarms(tanks: list[Tank]) -> GaugeMetricFamily:
    """0 is said too, so that a rule can wait for it."""
    alarms = GaugeMetricFamily("brewpi_alarms", "Raised now, as last heard", labels=(*WHERE, "severity"))
    for tank in tanks:
        for severity in SEVERITIES:
            raised = [alarm for alarm in (tank.state.alarms if tank.state else []) if alarm.severity == severity]
            alarms.add_metric((tank.site, tank.name, severity), len(raised))
    return alarms


def _measured(tanks: list[Tank]) -> Iterator[GaugeMetricFamily]:
    """A family for each row of which anything is known."""
    for row in published_rows():
        family = GaugeMetricFamily(row.metric, _help(row), labels=WHERE)
        for tank in tanks:
            value = tank.state.number(row) if tank.state else None
            if value is not None:
                family.add_metric((tank.site, tank.name), value)
        if family.samples:
            yield family


def _help(row: Quantity) -> str:
    if row.binary:
        return f"{row.label}, 1 for yes"
    return f"{row.title}, {'0 to 1' if row.share else row.unit}"


def _forecast(board: Board, tanks: list[Tank], now: float) -> Iterator[GaugeMetricFamily]:
    """On the clock of the site; a forecast that has expired is none."""
    remaining = GaugeMetricFamily(
        "brewpi_remaining_seconds", "To the end of primary fermentation; 0.1 to 0.9 is the 80 % interval",
        labels=(*WHERE, "quantile"),
    )  # fmt: skip
    stuck = GaugeMetricFamily("brewpi_stuck_probability_ratio", "Chance that it sticks within 48 h", labels=WHERE)
    for tank in tanks:
        forecast, there = tank.forecast, board.time_at(tank.site, now)
        if forecast is None or forecast.expires_at.timestamp() < there:
            continue
        if forecast.complete_at:
            times = forecast.complete_at
            for quantile, at in (("0.1", times.p10), ("0.5", times.p50), ("0.9", times.p90)):
                left_s = max(0.0, at.timestamp() - there)
                remaining.add_metric((tank.site, tank.name, quantile), left_s)
        if forecast.p_stuck is not None:
            stuck.add_metric((tank.site, tank.name), forecast.p_stuck)
    yield remaining
    yield stuck
