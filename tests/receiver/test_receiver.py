"""Posts of hydrometers: what gets through to the broker, and what does not."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest
from brokers import own_address, until
from ports import free_port
from raw_http import TWO_IN_ONE, statuses_of_two
from starlette.requests import Request

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.mqtt import Mqtt
from brewpi.receiver.gate import (
    DEVICE_EVERY_S,
    IN_ALL,
    LARGEST,
    MOST_DEVICES,
    PER_ADDRESS,
    WRONG_TOKENS,
    Gate,
    Refused,
    device_name,
)
from brewpi.receiver.server import CannotReceive, Options, run, tokens_shown
from brewpi.sensors.topic import Topic

TOKEN = "correct horse battery"
ISPINDEL = {"name": "iSpindel000", "ID": 1, "token": TOKEN, "angle": 40.1, "temperature": 19.5, "temp_units": "C",
            "battery": 4.1, "gravity": 12.1, "interval": 900, "RSSI": -60}  # fmt: skip
HERE = "192.168.1.20"


@pytest.fixture(autouse=True)
def clock(mocker) -> SimpleNamespace:
    """The wall clock of `limits`, which stands until a test puts it forward."""
    clock = SimpleNamespace(now=1_790_000_000.0)
    mocker.patch("limits.storage.memory.time", SimpleNamespace(time=lambda: clock.now))
    return clock


def take(gate: Gate, fields: object, now: float = 0.0, address: str = HERE, **shown: str):
    gate.admit(address)
    return gate.take(json.dumps(fields).encode(), shown, address, now)


def refusal(call) -> Refused:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value


def test_a_post_is_published_without_its_token():
    post = take(Gate(TOKEN), ISPINDEL)
    assert post.device == "ispindel000"
    assert json.loads(post.payload) == {key: value for key, value in ISPINDEL.items() if key != "token"}
    assert TOKEN not in post.payload


def test_a_broken_thermometer_costs_a_post_neither_token_nor_gravity():
    """GravityMon and iSpindel write nan as printf does."""
    body = json.dumps(ISPINDEL).replace("19.5", "nan").encode()
    assert json.loads(Gate(TOKEN).take(body, {}, HERE, 0.0).payload)["gravity"] == 12.1


@pytest.mark.parametrize("shown", [{"bearer": TOKEN}, {"header": TOKEN}, {"id": TOKEN}, {"id": "x", "token": TOKEN}])
def test_the_token_may_stand_where_the_device_can_put_it(shown):
    assert take(Gate(TOKEN), {"name": "a", "gravity": 1.05}, **shown).device == "a"


@pytest.mark.parametrize("shown", [{"bearer": f"{TOKEN} "}, {"header": f" {TOKEN}"}, {"token": f"{TOKEN}\n"}])
def test_a_blank_that_was_copied_with_the_token_is_no_part_of_it(shown):
    assert take(Gate(TOKEN), {"name": "a", "gravity": 1.05}, **shown).device == "a"
    assert take(Gate(TOKEN), {**ISPINDEL, "token": f"{TOKEN} "}).device == "ispindel000"
    assert refusal(lambda: take(Gate(TOKEN), {"name": "a", "gravity": 1.05}, header=" ")).status == 401


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  ", ""])
def test_the_word_before_a_token_may_be_written_as_devices_do(scheme: str):
    assert tokens_shown(Request({"type": "http", "headers": [(b"authorization", f"{scheme}{TOKEN}".encode())],
                           "query_string": b""})) == {"bearer": TOKEN}  # fmt: skip


@pytest.mark.parametrize("fields", [
    {"name": "a", "gravity": 1.05}, {"name": "a", "gravity": 1.05, "token": ""},
    {"name": "a", "gravity": 1.05, "token": TOKEN + "x"}, {"name": "a", "gravity": 1.05, "token": [TOKEN]}, [], "é", 3,
])  # fmt: skip
def test_without_the_token_nothing_gets_through(fields):
    assert refusal(lambda: take(Gate(TOKEN), fields)).status == 401


def test_guessing_is_slow_and_does_not_shut_others_out(clock):
    gate = Gate(TOKEN)
    for _ in range(WRONG_TOKENS.amount):
        assert refusal(lambda: take(gate, {"name": "a", "gravity": 1})).status == 401
        clock.now += 1.0
    assert refusal(lambda: take(gate, ISPINDEL, 10.0)).status == 429
    assert take(gate, ISPINDEL, 10.0, "192.168.1.21").device == "ispindel000"
    clock.now += 70.0
    assert take(gate, ISPINDEL, 80.0).device == "ispindel000"


def test_an_address_and_everybody_together_are_limited(clock):
    gate = Gate(TOKEN)
    for _ in range(PER_ADDRESS.amount):
        gate.admit(HERE)
    clock.now += 59.0
    for _ in range(IN_ALL.amount):
        assert refusal(lambda: gate.admit(HERE)).status == 429
    gate.admit("192.168.1.21")  # who floods shuts nobody out
    clock.now += 2.0
    gate.admit(HERE)
    gate = Gate(TOKEN)
    for n in range(IN_ALL.amount):
        gate.admit(f"10.0.{n // 50}.1")
    assert refusal(lambda: gate.admit("10.1.0.1")).status == 429


def test_a_device_that_posts_too_often_is_refused_and_heard_again():
    gate = Gate(TOKEN)
    take(gate, ISPINDEL, 0.0)
    assert refusal(lambda: take(gate, ISPINDEL, DEVICE_EVERY_S - 1.0)).status == 429
    take(gate, ISPINDEL, DEVICE_EVERY_S)


def test_what_it_remembers_is_bounded(clock):
    gate = Gate(TOKEN)
    for n in range(5000):
        with suppress(Refused):
            gate.admit(f"10.{n // 250}.{n % 250}.1")
    assert len(gate.storage.events) <= IN_ALL.amount + 1
    clock.now += 61.0
    for n in range(MOST_DEVICES):
        take(gate, {**ISPINDEL, "name": f"d{n}"}, 10_000.0 + n, f"10.0.0.{n}")
    assert refusal(lambda: take(gate, {**ISPINDEL, "name": "one more"}, 11_000.0)).status == 429


@pytest.mark.parametrize(("body", "status"), [
    (b"", 400), (b"{", 400), (b"a", 400), (b"[]", 400), (b"\xff\xfe", 400), (b"null", 400),
    (b'{"name": "a"}', 400), (b'{"gravity": 1.05}', 400), (b'{"name": "///", "gravity": 1.05}', 400),
    (b'{"name": {"a": 1}, "gravity": 1.05}', 400), (b'{"name": "a", "gravity": ' + b"9" * LARGEST + b"}", 413),
    (b"[" * 3000, 400),
])  # fmt: skip
def test_rubbish_is_refused(body, status):
    assert refusal(lambda: Gate(TOKEN).take(body, {"id": TOKEN}, HERE, 0.0)).status == status


@pytest.mark.parametrize(("body", "why"), [
    (json.dumps([ISPINDEL, ISPINDEL]).encode(), "the body is a list of 2 messages; post each by itself"),
    (gzip.compress(json.dumps(ISPINDEL).encode()), "packed with gzip; send it as it is"),
    (json.dumps(ISPINDEL).encode("utf-16"), "it is in UTF-16; send it in UTF-8"),
    (json.dumps(ISPINDEL)[:-20].encode(), "it breaks off before its end"),
    (b'{"name": "a", "gravity": 1,048}', "a number in it has a decimal comma; write 1.05"),
    (b'{"name": "a", "gravity": 1.048} // my float', "a comment is no part of JSON; leave it out"),
    (b'{"name": "a", "gravity": 1.05, "gravity": 1.01}', "gravity is not one number but a list, or stands twice in it"),
    (b"Color=Red&SG=1.05&SG=1.01", "sg is not one number but a list, or stands twice in it"),
    (b'{"name": "a", "gravity": [1.05, 1.01]}', "gravity is not one number but a list"),
    (b'{"gravity": 1.05}', "the device has no name; give it one, with a letter a-z or a digit, in its settings"),
    (json.dumps({**ISPINDEL, **{f"f{n}": n for n in range(40)}}).encode(), "more than 40 fields"),
])  # fmt: skip
def test_what_is_refused_says_what_to_do(body: bytes, why: str):
    assert why in refusal(lambda: Gate(TOKEN).take(body, {"id": TOKEN}, HERE, 0.0)).why


def test_a_token_in_a_body_that_cannot_be_read_is_not_said_to_be_wrong_alone():
    refused = refusal(lambda: Gate(TOKEN).take(json.dumps(ISPINDEL).encode("utf-16"), {}, HERE, 0.0))
    assert refused.status == 401
    assert "if it is in the body: that is no form, and not JSON in UTF-8: it is in UTF-16" in refused.why


def test_a_number_in_an_object_of_its_own_is_kept():
    """Ubidots' way to write it."""
    post = take(Gate(TOKEN), {"name": "a", "gravity": {"value": 1.05}, "temperature": {"value": 19.5}}, id=TOKEN)
    assert json.loads(post.payload) == {"name": "a", "gravity": 1.05, "temperature": 19.5}


