"""From the words of the command line to a running board, and to a file of users; every mistake is a sentence."""

from __future__ import annotations

import ssl
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from brewpi.dashboard.api import tokens
from brewpi.dashboard.auth.users import (
    NOBODY,
    SHORTEST,
    Role,
    User,
    Users,
    hashed,
    read,
    readable_by_others,
    users_of,
    write,
)
from brewpi.dashboard.feed.board import WAITING
from brewpi.dashboard.push import KEY, PushOptions
from brewpi.hardware.addresses import host_and_port, why_not_here
from brewpi.hardware.files import check_replaceable, read_text, told, told_name, why_unreadable
from brewpi.mqtt import Mqtt
from brewpi.mqtt.batch_payloads import LARGEST_PAGE
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.signing import BadKeys, read_keys

if TYPE_CHECKING:
    from brewpi.dashboard.views.setup_page import Setup

AVAILABILITY = "brewpi-dashboard/availability"  # not below brewpi/: a board is no site
LOCAL = ("127.0.0.1", "localhost", "::1")
SHORTEST_TOKEN = 16


class CannotServe(Exception):
    """With the sentence for the one who started it."""


class Options(Protocol):
    """What command line and config say; see `brewpi dashboard --help`."""

    listen: str
    site: str
    users: Path | None
    name: tuple[str, ...]
    tls_certificate: Path | None
    tls_key: Path | None
    behind_proxy: bool
    without_tls: bool
    metrics_token: Path | None
    anyone_may_look: bool
    api_tokens: Path | None
    push: Path | None
    push_contact: str | None
    push_services: tuple[str, ...]


def run(
    broker: Mqtt, options: Options, setup: Setup | None = None, failure: type[Exception] = ValueError
) -> None:
    """Serve until Ctrl-C. setup: the config that may be changed in the browser; failure: what it raises. Raises
    CannotServe."""
    host, port = address(options.listen)
    users = _users(options.users)
    _exposed_safely(options, host)
    _certificate(options)
    token = _token(options.metrics_token)
    _look_at_keys(broker.command_keys)
    why = why_not_here(host, port)
    if why is not None:
        raise CannotServe(f"--listen {options.listen}: {why}")
    try:
        from brewpi.dashboard.web import Serving, serve
    except ImportError as error:
        raise CannotServe(f"{error}; install it with pip install 'brewpi-edge[dashboard]'") from None
    serving = Serving(
        host, port, options.name, options.tls_certificate, options.tls_key, options.behind_proxy, token,
        options.anyone_may_look, broker.command_keys, _api_tokens(options.api_tokens), setup, failure,
        _push(options),
    )  # fmt: skip
    link = MqttLink(
        broker, AVAILABILITY, time.time, WAITING, client_id="", largest=LARGEST_PAGE, tells_first=True,
        meanwhile="the board shows what it heard last and takes no orders until it is back",
    )  # fmt: skip
    serve(link, lambda: link.online, options.site, users, serving)


def address(listen: str) -> tuple[str, int]:
    """Host and port of "HOST:PORT". Raises CannotServe."""
    try:
        return host_and_port(listen)
    except ValueError as error:
        raise CannotServe(f"--listen {listen}: {error}") from None


def _users(file: Path | None) -> Users:
    if file is None:
        return Users()
    try:
        if readable_by_others(file):
            print(f"{file.name}: others on this machine can read it; type: chmod 600 {file}", file=sys.stderr)
        return Users(file)
    except (OSError, ValueError) as error:
        made = isinstance(error, FileNotFoundError) * "; brewpi dashboard-user NAME --users FILE makes it"
        raise CannotServe(f"{told_name(file, '--users')}: {why_unreadable(error)}{made}") from None


def _exposed_safely(options: Options, host: str) -> None:
    """Nobody reads passwords from the air, and nobody looks who is not known, without somebody having said so."""
    if options.users is None and (host not in LOCAL or options.behind_proxy):
        raise CannotServe(f"--listen {options.listen}: without --users the board is for this machine only (127.0.0.1)")
    if options.behind_proxy and host not in LOCAL:
        raise CannotServe(f"--listen {options.listen}: behind a proxy the board listens on 127.0.0.1 only")
    encrypted = options.tls_certificate or options.behind_proxy or options.without_tls
    if host not in LOCAL and not encrypted:
        raise CannotServe(
            f"--listen {options.listen}: passwords would cross the network readable; give --tls-certificate and "
            "--tls-key, put a proxy in front and say --behind-proxy, or say --without-tls"
        )


