"""A simulated tank: sugar, heat, a room around it, and sensors that are only nearly right.

What `simulate`, the demo and tests share. Deterministic by seed; time is an argument. The beer ferments by
`kinetics.py`; its temperature follows from the heat of fermentation, heater, jacket and room:

    C dT/dt = P_ferment + P_heat - P_cool + UA (T_room - T)
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from brewpi.physics import HEAT_KJ_PER_G, KJ_PER_L_K, SG_PER_G_L, wall_w_per_k
from brewpi.plant.kinetics import Strain, gravity, pitched, step

HEATER_W_PER_L = 1.0
JACKET_W_PER_L_K = 0.15  # times beer less glycol: 3 W/L at 18 °C
GLYCOL_C = -2.0
LAG_S = 360.0  # of jacket and heater, before the beer feels them
LONGEST_STEP_S = 300.0
DAY_S = 86_400.0
DRAIN_S = 1800.0  # to empty a full tank
NUTRIENT_MG_N_PER_ML = 20.0  # assimilable nitrogen in the bottle: diammonium phosphate at 100 g/L
# What switches and the pressure gauge show while all is as it should be for a transfer; level and flow follow the beer.
SWITCHES: dict[str, float] = {
    "vent_open": 1.0, "receiver_ready": 1.0, "door_open": 0.0, "emergency_stop": 0.0, "top_bar": 0.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brew:
    """What is in the tank and what it stands in. `og` and `terminal_sg` are specific gravities."""

    og: float = 1.050
    terminal_sg: float = 1.011
    yeast_g_l: float = 1.0
    nitrogen_g_l: float = 0.16
    shares: tuple[float, float, float] = (0.15, 0.65, 0.20)
    strain: Strain = field(default_factory=Strain)
    start_c: float = 19.0
    room_c: float = 17.0
    room_swing_c: float = 1.5


@dataclass(frozen=True, slots=True)
class Errors:
    """How wrong the sensors are: one standard deviation each, and the step that they show."""

    beer_c: float = 0.03
    beer_step_c: float = 0.0625  # DS18B20
    room_c: float = 0.15
    sg: float = 0.0005
    sg_drift: float = 0.0008  # comes and goes within a day
    sg_step: float = 0.0001


USUAL_ERRORS = Errors()

ALE = Brew()
LAGER = Brew(
    og=1.049, terminal_sg=1.010, yeast_g_l=2.0, strain=Strain(cold_c=2.0), start_c=10.0, room_c=14.0
)
MEAD = Brew(
    og=1.095, terminal_sg=1.000, yeast_g_l=0.4, nitrogen_g_l=0.15, shares=(1.0, 0.0, 0.0), start_c=18.0, room_c=18.0
)
HUNGRY_MEAD = replace(MEAD, nitrogen_g_l=0.03)
STUCK = Brew(
    og=1.055, terminal_sg=1.012, yeast_g_l=0.6, strain=Strain(flocculation_per_h=0.05, flocculation_late=1.0)
)
WINE = replace(MEAD, og=1.092, terminal_sg=0.994, yeast_g_l=0.5, nitrogen_g_l=0.2, start_c=16.0)
CIDER = replace(MEAD, og=1.052, terminal_sg=1.000, nitrogen_g_l=0.1, start_c=15.0)

USUAL: dict[str, Brew] = {"beer": ALE, "wine": WINE, "cider": CIDER, "mead": MEAD}


def brew_for(medium: str, target_c: float | None) -> Brew:
    """A usual batch of a medium, pitched at the temperature that the brewer wants."""
    brew = LAGER if medium == "beer" and target_c is not None and target_c < 14.0 else USUAL[medium]
    return brew if target_c is None else replace(brew, start_c=target_c, room_c=target_c - 2.0)


class Vessel:
    """One simulated tank of `volume_l`, pitched at `now`. Same seed, same calls: same numbers."""

    def __init__(
        self,
        brew: Brew = ALE,
        *,
        volume_l: float = 1000.0,
        now: float = 0.0,
        seed: int = 0,
        errors: Errors = USUAL_ERRORS,
    ) -> None:
        self.brew, self.volume_l, self.errors = brew, volume_l, errors
        self.beer_c = brew.start_c
        self.glycol_c = GLYCOL_C
        self.pitched_at = self.at = now
        self.duties: dict[str, float] = {"heat": 0.0, "cool": 0.0, "drain": 0.0}
        self.supply: dict[str, float] = {}  # by role, what a shared output gives; absent: it needs none
        self.broken: dict[str, float] = {}  # outputs that are stuck at a duty
        self.unplugged: dict[str, float | None] = {}  # quantities that are silent, or stuck at a value
        self.dropouts = 0.0  # share of reads that fail
        self.drained_l = 0.0
        self.fed_ml = 0.0  # all that really came out of the nutrient pump
        self.pumps_since = self.pumps_until = now
        self.pump_ml_per_s = 0.0
        self.jams: deque[str] = deque()  # each fails the next dose, with this sentence
        self._felt = {"heat": 0.0, "cool": 0.0}
        self._fermentation = pitched(
            brew.yeast_g_l, brew.nitrogen_g_l, (brew.og - brew.terminal_sg) / SG_PER_G_L, brew.shares
        )
        self._random = Random(seed)
        self._drift = 0.0
        self._drift_at = now
        self._loss_w_k = wall_w_per_k(volume_l)
        self._j_k = 1000.0 * KJ_PER_L_K * volume_l
        self._phase = self._random.random()

    # --- the world

    @property
    def sg(self) -> float:
        """True specific gravity at 20 °C."""
        return float(gravity(self._fermentation, self.brew.terminal_sg))

    def room_c(self, now: float) -> float:
        """The room around the tank, with its day."""
        day = (now - self.pitched_at) / DAY_S + self._phase
        return self.brew.room_c + self.brew.room_swing_c * math.sin(2 * math.pi * day)

    def advance(self, now: float) -> None:
        """Let the tank live until `now`, in steps of five minutes at most; a pump's run ends within no step. Before it
        was pitched, or where the clock was set back, it stands still."""
        while self.at < now:
            until = self.pumps_until if self.at < self.pumps_until < now else now
            step_s = until - self.at
            dt_s = min(LONGEST_STEP_S, step_s)
            self._live(dt_s)
            self._flow(dt_s)
            self.at = until if dt_s == step_s else self.at + dt_s

    def _live(self, dt_s: float) -> None:
        sugar_g_l = self._fermentation.sugar_g_l
        self._fermentation = step(self._fermentation, self.brew.strain, self.beer_c, dt_s / 3600.0)
        ferment_j = (sugar_g_l - self._fermentation.sugar_g_l) * HEAT_KJ_PER_G * 1000.0 * self.volume_l
        closer = min(1.0, dt_s / LAG_S)
        for role, felt in self._felt.items():
            duty = self.broken.get(role, self.duties[role]) * self.supply.get(role, 1.0)
            self._felt[role] = felt + (duty - felt) * closer
        heat_w = self._felt["heat"] * HEATER_W_PER_L * self.volume_l
        cool_w = self._felt["cool"] * JACKET_W_PER_L_K * self.volume_l * max(self.beer_c - self.glycol_c, 0.0)
        room_w = self._loss_w_k * (self.room_c(self.at) - self.beer_c)
        self.beer_c += float(ferment_j + (heat_w - cool_w + room_w) * dt_s) / self._j_k

    def _flow(self, dt_s: float) -> None:
        """What the pump puts in and the drain lets out."""
        pumps = self.broken.get("nutrient", float(self.at < self.pumps_until))
        if pumps > 0.0 and self.pump_ml_per_s > 0.0:
            given_ml = pumps * self.pump_ml_per_s * dt_s
            self.fed_ml += given_ml
            self.feed(given_ml * NUTRIENT_MG_N_PER_ML / 1000.0 / self.volume_l)
        opened = self.broken.get("drain", self.duties["drain"])
        self.drained_l = min(self.volume_l, self.drained_l + opened * self.volume_l * dt_s / DRAIN_S)

    def feed(self, nitrogen_g_l: float) -> None:
        """A dose of nutrient."""
        f = self._fermentation
        self._fermentation = f._replace(nitrogen_g_l=f.nitrogen_g_l + nitrogen_g_l)

    # --- hands

    def drive(self, role: str, duty: float, now: float | None = None) -> None:
        """Heater, jacket or drain at this duty from `now` on (from where the tank is, if no time is said)."""
        if now is not None:
            self.advance(now)
        self.duties[role] = duty

    def pump(self, ml_per_s: float, run_s: float) -> None:
        """The nutrient pump runs for so long from where the tank is."""
        self.pump_ml_per_s = ml_per_s
        self.pumps_since, self.pumps_until = self.at, self.at + run_s

    def stop_pump(self) -> None:
        """The nutrient pump stops where the tank is."""
        self.pumps_until = min(self.pumps_until, self.at)

    def break_output(self, role: str, stuck_at: float) -> None:
        """A relay that welds (1.0), a heater that burns out, a pump without hose or a valve that jams (0.0)."""
        self.broken[role] = stuck_at

    def mend_output(self, role: str) -> None:
        self.broken.pop(role, None)

    # --- senses

    def measure(self, quantity: str, now: float) -> float | None:
        """What a sensor would say, with its error; None while it is unplugged or drops out."""
        self.advance(now)
        if quantity in self.unplugged:
            return self.unplugged[quantity]
        if self.dropouts and self._random.random() < self.dropouts:
            return None
        errors, gauss = self.errors, self._random.gauss
        if quantity == "beer_c":
            return _to_step(self.beer_c + gauss(0.0, errors.beer_c), errors.beer_step_c)
        if quantity == "room_c":
            return _to_step(self.room_c(now) + gauss(0.0, errors.room_c), 0.1)
        if quantity == "glycol_c":
            return _to_step(self.glycol_c + gauss(0.0, errors.room_c), 0.1)
        if quantity == "humidity_pct":
            return _to_step(70.0 + gauss(0.0, 1.0), 0.1)
        if quantity == "sg":
            return _to_step(self.sg + self._drifted(now) + gauss(0.0, errors.sg), errors.sg_step)
        return self._switch(quantity)

    def _switch(self, quantity: str) -> float | None:
        empty = self.drained_l >= 0.99 * self.volume_l
        if quantity == "level_low":
            return float(empty)
        if quantity == "flow":
            return float(not empty and self.broken.get("drain", self.duties["drain"]) > 0.0)
        return SWITCHES.get(quantity)

    def _drifted(self, now: float) -> float:
        """A bias that wanders about zero and forgets itself within a day (Ornstein-Uhlenbeck)."""
        now = max(now, self._drift_at)  # a clock that was set back
        kept = math.exp(-(now - self._drift_at) / DAY_S)
        spread = self.errors.sg_drift * math.sqrt(1.0 - kept * kept)
        self._drift = self._drift * kept + self._random.gauss(0.0, spread)
        self._drift_at = now
        return self._drift

    def unplug(self, quantity: str) -> None:
        """The sensor falls silent."""
        self.unplugged[quantity] = None

    def plug(self, quantity: str, value: float | None = None) -> None:
        """The sensor is back; with a value, it is stuck there."""
        self.unplugged.pop(quantity, None)
        if value is not None:
            self.unplugged[quantity] = value


class SharedSupply:
    """What an output that several tanks share is to their vessels: without it, their own of `role` does nothing."""

    def __init__(self, vessels: Sequence[Vessel], role: str) -> None:
        self.vessels = vessels
        self.drive(role, 0.0)

    def drive(self, role: str, duty: float, now: float | None = None) -> None:
        """At this duty from `now` on."""
        for vessel in self.vessels:
            if now is not None:
                vessel.advance(now)
            vessel.supply[role] = duty


def _to_step(value: float, step_size: float) -> float:
    return round(value / step_size) * step_size