@pytest.mark.parametrize(("first", "second"), [
    ("Tilt Red", "tilt-red"), ("Gärtank 1", "Gürtank 1"), ("fv1/red", "fv1.red"), ("Tank+1", "Tank#1"),
    ("発酵1", "酵母1"), ("x" * 32 + " left", "x" * 32 + " right"), ("Tilt  Red!", "Tilt Red"),
])  # fmt: skip
def test_two_devices_whose_names_make_one_topic_are_told_and_not_mixed(first: str, second: str):
    gate = Gate(TOKEN)
    topic = take(gate, {**ISPINDEL, "name": first}, 0.0).device
    for hours in (0.5, 1.0, 3.9):
        refused = refusal(lambda at=3600.0 * hours: take(gate, {**ISPINDEL, "name": second}, at))
        assert refused.status == 409
        assert f"are both {topic} here, and would be mixed; give one another name" in refused.why
        take(gate, {**ISPINDEL, "name": first}, 3600.0 * hours + 6.0)


def test_a_device_that_was_renamed_is_taken_once_its_old_name_is_silent_and_capitals_are_no_other_name():
    gate = Gate(TOKEN)
    take(gate, {**ISPINDEL, "name": "Tilt Red"}, 0.0)
    take(gate, {**ISPINDEL, "name": "TILT RED"}, 60.0)
    assert refusal(lambda: take(gate, {**ISPINDEL, "name": "Tilt-Red"}, 3600.0)).status == 409
    assert take(gate, {**ISPINDEL, "name": "Tilt-Red"}, 4 * 3600.0).device == "tilt-red"
    assert take(gate, {**ISPINDEL, "name": "TILT_RED"}, 4 * 3600.0).device == "tilt_red"


