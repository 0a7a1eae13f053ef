"""The doors, each as a function of bytes that raises nothing but the AssertionError of a finding.

Whatever comes in, each ends in what it promises: a value that can be stored, sent and shown, or a sentence.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import model_doors
import record_door
import web_doors
from sentence import shown

from brewpi.config.config import ConfigErrors, loads
from brewpi.dashboard.feed.board import Board
from brewpi.forecast.tflite_model import ModelCard, ModelError
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.importers import LogError, read_all
from brewpi.mqtt.broker_users import PUBLISHED
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.commands import Accepted, parse
from brewpi.outbound import Request
from brewpi.outbound.delivery_worker import LONGEST_ASKED_S, post, waits_s
from brewpi.receiver.gate import Gate, Refused
from brewpi.sanitize import is_clean, parse_object
from brewpi.sensors import SensorError
from brewpi.sensors.messages.formats import FORMATS
from brewpi.sensors.messages.unit_changes import UnitChanges
from brewpi.sensors.topic import Topic, TopicProbe
from brewpi.store.rows import unpacked
from brewpi.toml_file import parse_toml

NOW = 1_790_000_000.0
TOKEN = "correct horse battery"


@contextmanager
def file_of(data: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def payload(data: bytes) -> None:
    """A hydrometer's message, of the format that the first byte says."""
    format_ = sorted(FORMATS)[data[0] % len(FORMATS)] if data else "ispindel"
    unit = None if FORMATS[format_].says_unit else "plato"
    options = Topic(topic="t", format=format_, unit=unit, measure=("sg", "beer_c"))
    inbox = Inbox()
    probe = TopicProbe(inbox, options, UnitChanges())
    for field in ("gravity", "RSSI"):
        inbox.put(Message(f"t/{field}" if FORMATS[format_].by_field else "t", data[1:], False, NOW))
    try:
        readings = probe.read(NOW)
    except SensorError as error:
        shown(str(error))
        return
    assert all(isinstance(reading.value, float) and math.isfinite(reading.value) for reading in readings)


def command(data: bytes) -> None:
    """A command, of the name that the first byte says."""
    name = sorted(COMMANDS)[data[0] % len(COMMANDS)] if data else "stop"
    for keys in ({}, {"anna": b"k" * 32}):
        verdict = parse(Message(f"brewpi/s/fv1/command/{name}", data[1:], False, NOW), NOW, (), keys)
        if not isinstance(verdict, Accepted):
            shown(verdict.why)
            json.dumps([verdict.id, verdict.why, verdict.name], ensure_ascii=False).encode()


def config(data: bytes) -> None:
    """A cellar's TOML."""
    text = data.decode("utf-8", "replace")
    with suppress(ValueError):
        assert isinstance(parse_toml(text), dict)
    try:
        loads(text, "cellar.toml")
    except ConfigErrors as errors:
        for sentence in errors.sentences:
            shown(sentence)


def card(data: bytes) -> None:
    """The card of a model's weights."""
    with file_of(data, "card.json") as path, suppress(ModelError):
        ModelCard.read(path)


def log(data: bytes) -> None:
    """A log, as a file of any kind."""
    with file_of(data, "log.csv") as path:
        try:
            found = read_all(path)
        except LogError as error:
            shown(str(error))
            return
    for refused in found.refused:
        shown(str(refused))
    for one in found.logs:
        assert is_clean(one.name), "a name that is not clean"
        assert len(one.series.sg), "a batch without a reading"
        for note in one.notes:
            shown(note)


def board(data: bytes) -> None:
    """What the board hears."""
    heard = Board()
    heard.receive(Message(f"brewpi/s/fv1/{word}", data, False, NOW) for word in PUBLISHED)
    heard.ordered(NOW)


def receiver(data: bytes) -> None:
    """What a device posts."""
    gate = Gate(TOKEN)
    try:
        taken = gate.take(data, {"token": TOKEN}, "10.0.0.1", NOW)
    except Refused as refused:
        shown(str(refused))
        return
    assert TOKEN not in taken.payload, "the token is published"
    assert isinstance(json.loads(taken.payload), dict)


