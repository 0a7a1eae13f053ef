"""One row for each thing that is measured. Names carry the unit that a value has everywhere inside of brewpi."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

from brewpi.registry import nearest
from brewpi.roles import ROLES, OutputRole
from brewpi.sentences import Sentence
from brewpi.units import SPELLED, celsius_from_f, plato_from_sg, sg_from_brix, sg_from_plato, unit_word

SWITCH_STALE_S = 30.0  # a valve is opened and closed by these: what was true a minute ago is no permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What is known of a quantity before any of it is measured; where it is published follows from its row.

    label, unit, decimals: how a person reads it; label_in: the label in other languages ("de"), where the board's
    catalogues do not have it. low, high: what can be true at all, inclusive;
    jump: how far noise alone moves a reading; max_rate_per_h: how fast the thing itself can change;
    window_s: the filter's memory, and how long a jump must last to be believed; stale_s: silence after which
    a sensor is missed; frozen_h: hours after which a value that never moves is no measurement (inf: it may
    rest), of sensors whose steps are mostly below `fine`.

    published_decimals: in `state`, where not as a person reads it; always: in every `state`, null where no sensor
    measures it; path: where it stands there ("rate_points_per_day.6h"), its name if empty; needs: the measured quantity
    that it is worked out from, and formula how, if from nothing else; share: published as a share of 1, read as per
    cent. metric: Prometheus' name; title, entity, device_class, icon, diagnostic: Home Assistant's (entity: the last
    part of its id, "-" for none).
    """

    name: str
    label: str
    unit: str
    decimals: int
    low: float
    high: float
    jump: float = inf
    max_rate_per_h: float = inf
    window_s: float = 0.0
    stale_s: float = inf
    frozen_h: float = inf
    fine: float = 0.0
    binary: bool = False
    published_decimals: int | None = None
    always: bool = False
    path: str = ""
    needs: str = ""
    formula: Callable[[float], float] | None = None
    share: bool = False
    metric: str = ""
    title: str = ""
    entity: str = ""
    device_class: str | None = None
    icon: str | None = None
    diagnostic: bool = False
    label_in: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name, usual in (
            ("path", f"switches.{self.name}" if self.binary else self.name), ("metric", f"brewpi_{self.name}"),
            ("title", self.label[:1].upper() + self.label[1:]), ("entity", self.name),
        ):  # fmt: skip
            if not getattr(self, name):
                object.__setattr__(self, name, usual)

    def text(self, value: float) -> str:
        """The value with its unit: "19.4 °C", "1.0123 SG"; of a switch "yes" or "no"."""
        if self.binary:
            return Sentence("yes" if value else "no")
        named = {"°C": "value_c", "SG": "sg"}.get(self.unit, "value")  # by which a reader's units are found
        template = f"{{{named}:.{self.decimals}f}} {self.unit}"
        return Sentence(template, **{named: value * (100.0 if self.share else 1.0)})

    def refusal(self, value: float) -> str | None:
        """Why a value cannot be true, as a sentence; None if it can."""
        if self.low <= value <= self.high:
            return None
        plato = self.name == "sg" and self.high < value <= 40.0
        hint = Sentence("; if that is degrees Plato, say so with the unit") if plato else ""
        return Sentence(
            "{label} of {number} {unit} is not between {low} and {high}{hint}",
            label=self.label, number=f"{value:.6g}", unit=self.unit, low=f"{self.low:g}", high=f"{self.high:g}",
            hint=hint,
        )  # fmt: skip

    def believable(self, value: object) -> float | None:
        """A number from outside if it can be true, else None; whatever it is."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return value if self.low <= value <= self.high else None

    def worked_out(self, measured: Mapping[str, float | None]) -> float | None:
        """By its formula from what is measured; None where it has none, or that is unknown."""
        known = measured.get(self.needs)
        return None if known is None or self.formula is None else self.formula(known)

    def published(self, value: float | None) -> float | None:
        """As `state` has it: rounded, None where it cannot be true."""
        digits = self.decimals if self.published_decimals is None else self.published_decimals
        return None if value is None or self.believable(value) is None else round(value, digits) + 0.0  # no -0


def _temperature(name: str, label: str, low: float, high: float, rate: float, **more: Any) -> Quantity:
    # Real tanks in cold storage stood at one 0.1 °C for five days: only finer probes and longer rests are suspect.
    usual = {"window_s": 30.0, "stale_s": 300.0, "metric": f"brewpi_{label.replace(' ', '_')}_celsius"}
    return Quantity(
        name=name, label=label, unit="°C", decimals=1, low=low, high=high, jump=3.0, max_rate_per_h=rate,
        frozen_h=168.0, fine=0.07, published_decimals=2, entity=label.replace(" ", "_"), device_class="temperature",
        **{**usual, **more},
    )  # fmt: skip


def _switch(name: str, label: str, title: str, device_class: str | None = None, icon: str | None = None) -> Quantity:
    """0 or 1: the latest reading counts, nothing delays or doubts it."""
    return Quantity(
        name=name, label=label, unit="", decimals=0, low=0.0, high=1.0, stale_s=SWITCH_STALE_S, binary=True,
        title=title, device_class=device_class, icon=icon,
    )  # fmt: skip


_MEASURED = (
    # Beer freezes below -2 °C and a probe in a tank that is being cleaned reads 60-80 °C: neither is beer.
    _temperature("beer_c", "beer temperature", -5.0, 50.0, 20.0, always=True),
    _temperature("witness_c", "second beer temperature", -5.0, 50.0, 20.0),
    _temperature("room_c", "room temperature", -25.0, 60.0, 60.0, window_s=120.0, stale_s=600.0, always=True),
    _temperature("glycol_c", "glycol temperature", -25.0, 60.0, 120.0),
    Quantity(
        name="humidity_pct", label="room humidity", unit="%", decimals=0, low=1.0, high=100.0, jump=15.0,
        max_rate_per_h=200.0, window_s=120.0, stale_s=600.0, device_class="humidity",
        metric="brewpi_room_humidity_percent",
    ),
    # Krausen and bubbles move a hydrometer by some points; the fastest ales lose 4 points an hour.
    Quantity(
        name="sg", label="gravity", unit="SG", decimals=4, low=0.95, high=1.20, jump=0.006, max_rate_per_h=0.01,
        window_s=1800.0, stale_s=7200.0, frozen_h=72.0, fine=0.0003, always=True, entity="gravity",
        icon="mdi:flask-outline", metric="brewpi_specific_gravity_ratio",
    ),
    Quantity(
        name="angle_deg", label="hydrometer angle", unit="°", decimals=1, low=0.0, high=180.0, icon="mdi:angle-acute",
        diagnostic=True, metric="brewpi_hydrometer_angle_degrees",
    ),
    Quantity(
        name="battery_v", label="hydrometer battery", unit="V", decimals=2, low=0.5, high=15.0, device_class="voltage",
        diagnostic=True, title="Hydrometer battery voltage", metric="brewpi_hydrometer_battery_volts",
    ),
    Quantity(
        name="battery_pct", label="hydrometer battery", unit="%", decimals=0, low=0.0, high=100.0,
        device_class="battery", diagnostic=True, metric="brewpi_hydrometer_battery_percent",
    ),
    Quantity(
        name="battery_weeks", label="weeks on this battery", unit="weeks", decimals=0, low=0.0, high=152.0,
        icon="mdi:battery-clock", diagnostic=True, metric="brewpi_hydrometer_battery_weeks",
    ),
    Quantity(
        name="rssi_dbm", label="hydrometer signal", unit="dBm", decimals=0, low=-130.0, high=0.0,
        device_class="signal_strength", diagnostic=True, metric="brewpi_hydrometer_signal_dbm",
    ),
    # Gauge pressure above the beer, below 0 in a tank that is about to fold; its loss must show at once.
    Quantity(
        name="top_bar", label="top pressure", unit="bar", decimals=2, low=-1.0, high=10.0, stale_s=SWITCH_STALE_S,
        device_class="pressure", metric="brewpi_top_pressure_bar",
    ),
    _switch("vent_open", "vent open", "Vent", "opening"),
    _switch("receiver_ready", "receiver ready", "Receiver ready", icon="mdi:barrel-outline"),
    _switch("level_low", "level low", "Level low"),
    _switch("flow", "flow", "Flow", "moving"),
    _switch("door_open", "door open", "Door", "door"),
    _switch("emergency_stop", "emergency stop pressed", "Emergency stop", "safety"),
)

CONTROLLED = frozenset({"beer_c", "witness_c"})  # outputs run on these
QUANTITIES: dict[str, Quantity] = {row.name: row for row in _MEASURED}  # a sensor may deliver these


RATE_WINDOWS_H = {"6h": 6.0, "12h": 12.0, "24h": 24.0}

_DERIVED = (
    Quantity(
        name="plato", label="gravity in Plato", unit="°P", decimals=1, published_decimals=2, low=-12.5, high=45.0,
        needs="sg", formula=plato_from_sg, icon="mdi:flask", metric="brewpi_extract_plato_degrees",
    ),
    Quantity(
        name="attenuation", label="apparent attenuation", unit="%", share=True, decimals=0, published_decimals=3,
        low=-5.0, high=5.0, needs="sg", icon="mdi:percent", metric="brewpi_apparent_attenuation_ratio",
    ),
    Quantity(
        name="real_attenuation", label="real attenuation", unit="%", share=True, decimals=0, published_decimals=3,
        low=-5.0, high=5.0, needs="sg", icon="mdi:percent-outline", metric="brewpi_real_attenuation_ratio",
    ),
    Quantity(
        name="abv_pct", label="alcohol by volume", unit="%", decimals=1, published_decimals=2, low=0.0, high=30.0,
        needs="sg", entity="abv", icon="mdi:glass-mug-variant", metric="brewpi_alcohol_by_volume_percent",
    ),
    *(
        Quantity(
            name=f"rate_{window}", label=f"fall of gravity over {window.removesuffix('h')} h", unit="points/day",
            decimals=1, low=-2000.0, high=2000.0, path=f"rate_points_per_day.{window}", needs="sg",
            icon="mdi:trending-down", metric=f"brewpi_gravity_fall_{window}_points_per_day",
        )
        for window in RATE_WINDOWS_H
    ),
    Quantity(
        name="target_goal_c", label="setpoint that was set", unit="°C", decimals=1, published_decimals=2, low=-30.0,
        high=120.0, entity="-", metric="brewpi_target_goal_temperature_celsius",
    ),
    Quantity(
        name="target_c", label="setpoint", unit="°C", decimals=1, published_decimals=2, low=-30.0, high=120.0,
        entity="-", metric="brewpi_target_temperature_celsius",
    ),
    Quantity(
        name="heat_duty", label="heating", unit="%", share=True, decimals=0, published_decimals=3, low=0.0, high=1.0,
        entity="-", metric="brewpi_heat_duty_ratio",
    ),
    Quantity(
        name="cool_duty", label="cooling", unit="%", share=True, decimals=0, published_decimals=3, low=0.0, high=1.0,
        entity="-", metric="brewpi_cool_duty_ratio",
    ),
)  # fmt: skip

DERIVED: dict[str, Quantity] = {row.name: row for row in _DERIVED}  # published beside them, worked out


def published_rows() -> tuple[Quantity, ...]:
    """All that `state` may hold, in the order in which people read it."""
    return (*QUANTITIES.values(), *DERIVED.values(), *(_running(role) for role in ROLES.values() if not role.field))


def _running(role: OutputRole) -> Quantity:
    """Whether an output is on, of one that has no field of its own."""
    return Quantity(
        name=role.name, label=role.label, unit="", decimals=0, low=0.0, high=1.0, binary=True, icon=role.icon,
        device_class=role.device_class, metric=f"brewpi_{role.name}_running", label_in=role.label_in,
    )  # fmt: skip


def _same(value: float) -> float:
    return value


_STATED: dict[str, dict[str, Callable[[float], float]]] = {
    "SG": {"sg": _same, "plato": sg_from_plato, "brix": sg_from_brix},
    "°C": {"c": _same, "f": celsius_from_f},
}


def stated(quantity: str, value: float, unit: str | None = None) -> float:
    """A value as a person or a program states it, in the unit that `quantity` has inside of brewpi.

    Without a unit it is the one that the quantity's name says. Raises ValueError, with a sentence, for a
    quantity or a unit that does not exist and for a value that cannot be true.
    """
    row = QUANTITIES.get(quantity)
    if row is None:
        raise ValueError(f'unknown quantity "{quantity}"{nearest(quantity, QUANTITIES)}')
    if unit is not None and unit != row.unit:
        units = _STATED.get(row.unit, {})
        word = unit_word(unit)
        word = SPELLED.get(word, word)
        if word not in units:
            known = dict.fromkeys((*units, row.unit.lower()))
            raise ValueError(f'{row.label} has no unit "{unit}"{nearest(word, known)}')
        inside = units[word](value)
        if word != next(iter(units)) and isfinite(inside) and row.refusal(inside):
            raise ValueError(
                f"{value:g} {word} are {inside:.4g} {row.unit}, and {row.label} is between {row.low:g} and {row.high:g}"
            )
        value = inside
    refusal = row.refusal(value)
    if refusal:
        raise ValueError(refusal)
    return value
