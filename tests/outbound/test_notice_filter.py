"""Told once, whatever the broker repeats or loses; and also when it is the cellar itself that is silent."""

from __future__ import annotations

import json
from typing import Any

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.topics import iso
from brewpi.outbound import Notice
from brewpi.outbound.notice_filter import IDS_KEPT, OPEN_KEPT, TANKS_KEPT, NoticeFilter, OpenAlarm, Published

NOW = 1_790_000_000.0
ALARM = {
    "key": "beer: silent", "severity": "alarm", "text": "beer: silent for 6 min", "todo": "Look.", "since": iso(NOW)
}  # fmt: skip


class Ear:
    """Hears one site and keeps what it would tell."""

    def __init__(self, told: Published | None = None) -> None:
        self.filter = NoticeFilter("riverside", told or Published())
        self.now = NOW
        self.notices: list[Notice] = []

    def receive(self, topic: str, body: object) -> list[str]:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        new = list(self.filter.receive(Message(f"brewpi/riverside/{topic}", payload, False, self.now), self.now))
        self.notices += new
        return [notice.text for notice in new]

    def event(self, event_id: str, kind: str = "alarm_raised", tank: str = "fv1", **more: Any) -> list[str]:
        body = {"id": event_id, "at": iso(self.now), "kind": kind, "severity": "alarm", "text": f"{kind} {event_id}"}
        return self.receive(f"{tank}/event", {**body, "key": "beer: silent", **more})

    def state(self, *alarms: dict[str, Any], later_s: float = 0.0, old_s: float = 0.0) -> list[str]:
        self.now += later_s
        return self.receive("fv1/state", {"at": iso(self.now - old_s), "alarms": list(alarms)})


def test_an_event_is_told_once_however_often_the_broker_says_it():
    ear = Ear()
    assert ear.event("r-1") == ["alarm_raised r-1"]
    assert ear.event("r-1") == []
    assert ear.event("r-2", "alarm_repeated") == ["alarm_repeated r-2"]
    assert ear.event("r-3", "alarm_cleared", severity="info") == ["alarm_cleared r-3"]
    *_, over = ear.notices
    assert (over.over, over.severity) == (True, "alarm")


def test_made_up_tanks_and_alarms_fill_no_memory_and_the_real_one_is_told():
    ear = Ear()
    for number in range(3000):
        ear.event(f"a-{number}", tank=f"made-up-{number}", key=f"k{number}")
        ear.event(f"b-{number}", key=f"k{number}")
        ear.receive(f"tank{number}/state", {"at": iso(ear.now), "alarms": [{**ALARM, "key": f"s{number}"}]})
    assert len(ear.filter.published.open) <= TANKS_KEPT
    assert max(map(len, ear.filter.published.open.values())) <= OPEN_KEPT + 1
    assert len(ear.filter.published.ids) <= IDS_KEPT
    assert len(ear.filter._differs_since) <= TANKS_KEPT * OPEN_KEPT + 1
    assert ear.event("real") == ["alarm_raised real"]
    assert ear.event("real-over", "alarm_cleared") == ["alarm_cleared real-over"]


def test_the_end_of_what_nobody_was_told_of_is_no_news():
    assert Ear().event("r-3", "alarm_cleared") == []


def test_what_concerns_the_whole_cellar_is_told_once_for_all_of_its_tanks():
    ear, tanks = Ear(), [f"fv{number}" for number in range(1, 13)]
    for kind in ("alarm_raised", "alarm_repeated", "alarm_repeated", "alarm_cleared"):
        ear.now += 3600.0
        for tank in tanks:
            ear.event(f"{kind} {tank} {ear.now}", kind, tank, key="store", text="the disk is full")
    assert [(notice.tank, notice.key, notice.over) for notice in ear.notices] == [
        ("", "store", False), ("", "store", False), ("", "store", False), ("", "store", True)
    ]  # fmt: skip
    for tank in tanks:
        assert len(ear.event(f"silent {tank}", tank=tank)) == 1, "of a tank of its own"


def test_so_is_one_whose_events_were_lost():
    ear, full = Ear(), {**ALARM, "key": "store", "text": "the disk is full"}
    said = []
    for later_s, alarms in ((0.0, [full]), (61.0, [full]), (61.0, []), (61.0, [])):
        ear.now += later_s
        for tank in ("fv1", "fv2", "fv3"):
            said += ear.receive(f"{tank}/state", {"at": iso(ear.now), "alarms": alarms})
    assert said == ["the disk is full", "over: the disk is full"]


def test_what_an_earlier_version_told_of_a_tank_ends_there():
    ear = Ear(Published(open={"fv1": {"store": OpenAlarm("alarm", "the disk is full")}}))
    assert ear.state() == []
    assert ear.state(later_s=61.0) == ["over: the disk is full"]
    assert ear.state(later_s=61.0) == []


