"""The board tells devices: what leaves it, who can read it, who is told no more."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import until

pytest.importorskip("pywebpush", reason="the push extra is not installed")

from payload_factory import NO_BREAK
from phones import Handset, PushService, claims

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.push import KEY, PushOptions
from brewpi.dashboard.push.devices import EACH, Devices, TooMany, UnknownService, is_push_service
from brewpi.dashboard.push.phone import Phone, server_key
from brewpi.dashboard.push.sender import PushSender
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.topics import iso
from brewpi.outbound import Notice

NOW = 1_780_000_000.0  # a Thursday
FCM = "https://fcm.googleapis.com/fcm/send/"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    service = PushService(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    yield service
    service.close()


@pytest.fixture
def begin(tmp_path: Path, service: PushService) -> Iterator[Callable[..., PushSender]]:
    """`begin()` gives the sender of a board; again: after a restart."""
    begun: list[PushSender] = []

    def made(board: Board | None = None, may_look: Callable[[str], bool] = lambda name: True) -> PushSender:
        options = PushOptions(tmp_path, "anna@example.com", server_key(tmp_path / KEY), (service.host,))
        sender = PushSender(board or Board(), options, may_look, clock=lambda: NOW, time_scale=0.002)
        begun.append(sender)
        return sender

    yield made
    for sender in begun:
        sender.stop()


def event(kind: str = "alarm_raised", severity: str = "alarm", id_: str = "e1", **more: Any) -> Message:
    said = {"id": id_, "at": iso(NOW), "kind": kind, "severity": severity, "text": "beer: silent for 6 min",
            "key": "beer: silent", "todo": "Check its cable.", **more}  # fmt: skip
    return Message("brewpi/riverside/fv1/event", json.dumps(said).encode(), False, NOW)


def test_a_device_that_is_added_hears_so_at_once_and_alarms_from_then_on(begin, service):
    handset, sender = Handset(), begin()
    sender.add(handset.device(service.endpoint()))
    sender.receive([event()])
    until(lambda: len(service.got) == 2)
    hello, alarm = service.read_by(handset)
    assert "from now on" in hello["body"]
    assert alarm == {
        "title": "riverside fv1", "body": "beer: silent for 6 min\nCheck its cable.",
        "tag": "riverside/fv1/beer: silent", "open": "/tank/riverside/fv1", "stays": True,
    }  # fmt: skip


HOT = {"key": "beer at {beer_c:.1f} of {target_c:.1f} °C", "values": {"beer_c": 18.9, "target_c": 19.0}}


def test_a_device_is_told_in_the_language_and_the_units_of_the_browser_that_asked(begin, service):
    german, hot, sender = Handset(), Handset(), begin()
    sender.add(german.device(service.endpoint("german"), language="de"))
    sender.add(hot.device(service.endpoint("hot"), fahrenheit=True))
    sender.receive([event(text="beer at 18.9 of 19.0 °C", todo="", message=HOT)])
    sender.receive([event("alarm_cleared", "info", "e2", text="Nobody translated this.")])
    until(lambda: len(service.got) == 6)
    assert [one["body"] for one in service.read_by(german, "german")] == [
        "Dieses Gerät wird ab jetzt benachrichtigt.", f"Bier bei 18,9 von 19,0{NO_BREAK}°C", "Nobody translated this.",
    ]  # fmt: skip
    assert service.read_by(hot, "hot")[1]["body"] == f"beer at 66.0 of 66.2{NO_BREAK}°F"


def test_what_waits_over_a_restart_is_told_in_that_language_too(begin, service):
    handset, first = Handset(), begin()
    device = handset.device(service.endpoint(), language="de", quiet=("mon-sun 00:00-23:59",))
    first.add(device)
    first.receive([event(severity="warning", text="beer at 18.9 of 19.0 °C", todo="", message=HOT)])
    until(lambda: [one.severity for one in first.workers[device.id].unsent()] == ["warning"])
    first.stop()
    kept = json.loads(first.devices.file.read_text())
    first.devices.file.write_text(json.dumps([{**one, "quiet": []} for one in kept]))
    begin()
    until(lambda: len(service.got) == 2)
    assert service.read_by(handset)[1]["body"] == f"Bier bei 18,9 von 19,0{NO_BREAK}°C"


def test_its_push_service_sees_who_sends_and_how_urgent_and_nothing_else(begin, service, tmp_path):
    handset, sender = Handset(), begin()
    sender.add(handset.device(service.endpoint()))
    sender.receive([event(), event("alarm_raised", "warning", "e2", key="lag")])
    until(lambda: len(service.got) == 3)
    _, headers, body = service.got[1]
    assert b"silent" not in body
    said = claims(headers["authorization"])
    assert said["aud"] == f"https://{service.host}"
    assert said["sub"] == "mailto:anna@example.com"
    assert said["k"] == server_key(tmp_path / KEY)
    assert said["exp"] - time.time() <= 86_400
    assert (headers["content-encoding"], headers["urgency"], headers["ttl"]) == ("aes128gcm", "high", "86400")
    assert service.got[2][1]["urgency"] == "normal"
    assert (tmp_path / KEY).stat().st_mode & 0o077 == 0


def test_nobody_else_can_read_it(begin, service):
    import http_ece

    sender = begin()
    sender.add(Handset().device(service.endpoint()))
    until(lambda: service.got)
    with pytest.raises(http_ece.ECEException):
        Handset().reads(service.got[0][2])


def test_what_is_over_takes_the_place_of_what_it_ends(begin, service):
    handset, sender = Handset(), begin()
    sender.add(handset.device(service.endpoint()))
    sender.receive([event(), event("alarm_cleared", "info", "e2", text="beer: reads again")])
    until(lambda: len(service.got) == 3)
    _, raised, cleared = service.read_by(handset)
    assert raised["tag"] == cleared["tag"]
    assert not cleared["stays"]


def test_a_device_is_told_what_it_asked_for(begin, service):
    calm, keen, sender = Handset(), Handset(), begin()
    sender.add(calm.device(service.endpoint("calm"), warnings=False))
    sender.add(keen.device(service.endpoint("keen"), tell=("alarms", "questions", "milestones")))
    sender.receive([
        event("alarm_raised", "warning", "e1"), event("asked", "info", "e2", key="", text="Raise ale?"),
        event("step", "info", "e3", key="", text="rise"), event("alarm_raised", "alarm", "e4", key="hot", text="hot"),
    ])  # fmt: skip
    until(lambda: len(service.got) == 7)
    assert [one["body"].split("\n")[0] for one in service.read_by(calm, "calm")][1:] == ["hot"]
    told = [one["body"].split("\n")[0] for one in service.read_by(keen, "keen")]
    assert told[1:] == ["beer: silent for 6 min", "Raise ale?", "rise", "hot"]


def test_at_night_only_alarms_and_an_alarm_never_goes_to_nobody(begin, service):
    asleep, off, sender = Handset(), Handset(), begin()
    sender.add(asleep.device(service.endpoint("asleep"), quiet=("mon-sun 00:00-23:59",)))
    sender.add(off.device(service.endpoint("off"), on_duty=("mon-wed 00:00-23:59",)))
    sender.receive([event("alarm_raised", "warning", "e1")])
    sender.receive([event("alarm_raised", "alarm", "e2", key="hot", text="hot")])
    until(lambda: len(service.read_by(asleep, "asleep")) == 2)
    assert service.read_by(asleep, "asleep")[1]["body"].startswith("hot")
    sender.remove(asleep.device(service.endpoint("asleep")).id)
    sender.receive([event("alarm_raised", "alarm", "e3", key="hotter", text="hotter")])
    until(lambda: len(service.read_by(off, "off")) == 2)
    assert service.read_by(off, "off")[1]["body"].startswith("hotter")


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_whose_address_is_no_more_is_forgotten(begin, service, status):
    handset, sender = Handset(), begin()
    sender.add(handset.device(service.endpoint()))
    until(lambda: service.got)
    service.answers.append(status)
    sender.receive([event()])
    until(lambda: (sender.poll(), list(sender.devices))[1] == [])
    assert not sender.workers


def test_a_push_service_with_a_bad_day_is_tried_again(begin, service):
    handset, sender = Handset(), begin()
    service.answers.extend([503, 429])
    sender.add(handset.device(service.endpoint()))
    until(lambda: len(service.got) == 3)
    assert {one["body"] for one in service.read_by(handset)} == {"This device is told from now on."}


def test_who_may_no_longer_look_is_told_no_more(begin, service):
    handset, known = Handset(), {"anna"}
    sender = begin(may_look=lambda name: name in known)
    sender.add(handset.device(service.endpoint()))
    until(lambda: service.got)
    known.clear()
    sender.poll()
    sender.receive([event()])
    assert not sender.workers
    assert list(sender.devices) == []


def test_after_a_restart_devices_are_known_and_nothing_is_told_twice(begin, service):
    handset, first = Handset(), begin()
    first.add(handset.device(service.endpoint()))
    first.receive([event()])
    until(lambda: len(service.got) == 2)
    until(lambda: not any(worker.unsent() for worker in first.workers.values()))
    first.stop()
    second = begin()
    second.receive([event(), event(id_="e9", key="hot", text="hot")])
    until(lambda: len(service.got) == 3)
    assert service.read_by(handset)[-1]["body"].startswith("hot")


def test_a_cellar_that_falls_silent_is_said_and_so_is_an_alarm_whose_event_was_lost(begin, service):
    handset, board, at = Handset(), Board(), [NOW]
    sender = begin(board)
    sender.clock = lambda: at[0]
    sender.add(handset.device(service.endpoint(), language="de"))
    alarm = {"key": "hot", "severity": "alarm", "text": "beer 26 °C", "since": iso(NOW)}
    board.connected = True
    for _ in range(8):
        state = json.dumps({"at": iso(at[0]), "sg": 1.02, "alarms": [alarm]}).encode()
        board.receive([Message("brewpi/riverside/fv1/state", state, False, at[0])])
        sender.poll()
        at[0] += 20.0
    until(lambda: len(service.got) == 2)
    assert service.read_by(handset)[1]["body"].startswith("beer 26 °C")
    board.connected = False
    for _ in range(20):
        sender.poll()
        at[0] += 20.0
    until(lambda: len(service.got) == 3)
    assert service.read_by(handset)[2]["body"].startswith(
        "Vom Keller ist seit 5 min nichts zu hören: die Tafel erreicht den Broker nicht"
    )
    board.connected = True
    sender.poll()
    until(lambda: len(service.got) == 4)
    assert service.read_by(handset)[3]["body"].startswith("vorbei: Vom Keller ist seit 5 min nichts zu hören")


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        (FCM + "abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://push.example.com:8443/abc", True),
        ("http://fcm.googleapis.com/abc", False),
        ("https://fcm.googleapis.com.example.com/abc", False),
        ("https://evilfcm.googleapis.com/abc", False),
        ("https://fcm.googleapis.com:8080/abc", False),
        ("https://fcm.googleapis.com@192.168.1.1/abc", False),
        ("https://192.168.1.1/admin", False),
        ("https://localhost:8080/", False),
        ("https://[::1]/", False),
    ],
)
def test_the_board_posts_to_push_services_only(endpoint, known):
    assert is_push_service(endpoint, ("push.example.com:8443",)) is known


def test_a_page_cannot_make_the_board_post_elsewhere_nor_fill_its_disk(tmp_path):
    devices = Devices(tmp_path / "devices.json")
    with pytest.raises(UnknownService, match=r"192\.168\.1\.1"):
        devices.add(Handset().device("https://192.168.1.1/admin"))
    for number in range(EACH):
        devices.add(Handset().device(f"{FCM}{number}"))
    with pytest.raises(TooMany):
        devices.add(Handset().device(f"{FCM}more"))
    devices.add(Handset().device(f"{FCM}0"))
    devices.add(Handset().device(f"{FCM}bert", who="bert"))
    assert (tmp_path / "devices.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{", '[{"endpoint": "x"}]', "[[]]"])
def test_a_damaged_file_of_devices_costs_the_devices_and_not_the_board(tmp_path, text):
    (tmp_path / "devices.json").write_text(text)
    assert list(Devices(tmp_path / "devices.json")) == []


def test_a_long_text_fits_into_a_message(tmp_path):
    handset, key = Handset(), tmp_path / KEY
    server_key(key)
    phone = Phone(secret_file=key, device=handset.device(f"{FCM}1"), contact="mailto:anna@example.com")
    notice = Notice("1", iso(NOW), "riverside", "fv1", "alarms", "alarm", "ü°" * 5000, key="k" * 200)
    request = phone.of_notice(notice, phone.secret())
    assert request is not None
    assert request.content is not None
    assert len(request.content) <= 4096
    assert len(handset.reads(request.content)["body"]) > 500


def test_a_key_that_is_none_is_said(tmp_path):
    (tmp_path / KEY).write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(ValueError, match="move it away"):
        server_key(tmp_path / KEY)
