"""Every alarm that there is, an entry each: how grave, what finds it, how long it must last, what to do.

An alarm's key is that of its entry with the names filled in: "{sensor}: silent" stands for "beer: silent". Entries with
a `rule` are judged here once a minute; the others are found elsewhere (interlocks, outputs, doses, drain, store, link)
and handed in by key. docs/operator.md has its table from this file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from brewpi import generated_docs
from brewpi.alarms import rules
from brewpi.alarms.options import Alarming
from brewpi.alarms.rules import HOUR_S, AlarmCondition, View
from brewpi.records import Severity
from brewpi.roles import ROLES, OutputRole, moving

LINGER_S = 60.0  # a sensor's fault has to be gone for so long: a loose plug is one alarm, not a hundred
Rule = Callable[[View], AlarmCondition]
Severities = tuple[Severity, ...]
ALARM: Severities = ("alarm",)
WARNING: Severities = ("warning",)
EITHER: Severities = ("alarm", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One alarm. says: its sentence, shortened; meanwhile: what the tank does; todo: what a person does.

    rule: finds it, None where something else does; raise_s, clear_s: how long it has to hold and to be gone;
    of_batch: forgotten with its batch; linger_s: of an alarm without a rule, how long it has to be gone.
    """

    severity: Severities
    says: str
    meanwhile: str
    todo: str
    rule: Rule | None = None
    raise_s: float = 0.0
    clear_s: float = 0.0
    of_batch: bool = False
    linger_s: float = 0.0


def _found(severity: Severities, says: str, meanwhile: str, todo: str, linger_s: float = 0.0) -> CatalogueEntry:
    """An alarm that is found elsewhere and handed in by its key."""
    return CatalogueEntry(severity=severity, says=says, meanwhile=meanwhile, todo=todo, linger_s=linger_s)


def _stuck_on(role: OutputRole) -> CatalogueEntry:
    verb = "rises" if role.direction > 0 else "falls"
    return CatalogueEntry(
        severity=ALARM, says=f"temperature {verb} while {role.name} is off: ...; is its relay stuck on?",
        meanwhile="goes on", todo=f"{role.by_hand}; if the beer then turns, replace its relay.",
        rule=partial(rules.stuck_on, role=role.name), raise_s=600.0, clear_s=1800.0,
    )  # fmt: skip


