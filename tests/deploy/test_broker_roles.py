"""The broker as it is shipped: `deploy/mosquitto`, its authority, its accounts: who tries what, what comes of it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from brokers import until
from ports import free_port
from shipped_broker import ACCOUNTS, CELLAR, DEPLOY, Client, Shipped, broker_users, running

from brewpi.config.config import loads
from brewpi.mqtt.broker_users import Account, BadAccount, accounts_of, acl_of

STATE, COMMAND = "brewpi/riverside/fv1/state", "brewpi/riverside/fv1/command/target"
DISCOVERY = "homeassistant/sensor/brewpi_riverside_fv1/x/config"


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Shipped]:
    with running(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker


@pytest.fixture
def people(broker: Shipped) -> Iterator[dict[str, Client]]:
    people = {name: Client(broker, name) for name in ACCOUNTS}
    people["daemon"].hears("brewpi/riverside/+/command/+", "ispindel/#", "ispindel/spindle1", "homeassistant/status")
    people["ha"].hears("homeassistant/#", "brewpi/riverside/+/+")
    for name in ("wall", "spindle", "other", "phones"):
        people[name].hears("#", "brewpi/#", "brewpi/+/+/command/+", STATE, "brewpi/riverside/+/+")
    for name in ("anna", "board"):
        people[name].hears("brewpi/riverside/+/state", "brewpi/riverside/+/ack")
    yield people
    for person in people.values():
        person.close()


def settled(people: dict[str, Client]) -> None:
    """Everything that was published has reached whoever it reaches."""
    for person in people.values():
        person.hears("settled")


@pytest.mark.parametrize("name", ["spindle", "wall", "other", "phones", "heater", "glycol", "receiver"])
def test_who_may_not_command_forge_or_plant_discovery(people, name):
    own = ("fv1/command/stop", "fv1/forecast", "fv1/event", "availability", "scorecard", "model")
    home = ("switch/evil/config", "status")
    for topic in (COMMAND, STATE, DISCOVERY, *(f"brewpi/riverside/{rest}" for rest in own),
                  *(f"homeassistant/{rest}" for rest in home)):  # fmt: skip
        people[name].says(topic)
    settled(people)
    for hearer in ("daemon", "ha", "anna", "board"):
        assert people[hearer].heard == [], hearer


def test_who_may_not_read(people):
    people["daemon"].says(STATE)
    people["daemon"].says("brewpi/riverside/fv1/event")
    people["anna"].says(COMMAND)
    settled(people)
    assert people["spindle"].heard == []
    assert people["other"].heard == []
    assert not [topic for topic in people["wall"].heard if "/command/" in topic]
    assert not [topic for topic in people["phones"].heard if "/command/" in topic]
    assert STATE in people["wall"].heard
    assert STATE in people["phones"].heard


@pytest.mark.parametrize("name", ["anna", "board", "ha"])
def test_a_valid_operator_is_heard(people, name):
    people[name].says(COMMAND)
    until(lambda: people["daemon"].heard == [COMMAND])
    people[name].says(STATE)  # but forges nothing
    people[name].says("brewpi/annex/fv1/command/target")
    settled(people)
    assert people["daemon"].heard == [COMMAND]
    assert people["other"].heard == []
    assert STATE not in people["anna"].heard


def test_each_does_what_its_role_is_for(people):
    people["spindle"].says("ispindel/spindle1")
    people["spindle"].says("ispindel/spindle2")
    until(lambda: "ispindel/spindle1" in people["daemon"].heard)
    people["daemon"].says(STATE)
    people["daemon"].says(DISCOVERY)
    until(lambda: STATE in people["anna"].heard and DISCOVERY in people["ha"].heard)
    settled(people)
    assert "ispindel/spindle2" not in people["daemon"].heard


@pytest.mark.parametrize(("name", "role"), [("heater", "heat"), ("glycol", "cool")])
def test_a_plug_is_told_and_answers_and_no_other_device_tells_it(people, name, role):
    dialect = loads(CELLAR, "cellar.toml").tanks["fv1"].outputs[role].dialect()
    people[name].hears("#")
    people["daemon"].hears(*dialect.topics)
    told = [topic for topic, _ in (*dialect.arm(), *dialect.on(), *dialect.off())]
    for topic in told:
        for stranger in ("spindle", "wall", "anna", "other", "receiver", "heater" if name == "glycol" else "glycol"):
            people[stranger].says(topic)
        people["daemon"].says(topic)
    until(lambda: people[name].heard == told)
    for topic in dialect.topics:
        people[name].says(topic)
    until(lambda: [topic for topic in people["daemon"].heard if topic in dialect.topics] == list(dialect.topics))


def test_the_config_says_what_the_daemon_hears(people):
    people["daemon"].hears("bridge/#", "else/#")
    people["ha"].says("homeassistant/status")
    until(lambda: "homeassistant/status" in people["daemon"].heard)
    rules = (people["daemon"].broker.here / "acl").read_text()
    assert "topic read bridge/tilt\n" in rules
    assert "topic read hydrometer/#\n" in rules
    assert "topic write homeassistant/+/brewpi_riverside_fv1/+/config\n" in rules


def test_a_post_reaches_the_daemon_through_the_receivers_account(broker, people, tmp_path):
    for file, text in (("token", "correct horse battery"), ("password", "password of receiver")):
        (tmp_path / file).write_text(text)
        (tmp_path / file).chmod(0o600)
    at = free_port()
    command = [sys.executable, "-m", "brewpi", "receiver", "--token-file", tmp_path / "token",
               "--listen", f"127.0.0.1:{at}", "--broker", "localhost",
               "--port", str(broker.tls), "--username", "receiver", "--password-file",
               tmp_path / "password", "--broker-tls", "--ca-file", broker.here / "ca.crt"]  # fmt: skip
    people["daemon"].hears("hydrometer/#")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: posted(at) == 200, 120.0)
        until(lambda: "hydrometer/ispindel000" in people["daemon"].heard)
    finally:
        process.terminate()
        process.wait(10)


def posted(at: int) -> int:
    body = json.dumps({"name": "iSpindel000", "ID": 1, "token": "correct horse battery", "temperature": 19.5,
                       "temp_units": "C", "gravity": 12.1})  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", at, timeout=5.0)
    try:
        connection.request("POST", "/ispindel", body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize(("name", "password"), [(None, None), ("anna", "wrong"), ("", "x"), ("nobody", "x")])
def test_strangers_stay_outside(broker, name, password, tls):
    stranger = Client(broker, name, password, tls=tls)
    assert stranger.connected[0] is False
    stranger.close()


def test_a_client_of_another_authority_sends_nothing(broker, tmp_path):
    subprocess.run([DEPLOY / "make-ca", tmp_path / "other", "localhost"], check=True, capture_output=True)
    with pytest.raises(OSError, match="certificate verify failed"):
        Client(broker, "anna", ca=tmp_path / "other" / "ca.crt")


def test_files_are_for_their_owner_alone_and_hold_no_password(broker):
    for name in ("users", "acl", "ca.key", "broker.key"):
        assert (broker.here / name).stat().st_mode & 0o077 == 0, name
    assert "password of" not in (broker.here / "users").read_text() + (broker.here / "acl").read_text()


def test_one_command_makes_and_removes_an_account(tmp_path):
    kept = tmp_path / "kept"
    assert broker_users(tmp_path, "viewer", "wall", "--site", "riverside", "--password-file", str(kept)).exit_code == 0
    assert len(kept.read_text().strip()) >= 24
    assert kept.stat().st_mode & 0o077 == 0
    made = broker_users(tmp_path, "operator", "anna", "--site", "riverside")
    assert "its password, which is kept nowhere: " in made.stdout
    assert [one.name for one in accounts_of((tmp_path / "acl").read_text())] == ["anna", "wall"]
    assert broker_users(tmp_path, "viewer", "wall", "--remove").exit_code == 0
    assert "wall" not in (tmp_path / "acl").read_text() + (tmp_path / "users").read_text()
    gone = broker_users(tmp_path, "viewer", "wall", "--remove")
    assert (gone.exit_code, gone.stderr) == (2, 'there is no account "wall"\n')


@pytest.mark.parametrize(
    "account",
    [
        Account("viewer", "a\nuser b", "riverside"), Account("viewer", "", "riverside"), Account("viewer", "a", "#"),
        Account("viewer", "a", "+"), Account("viewer", "a", "x/y"), Account("king", "a", "riverside"),
        Account("hydrometer", "a", "riverside"), Account("plug", "a", "riverside"),
        Account("hydrometer", "a", "riverside", ("#",)),
        Account("hydrometer", "a", "riverside", ("brewpi/riverside/fv1/command",)),
        Account("hydrometer", "a", "riverside", ("x\ntopic write brewpi/#",)),
        Account("hydrometer", "a", "riverside", ("homeassistant/sensor",)), Account("hydrometer", "a", "s", ("$SYS",)),
        Account("daemon", "a", "riverside", (), ("+",)),
    ],
)  # fmt: skip
def test_an_account_that_would_be_more_than_its_role_is_refused(account):
    with pytest.raises(BadAccount):
        account.check()


@pytest.mark.parametrize("role", ["operator", "board", "hydrometer", "daemon"])
def test_an_account_without_its_site_is_told_the_option(role):
    with pytest.raises(BadAccount, match=f"^a {role} needs --site, the one that it may see$"):
        Account(role, "anna", "", ("ispindel/a",)).check()


def test_an_access_list_is_read_back_as_it_was_written():
    accounts = [Account("daemon", "d", "riverside", ("shelly/1",), ("fv1",)), Account("viewer", "w", "riverside")]
    assert accounts_of(acl_of(accounts)) == accounts
    with pytest.raises(BadAccount):
        accounts_of(acl_of(accounts).replace('"viewer"', '"king"'))
    assert json.dumps("d") in acl_of(accounts)
