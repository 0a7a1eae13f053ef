"""Who may say and hear what on a Mosquitto: its password file and its access list, an account each.

A hydrometer writes its own topic, a plug hears and writes its own, the daemon its site, a board hears and commands, a
viewer hears; nobody else gets near `command/#`. The access list is written whole, from the comments in it, so it is
never two halves.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from brewpi.hardware.files import read_text, replace_text

Role = Literal["daemon", "hydrometer", "plug", "board", "operator", "viewer", "outbound", "home-assistant"]
DEVICES = ("hydrometer", "plug")
ROLES: tuple[str, ...] = get_args(Role)
PUBLISHED = ("state", "forecast", "what_if", "curve", "event", "ack")  # of a tank, for all who may hear
OF_SITE = ("scorecard", "model")
ECHO = "echo"  # beside the commands of a tank; see `echo.py`
ITERATIONS = 20_000  # of PBKDF2: some milliseconds of the broker's time for each connection
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TOPIC = re.compile(r"[^#+\s\x00-\x1f$/][^#+\x00-\x1f]{0,199}")
LISTS = ("topics", "tanks", "hears")
USERS, ACL, MARK = "users", "acl", "# account "
DIRECTORY = Path("/etc/mosquitto/brewpi")


class BadAccount(Exception):
    """What is wrong with it, as a sentence."""


@dataclass(frozen=True, slots=True)
class Account:
    """topics: of a hydrometer those that it writes, of a plug those that it hears and writes, of a daemon those of its
    plugs; tanks: of a daemon those that it announces to Home Assistant; hears: of a daemon, beside its hydrometers."""

    role: str
    name: str
    site: str
    topics: tuple[str, ...] = ()
    tanks: tuple[str, ...] = ()
    hears: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises BadAccount: a name with a line break or a `#` in it would be another rule of the access list."""
        if self.role not in ROLES:
            raise BadAccount(f"there is no role {json.dumps(self.role)}; there are {', '.join(ROLES)}")
        if not self.site:
            raise BadAccount(f"a {self.role} needs --site, the one that it may see")
        words = (("name", self.name), ("site", self.site), *(("tank", tank) for tank in self.tanks))
        for what, word in words:
            if not NAME.fullmatch(word):
                raise BadAccount(f"{what} {json.dumps(word)}: letters, digits, - and _ only, 64 at most")
        for topic in (*self.topics, *self.hears):
            if not TOPIC.fullmatch(topic) or topic.split("/")[0].startswith(("brewpi", "homeassistant")):
                raise BadAccount(f"topic {json.dumps(topic)}: that of one device, without wildcards, not below brewpi/")
        if self.role in DEVICES and not self.topics:
            raise BadAccount(f"{self.name}: a {self.role} needs --topic, its own")


def rules(account: Account, others: Sequence[Account] = ()) -> Iterator[str]:
    """The lines of an account in the access list. others: of the same broker; a daemon hears its hydrometers."""
    base = f"brewpi/{account.site}"
    match account.role:
        case "hydrometer":
            yield from _device("write", account.topics)
        case "plug":
            yield from _device("readwrite", account.topics)
        case "daemon":
            yield f"topic readwrite {base}/availability"
            yield from (f"topic write {base}/{word}" for word in OF_SITE)
            yield from (f"topic write {base}/+/{word}" for word in PUBLISHED)
            yield f"topic write {base}/batches/+"
            yield f"topic read {base}/+/command/+"
            yield f"topic write {base}/+/command/{ECHO}"  # to hear whether the others arrive
            yield "topic read homeassistant/status"
            yield from (f"topic write homeassistant/+/brewpi_{account.site}_{tank}/+/config" for tank in account.tanks)
            heard = [one.topics for one in others if one.role == "hydrometer" and one.site == account.site]
            yield from _device("read", sorted({*account.hears, *(topic for topics in heard for topic in topics)}))
            yield from _device("readwrite", account.topics)
        case "outbound":
            yield f"topic read {base}/availability"
            yield from (f"topic read {base}/+/{word}" for word in ("state", "event"))
            yield f"topic write brewpi-outbound/{account.site}/availability"
        case _:
            yield f"topic read {base}/availability"
            yield from (f"topic read {base}/{word}" for word in OF_SITE)
            yield from (f"topic read {base}/+/{word}" for word in PUBLISHED)
            yield f"topic read {base}/batches/+"
            if account.role == "board":
                yield "topic write brewpi-dashboard/availability"
            if account.role != "viewer":
                yield f"topic write {base}/+/command/+"
            if account.role == "home-assistant":
                yield "topic readwrite homeassistant/#"


def _device(access: str, topics: Sequence[str]) -> Iterator[str]:
    for topic in topics:
        yield f"topic {access} {topic}"
        yield f"topic {access} {topic}/#"


def acl_of(accounts: Sequence[Account]) -> str:
    """The access list; what it does not name is refused."""
    lines = ["# Written by brewpi broker-users; what is changed by hand is lost."]
    for account in sorted(accounts, key=lambda one: one.name):
        lines += ["", f"{MARK}{json.dumps(asdict(account))}", f"user {account.name}", *rules(account, accounts)]
    return "\n".join(lines) + "\n"


def accounts_of(acl: str) -> list[Account]:
    """The accounts of an access list that `acl_of` wrote. Raises BadAccount."""
    try:
        known = [json.loads(line.removeprefix(MARK)) for line in acl.splitlines() if line.startswith(MARK)]
        accounts = [Account(**{**one, **{key: tuple(one.get(key, ())) for key in LISTS}}) for one in known]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadAccount(f"{ACL}: was not written by brewpi broker-users ({error}); move it away") from None
    for account in accounts:
        account.check()
    return accounts


def hashed(password: str) -> str:
    """As Mosquitto 2 keeps it: $7$iterations$salt$PBKDF2-HMAC-SHA512."""
    salt = secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def enter(account: Account, password: str | None, directory: Path = DIRECTORY) -> None:
    """A new account, or another role or password of a known one. password: None keeps what it has.

    Raises BadAccount, or OSError.
    """
    account.check()
    accounts, passwords = _read(directory)
    accounts[account.name] = account
    if password is not None:
        if len(password) < 10 or not password.isprintable():
            raise BadAccount("a password has 10 characters or more, in one line")
        passwords[account.name] = hashed(password)
    elif account.name not in passwords:
        raise BadAccount(f"{account.name} has no password yet")
    _write(directory, accounts, passwords)


def knows(name: str, directory: Path = DIRECTORY) -> bool:
    """Whether there is such an account. Raises BadAccount, or OSError."""
    return name in _read(directory)[1]


def remove(name: str, directory: Path = DIRECTORY) -> None:
    """Raises BadAccount where there is none, or OSError."""
    accounts, passwords = _read(directory)
    if name not in accounts:
        raise BadAccount(f"there is no account {json.dumps(name)}")
    del accounts[name]
    passwords.pop(name, None)
    _write(directory, accounts, passwords)


def _read(directory: Path) -> tuple[dict[str, Account], dict[str, str]]:
    acl, users = "", ""
    with suppress(FileNotFoundError):
        acl, users = read_text(directory / ACL), read_text(directory / USERS)
    passwords = dict(line.split(":", 1) for line in users.splitlines() if ":" in line)
    return {one.name: one for one in accounts_of(acl)}, passwords


def _write(directory: Path, accounts: dict[str, Account], passwords: dict[str, str]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    replace_text(directory / USERS, "".join(f"{name}:{kept}\n" for name, kept in sorted(passwords.items())))
    replace_text(directory / ACL, acl_of(list(accounts.values())))