CATALOGUE: Mapping[str, CatalogueEntry] = {
    # --- sensors
    "beer: unknown": _found(
        ALARM, "no beer temperature (...): heating and cooling are off, check the probe",
        "neither heats nor cools; the bracket says what was last heard",
        "Check the beer probe, its cable and plug; measure by hand, nothing heats or cools meanwhile.",
    ),
    "beer: witness": _found(
        ALARM, "the two beer thermometers disagree (...): heating and cooling are off",
        "neither heats nor cools until they agree again",
        "Look whether both are in the beer and in their wells; measure by hand which of the two is right.",
    ),
    "{sensor}: error": _found(
        EITHER, "beer: DS18B20 ... is gone; check its cable and plug",
        "nothing moves on it once its last reading is stale",
        "Check the sensor's cable and plug, then its entry in the config.", LINGER_S,
    ),
    "{sensor}: silent": _found(
        EITHER, "gravity: no gravity for over 2 h", "the last value is not used any more; the forecast goes on from it",
        "Check the sensor's battery, supply, cable and radio; the last value is not used once it is old.", LINGER_S,
    ),
    "{sensor}: implausible": _found(
        EITHER, "... jumped from ... to ...; not believed until it stays", "keeps the old value until readings agree",
        "Look at the sensor: is it in the beer, on the right pin, in the unit that the config says?", LINGER_S,
    ),
    "{sensor}: frozen": _found(
        EITHER, "... has been exactly ... for ...; a living sensor flickers", "it is not believed",
        "Restart or replace the sensor; measure by hand until then.", LINGER_S,
    ),
    "{sensor}: twin": _found(
        EITHER, "reads the same as ... to the last digit; one copies the other", "neither is believed",
        "Look whether two names read one probe, and unplug one to find out.", LINGER_S,
    ),
    # --- outputs
    "{output}: guilty": _found(
        ALARM, "cool moves the beer the wrong way and is off: ...", "off until `resume`",
        "Check that heater and cooler are in the right sockets, then send resume.",
    ),
    "{output}: dead": _found(
        ALARM, "cool ran without effect and is off: is the probe in the beer? ...", "off until `resume`",
        "Look whether the probe is in the beer; check fuse, wire, glycol and compressor; then send resume.",
    ),
    "{output}: weak": _found(
        WARNING, "cool runs and does not keep up; ...", "goes on", "Check glycol temperature, flow, valves and doors."
    ),
    "{output}: longest run": _found(
        ALARM, "cool ran for 6 h, its longest run, and rests; ...", "rests 30 minutes, then tries again",
        "Check that the output is strong enough, and that nothing lets the heat in or out.",
    ),
    "{output}: output": _found(
        ALARM, "cool: output does not obey (...); switched off, ...", "that output is off",
        "Check pin, relay board and ribbon cable; switch it by hand until then.",
    ),
    "{output}: shared": _found(
        ALARM, "glycol is off (...); cool of fv1, fv2 stays off meanwhile", "that output of these tanks stays off",
        "Look at the shared output: power, wiring, is it strong enough; after an emergency stop send resume.",
    ),
    **{f"{role}: stuck on": _stuck_on(ROLES[role]) for role in reversed(moving(ROLES))},
    # --- the beer
    "beer: off target": CatalogueEntry(
        severity=ALARM, says="beer ... °C, ... above its setpoint ... and not on its way", meanwhile="goes on",
        todo="Check heater, glycol and doors; is the target meant?",
        rule=rules.off_target, raise_s=3 * HOUR_S, clear_s=900.0,
    ),
    "beer: fighting": CatalogueEntry(
        severity=WARNING, says="heater and cooler work against each other: ... and ... of 12 h, ...",
        meanwhile="goes on",
        todo="Set deadband_c of [tanks.NAME.temperature] to what it says, or move the probe nearer to the heater.",
        rule=rules.fighting, raise_s=900.0, clear_s=6 * HOUR_S,
    ),
    "beer: yeast range": CatalogueEntry(
        severity=ALARM, says="beer ... °C is above the yeast's range, ...",
        meanwhile="goes on; the range is the recipe's, the batch's or of `[tanks.NAME.alarms]`",
        todo="Check target and cooling against what the yeast bears.",
        rule=rules.yeast_range, raise_s=HOUR_S, clear_s=HOUR_S,
    ),
    "batch: another": _found(
        ALARM, "another batch? gravity rose from ... to ... and nothing was added: ...",
        "nothing heats, cools, doses or drains, no step goes on, there is no forecast",
        "Measure by hand; then send start_batch, or addition if something went in, or resume if it is the old beer.",
    ),
    "batch: original gravity": CatalogueEntry(
        severity=ALARM, says="an original gravity of ... was told, the first readings, ... h after pitching, are ...",
        meanwhile="recipe, doses and forecast go by the readings",
        todo="Measure by hand; then send correct_batch with the right og, or with pitched_at if it began earlier.",
        rule=rules.original_gravity, raise_s=600.0, clear_s=0.0, of_batch=True,
    ),
    "batch: late lag": CatalogueEntry(
        severity=ALARM, says="late lag: gravity fell by ...", meanwhile="goes on",
        todo="Measure by hand; then rouse and aerate, or pitch fresh yeast.",
        rule=rules.late_lag, raise_s=HOUR_S, clear_s=HOUR_S, of_batch=True,
    ),
    "batch: stuck": CatalogueEntry(
        severity=EITHER, says="stuck or sluggish: gravity ... moved ...", meanwhile="goes on",
        todo="Measure by hand; then rouse, warm by 2 °C, or pitch active yeast.",
        rule=rules.stuck, raise_s=HOUR_S, clear_s=6 * HOUR_S, of_batch=True,
    ),
    "forecast: jumped": CatalogueEntry(
        severity=WARNING, says="forecast jumped: complete ... h later than said ...", meanwhile="goes on",
        todo="Measure gravity by hand; do not act on this forecast before.",
        rule=rules.jumped, raise_s=1800.0, clear_s=HOUR_S, of_batch=True,
    ),
    # --- doses and drain
    "dose: {dose}": _found(
        ALARM, "dose 2 of 409 ml is uncertain: ...", "not repeated, for the whole batch",
        "Measure what is left in the bottle; never give this dose again before you know.",
    ),
    "dose: not given": _found(
        ALARM, "dose 2 is not given: it cannot be written down first", "no dose",
        "Check pump, hose, bottle and disk; give the dose by hand and record it with the command dose.",
    ),
    "drain: aborted": _found(
        ALARM, "drain aborted after 212 s: vent: the switch says no; ...", "the valve is closed",
        "Look at valve, vent and receiver before you arm the drain again.",
    ),
    # --- people and the house
    "stop": _found(
        ALARM, "stopped by anna: everything is off until somebody resumes", "off",
        "Send resume when everything may run again.",
    ),
    "emergency": _found(
        ALARM, "the emergency stop was pressed: everything is off", "off",
        "Look at the tank, release the button, send resume."
    ),
    "tank: broken": _found(
        ALARM, "control of fv1 failed (...); its outputs are off", "off, the others go on; tried again at every tick",
        "Tend this tank by hand and report the sentence; it is tried again at every tick.",
    ),
    "brewpi: away": _found(
        ALARM, "... was away for 5.0 h (power cut, or stopped): nobody watched this batch", "goes on where it was",
        "Taste and measure the beer, compare temperature and step with the plan, then acknowledge.",
    ),
    "store": _found(
        ALARM, "about the record", "controls on; the newest is kept in memory",
        "Make room on the disk or replace the card; control goes on meanwhile.",
    ),
    "broker": _found(
        WARNING, "broker ...; control goes on, events are kept and sent when it is back",
        "as it says; raised after a minute without it",
        "Check the broker and the network; control goes on, events are kept.",
    ),
    "same_name": _found(
        ALARM, "broker ... closed our connection 4 times within an hour: another brewpi may have the name of this site",
        "as it says; for an hour, whoever came later gives way for longer and longer",
        "Look for a second brewpi on the broker and give it a site of its own; if there is none, the broker restarts.",
    ),
    "model: refused": _found(
        WARNING, "model ... is not taken (...); ... goes on", "the one before forecasts, or the fitted curve",
        "Install a sound model, or type brewpi model rollback: the service takes what is current by itself.",
    ),
    "model: drift": _found(
        WARNING, "... does worse here than its card promises, over ... batches: ...; retrain it", "goes on with it",
        "On a laptop: make retrain LOGS=FOLDER, with the logs since then; brewpi model install my-model --to USER@PI.",
    ),
    "clock": _found(
        WARNING, "the wall clock has stepped ...", "goes on, by its own clock",
        "Check the time service; send commands with the right time. Control goes by its own clock.",
    ),
    "{part}: failing": _found(
        ALARM, "forecast fails (...); control goes on ...", "as it says",
        "Report the sentence; the part is tried again all the time. Restart brewpi if it stays.",
    ),
}  # fmt: skip
UNKNOWN = _found(ALARM, "", "", "Look at the tank, then acknowledge.")