@pytest.mark.parametrize("written", ["9/21/2026 2:13:00 PM", "21.09.2026 14:13:00", 1789999980000])
def test_the_time_of_a_webhook_goes_through_as_it_is_written(written):
    pill = {"device_name": "Pill", "device_id": "9b3c", "gravity": 1048.2, "created_date": written}
    post = take(Gate(TOKEN), pill, id=TOKEN)
    inbox = Inbox()
    options = Topic(topic="hydrometer/pill", format="rapt", unit="sg1000")
    probe = options.open(PlugContext(subscribe=lambda topic: inbox))
    inbox.put(Message("hydrometer/pill", post.payload.encode(), False, 1_790_000_030.0))
    (reading,) = probe.read(1_790_000_030.0)
    assert (reading.at, reading.value) == (1_789_999_980.0, pytest.approx(1.0482))


@pytest.mark.parametrize(("said", "topic"), [
    ("iSpindel 000 [SG]", "ispindel-000-sg"), ("a/b/#/+", "a-b"), ("x" * 99, "x" * 32), ("Gärtank\n2", "g-rtank-2"),
    (12345, "12345"), ("", None), ("+", None), (None, None), ([1], None),
])  # fmt: skip
def test_a_name_is_one_level_of_a_topic(said, topic):
    assert device_name(said) == topic


@pytest.mark.parametrize("name", [None, "", " ", "発酵", {"a": 1}])
def test_a_device_whose_name_makes_no_topic_goes_by_its_number(name):
    assert take(Gate(TOKEN), {**ISPINDEL, "name": name, "ID": 4974097}).device == "4974097"


