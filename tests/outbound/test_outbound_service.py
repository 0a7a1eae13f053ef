"""The whole way: a real broker that dies, a real web server, and the process that stands between them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import MOSQUITTO, Broker, Listener, until
from typer.testing import CliRunner
from web import Web

from brewpi.cli import app
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.topics import iso
from brewpi.outbound.delivery_worker import DeliveryWorker
from brewpi.outbound.memory import Memory
from brewpi.outbound.notice_filter import OpenAlarm
from brewpi.outbound.service import Service
from brewpi.outbound.webhook import Webhook

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is absent")
SECRET = "s3cr3t"
CELLAR = """
site = "riverside"
tick_s = 1
store.path = "{here}/brewpi.sqlite"
mqtt = {{ host = "127.0.0.1", port = {port} }}
[outbound.phones]
kind = "webhook"
secret_file = "{here}/url"
tell = ["alarms", "milestones"]
[outbound.brewfather]
kind = "brewfather"
secret_env = "BREWFATHER_ID"
address = "{web}/stream"
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = {{ kind = "simulated", measure = ["beer_c", "sg"], every_s = 1 }}
[tanks.fv1.outputs]
cool = {{ kind = "simulated", role = "cool" }}
[tanks.fv1.temperature]
target_c = 19.0
"""


@pytest.fixture
def serve(broker: Broker, web: Web, tmp_path: Path) -> Iterator[Callable[[], Service]]:
    """`serve()` starts the service, in place of the one before; `look` is left to the test."""
    running: list[Service] = []
    (tmp_path / "url").write_text(f"{web.address}/{SECRET}")

    def stop() -> None:
        for service in running:
            service.link.stop()
            for worker in service.workers.values():
                worker.stop()
            service.memory.persist(service.workers.values())
        running.clear()

    def start() -> Service:
        stop()
        memory = Memory(tmp_path / "outbound.json")
        options = Webhook(secret_file=tmp_path / "url")
        workers = {"phones": DeliveryWorker("phones", options, time.time, time_scale=0.002)}
        link = MqttLink(Mqtt(host="127.0.0.1", port=broker.port), "brewpi-outbound/riverside/availability", time.time)
        service = Service("riverside", link, workers, memory)
        link.start()
        memory.hand_over(workers["phones"])
        workers["phones"].start()
        running.append(service)
        return service

    yield start
    stop()


def looks(service: Service, true: Callable[[], object]) -> None:
    """The service goes on until something is so."""

    def poll() -> object:
        service.poll(time.time())
        return true()

    until(poll, 20.0)


def cellar_for(service: Service, broker: Broker) -> Listener:
    """Another program, which the service hears from now on."""
    cellar = Listener(broker, "nothing")
    until(lambda: cellar.ready)
    heard(service, cellar)
    return cellar


def heard(service: Service, cellar: Listener) -> None:
    """Whatever the cellar says reaches the service from now on: what was subscribed to last arrives."""
    probe = service.link.subscribe("probe")

    def arrives() -> bool:
        cellar.send("probe", "x")
        return bool(probe.take())

    looks(service, arrives)


def event(event_id: str, kind: str = "alarm_raised", key: str = "beer: silent") -> str:
    body = {"id": event_id, "at": iso(time.time()), "kind": kind, "severity": "alarm", "text": event_id, "key": key}
    return json.dumps(body)


def texts(web: Web) -> list[str]:
    return [body["text"] for body in web.bodies()]


def test_alarms_outlive_a_broker_that_restarts_and_none_is_told_twice(broker, web, serve):
    service = serve()
    cellar = cellar_for(service, broker)
    cellar.send("brewpi/riverside/fv1/event", event("r-1"))
    looks(service, lambda: texts(web) == ["r-1"])
    broker.kill()
    until(lambda: not service.link.online)
    broker.start()
    looks(service, lambda: service.link.online and cellar.ready == 2)
    heard(service, cellar)
    for again in ("r-1", "r-2", "r-2"):  # the cellar says again what it is not sure of
        cellar.send("brewpi/riverside/fv1/event", event(again, key=again))
    cellar.send("brewpi/riverside/fv1/event", event("r-3", "alarm_cleared"))
    looks(service, lambda: len(texts(web)) >= 3)
    assert texts(web) == ["r-1", "r-2", "r-3"]
    cellar.close()


def test_what_could_not_be_sent_before_a_restart_is_sent_after_it_and_what_was_is_not(broker, web, serve):
    service = serve()
    cellar = cellar_for(service, broker)
    cellar.send("brewpi/riverside/fv1/event", event("r-1"))
    looks(service, lambda: texts(web) == ["r-1"])
    web.days += [503] * 10_000
    cellar.send("brewpi/riverside/fv1/event", event("r-2", key="other"))
    looks(service, lambda: "r-2" in [notice.id for notice in service.workers["phones"].unsent()])
    service = serve()
    web.days.clear()
    looks(service, lambda: texts(web) == ["r-1", "r-2"])
    heard(service, cellar)
    cellar.send("brewpi/riverside/fv1/event", event("r-1"))
    cellar.send("brewpi/riverside/fv1/event", event("r-9", key="new"))
    looks(service, lambda: texts(web) == ["r-1", "r-2", "r-9"])
    cellar.close()


def test_the_memory_holds_no_secret_and_one_that_is_damaged_is_begun_anew(broker, web, serve, tmp_path, caplog):
    service = serve()
    cellar = cellar_for(service, broker)
    cellar.send("brewpi/riverside/fv1/event", event("r-1"))
    looks(service, lambda: texts(web) == ["r-1"])
    assert "r-1" in (tmp_path / "outbound.json").read_text()
    assert SECRET not in (tmp_path / "outbound.json").read_text()
    for damage in ("", "{", "[]", '{"ids": 3}'):
        (tmp_path / "damaged.json").write_text(damage)
        assert Memory(tmp_path / "damaged.json").published.ids == {}
    assert "damaged.json cannot be read and is begun anew" in caplog.text
    cellar.close()


def test_a_memory_of_an_earlier_version_is_read(tmp_path):
    file = tmp_path / "outbound.json"
    notice = {"id": "r-7", "at": "2026-09-21T14:13:20.000Z", "site": "riverside", "tank": "fv1", "about": "alarms",
              "severity": "alarm", "text": "beer: silent", "key": "beer: silent"}  # fmt: skip
    file.write_text(
        json.dumps({"ids": ["r-7", "r-8"], "open": {"fv1": {"beer: silent": ["alarm", "beer: silent"]}},
                    "waiting": {"phones": [notice]}, "sent_at": {"phones": {"fv1": 1.5}}})
    )  # fmt: skip
    memory = Memory(file)
    assert list(memory.published.ids) == ["r-7", "r-8"]
    assert memory.published.open == {"fv1": {"beer: silent": OpenAlarm("alarm", "beer: silent")}}
    memory.persist([])
    again = Memory(file)
    assert (again.published.ids, again.published.open) == (memory.published.ids, memory.published.open)


def test_a_disk_that_fails_is_said_once_and_stops_nothing(tmp_path, caplog):
    memory = Memory(tmp_path / "gone" / "outbound.json")
    for n in range(3):
        memory.published.once(f"r-{n}")
        memory.persist([])
    assert caplog.text.count("cannot be written") == 1


def test_from_a_button_in_the_cellar_to_a_telephone(broker, web, tmp_path):
    config = tmp_path / "cellar.toml"
    config.write_text(CELLAR.format(here=tmp_path, port=broker.port, web=web.address))
    (tmp_path / "url").write_text(f"{web.address}/{SECRET}")
    env = {**os.environ, "BREWFATHER_ID": "id77"}
    command = [sys.executable, "-m", "brewpi"]
    out, run = (
        subprocess.Popen([*command, name, str(config)], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
        for name in ("outbound", "run")
    )
    person = Listener(broker, "brewpi/riverside/fv1/ack", "brewpi/riverside/availability")

    def send(name: str, /, **fields: Any) -> None:
        body = {"id": f"c-{name}", "issued_at": iso(time.time()), "by": "anna", **fields}
        person.send(f"brewpi/riverside/fv1/command/{name}", json.dumps(body))

    def told(about: str) -> list[str]:
        return [body["text"] for body in web.bodies() if body.get("about") == about]

    try:
        until(lambda: any(one["path"] == "/stream?id=id77" for one in web.got), 60.0)
        send("start_batch", name="Pale")
        until(lambda: told("milestones"), 30.0)
        send("stop")
        until(lambda: told("alarms"), 30.0)
        assert "anna" in told("alarms")[0]
        send("resume")
        until(lambda: len(told("alarms")) == 2, 90.0)
        assert told("alarms")[1].startswith("over after")
        assert len([one for one in web.got if one["path"].startswith("/stream")]) == 1
    finally:
        person.close()
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=20.0)
        out.send_signal(signal.SIGTERM)
        _, said = out.communicate(timeout=20.0)
    assert out.returncode == 0
    assert "riverside: outbound.phones, outbound.brewfather" in said
    assert SECRET not in said
    assert "id77" not in said


# --- the config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "cellar.toml"
    path.write_text(CELLAR.format(here=tmp_path, port=1883, web="http://127.0.0.1:9"))
    (tmp_path / "url").write_text(f"https://hooks.example/{SECRET}")
    return path


def brewpi(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_check_names_what_leaves_the_house_and_no_secret(config, monkeypatch):
    monkeypatch.setenv("BREWFATHER_ID", SECRET)
    done = brewpi("check", config)
    assert done.exit_code == 0
    assert "outbound.phones: webhook, all tanks; sent by brewpi outbound" in done.output
    assert SECRET not in done.output


def test_check_remarks_on_a_secret_that_is_not_here(config, monkeypatch):
    monkeypatch.delenv("BREWFATHER_ID", raising=False)
    done = brewpi("check", config)
    assert done.exit_code == 0
    assert "outbound.brewfather: secret_env BREWFATHER_ID: it holds nothing" in done.output
    assert brewpi("outbound", config).exit_code == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ('url = "https://hooks.example/s3cr3t"', 'unknown option "url"'),
        ('secret_env = "https://hooks.example/s3cr3t"', "outbound.phones.secret_env: should be like"),
        ('secret_file = "https://hooks.example/s3cr3t"', "secret_file is the name of a file"),
        ('secret_file = "a"\nseverities = ["s3cr3t"]', "outbound.phones.severities.0: should be 'alarm' or 'warning'"),
        ('secret_file = "a"\ntanks = ["fv7"]', 'outbound.phones.tanks: there is no tank "fv7"; did you mean "fv1"?'),
        ("", "give secret_file or secret_env, one of them"),
    ],
)
def test_a_mistake_is_named_and_what_may_be_a_secret_is_not_repeated(config, wrong, sentence):
    text = config.read_text()
    config.write_text(text.replace(f'secret_file = "{config.parent}/url"', wrong))
    done = brewpi("check", config)
    assert done.exit_code == 2
    assert sentence in done.output
    assert SECRET not in done.output


def test_a_stream_address_with_its_id_is_refused_without_it(config):
    config.write_text(config.read_text().replace("/stream", "/stream?id=s3cr3t"))
    done = brewpi("check", config)
    assert "outbound.brewfather.address" in done.output
    assert SECRET not in done.output


def test_without_a_table_nothing_leaves_the_house(config):
    text = config.read_text()
    start, end = text.index("[outbound.phones]"), text.index("[tanks.fv1]")
    config.write_text(text[:start] + text[end:])
    done = brewpi("outbound", config)
    assert done.exit_code == 2
    assert "nothing is sent anywhere; add a table such as [outbound.phones]" in done.output


def test_a_kind_that_nobody_knows_gets_the_nearest_right_one(config):
    config.write_text(config.read_text().replace('kind = "webhook"', 'kind = "webhok"'))
    assert 'outbound.phones: unknown kind "webhok"; did you mean "webhook"?' in brewpi("check", config).output


def test_without_its_library_it_says_what_to_install(config):
    lean = "import sys; sys.modules['httpx'] = None; from brewpi.cli import main; main()"
    env = {**os.environ, "BREWFATHER_ID": "id77"}
    command = [sys.executable, "-c", lean, "outbound", str(config)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "install it with pip install 'brewpi-edge[outbound]'" in done.stderr
    assert "Traceback" not in done.stderr
