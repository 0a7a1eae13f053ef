"""A cellar that obeys signed commands only, and STOP."""

from __future__ import annotations

import json
from pathlib import Path

from cellar_harness import CellarBench

from brewpi.mqtt.signing import sign
from brewpi.mqtt.topics import iso

KEY = b"k" * 32


def test_only_who_has_a_key_is_obeyed_and_the_record_says_so(tmp_path: Path):
    bench = CellarBench(tmp_path)
    keys = tmp_path / "keys.toml"
    bench.cellar.operator.command_keys = keys
    unproven = bench.send("target", target_c=18.0)
    assert not unproven["ok"]  # there is no file of keys yet
    keys.write_text(f'anna = "{KEY.hex()}"\n')
    assert bench.send("target", target_c=18.0)["why"] == "it is not signed, and this site obeys signed commands only"

    fields = {"id": "s1", "issued_at": iso(bench.now), "by": "anna", "target_c": 18.0}
    payload = json.dumps({**fields, "sig": sign(KEY, "riverside", "fv1", "target", fields)}).encode()
    assert bench.send("target", payload=payload)["ok"]
    (event,) = [event for event in bench.cellar.store.events("fv1") if event.kind == "command"]
    assert event.details["signed"] is True
    assert bench.send("target", payload=payload)["why"] == "repeated: this id was obeyed before"
    assert not bench.send("target", tank="fv2", payload=payload)["ok"]
    assert bench.send("stop")["ok"]
    assert bench.cellar.tanks["fv1"].interlocks.stopped_by == "anna (not signed)"
    bench.power_off()
