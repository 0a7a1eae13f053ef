"""What the catalogue says of one alarm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from brewpi.alarms.rules.view import AlarmCondition, View
from brewpi.records import Severity

LINGER_S = 60.0  # a sensor's fault has to be gone for so long: a loose plug is one alarm, not a hundred
Rule = Callable[[View], AlarmCondition]
Severities = tuple[Severity, ...]
ALARM: Severities = ("alarm",)
WARNING: Severities = ("warning",)
EITHER: Severities = ("alarm", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One alarm. says: its sentence, shortened; meanwhile: what the tank does; todo: what a person does.

    todo_in: `todo` in other languages ("de"); says_in: the sentences it is raised with, each as it stands in
    `Sentence(...)`, in other languages. What other parts say too stands in the board's catalogues instead.
    rule: finds it, None where something else does; raise_s, clear_s: how long it has to hold and to be gone;
    of_batch: forgotten with its batch; of_cellar: stands in every tank alike, for what they share is wrong, so it is
    told and acknowledged once; linger_s: of an alarm without a rule, how long it has to be gone.
    """

    severity: Severities
    says: str
    meanwhile: str
    todo: str
    todo_in: Mapping[str, str]
    says_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rule: Rule | None = None
    raise_s: float = 0.0
    clear_s: float = 0.0
    of_batch: bool = False
    of_cellar: bool = False
    linger_s: float = 0.0
