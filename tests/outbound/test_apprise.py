"""A hundred services by one address, behind the same queue and with the same secrecy: here Apprise's own `json://`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brokers import until

from brewpi.outbound import NoSecret, Notice
from brewpi.outbound.apprise import Apprise
from brewpi.outbound.delivery_worker import DeliveryWorker

SECRET = "s3cr3t"
SILENT = Notice(
    "r-7", "2026-09-21T14:13:20.000Z", "riverside", "fv1", "alarms", "alarm", "beer: silent", "Check the probe."
)


@pytest.fixture
def way(web, tmp_path):
    """Sends to the server of the test, twice as fast as an eye blinks."""
    (tmp_path / "secret").write_text(f"{web.address.replace('http', 'json')}/{SECRET}")
    way = DeliveryWorker("out", Apprise(secret_file=tmp_path / "secret"), lambda: 0.0, time_scale=0.002)
    way.start()
    yield way
    way.stop()


def test_an_alarm_rings_with_what_to_do_and_its_end_says_so(web, way):
    way.tell(SILENT)
    way.tell(replace(SILENT, id="r-8", severity="warning"))
    way.tell(replace(SILENT, id="r-9", todo="", over=True))
    way.tell(replace(SILENT, id="r-10", about="milestones", severity="info"))
    until(lambda: len(web.bodies()) == 3)
    rings, warns, over = web.bodies()
    assert (rings["title"], rings["type"]) == ("riverside fv1", "failure")
    assert rings["message"].split() == ["beer:", "silent", "Check", "the", "probe."]
    assert (warns["type"], over["type"], over["message"]) == ("warning", "success", "beer: silent")


def test_what_was_not_taken_is_tried_again_in_order_and_no_word_holds_the_secret(web, way, caplog, capsys):
    web.days.extend([500, "hangs up", 404])
    way.tell(SILENT)
    way.tell(replace(SILENT, id="r-8", text="second"))
    until(lambda: len(web.bodies()) == 2)
    assert [body["message"].splitlines()[0] for body in web.bodies()] == ["beer: silent", "second"]
    until(lambda: "goes out again" in caplog.text or caplog.records)
    assert "was not taken" in caplog.text
    said = caplog.text + "".join(capsys.readouterr())
    assert SECRET not in said


def test_one_message_may_go_to_several_services(web, tmp_path):
    address = web.address.replace("http", "json")
    (tmp_path / "secret").write_text(f"{address}/a {address}/b\n")
    options = Apprise(secret_file=tmp_path / "secret")
    assert options.of_notice(SILENT, options.secret()).send() == 2
    assert sorted(one["path"] for one in web.got) == ["/a", "/b"]


def test_a_service_that_took_it_is_not_rung_again_and_again_because_another_does_not(web, tmp_path, caplog):
    address = web.address.replace("http", "json")
    (tmp_path / "secret").write_text(f"{address}/{SECRET} json://127.0.0.1:9/gone\n")
    way = DeliveryWorker("out", Apprise(secret_file=tmp_path / "secret"), lambda: 0.0, time_scale=0.002)
    way.start()
    way.tell(SILENT)
    way.tell(replace(SILENT, id="r-8", text="second"))
    until(lambda: not way.unsent())
    way.stop()
    assert [body["message"].splitlines()[0] for body in web.bodies()] == ["beer: silent", "second"]
    assert "1 of 2 addresses did not take it" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("secret", ["nonsense", "https:/x", "ntfyy://s3cr3t", "json://ok.example nonsense"])
def test_an_address_that_apprise_does_not_know_is_said_without_it(secret, tmp_path):
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(NoSecret, match="it holds no address in Apprise's form") as caught:
        Apprise(secret_file=tmp_path / "secret").secret()
    assert "s3cr3t" not in str(caught.value)
