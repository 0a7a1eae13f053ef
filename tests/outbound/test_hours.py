"""At night only what is grave, and by day to who is there."""

from datetime import datetime

import pytest
from brokers import until
from pydantic import ValidationError
from web import Web

from brewpi.outbound import Notice
from brewpi.outbound.delivery_worker import DeliveryWorker
from brewpi.outbound.hours import Span, within
from brewpi.outbound.service import Service
from brewpi.outbound.webhook import Webhook

MONDAY = datetime(2026, 5, 4)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY.replace(day=4 + day, hour=hour, minute=minute)


def notice(severity: str, about: str = "alarms", text: str = "") -> Notice:
    return Notice(f"r-{severity}{text}", "", "riverside", "fv1", about, severity, text or severity)


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("22:00-07:00", [at(0, 22), at(1, 6, 59), at(6, 23)], [at(0, 7), at(0, 21, 59)]),
        ("mon-fri 06:00-14:00", [at(0, 6), at(4, 13, 59)], [at(5, 8), at(0, 14)]),
        ("sat,sun", [at(5, 0), at(6, 23, 59)], [at(4, 23, 59), at(0, 0)]),
        ("fri 22:00-06:00", [at(4, 23), at(5, 5)], [at(4, 5), at(5, 23)]),
        ("sat-mon 10:00-12:00", [at(5, 11), at(0, 11)], [at(1, 11)]),
    ],
)
def test_times_of_the_week(text, yes, no):
    assert [Span.of(text).holds(one) for one in yes] == [True] * len(yes)
    assert [Span.of(text).holds(one) for one in no] == [False] * len(no)
    assert not within((), at(0, 12))


@pytest.mark.parametrize("text", ["", "noon", "25:00-26:00", "10:70-11:00", "monday 10:00-12:00", "mon-", "10:00"])
def test_what_is_no_time_of_the_week_is_said(text):
    with pytest.raises(ValidationError, match=r"no time of the week|days are|no time of the day"):
        Webhook(secret_env="X", quiet=(text,))


class Night:
    """A clock that a test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now.timestamp()


def texts(web: Web) -> list[str]:
    return [body["text"] for body in web.bodies()]


def test_at_night_an_alarm_goes_through_and_a_warning_waits_for_the_morning(web, hire):
    clock = Night(at(0, 23))
    worker = hire(web, clock=clock, quiet=("22:00-07:00",), tell=("alarms", "questions"))
    for one in (notice("warning"), notice("info", "questions", "asks"), notice("alarm")):
        worker.tell(one)
    until(lambda: texts(web) == ["alarm"])
    until(lambda: [one.text for one in worker.unsent()] == ["warning", "asks"])  # kept, also through a restart
    clock.now = at(1, 7)
    until(lambda: texts(web) == ["alarm", "warning", "asks"])
    until(lambda: worker.unsent() == [])


def recipients(one: Notice, now: datetime, **ways: Webhook) -> set[str]:
    """To whom a service would tell it."""
    workers = {name: DeliveryWorker(name, options, lambda: 0.0) for name, options in ways.items()}
    service = object.__new__(Service)
    service.workers, service.clock = workers, now.timestamp
    return {worker.name for worker in service._recipients(one)}


def test_who_is_on_duty_is_told_and_an_alarm_is_never_told_to_nobody():
    anna = Webhook(secret_env="A", on_duty=("mon-fri 06:00-14:00",))
    bert = Webhook(secret_env="B", on_duty=("mon-fri 14:00-22:00",), severities=("alarm",))
    assert recipients(notice("warning"), at(0, 8), anna=anna, bert=bert) == {"anna"}
    assert recipients(notice("alarm"), at(0, 15), anna=anna, bert=bert) == {"bert"}
    assert recipients(notice("warning"), at(0, 23), anna=anna, bert=bert) == set()
    assert recipients(notice("alarm"), at(0, 23), anna=anna, bert=bert) == {"anna", "bert"}
    elsewhere = Webhook(secret_env="B", tanks=("fv9",))
    assert recipients(notice("alarm"), at(0, 15), anna=anna, bert=elsewhere) == {"anna", "bert"}