def test_an_alarm_that_gets_worse_is_told_again():
    ear = Ear()
    assert ear.event("r-1", severity="warning")
    assert ear.event("r-2", severity="alarm")


def test_what_is_no_alarm_question_or_milestone_is_not_told():
    ear = Ear()
    assert ear.event("r-1", "command") == ear.event("r-2", "command_refused") == []
    assert ear.event("r-3", "asked") == ["asked r-3"]
    assert ear.event("r-4", "complete") == ["complete r-4"]
    assert [notice.about for notice in ear.notices] == ["questions", "milestones"]


def test_an_alarm_whose_event_was_lost_is_found_in_the_state_and_so_is_its_end():
    ear = Ear()
    assert ear.state(ALARM) == []
    assert ear.state(ALARM, later_s=30.0) == []
    assert ear.state(ALARM, later_s=31.0) == ["beer: silent for 6 min"]
    assert ear.notices[0].todo == "Look."
    assert ear.state(ALARM, later_s=600.0) == []
    assert ear.event("r-1") == []  # its event at last
    assert ear.state(later_s=5.0) == []
    assert ear.state(later_s=61.0) == ["over: beer: silent for 6 min"]
    assert ear.event("r-2", "alarm_cleared") == []


def test_who_speaks_another_language_gets_what_a_sentence_is_made_of_and_so_at_its_end():
    ear, made = Ear(), {"key": "{name}: silent for {minutes:.0f} min", "values": {"name": "beer", "minutes": 6.0}}
    ear.event("r-1", key="other", message=made)
    ear.state({**ALARM, "key": "other"}, {**ALARM, "message": made})
    ear.state({**ALARM, "key": "other"}, {**ALARM, "message": made}, later_s=61.0)
    ear.state({**ALARM, "key": "other"}, later_s=5.0)
    ear.state({**ALARM, "key": "other"}, later_s=61.0)
    said = [notice.message.model_dump() if notice.message else None for notice in ear.notices]
    assert said == [made, made, {"key": "over: {what}", "values": {"what": made}}]


def test_a_state_that_comes_before_its_event_tells_nothing_twice():
    ear = Ear()
    assert ear.state(ALARM) == []
    assert ear.event("r-1") == ["alarm_raised r-1"]
    assert ear.state(ALARM, later_s=120.0) == ear.state(ALARM, later_s=120.0) == []


def test_an_alarm_that_somebody_has_seen_already_is_not_told_after_all():
    ear = Ear()
    for _ in range(5):
        assert ear.state({**ALARM, "acknowledged_by": "anna"}, later_s=60.0) == []


def test_a_state_that_the_broker_kept_of_a_dead_cellar_tells_nothing():
    ear = Ear()
    for _ in range(5):
        assert ear.state(ALARM, later_s=60.0, old_s=3600.0) == []


def test_nonsense_on_the_broker_tells_nothing_and_ends_nothing():
    ear = Ear()
    for nonsense in (b"", b"\xff", b"[]", b"{}", b"[" * 9999, b'{"at": 5, "alarms": 7}', b'{"kind": ["x"], "id": 3}'):
        assert ear.receive("fv1/event", nonsense) == ear.receive("fv1/state", nonsense) == []
    assert ear.receive("fv1/state", {"at": iso(NOW), "alarms": {"key": 1}}) == []
    assert ear.event("r-1") == ["alarm_raised r-1"]


def test_a_cellar_that_falls_silent_is_an_alarm_of_its_own():
    ear = Ear()

    def listen(why: str | None, later_s: float) -> list[str]:
        ear.now += later_s
        return [notice.text for notice in ear.filter.listen(why, ear.now)]

    assert listen("its service is gone", 0.0) == listen("its service is gone", 200.0) == []
    assert listen(None, 10.0) == []  # it was restarted
    assert listen("its service is gone", 10.0) == []
    assert listen("its service is gone", 301.0) == [
        "nothing is heard from the cellar for 5 min: its service is gone"
    ]
    assert listen("its service is gone", 3600.0) == []
    assert listen(None, 1.0) == ["over: nothing is heard from the cellar for 5 min: its service is gone"]


def test_what_was_told_before_a_restart_is_not_told_after_it():
    told = Published()
    Ear(told).event("r-1")
    ear = Ear(told)
    assert ear.event("r-1") == []
    assert ear.state(ALARM) == ear.state(ALARM, later_s=120.0) == []


def test_the_memory_of_ids_is_bounded():
    told = Published()
    for n in range(5000):
        assert told.once(f"r-{n}")
    assert len(told.ids) == 1000
    assert not told.once("r-4999")