@lru_cache(maxsize=256)
def entry_key(key: str) -> str | None:
    """The key in the catalogue that an alarm's key stands for; None if it is in there under no name."""
    if key in CATALOGUE:
        return key
    for known in CATALOGUE:
        pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(known))
        if "{" in known and re.fullmatch(pattern, key):
            return known
    return None


def entry_of(key: str) -> CatalogueEntry:
    """The entry of an alarm's key; of an unknown one, an entry that says to look at the tank."""
    return CATALOGUE[known] if (known := entry_key(key)) else UNKNOWN


def raise_s(key: str, options: Alarming) -> float:
    """How long a rule has to hold before its alarm is raised, with what the config says of it."""
    return options.off_target_h * HOUR_S if key == "beer: off target" else CATALOGUE[key].raise_s


def _lasting(seconds: float) -> str:
    return f"{seconds / HOUR_S:g} h" if seconds >= HOUR_S else f"{seconds / 60.0:g} min"


def table() -> Iterator[str]:
    """The lines of the table in docs/operator.md."""
    yield "| it says | `key` | how grave | it does | you do |"
    yield "| --- | --- | --- | --- | --- |"
    for key, entry in CATALOGUE.items():
        grave = " or ".join(entry.severity) + (f", after {_lasting(entry.raise_s)}" if entry.rule else "")
        says = entry.says if entry.says.startswith("about") else f"`{entry.says}`"
        yield f"| {says} | `{key}` | {grave} | {entry.meanwhile} | {entry.todo} |"


def renewed(page: str) -> str:
    """A page with the table made anew. Raises ValueError where one of its marks is missing."""
    return generated_docs.renewed(page, "brewpi/alarms/catalogue.py", table())


if __name__ == "__main__":
    sys.stdout.write(renewed(sys.stdin.read()))
