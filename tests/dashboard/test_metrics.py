"""/metrics, read by Prometheus' own parser."""

import pytest
from payload_factory import NOW, board_of, forecast, say, state
from prometheus_client.parser import text_string_to_metric_families

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.feed.metrics import exposition


def samples(board: Board, now: float = NOW) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels, in the order of their names."""
    families = text_string_to_metric_families(exposition(board, now).decode())
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families for sample in family.samples
    }  # fmt: skip


@pytest.fixture
def board() -> Board:
    board = board_of()
    alarm = {"key": "k", "severity": "warning", "text": "look"}
    say(board, "fv1/state", state(room_c=12.5, heat_duty=0.0, cool_duty=1.0, attenuation=0.61, alarms=[alarm]))
    say(board, "fv1/forecast", forecast(10, 24, 50) | {"p_stuck": 0.03})
    return board


def test_everything_that_is_known_of_a_tank_in_base_units(board):
    found, fv1 = samples(board), ("cellar", "fv1")
    assert found["brewpi_specific_gravity_ratio", *fv1] == 1.0234
    assert found["brewpi_extract_plato_degrees", *fv1] == pytest.approx(5.92, abs=0.02)
    assert found["brewpi_beer_temperature_celsius", *fv1] == 18.9
    assert found["brewpi_room_temperature_celsius", *fv1] == 12.5
    assert found["brewpi_target_temperature_celsius", *fv1] == 19.0
    assert (found["brewpi_heat_duty_ratio", *fv1], found["brewpi_cool_duty_ratio", *fv1]) == (0.0, 1.0)
    assert found["brewpi_apparent_attenuation_ratio", *fv1] == 0.61
    remaining = [found["brewpi_remaining_seconds", quantile, *fv1] / 3600 for quantile in ("0.1", "0.5", "0.9")]
    assert remaining == pytest.approx([10, 24, 50])
    assert found["brewpi_stuck_probability_ratio", *fv1] == 0.03
    assert found["brewpi_alarms", "warning", *fv1] == 1
    assert found["brewpi_alarms", "alarm", *fv1] == 0
    assert found["brewpi_site_online", "cellar"] == 1
    assert found["brewpi_broker_connected",] == 1


def test_time_goes_on_between_two_forecasts(board):
    assert samples(board, NOW + 60)["brewpi_remaining_seconds", "0.5", "cellar", "fv1"] == 24 * 3600 - 60


def test_what_is_stale_is_absent_and_its_age_says_why(board):
    found = samples(board, NOW + 600)
    assert found["brewpi_state_age_seconds", "cellar", "fv1"] == 600
    assert found["brewpi_alarms", "warning", "cellar", "fv1"] == 1
    assert not any(name.startswith(("brewpi_specific", "brewpi_remaining", "brewpi_cool")) for name, *_ in found)


def test_a_dead_service_is_offline_and_its_values_are_gone(board):
    say(board, "availability", "offline")
    found = samples(board)
    assert found["brewpi_site_online", "cellar"] == 0
    assert ("brewpi_specific_gravity_ratio", "cellar", "fv1") not in found


def test_an_expired_forecast_is_none(board):
    say(board, "fv1/state", state(at=NOW + 3700), at=NOW + 3700)
    found = samples(board, NOW + 3700)
    assert found["brewpi_specific_gravity_ratio", "cellar", "fv1"] == 1.0234
    assert not any(name.startswith("brewpi_remaining") for name, *_ in found)


def test_an_absent_measurement_is_no_zero():
    board = board_of()
    say(board, "fv1/state", state(sg=None, beer_c=None))
    found = samples(board)
    assert not any(name.startswith(("brewpi_specific", "brewpi_beer", "brewpi_extract")) for name, *_ in found)


def test_names_of_tanks_stay_names():
    board = board_of()
    say(board, 'f"v\\1\n/state', state())
    assert ("brewpi_specific_gravity_ratio", "cellar", 'f"v\\1\n') in samples(board)
