"""By what name a broker knows a client of ours. Pure.

A broker lets one connection a name stand, and throws out the one that was there when another comes. Everybody with an
account may choose any name, so one that can be guessed lets the worst account at the broker keep our commands from us,
STOP among them.
"""

from __future__ import annotations

import hashlib

ITERATIONS, BYTES = 20_000, 6  # as slow to try as the broker's own file of passwords, and longer than anybody guesses


def proven(name: str, password: str | None) -> str:
    """The name with what only who has the password can add: the same at every start, and for two machines of one
    account. As it is where there is no password, and empty where the broker is to choose one."""
    if not name or not password:
        return name
    proof = hashlib.pbkdf2_hmac("sha512", password.encode(), name.encode(), ITERATIONS, BYTES)
    return f"{name}-{proof.hex()}"
