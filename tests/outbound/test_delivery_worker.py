"""Sent to a real server that has bad days: in order, once, with patience, and without a secret in any word."""

from __future__ import annotations

import logging

import httpx
import pytest
from brokers import until
from web import Web

from brewpi.mqtt.payloads import StatePayload
from brewpi.outbound import Notice
from brewpi.outbound import delivery_worker as courier_file
from brewpi.outbound.brewfather import Brewfather
from brewpi.outbound.delivery_worker import LONGEST_WAIT_S, NOTICES_KEPT, Reading, post, waits_s
from brewpi.outbound.webhook import Webhook

SECRET = "s3cr3t"
NOW = 1_790_000_000.0
HURRY = 0.002  # five seconds of patience in ten milliseconds


def notice(n: int, tank: str = "fv1") -> Notice:
    return Notice(f"r-{n}", "2026-09-21T14:13:20.000Z", "riverside", tank, "alarms", "alarm", f"alarm {n}")


def reading(sg: float, tank: str = "fv1") -> Reading:
    return Reading("riverside", tank, StatePayload.model_validate({"at": NOW, "sg": sg}))


def texts(web: Web) -> list[str]:
    return [body["text"] for body in web.bodies()]


def test_notices_arrive_in_order(web, hire):
    worker = hire(web)
    for n in range(5):
        worker.tell(notice(n))
    until(lambda: len(web.got) == 5)
    assert texts(web) == [f"alarm {n}" for n in range(5)]
    until(lambda: worker.unsent() == [])


@pytest.mark.parametrize("day", [500, 502, 503, 429, (429, {"Retry-After": "6"}), 408, "hangs up"])
def test_a_bad_day_is_waited_out_and_nothing_is_lost_repeated_or_told_out_of_order(web, hire, caplog, day):
    web.days += [day, day, 200, day]
    worker = hire(web)
    worker.tell(notice(1))
    worker.tell(notice(2))
    until(lambda: len(web.bodies()) == 2)
    assert texts(web) == ["alarm 1", "alarm 2"]
    assert [body["text"] for body in web.bodies(taken=False)] == ["alarm 1"] * 3 + ["alarm 2"] * 2


def test_a_server_that_hangs_is_given_up_after_a_while_and_tried_again(web, hire, monkeypatch, caplog):
    monkeypatch.setattr(courier_file, "TIMEOUT_S", 0.3)
    web.days.append("sleeps")
    hire(web).tell(notice(1))
    until(lambda: texts(web) == ["alarm 1"])
    assert "no answer within" in caplog.text


def test_a_server_that_is_not_there_is_found_when_it_comes_back(web, hire, caplog):
    address = web.server.server_address
    worker = hire(web)
    web.server.shutdown()
    web.server.server_close()
    worker.tell(notice(1))
    until(lambda: "cannot be reached (ConnectError)" in caplog.text)
    assert worker.unsent() == [notice(1)]
    back = Web(address[1])
    until(lambda: texts(back) == ["alarm 1"])
    back.close()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, (301, {"Location": "http://elsewhere.example/"})])
def test_a_refusal_is_not_repeated_for_ever_and_the_next_one_is_tried(web, hire, caplog, status):
    caplog.set_level(logging.WARNING)
    web.days.append(status)
    worker = hire(web)
    worker.tell(notice(1))
    worker.tell(notice(2))
    until(lambda: texts(web) == ["alarm 2"])
    assert len(web.got) == 2
    assert "outbound.out: refuses (" in caplog.text


def test_no_word_of_the_log_holds_a_secret_whatever_goes_wrong(web, hire, caplog):
    caplog.set_level(logging.DEBUG, "brewpi")
    web.days += [
        500,
        403,
        "hangs up",
        (429, {"Retry-After": SECRET}),
        (302, {"Location": f"http://x.example/{SECRET}"}),
    ]
    worker = hire(web)
    for n in range(4):
        worker.tell(notice(n))
    until(lambda: worker.unsent() == [])
    assert "outbound.out" in caplog.text
    assert SECRET not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_one_trouble_is_one_line_and_so_is_its_end(web, hire, caplog):
    caplog.set_level(logging.INFO, "brewpi")
    web.days += [500] * 6
    hire(web).tell(notice(1))
    until(lambda: "goes out again" in caplog.text)
    assert [record.getMessage() for record in caplog.records if record.name == "brewpi"] == [
        "outbound.out: answers 500; tried again, 1 wait", "outbound.out: goes out again"
    ]  # fmt: skip


