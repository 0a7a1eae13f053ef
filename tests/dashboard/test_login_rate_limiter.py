"""Wrong passwords: who has to wait, and who has not although somebody else must."""

import pytest

from brewpi.dashboard.auth.login_rate_limiter import KEPT, LoginRateLimiter, is_device, limits_for, new_device
from brewpi.dashboard.auth.users import User

ANNA = User(role="operate", password=f"scrypt:256:8:1:{'0' * 32}:{'1' * 128}")
CHANGED = User(role="operate", password=f"scrypt:256:8:1:{'0' * 32}:{'2' * 128}")


@pytest.fixture
def limiter() -> LoginRateLimiter:
    return LoginRateLimiter()


def guess(
    limiter: LoginRateLimiter, now: float, name: str = "anna", address: str = "10.0.0.9", device: str = ""
) -> float:
    return limiter.spend(limits_for(name, address, device, ANNA), now)


def test_ten_wrong_tries_from_one_address_then_it_waits_whatever_name_it_says(limiter):
    assert [guess(limiter, n, name=f"user{n}") for n in range(10)] == [0.0] * 10
    assert guess(limiter, 10.0, name="somebody else") == pytest.approx(290.0)
    assert guess(limiter, 10.0, name="anna", address="10.0.0.10") == 0.0
    assert guess(limiter, 301.0, name="somebody else") == 0.0


def test_a_network_of_many_addresses_is_stopped_at_the_name(limiter):
    assert [guess(limiter, n, address=f"10.0.0.{n}") for n in range(10)] == [0.0] * 10
    assert guess(limiter, 10.0, address="10.0.9.9") > 0.0


def test_but_whoever_signed_in_there_before_is_not_locked_out_by_strangers(limiter):
    hers = new_device("anna", ANNA)
    for n in range(1000):
        guess(limiter, n / 10, address=f"10.0.{n % 250}.{n // 250}")
    assert guess(limiter, 101.0) > 0.0
    assert guess(limiter, 101.0, device=hers) == 0.0


def test_a_known_browser_has_five_tries(limiter):
    hers = new_device("anna", ANNA)
    assert [guess(limiter, n, device=hers) for n in range(5)] == [0.0] * 5
    assert guess(limiter, 6.0, device=hers) > 0.0


def test_the_token_of_a_browser_is_of_one_name_and_one_password_and_cannot_be_made_up():
    hers = new_device("anna", ANNA)
    assert is_device(hers, "anna", ANNA)
    assert not is_device(hers, "vera", ANNA)
    assert not is_device(hers, "anna", CHANGED)
    for forged in ("", ".", hers[:-1], "0" * 32 + "." + hers.split(".")[1], "ä.ö"):
        assert not is_device(forged, "anna", ANNA)
        assert "device" not in " ".join(limits_for("anna", "10.0.0.9", forged, ANNA))


def test_right_passwords_cost_nothing(limiter):
    for n in range(100):
        limits = limits_for("anna", "10.0.0.9", "", ANNA)
        assert limiter.spend(limits, n) == 0.0
        limiter.reset(limits, n)


def test_an_ipv6_network_is_one_address():
    near, far = "2001:db8:1:2::1", "2001:db8:1:3::1"
    assert limits_for("a", near, "", None) == limits_for("a", "2001:db8:1:2:ffff::9", "", None)
    assert limits_for("a", near, "", None) != limits_for("a", far, "", None)


def test_the_memory_of_many_names_is_bounded(limiter):
    for n in range(3 * KEPT):
        limiter.spend({f"name {n}": 10}, 0.0)
    assert len(limiter._tries) == KEPT
