"""What was obeyed is told in a sentence that names who did it, whatever the command was."""

from datetime import UTC, datetime

import pytest

from brewpi.cellar.command_sentences import spoken_command
from brewpi.mqtt.command_fields import COMMANDS

AT = datetime(2026, 5, 1, 14, 30, tzinfo=UTC)
SAID = {
    "mode": [({"action": "dose", "mode": "act"}, "anna set dose to act")],
    "confirm": [({}, "anna said yes"), ({"what": "vdk"}, "anna said yes: vdk")],
    "veto": [({}, "anna said no"), ({"what": "step"}, "anna said no: step")],
    "dose": [
        ({"volume_ml": 50.0}, "anna asked for a dose of 50 ml"),
        ({"volume_ml": 50.0, "by_hand": True}, "anna gave 50 ml by hand"),
    ],
    "target": [({"target_c": 18.5}, "anna sets 18.5 °C")],
    "reading": [
        ({"quantity": "sg", "value": 10.0, "unit": "plato"}, "anna entered a gravity of 1.0400 SG"),
        ({"quantity": "beer_c", "value": 19.0}, "anna entered beer temperature: 19.0 °C"),
    ],
    "start_batch": [
        ({"name": "Amber"}, "anna begins batch Amber"),
        ({"name": "Amber", "og": 1.05}, "anna begins batch Amber, original gravity 1.0500 SG"),
    ],
    "end_batch": [({}, "anna ended the batch")],
    "correct_batch": [
        ({"yeast": "US-05", "og": 1.05}, "anna corrected the batch: original gravity 1.0500 SG, yeast US-05"),
        ({"pitched_at": AT, "name": "{x}"}, "anna corrected the batch: name {x}, pitched 2026-05-01 14:30 UTC"),
    ],
    "move_batch": [({"to": "fv2"}, "anna moved the batch to fv2")],
    "addition": [({"what": "plums", "points": 5.0}, "anna recorded an addition: plums")],
    "forget_reading": [({"reading": "1"}, "anna took a hand reading back")],
    "note": [({"text": "dry hop"}, "anna wrote a note")],
    "calibrate": [
        ({"sensor": "pill", "quantity": "sg", "offset": -0.003}, "anna calibrated pill, gravity: -0.0030 is added"),
        ({"sensor": "beer", "quantity": "beer_c", "offset": 0.3},
         "anna calibrated beer, beer temperature: 0.30 °C are added"),
        ({"sensor": "pill", "quantity": "sg", "points": [[1.0, 1.0], [1.05, 1.048]]}, "anna calibrated pill, gravity"),
        ({"sensor": "pill", "quantity": "sg", "forget": True},
         "anna took back what was said of the calibration of pill, gravity"),
    ],
    "drain": [({}, "anna armed the drain")],
    "stop": [({}, "anna stopped everything")],
    "resume": [({}, "anna resumed")],
    "acknowledge": [({"key": "stop"}, "anna has seen: stop")],
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told(name: str):
    for fields, told in SAID[name]:
        command = COMMANDS[name].model_validate({"id": "1", "issued_at": AT, "by": "anna", **fields})
        assert spoken_command(name, command) == told