def answer(data: bytes) -> None:
    """What a service answers to outbound: status, date, Retry-After and body from the bytes."""
    status = 100 + (data[0] * 256 + data[1]) % 500 if len(data) > 1 else 503
    rest = data[2:].replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")
    date, _, after = rest.partition(b";")

    def respond(request: httpx.Request) -> httpx.Response:
        headers = [(b"Retry-After", after.strip() or date), (b"Date", date or b"Thu, 26 Nov 2026 12:00:00 GMT")]
        return httpx.Response(status, headers=headers, content=data)

    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        outcome = post(client, Request("https://example.org/x", {"text": "x"}, token="t"))
    assert 0.0 < waits_s(3, outcome.wait_s) <= LONGEST_ASKED_S, "waits for ever"
    if outcome.why:
        shown(outcome.why)


def row(data: bytes) -> None:
    """A packed column of the record."""
    with suppress(ValueError):
        unpacked(data)
    with suppress(ValueError):
        assert isinstance(parse_object(data), dict)


DOORS: dict[str, Callable[[bytes], None]] = {
    door.__name__: door
    for door in (
        payload, command, config, card, log, board, receiver, answer, row, model_doors.weights, model_doors.forest,
        record_door.record, web_doors.form, web_doors.socket, web_doors.api,
    )
}  # fmt: skip
SLOW = {"weights": 20, "record": 6, "socket": 4, "form": 2}  # so many times fewer tries where there is no fuzzer
SEEDS: dict[str, tuple[bytes, ...]] = {
    "payload": (
        b'\x00{"gravity":12.1,"temperature":19.5,"temp_units":"C","RSSI":-60}',
        b'\x01{"color":"RED","SG":1.05,"Temp":66,"timestamp":"2026-11-26T12:00:00Z"}',
    ),
    "command": tuple(
        bytes([number]) + b'{"id":"1","issued_at":"2026-09-21T14:13:20Z","by":"anna","target_c":18.0,"volume_ml":5}'
        for number in range(len(COMMANDS))
    ),
    "config": (
        b'site = "riverside"\n[tanks.fv1]\nvolume_l = 500\n[tanks.fv1.sensors]\nbeer = { kind = "ds18b20",'
        b' id = "28-0316a2794eff" }\n[tanks.fv1.outputs]\nheat = { kind = "relay", pin = 17 }\n'
        b"[tanks.fv1.temperature]\ntarget_c = 19.0\n",
    ),
    "card": (b'{"format":1,"inputs":["a"],"sha256":"0","outputs":["b"]}',),
    "log": (
        b"time,sg,temp_c\n2026-01-01 00:00,1.050,19.0\n2026-01-01 06:00,1.048,19.1\n2026-01-02 00:00,1.040,19.2\n",
        b"Timepoint,SG,Temp,Color,Beer\n44000.5,1.050,66.0,RED,Ale\n44000.6,1.049,66.0,RED,Ale\n",
        b'[{"time":"2026-01-01T00:00:00Z","gravity":12.1},{"time":"2026-01-02T00:00:00Z","gravity":10.0}]',
        b"hour;Plato;Grad\n0;12,5;19\n6;12,0;19\n24;9,5;20\n",
        b"PK\x03\x04", b"SQLite format 3\x00",
    ),
    "board": (
        b'{"at":"2026-09-21T14:13:20Z","sg":1.05,"beer_c":19.0,"alarms":[{"key":"a","severity":"alarm","text":"x"}]}',
        b'{"at":"2026-09-21T14:13:20Z","remaining_h":{"p10":1,"p50":2,"p90":3},"source":"model"}',
    ),
    "receiver": (b'{"name":"iSpindel000","ID":1,"temperature":19.5,"temp_units":"C","gravity":12.1,"interval":900}',),
    "answer": (b"\x01\x93Thu, 26 Nov 2026 12:00:00 GMT;120", b"\x01\x4dThu, 26 Nov 2026 12:00:00 GMT;Fri, 27 Nov 2026"),
    "row": (b'{"a":1}',),
    **model_doors.SEEDS, **record_door.SEEDS, **web_doors.SEEDS,
}  # fmt: skip
