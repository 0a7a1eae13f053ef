"""What a person has to know of an output, by what its effect on the beer says."""

from __future__ import annotations

from brewpi.control.effect_check.response_snapshot import Standing
from brewpi.records import Alarm, Severity
from brewpi.sentences import Sentence

FOUND = {
    "reversed": "{output} moves the beer the wrong way and is off: is it wired to the right socket? Resume when it is",
    "weak": "{output} runs and does not keep up; check that it works, and how strong it is",
    "dead": "{output} ran without effect and is off: is the probe in the beer? Check fuse and wire, then resume",
    "trying": "{output} ran without effect and is off, and is tried again from time to time: check glycol, pump, hose"
              " and probe, then resume",
}  # fmt: skip
KEYS = {"reversed": "guilty"}  # of the alarm, where it has another word: others go by it


def finding(found: Standing, output: str, since: float, *, is_behind: bool, is_tried_again: bool) -> Alarm | None:
    """Its alarm; None if there is nothing to be said. is_behind: the beer is short of its setpoint."""
    if found not in FOUND or (found == "weak" and not is_behind):
        return None
    severity: Severity = "warning" if found == "weak" else "alarm"
    said: Standing = "trying" if found == "dead" and is_tried_again else found
    text = Sentence(FOUND[said], output=output)
    return Alarm(f"{output}: {KEYS.get(found, found)}", severity, text, since)