def test_a_full_queue_loses_the_oldest_and_says_so(web, hire, caplog):
    web.days.append("sleeps")
    worker = hire(web)
    worker.tell(notice(0))
    until(lambda: web.got)
    for n in range(1, NOTICES_KEPT + 5):
        worker.tell(notice(n))
    assert len(worker.unsent()) == NOTICES_KEPT
    web.awake.set()
    until(lambda: worker.unsent() == [])
    assert texts(web) == [f"alarm {n}" for n in range(5, NOTICES_KEPT + 5)]
    assert "5 notices were lost" in caplog.text


def test_readings_go_out_once_in_fifteen_minutes_for_each_tank_and_the_newest_counts(web, hire):
    now = [1_000_000.0]
    worker = hire(web, Brewfather, lambda: now[0])
    worker.persist(reading(1.050))
    worker.persist(reading(1.060, "fv2"))
    until(lambda: len(web.bodies()) == 2)
    for _ in range(14):
        now[0] += 60.0
        worker.persist(reading(1.040))
    now[0] += 60.0
    worker.persist(reading(1.030))
    until(lambda: len(web.bodies()) == 3)
    assert [(body["name"], body["gravity"]) for body in web.bodies()] == [
        ("riverside-fv1", 1.050), ("riverside-fv2", 1.060), ("riverside-fv1", 1.030)
    ]  # fmt: skip
    assert {one["path"] for one in web.got} == {f"/stream?id={SECRET}"}


def test_while_the_server_is_away_only_the_newest_reading_of_a_tank_waits(web, hire):
    web.days += [503] * 40
    worker = hire(web, Brewfather)
    for n in range(50):
        worker.persist(reading(1.050 - n / 1000))
    web.days.clear()
    until(lambda: web.bodies() != [])
    assert web.bodies()[-1]["gravity"] == pytest.approx(1.001)


def test_tanks_that_are_not_named_stay_at_home(web, hire):
    worker = hire(web, tanks=["fv2"])
    worker.tell(notice(1, "fv1"))
    worker.tell(notice(2, "fv2"))
    worker.tell(notice(3, ""))  # the whole site
    until(lambda: len(web.got) == 2)
    assert texts(web) == ["alarm 2", "alarm 3"]


def test_a_secret_that_is_lost_is_said_and_waited_for(web, hire, caplog, tmp_path):
    worker = hire(web)
    (tmp_path / "secret").unlink()
    worker.tell(notice(1))
    until(lambda: "cannot be read" in caplog.text)
    (tmp_path / "secret").write_text(f"{web.address}/x")
    until(lambda: texts(web) == ["alarm 1"])


def test_nonsense_in_a_state_ends_no_thread(web, hire):
    worker = hire(web, Brewfather)
    worker.persist(Reading("riverside", "fv1", StatePayload.model_construct(measured=7)))
    worker.persist(reading(1.040, "fv2"))
    until(lambda: [body["name"] for body in web.bodies()] == ["riverside-fv2"])


def test_patience_doubles_up_to_a_quarter_of_an_hour_and_a_server_may_ask_for_more_but_not_for_ever():
    assert [waits_s(n) for n in (0, 1, 2, 3)] == [5.0, 10.0, 20.0, 40.0]
    assert waits_s(9999) == LONGEST_WAIT_S == 900.0
    assert waits_s(0, 60.0) == 60.0
    assert waits_s(5, 0.0) == 5.0
    assert waits_s(0, 1e9) == 3600.0


def test_a_server_may_say_until_when_by_a_date(web):
    web.days.append((503, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}))
    with httpx.Client() as client:
        outcome = post(client, Webhook(secret_env="X").of_notice(notice(1), web.address))
    assert outcome.again
    assert outcome.wait_s > 1e9


@pytest.mark.parametrize("address", ["http://", "s3cr3t://x", "http://127.0.0.1:s3cr3t/"])
def test_an_address_that_is_none_is_said_without_it(address):
    with httpx.Client() as client:
        outcome = post(client, Webhook(secret_env="X").of_notice(notice(1), address))
    assert (outcome.why, outcome.again) == ("its address or token is none", False)
