"""How many wrong passwords are borne, and from whom. Pure: time is an argument.

Two limits at once, each over five minutes: by address (ten), so that nobody tries many names, and by name (ten, from
all strange browsers together), so that a botnet does not try one. The second would let anybody lock anna out from
elsewhere: a browser in which anna has signed in before is no stranger. It shows a token for that (OWASP calls it a
device cookie), has five tries of its own, and neither sees nor spends what strangers have spent.

By hand, where the API uses `limits`: a try that was right is given back, all limits of a try are spent or none, and a
clock that is set back locks nobody out.

The token opens nothing. It is signed with the user's own password hash: it outlives a restart, ends with the password,
and cannot be made without the file of users.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets

from brewpi.dashboard.auth.users import User

WINDOW_S = 300.0
PER_ADDRESS, PER_NAME, PER_DEVICE = 10, 10, 5
KEPT = 10_000  # more are kept by nobody: the oldest go

Limits = dict[str, int]


class LoginRateLimiter:
    """When each key was tried and was wrong."""

    def __init__(self) -> None:
        self._tries: dict[str, list[float]] = {}

    def spend(self, limits: Limits, now: float) -> float:
        """0 and a try is spent under every key, before the password is looked at, so that a thousand tries at once are
        no way around; or the seconds to wait, and nothing is spent."""
        recent = {key: [at for at in self._tries.get(key, ()) if 0.0 <= now - at < WINDOW_S] for key in limits}
        wait_s = max((WINDOW_S - (now - recent[key][0]) for key, most in limits.items() if len(recent[key]) >= most),
                     default=0.0)  # fmt: skip
        if wait_s == 0.0:
            for key in limits:
                self._tries.pop(key, None)  # the newest last
                self._tries[key] = [*recent[key], now]
            while len(self._tries) > KEPT:
                del self._tries[next(iter(self._tries))]
        return wait_s

    def reset(self, limits: Limits, now: float) -> None:
        """The try of `now` was right after all."""
        for key in limits:
            left = self._tries.get(key, [])
            if now in left:
                left.remove(now)


def limits_for(name: str, address: str, device: str, user: User | None) -> Limits:
    """What one try counts against."""
    if user and is_device(device, name, user):
        return {f"device {device}": PER_DEVICE}
    return {f"address {_network(address)}": PER_ADDRESS, f"name {name}": PER_NAME}


def _network(address: str) -> str:
    """Whoever has an IPv6 address has the 2^64 of its network."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def new_device(name: str, user: User) -> str:
    """For a browser in which this user has just signed in."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{_signature(nonce, name, user)}"


def is_device(token: str, name: str, user: User) -> bool:
    """Whether this user has signed in there before."""
    nonce, _, signature = token.partition(".")
    return hmac.compare_digest(signature.encode(), _signature(nonce, name, user).encode())


def device_cookie(name: str) -> str:
    """The name of the cookie: several people share a tablet."""
    return f"brewpi_device_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _signature(nonce: str, name: str, user: User) -> str:
    return hmac.new(user.password.encode(), f"{nonce} {name}".encode(), hashlib.sha256).hexdigest()