def _certificate(options: Options) -> None:
    certificate, key = options.tls_certificate, options.tls_key
    if (certificate is None) != (key is None):
        raise CannotServe("--tls-certificate and --tls-key belong together")
    if certificate and options.behind_proxy:
        raise CannotServe("--behind-proxy: TLS is the proxy's; leave --tls-certificate out")
    if certificate and key:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
        except ssl.SSLError:
            raise CannotServe(
                f"--tls-certificate {certificate.name}: is no certificate in PEM, or --tls-key {key.name} not its key"
            ) from None
        except OSError as error:
            raise CannotServe(f"--tls-certificate {certificate.name}: {error.strerror or error}") from None


def _token(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        token = read_text(file).strip()
    except (OSError, ValueError) as error:  # no text, or no path
        raise CannotServe(f"{told_name(file, '--metrics-token')}: cannot be read ({why_unreadable(error)})") from None
    if len(token) < SHORTEST_TOKEN:
        raise CannotServe(f"{file.name}: a token has {SHORTEST_TOKEN} characters or more; try openssl rand -hex 32")
    return token


def _look_at_keys(file: Path | None) -> None:
    """Without its keys the board goes on: STOP is obeyed unsigned."""
    if file is None:
        return
    try:
        read_keys(file)
    except BadKeys as error:
        print(f"{error}; a site that asks for signed commands obeys nothing but STOP from here", file=sys.stderr)


def _push(options: Options) -> PushOptions | None:
    folder, contact = options.push, options.push_contact
    if folder is None:
        return None
    if contact is None:
        raise CannotServe("--push: push services want to know whom to write to; give --push-contact MAIL")
    try:
        from brewpi.dashboard.push.phone import server_key
    except ImportError as error:
        raise CannotServe(f"--push: {error}; install it with pip install 'brewpi-edge[push]'") from None
    try:
        public_key = server_key(folder / KEY)
    except OSError as error:
        why = error.strerror or error
        raise CannotServe(f"--push {folder}: {why}; it is a folder that the board may write to") from None
    except ValueError as error:
        raise CannotServe(f"--push: {error}") from None
    return PushOptions(folder, contact, public_key, options.push_services)


def _api_tokens(file: Path | None) -> Path | None:
    if file is None:
        return None
    if not file.exists():
        name, path = told_name(file, "--api-tokens"), told(file, "FILE")
        raise CannotServe(f"{name}: is not there; brewpi api-token add NAME --file {path} makes it")
    try:
        tokens.read(file)
    except tokens.BadTokens as error:
        raise CannotServe(str(error)) from None
    return file


def check_entering(file: Path, name: str) -> None:
    """Raises CannotServe where `enter_user` would, whichever password it is given."""
    _known(file)
    try:
        users_of({name: NOBODY.model_dump()})
        check_replaceable(file)
    except (OSError, ValueError) as error:
        raise CannotServe(f"{file.name}: {getattr(error, 'strerror', None) or error}") from None


def enter_user(file: Path, name: str, role: Role, password: str) -> str:
    """A new user, or another password and role for a known one. Returns what was done; raises CannotServe."""
    if len(password) < SHORTEST:
        raise CannotServe(f"a password has {SHORTEST} characters or more; three unrelated words are a good one")
    known = _known(file)
    done = "has a new password" if name in known else "is new"
    _write(file, {**known, name: User(role=role, password=hashed(password))})
    return f"{name} {done} and may {role}"


def remove_user(file: Path, name: str) -> str:
    """Out at once, wherever they are signed in. Returns what was done; raises CannotServe."""
    known = _known(file)
    if known.pop(name, None) is None:
        raise CannotServe(f"{file.name}: knows no {name}")
    _write(file, known)
    return f"{name} is removed"


def _known(file: Path) -> dict[str, User]:
    try:
        return read(file) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise CannotServe(f"{file.name}: {getattr(error, 'strerror', None) or error}") from None


def _write(file: Path, known: dict[str, User]) -> None:
    try:
        write(file, known)
    except (OSError, ValueError) as error:
        raise CannotServe(f"{file.name}: {getattr(error, 'strerror', None) or error}") from None