def test_what_it_publishes_is_read_by_a_topic_sensor():
    """From the post to the reading."""
    stream = {"name": "pill", "temp": 68, "temp_unit": "F", "gravity": 12.0, "gravity_unit": "P", "battery": 3.9}
    post = take(Gate(TOKEN), stream, id=TOKEN)
    inbox = Inbox()
    options = Topic(topic="hydrometer/pill", format="brewfather", measure=("sg", "beer_c"))
    probe = options.open(PlugContext(subscribe=lambda topic: inbox))
    inbox.put(Message("hydrometer/pill", post.payload.encode(), False, 100.0))
    readings = {r.quantity: r.value for r in probe.read(100.0)}
    assert readings["sg"] == pytest.approx(1.0484, abs=2e-4)
    assert (readings["beer_c"], readings["battery_v"]) == (pytest.approx(20.0), 3.9)


TILT = "Timepoint=46286.5925&Temp=68.5&SG=1.0480&Beer=K%C3%B6lsch+2%2C1&Color=RED&Comment="


def test_a_form_of_the_tilt_app_is_read_by_a_topic_sensor():
    """It has no place for a token but the address; its time is local, a spreadsheet's, and not read."""
    post = Gate(TOKEN).take(TILT.encode(), {"token": TOKEN}, HERE, 0.0)
    assert (post.device, json.loads(post.payload)["Beer"]) == ("red", "Kölsch 2,1")
    inbox = Inbox()
    options = Topic(
        topic="hydrometer/red", format="tiltbridge", unit="sg", temperature_unit="f", measure=("sg", "beer_c")
    )
    probe = options.open(PlugContext(subscribe=lambda topic: inbox))
    inbox.put(Message("hydrometer/red", post.payload.encode(), False, 100.0))
    readings = {r.quantity: (r.at, r.value) for r in probe.read(100.0)}
    assert readings == {"sg": (100.0, 1.048), "beer_c": (100.0, pytest.approx(36.5 / 1.8))}


@pytest.mark.parametrize(("body", "status"), [
    (TILT + "&token=x", 401), (TILT + f"&token={TOKEN}", 200), (f"{TILT}&token={TOKEN}\r\n", 200),
    (f"SG=1.05&token={TOKEN}", 400), (f"Color=Red&token={TOKEN}", 400), (f"Color=/&SG=1.05&token={TOKEN}", 400),
    ("&".join(f"a{n}=1" for n in range(41)) + f"&SG=1.05&Color=Red&token={TOKEN}", 401),
    (TILT + "&Comment=" + "x" * LARGEST, 413), ("=" * 3000, 401), ("&" * 3000, 401), ("Color", 401),
    ("Color=%ff%00&SG=1.05", 401), ("\ufeff", 401),
])  # fmt: skip
def test_a_form_is_bound_by_what_binds_json(body: str, status: int):
    def given() -> None:
        Gate(TOKEN).take(body.encode(), {}, HERE, 0.0)

    if status == 200:
        given()
    else:
        assert refusal(given).status == status


@pytest.mark.parametrize(("fields", "device"), [
    ({"device_name": "Pill 1", "device_id": "9b3c", "gravity": 1.05}, "pill-1"),
    ({"device_id": "9b3c", "temp": 20}, "9b3c"),
    ({"Name": "Float", "Gravity": 1.05}, "float"), ({"id": "2e6753", "corr_gravity": 1.05}, "2e6753"),
    ({"Color": "Purple*HD", "SG": "1.0480"}, "purple-hd"), ({"name": "", "Color": "Red", "Temp": "68"}, "red"),
])  # fmt: skip
def test_a_device_is_known_by_the_name_that_its_firmware_gives(fields, device: str):
    assert take(Gate(TOKEN), {**fields, "token": TOKEN}).device == device


# --- the process


@pytest.fixture
def served(tmp_path, broker):
    port = free_port()
    (tmp_path / "token").write_text(TOKEN + "\n")
    command = [sys.executable, "-m", "brewpi", "receiver", "--token-file", str(tmp_path / "token"), "--listen",
               f"0.0.0.0:{port}", "--port", str(broker.port)]  # fmt: skip
    process = subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.PIPE, text=True)
    yield process, port
    process.kill()
    process.communicate()


