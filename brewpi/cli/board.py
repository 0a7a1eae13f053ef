"""Commands about the whiteboard in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from brewpi.cli.common import (
    BrokerCa,
    BrokerHost,
    BrokerPassword,
    BrokerPort,
    BrokerTls,
    BrokerUser,
    OneSentence,
    app,
    in_words,
    log_to_stderr,
    refuse,
)
from brewpi.cli.once import AsUnitsSay, Commands

if TYPE_CHECKING:
    from brewpi.config.setup import ConfigFile

TOKENS = Commands(cls=OneSentence, no_args_is_help=True, help="Let programs use the board's API, with tokens.")
app.add_typer(TOKENS, name="api-token")
TokenFile = Annotated[Path, typer.Option("--file", metavar="FILE", help="File of tokens; created if absent.")]
ProgramName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the program, as shown beside its commands.")]


def _board_server() -> ModuleType:
    """What serves the board, where its extra is installed."""
    try:
        from brewpi.dashboard import server
    except ImportError as error:
        refuse(f"{error}; install it with pip install 'brewpi-edge[dashboard]'")
    return server


@app.command(cls=AsUnitsSay)
def dashboard(
    config: Annotated[
        Path | None, typer.Argument(metavar="CONFIG", help="TOML file with [dashboard] and [mqtt].")
    ] = None,
    broker: BrokerHost = None,
    port: BrokerPort = None,
    username: BrokerUser = None,
    password_file: BrokerPassword = None,
    broker_tls: BrokerTls = None,
    ca_file: BrokerCa = None,
    site: Annotated[str | None, typer.Option(metavar="SITE", help="Show one site only (default: all).")] = None,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Address to serve on (default 127.0.0.1:8080).")
    ] = None,
    users: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File of users, made by brewpi dashboard-user.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="Host name the board answers to; may be repeated.")
    ] = None,
    tls_certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Key of the TLS certificate (PEM).")] = None,
    behind_proxy: Annotated[
        bool | None, typer.Option("--behind-proxy/--no-proxy", help="A proxy on this machine serves https.")
    ] = None,
    without_tls: Annotated[
        bool | None, typer.Option("--without-tls/--with-tls", help="Serve plain http on the network.")
    ] = None,
    metrics_token: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the token for /metrics.")
    ] = None,
    anyone_may_look: Annotated[
        bool | None, typer.Option("--anyone-may-look/--sign-in-to-look", help="Show the board without signing in.")
    ] = None,
    command_keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sign commands with the keys of its users.")
    ] = None,
    api_tokens: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Serve /api/v1 to programs with a token of this file.")
    ] = None,
    push: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Push alarms to devices; keys and devices are kept here.")
    ] = None,
    push_contact: Annotated[
        str | None, typer.Option(metavar="MAIL", help="Mail address that push services may write to.")
    ] = None,
    setup: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Config that the role configure may change in the browser."),
    ] = None,
) -> None:
    """Serve the whiteboard to browsers. Without --users it is read-only, and for this machine only. Options given here
    override those of [dashboard] in CONFIG."""
    server = _board_server()
    from brewpi.config.board import BoardOptions
    from brewpi.config.config import ConfigErrors, load_board
    from brewpi.config.setup import CannotWrite
    from brewpi.mqtt import Mqtt

    log_to_stderr()
    flags = {
        "listen": listen, "site": site, "users": users, "name": tuple(name) if name else None,
        "tls_certificate": tls_certificate, "tls_key": tls_key, "behind_proxy": behind_proxy,
        "without_tls": without_tls, "metrics_token": metrics_token, "anyone_may_look": anyone_may_look,
        "username": username, "password_file": password_file,
        "api_tokens": api_tokens, "setup": setup, "push": push, "push_contact": push_contact,
    }  # fmt: skip
    of_broker = {"host": broker, "port": port, "tls": broker_tls, "ca_file": ca_file, "command_keys": command_keys}
    try:
        mqtt, board = load_board(config) if config else (Mqtt(), BoardOptions())
        board = board.with_flags(flags)
        given = {word: value for word, value in of_broker.items() if value is not None}
        account = {"username": board.username, "password_file": board.password_file}
        mqtt = Mqtt.model_validate({**mqtt.model_dump(exclude_unset=True), **account, **given})
        server.run(mqtt, board, _config_to_change(board.setup), CannotWrite)
    except ConfigErrors as errors:
        refuse(*errors.told)
    except (ValueError, server.CannotServe) as error:
        refuse(*in_words(error, BoardOptions, Mqtt))


def _config_to_change(path: Path | None) -> ConfigFile | None:
    """Refused where it is not there; one that cannot be read is told, and the board goes on: STOP is on it."""
    from brewpi.config.setup import CannotWrite, ConfigFile

    if path is None:
        return None
    if not os.access(path, os.F_OK):
        refuse(f"--setup {path}: there is no such file; name the config of the cellar, or leave --setup out")
    changed = ConfigFile(path)
    try:
        changed.stamp()
    except CannotWrite as error:
        print(f"--setup {path}: {error}; nobody can change it here until it can", file=sys.stderr)
    return changed


@app.command("dashboard-user")
def dashboard_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the user, as shown beside every command.")],
    users: Annotated[Path, typer.Option(metavar="FILE", help="File of users; created if absent.")],
    role: Annotated[
        Literal["view", "operate", "configure"],
        typer.Option(help="view: read only; operate: send commands; configure: change the config, too."),
    ] = "view",
    remove: Annotated[bool, typer.Option("--remove", help="Remove the user.")] = False,
) -> None:
    """Add, change or remove a user of the board. Asks for the password, or reads it from a pipe."""
    server = _board_server()

    try:
        if remove:
            typer.echo(server.remove_user(users, name))
            return
        server.check_entering(users, name)
        if sys.stdin.isatty():
            password = typer.prompt("password", hide_input=True, confirmation_prompt="again")
        else:
            password = sys.stdin.readline().rstrip("\n")
        typer.echo(server.enter_user(users, name, role, password))
    except server.CannotServe as error:
        refuse(str(error))


def _tokens() -> ModuleType:
    _board_server()
    from brewpi.dashboard.api import tokens

    return tokens


@TOKENS.command("add")
def api_token_add(
    name: ProgramName,
    file: TokenFile,
    scope: Annotated[
        Literal["read", "command"], typer.Option(help="read: read only; command: send commands too.")
    ] = "read",
) -> None:
    """Make a token for a program, and show it once."""
    tokens = _tokens()
    try:
        token = tokens.add(file, name, scope)
    except tokens.BadTokens as error:
        refuse(str(error))
    typer.echo(f"{name} may {'read and command' if scope == 'command' else 'read'} with this token, shown once:")
    typer.echo(token)


@TOKENS.command("list")
def api_token_list(file: TokenFile) -> None:
    """List the programs that have a token."""
    tokens = _tokens()
    try:
        known = tokens.read(file)
    except tokens.BadTokens as error:
        refuse(str(error))
    for name, token in sorted(known.items()):
        typer.echo(f"{name}: {token.scope}, made {token.made}")
    if not known:
        typer.echo("no program has a token")
        if not file.exists():
            typer.echo(f"{file}: there is no such file yet; brewpi api-token add makes it", err=True)


@TOKENS.command("revoke")
def api_token_revoke(name: ProgramName, file: TokenFile) -> None:
    """Take a token back: its program is refused from now on."""
    tokens = _tokens()
    try:
        tokens.revoke(file, name)
    except tokens.BadTokens as error:
        refuse(str(error))
    typer.echo(f"the token of {name} is revoked")
