"""One entry an alarm: each can be raised, and whatever raises one names its entry."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_alarms import Watched

from brewpi.alarms.catalogue import CATALOGUE, entry_key, renewed
from brewpi.alarms.rules.view import AlarmCondition

ROOT = Path(__file__).parents[2]
RULED = [key for key, entry in CATALOGUE.items() if entry.rule]
HANDED_IN = ("alarms/monitors.py", "store/packing.py")  # with the key of an entry at hand, or as it was recorded


def sites() -> Iterator[tuple[str, str, set[str]]]:
    """Every `Alarm(key, severity, ...)` of the package: where, its key with names as X, its severities if literal."""
    for file in sorted((ROOT / "brewpi").rglob("*.py")):
        name = file.relative_to(ROOT / "brewpi").as_posix()
        if name in HANDED_IN:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Alarm":
                yield f"{name}:{node.lineno}", _key(node.args[0]), _words(node.args[1])


def _key(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr), ast.unparse(node)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)


def _words(node: ast.expr) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and n.value in ("alarm", "warning", "info")}


SITES = list(sites())


@pytest.mark.parametrize(("where", "key", "severities"), SITES, ids=[site[0] for site in SITES])
def test_whatever_raises_an_alarm_names_its_entry(where: str, key: str, severities: set[str]):
    known = {entry_key(variant) for variant in _variants(key)}
    assert None not in known, f"{where}: {key} has no entry in the catalogue"
    allowed = {word for entry in known for word in CATALOGUE[entry].severity}
    assert severities <= allowed, f"{where}: {severities}, but the entry is {allowed}"


def _variants(key: str) -> list[str]:
    """A key that is all names stands for those that its file gives it: "X: X" of outputs and of sensors."""
    return [key] if key != "X: X" else ["cool: dead", "beer: silent"]


@pytest.mark.parametrize("key", [key for key in CATALOGUE if key not in RULED])
def test_an_entry_without_a_rule_is_raised_somewhere(key: str):
    keys = {entry_key(site[1]) for site in SITES}
    kinds = "".join((ROOT / "brewpi" / name).read_text(encoding="utf-8") for name in KINDS)
    word = key.rpartition(": ")[2]
    raised = key in keys or (key.startswith(("{sensor}", "{output}")) and f'"{word}"' in kinds)
    assert raised, f"nothing raises {key}: an entry that cannot be raised protects nobody"


KINDS = (
    "control/effect_check/output_finding.py",
    "estimation/signal_filter.py",
    "estimation/misread_fault.py",
    "cellar/polled_sensor.py",
)


@pytest.mark.parametrize("key", RULED)
def test_an_entry_with_a_rule_is_raised_after_its_time_and_cleared_after_its_time(key: str):
    tank = Watched()
    latch = tank.alarm_monitors.latches[key]
    entry, holds = latch.entry, [True]
    latch.entry = replace(entry, rule=lambda _: AlarmCondition(holds[0], "it is so", entry.severity[0]))
    tank.run(0.25)
    since = tank.now
    while key not in tank.alarms:
        tank.run(0.25)
        assert tank.now - since < latch.raise_s + 1800.0
    alarm = tank.alarms[key]
    assert (alarm.text, alarm.todo, alarm.severity) == ("it is so", entry.todo, entry.severity[0])
    holds[0] = False
    tank.run(entry.clear_s / 3600.0 + 0.5)
    assert key not in tank.alarms


def test_the_operators_page_has_its_table_from_the_catalogue():
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    assert page == renewed(page), "type: make docs"


@pytest.mark.parametrize(
    ("key", "entry"),
    [("gravity: frozen", "{sensor}: frozen"), ("stop", "stop"), ("dose: not given", "dose: not given"),
     ("dose: b1-dose-2", "dose: {dose}"), ("what is this", None)],
)  # fmt: skip
def test_a_key_finds_its_entry(key: str, entry: str | None):
    assert entry_key(key) == entry