def post(port: int, body: bytes, path: str = "/ispindel", method: str = "POST") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10.0)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def answers(port: int) -> bool:
    try:
        return post(port, b"", "/", "GET")[0] > 0
    except OSError:
        return False


def test_from_the_post_to_the_broker_and_a_clean_end(served, broker, listen):
    process, port = served
    listener = listen("hydrometer/#")
    until(lambda: answers(port), 30.0)
    until(lambda: post(port, json.dumps(ISPINDEL).encode())[0] == 200 or time.sleep(1.0), 60.0)
    until(lambda: listener.heard)
    topic, payload, retained = listener.heard[0]
    assert (topic, retained, json.loads(payload)["gravity"]) == ("hydrometer/ispindel000", False, 12.1)
    assert post(port, b"{}")[0] == 401
    assert post(port, b"x" * 100_000)[0] == 413
    assert post(port, b"", "/metrics", "GET")[0] == 404
    assert post(port, b"", "/", "GET")[0] == 405
    for path, method in (("/api/v1.6/devices/a", "POST"), ("/ispindel?gravity=1.05", "GET")):
        assert "send it with POST, to one of /ispindel, " in json.loads(post(port, b"{}", path, method)[1])["why"]
    broker.kill()
    until(lambda: post(port, json.dumps({**ISPINDEL, "name": "two"}).encode())[0] == 503 or time.sleep(5.1), 60.0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20.0) in (0, -signal.SIGTERM)


def held(address: str, port: int, count: int) -> list[socket.socket]:
    """Connections of somebody who never finishes a request."""
    lines = []
    for _ in range(count):
        lines.append(socket.create_connection((address, port), 5.0))
        with suppress(OSError):
            lines[-1].sendall(b"POST /ispindel HT")
    return lines


def test_one_address_that_holds_connections_open_keeps_no_hydrometer_out(served):
    _, port = served
    until(lambda: answers(port), 30.0)
    lines = held(own_address(), port, 100)
    assert post(port, b"{}")[0] == 401
    for line in lines:
        line.close()


def test_half_requests_make_room_for_whole_ones_also_behind_a_proxy_on_this_machine(served):
    _, port = served
    until(lambda: answers(port), 30.0)
    lines = held("127.0.0.1", port, 100)
    assert post(port, b"{}")[0] == 401
    for line in lines:
        line.close()


def test_what_no_device_sends_is_refused(served):
    _, port = served
    until(lambda: answers(port), 60.0)
    assert [statuses_of_two(port, "/", headers) for headers in TWO_IN_ONE] == [[400]] * len(TWO_IN_ONE)
    outside = ("/../x", "/%2e%2e/etc/hostname", "/ispindel/..%2f", "//", "/ispindel%00", "/x")
    assert [post(port, b"{}", path)[0] for path in outside] == [404] * len(outside)
    for method in ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"):
        assert post(port, b"{}", "/ispindel", method)[0] == 405


@pytest.mark.parametrize(("content", "why"), [(None, "No such file or directory"), (b"\x80\x81", "it is no text")])
def test_a_token_that_cannot_be_read_is_said(tmp_path, content, why):
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    done = subprocess.run([sys.executable, "-m", "brewpi", "receiver", "--token-file", str(file)],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == f"--token-file {file} cannot be read ({why})\n"


@pytest.mark.parametrize("token", ["short", "\ufeffeleven_long"])
def test_a_short_token_is_no_token(tmp_path, token):
    (tmp_path / "token").write_text(token, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "brewpi", "receiver", "--token-file", str(tmp_path / "token")],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "12 characters at least" in done.stderr


def test_an_address_that_cannot_be_had_is_said_before_anything_begins(tmp_path):
    token = tmp_path / "token"
    token.write_text("0123456789abcdef" * 2)
    token.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for listen, said in (
            (f"127.0.0.1:{taken.getsockname()[1]}", "Address already in use; choose another port"),
            ("192.0.2.1:8090", "Cannot assign requested address; choose another address, one of this machine's"),
            ("127.0.0.1:99999", "say HOST:PORT, such as 0.0.0.0:8090"),
        ):
            with pytest.raises(CannotReceive) as refused:
                run(Mqtt(), Options(listen, token))
            assert str(refused.value) == f"--listen {listen}: {said}"
