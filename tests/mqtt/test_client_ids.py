"""What a broker knows us by."""

from __future__ import annotations

from brewpi.mqtt.client_ids import proven


def test_who_has_the_password_has_the_same_name_at_every_start_and_nobody_else():
    name = proven("brewpi-riverside", "correct horse battery")
    assert name == proven("brewpi-riverside", "correct horse battery")
    assert name.startswith("brewpi-riverside-")
    assert len({name, proven("brewpi-riverside", "another one"), proven("brewpi-annex", "correct horse battery")}) == 3
    assert "horse" not in name


def test_without_a_password_the_name_is_as_it_was_and_the_broker_chooses_where_it_may():
    assert proven("brewpi-riverside", None) == "brewpi-riverside"
    assert proven("", "correct horse battery") == ""
