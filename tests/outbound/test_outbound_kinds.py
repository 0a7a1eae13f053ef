"""What every way out owes, and what each makes of a notice or a state."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

import pytest

from brewpi.mqtt.payloads import StatePayload
from brewpi.mqtt.wire_types import MessagePayload
from brewpi.outbound import KINDS, NoSecret, Notice, NotificationOptions, OutboundOptions, Request, secret_problems
from brewpi.outbound.brewfather import Brewfather
from brewpi.outbound.ntfy import Ntfy
from brewpi.outbound.slack import Slack
from brewpi.outbound.webhook import Webhook
from brewpi.registry import load

AT = "2026-09-21T14:13:20.000Z"
SILENT = Notice("r-7", AT, "riverside", "fv1", "alarms", "alarm", "beer: silent for 6 min", "Check the probe.", "beer")
SECRET = "https://ntfy.example/fv-7f3a9c"
STATE = StatePayload.model_validate(
    {"at": AT, "sg": 1.0312, "beer_c": 19.04, "room_c": None, "batch": {"name": "Helles"}}
)


def example(kind: str) -> dict[str, object]:
    (table,) = tomllib.loads(load(KINDS, kind).example).values()
    assert table.pop("kind") == kind
    return table


@pytest.mark.parametrize("kind", KINDS)
def test_its_example_builds_and_every_option_is_described(kind: str):
    options = load(KINDS, kind).model_validate(example(kind))
    assert options.about() == f"{kind}, all tanks"
    assert all(field.description for field in type(options).model_fields.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [{}, {"secret_file": "a", "secret_env": "B"}, {"secret_file": "https://x.y/s3cr3t"}])
def test_its_secret_is_in_a_file_or_in_the_environment_and_nowhere_else(kind: str, given: dict[str, str]):
    with pytest.raises(ValueError, match=r"give secret_file or secret_env|secret_file is the name of a file"):
        load(KINDS, kind).model_validate({**given})


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_shows_in_what_it_sends_around_or_says(kind: str, tmp_path):
    file = tmp_path / "secret"
    options = load(KINDS, kind).model_validate({**example(kind), "secret_file": str(file)})
    for text in ("", "s3cr3t with spaces and / slashes"):
        file.write_text(text)
        (said,) = secret_problems({"out": options})
        assert said.startswith(f"outbound.out: secret_file {file}: it holds no")
        assert "s3cr3t" not in said
    file.unlink()
    (said,) = secret_problems({"out": options})
    assert "cannot be read (No such file or directory)" in said
    for request in (options.of_notice(SILENT, SECRET), options.of_state("riverside", "fv1", STATE, "s3cr3t")):
        assert request is None or not {"7f3a9c", "s3cr3t"} & set(re.findall(r"\w+", repr(request)))


def test_the_secret_may_come_from_the_environment(monkeypatch):
    options = Slack(secret_env="SLACK_URL")
    with pytest.raises(NoSecret, match="secret_env SLACK_URL: it holds nothing"):
        options.secret()
    monkeypatch.setenv("SLACK_URL", "https://hooks.example/x\n")
    assert options.secret() == "https://hooks.example/x"


def test_an_alarm_rings_on_a_telephone_through_do_not_disturb_and_its_end_does_not():
    options = Ntfy(secret_env="X")
    request = options.of_notice(SILENT, SECRET)
    assert request is not None
    assert request.url == "https://ntfy.example"
    assert request.body == {
        "topic": "fv-7f3a9c", "title": "riverside fv1", "message": "beer: silent for 6 min\nCheck the probe.",
        "priority": 5, "tags": ["rotating_light"],
    }  # fmt: skip
    over = Notice("r-8", AT, "riverside", "fv1", "alarms", "alarm", "over after 9 min: beer", over=True)
    request = options.of_notice(over, SECRET)
    assert request is not None
    assert (request.body["priority"], request.body["tags"]) == (3, ["white_check_mark"])


def test_nothing_in_a_channel_becomes_a_link_or_a_mention():
    loud = Notice("r-9", AT, "riverside", "", "alarms", "warning", "<!channel> & <http://x>")
    request = Slack(secret_env="X").of_notice(loud, SECRET)
    assert request == Request(SECRET, {"text": ":warning: *riverside*: &lt;!channel&gt; &amp; &lt;http://x&gt;"})


def test_a_webhook_gets_all_that_is_known_and_the_token_of_its_file(tmp_path):
    (tmp_path / "token").write_text("tk_1\n")
    made = {"key": "beer: silent for {minutes:.0f} min", "values": {"minutes": 6.0}}
    notice = replace(SILENT, message=MessagePayload.model_validate(made))
    request = Webhook(secret_env="X", token_file=tmp_path / "token").of_notice(notice, SECRET)
    assert request is not None
    assert request.token == "tk_1"
    assert request.body == {
        "id": "r-7", "at": AT, "site": "riverside", "tank": "fv1", "about": "alarms", "severity": "alarm",
        "text": "beer: silent for 6 min", "todo": "Check the probe.", "key": "beer", "over": False,
        "message": made,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, ["alarm", "warning"]),
        ({"severities": ["alarm"]}, ["alarm"]),
        ({"tell": ["questions"]}, ["asks"]),
        ({"tell": ["alarms", "milestones"]}, ["alarm", "warning", "done"]),
    ],
)
def test_people_are_told_what_they_asked_for(options: dict[str, object], told: list[str]):
    way = NotificationOptions.model_validate({"secret_env": "X", **options})
    happened = [
        ("alarms", "alarm", "alarm"), ("alarms", "warning", "warning"), ("questions", "info", "asks"),
        ("milestones", "info", "done"),
    ]  # fmt: skip
    notices = [Notice("1", AT, "s", "t", about, severity, text) for about, severity, text in happened]
    assert [notice.text for notice in notices if way.wants(notice)] == told


def test_brewfather_gets_what_is_measured_in_its_own_words():
    request = Brewfather(secret_env="X").of_state("riverside", "fv1", STATE, "abc123")
    assert request is not None
    assert request.url == "https://log.brewfather.net/stream?id=abc123"
    assert request.body == {
        "name": "riverside-fv1", "gravity": 1.0312, "gravity_unit": "G", "temp": 19.04, "temp_unit": "C",
        "beer": "Helles",
    }  # fmt: skip
    warm_room = StatePayload.model_validate({"at": AT, "sg": None, "room_c": 12.0})
    assert Brewfather(secret_env="X").of_state("riverside", "fv1", warm_room, "abc123") is None


def test_a_way_out_that_does_neither_is_still_one():
    plain = OutboundOptions(secret_env="X")
    assert plain.of_notice(SILENT, SECRET) is plain.of_state("s", "t", STATE, SECRET) is None
