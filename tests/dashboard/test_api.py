"""Programs read what the board knows and command what it may command, each with a token that can be revoked."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import command_line
import pytest
from api_harness import ApiHarness
from doors import HOST, KNOWN
from starlette.testclient import TestClient

from brewpi.dashboard.actions import authorization
from brewpi.dashboard.api import commands as api_commands
from brewpi.dashboard.api import tokens
from brewpi.dashboard.auth.guard import Guard, own_names
from brewpi.dashboard.auth.sessions import Sessions
from brewpi.dashboard.auth.users import Users, write
from brewpi.mqtt.command_fields import COMMANDS

TARGET = "/tanks/cellar/fv1/commands/target"


@pytest.fixture
def api(tmp_path: Path) -> ApiHarness:
    return ApiHarness(tmp_path)


@pytest.fixture
def client(api: ApiHarness) -> TestClient:
    return TestClient(api.app)


@pytest.mark.parametrize("path", [
    "/tanks", "/tanks/cellar/fv1/state", "/tanks/cellar/fv1/forecast", "/tanks/cellar/fv1/curve",
    "/tanks/cellar/fv1/events", "/sites/cellar/scorecard", "/batches", "/batches/cellar/b1",
    "/batches/cellar/b1/record",
])  # fmt: skip
def test_all_of_it_is_read_with_a_token_and_nothing_without(api: ApiHarness, client: TestClient, path: str):
    assert client.get(path, headers=api.reader).status_code == 200
    answer = client.get(path)
    assert answer.status_code == 401
    assert "token" in answer.json()["why"]
    assert client.get(path, headers={"authorization": "Bearer brewpi_guess"}).status_code == 401


def test_a_state_is_what_the_topic_says(api: ApiHarness, client: TestClient):
    said = client.get("/tanks/cellar/fv1/state", headers=api.reader).json()
    assert (said["sg"], said["beer_c"], said["target_c"], said["step"]) == (1.0234, 18.9, 19.0, "hold")
    assert said["batch"]["name"] == "Amber 27"
    (tank,) = client.get("/tanks", headers=api.reader).json()
    assert (tank["tank"], tank["stale"], tank["batch"]) == ("fv1", None, "Amber 27")
    assert client.get("/tanks/cellar/fv9/state", headers=api.reader).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "why"),
    [
        ("POST", "/tanks/cellar/fv1/commands/targt", 404, 'unknown command "targt"; did you mean "target"?'),
        ("POST", "/tanks/cellar/fv1/commands/STOP", 404, 'unknown command "STOP"; did you mean "stop"?'),
        ("GET", "/tank", 404, "there is no such address; /api/v1/docs has all of them"),
        ("GET", TARGET, 405, "this address takes no GET; /api/v1/docs has all of them"),
        ("DELETE", "/tanks", 405, "this address takes no DELETE; /api/v1/docs has all of them"),
    ],
)
def test_an_address_that_is_none_is_told_in_a_sentence(
    api: ApiHarness, client: TestClient, method: str, path: str, status: int, why: str
):
    answer = client.request(method, path, headers=api.writer)
    assert (answer.status_code, answer.json()) == (status, {"why": why})
    assert not api.obeyed


def test_a_command_bears_the_name_of_its_program_and_is_answered_by_the_cellar(api: ApiHarness, client: TestClient):
    answer = client.post(TARGET, json={"target_c": 18.0}, headers=api.writer)
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    (asked,) = api.obeyed
    assert (asked.name, asked.fields.by, asked.fields.target_c, asked.id) == (
        "target", "node-red", 18.0, answer.json()["id"]
    )  # fmt: skip


def test_a_refusal_is_a_conflict_with_the_sentence_and_what_cannot_be_right_is_not_sent(
    api: ApiHarness, client: TestClient
):
    api.refusal = "49 °C is outside this tank's limits, 0 to 30 °C"
    answer = client.post(TARGET, json={"target_c": 49.0}, headers=api.writer)
    assert (answer.status_code, answer.json()) == (409, {"why": api.refusal})
    for wrong in ({"target_c": 1000.0}, {"target_c": "18"}, {}, {"target_c": 18.0, "by": "anna"}, []):
        answer = client.post(TARGET, json=wrong, headers=api.writer)
        assert answer.status_code == 422, wrong
        assert isinstance(answer.json()["why"], str)
    assert len(api.obeyed) == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"json": {"because": "it leaks"}}, {"content": b"{"}, {"data": {"a": "b"}}, {"content": iter([b"{", b"}"])}],
)
def test_a_stop_is_obeyed_whatever_is_sent_with_it(api: ApiHarness, client: TestClient, body: dict[str, Any]):
    answer = client.post("/tanks/cellar/fv1/commands/stop", headers=api.writer, **body)
    assert (answer.status_code, [one.name for one in api.obeyed]) == (200, ["stop"])


@pytest.mark.parametrize("body", [{}, {"content": b"{"}, {"data": {"target_c": "18"}}, {"json": [18]}])
def test_a_body_that_is_no_object_is_told_so_and_none_is_needed_where_nothing_has_to_be_said(
    api: ApiHarness, client: TestClient, body: dict[str, Any]
):
    answer = client.post(TARGET, headers=api.writer, **body)
    assert (answer.status_code, answer.json()["why"].partition(" with")[0]) == (
        422, "the body has to be an object of JSON"
    )  # fmt: skip
    assert client.post("/tanks/cellar/fv1/commands/resume", headers=api.writer).status_code == 200


def test_a_body_without_end_is_not_read(api: ApiHarness, client: TestClient):
    for body in (b"x" * 100_000, iter([b"{", b"}" * 10])):
        answer = client.post(TARGET, content=body, headers={**api.writer, "content-type": "application/json"})
        assert answer.status_code == 413
    assert api.obeyed == []


def test_who_may_read_may_not_command(api: ApiHarness, client: TestClient):
    for name in COMMANDS:
        answer = client.post(f"/tanks/cellar/fv1/commands/{name}", json={}, headers=api.reader)
        assert answer.status_code in (403, 422), name
        assert client.post(f"/tanks/cellar/fv1/commands/{name}", json={}).status_code in (401, 422, 429)
    assert client.post("/tanks/cellar/fv1/commands/stop", json={}, headers=api.reader).status_code == 403
    assert api.obeyed == []


def test_a_cellar_that_is_silent_or_gone_is_said_so(api: ApiHarness, client: TestClient, monkeypatch):
    monkeypatch.setattr(api_commands, "ANSWER_S", 0.2)
    assert authorization.ANSWER_S == 15.0
    api.silent = True
    answer = client.post(TARGET, json={"target_c": 18.0}, headers=api.writer)
    assert (answer.status_code, "may have obeyed" in answer.json()["why"]) == (504, True)
    api.board.online["cellar"] = False
    assert client.post(TARGET, json={"target_c": 18.0}, headers=api.writer).status_code == 503
    api.silent = False
    answer = client.post("/tanks/cellar/fv1/commands/stop", json={}, headers=api.writer)
    assert (answer.status_code, "STOP was sent" in answer.json()["why"]) == (503, True)
    assert [one.name for one in api.obeyed] == ["stop"], "a STOP goes out whatever is known"


def test_a_field_that_a_command_does_not_have_is_refused_with_those_that_it_has(api: ApiHarness, client: TestClient):
    def why(command: str, **fields: object) -> str:
        answer = client.post(f"/tanks/cellar/fv1/commands/{command}", json=fields, headers=api.writer)
        assert answer.status_code == 422
        return str(answer.json()["why"])

    assert why("target", targt_c=18.0) == 'unknown field "targt_c"; did you mean "target_c"?'
    assert why("calibrate", sensor="hand", quantity="sg", calibration=1) == (
        'unknown field "calibration"; known: forget, offset, points, polynomial, quantity, reference_c, sensor'
    )


def test_a_revoked_token_is_refused_at_once(api: ApiHarness, client: TestClient):
    assert client.get("/tanks", headers=api.reader).status_code == 200
    tokens.revoke(api.file, "grafana")
    assert client.get("/tanks", headers=api.reader).status_code == 401
    assert client.get("/tanks", headers=api.writer).status_code == 200
    api.file.write_text("no toml [")
    assert client.get("/tanks", headers=api.writer).status_code == 401


def test_too_much_is_too_much_and_a_stop_never_is(api: ApiHarness, client: TestClient, mocker):
    now = time.time()
    mocker.patch("limits.storage.memory.time", SimpleNamespace(time=lambda: now))  # all of it within a minute
    says = [client.post(TARGET, json={"target_c": 18.0}, headers=api.writer).status_code for _ in range(31)]
    assert says[:30] == [200] * 30
    assert says[30] == 429
    stop = client.post("/tanks/cellar/fv1/commands/stop", json={}, headers=api.writer)
    assert stop.status_code == 200
    guesses = [client.get("/tanks", headers={"authorization": f"Bearer {n}"}).status_code for n in range(25)]
    assert guesses[0] == 401
    assert guesses[-1] == 429
    assert client.get("/tanks", headers=api.reader).status_code == 200, "a guesser shuts out nobody"


def test_the_file_holds_no_token_and_the_command_line_makes_lists_and_revokes(tmp_path: Path):
    file = tmp_path / "tokens.toml"

    def brewpi(*words: str) -> command_line.Done:
        return command_line.brewpi("api-token", *words, "--file", file)

    made = brewpi("add", "node-red", "--scope", "command")
    token = made.stdout.splitlines()[-1]
    assert made.returncode == 0
    assert token.startswith("brewpi_")
    assert token not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    name, found = tokens.Tokens(file).owner(token)
    assert (name, found.scope) == ("node-red", "command")
    assert brewpi("add", "node-red").returncode == 2
    assert "node-red: command, made " in brewpi("list").stdout
    assert brewpi("revoke", "node-red").stdout == "the token of node-red is revoked\n"
    again = brewpi("revoke", "node-red")
    assert (again.returncode, again.stderr) == (2, "tokens.toml: knows no node-red\n")
    assert brewpi("list").stdout == "no program has a token\n"
    assert brewpi("list").stderr == ""
    file.unlink()
    assert brewpi("list").stderr == f"{file}: there is no such file yet; brewpi api-token add makes it\n"


def test_behind_the_boards_door_a_session_is_nothing_and_a_token_is_enough(api: ApiHarness, tmp_path: Path):
    users = tmp_path / "users.toml"
    write(users, KNOWN)
    sessions = Sessions(Users(users))
    guard = Guard(api.mounted, sessions, own_names([HOST]), secure=False)
    client = TestClient(guard, base_url=f"http://{HOST}")
    assert client.get("/api/v1/tanks", headers=api.reader).status_code == 200
    assert client.post(f"/api/v1{TARGET}", json={"target_c": 18.0}, headers=api.writer).status_code == 200
    session = sessions.begin("anna", KNOWN["anna"], 0.0)
    answer = client.post(f"/api/v1{TARGET}", json={"target_c": 18.0}, cookies={"brewpi_session": session})
    assert answer.status_code == 401
    elsewhere = client.get("/api/v1/tanks", headers={**api.reader, "host": "attacker.example"})
    assert elsewhere.status_code == 421
    assert client.get("/tanks", headers=api.reader).status_code == 401, "a token opens the API only"


def test_the_description_stands_on_a_page_that_needs_nothing_from_elsewhere(api: ApiHarness, client: TestClient):
    page = client.get("/docs").text
    for word in ("POST /api/v1/tanks/{site}/{tank}/commands/stop", "GET /api/v1/batches"):
        assert word in page
    assert "http://" not in page
    assert "https://" not in page
    described = client.get("/openapi.json").json()
    assert len([path for path in described["paths"] if "/commands/" in path]) == len(COMMANDS)
    answers = [one["responses"] for ways in described["paths"].values() for one in ways.values()]
    assert all("413" in one for one in answers), "a body without a length is refused at every address"
