"""Commands about what goes over the network: the broker, its users, hydrometers, and what is sent to other services."""

from __future__ import annotations

import os
import re
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import (
    BrokerCa,
    BrokerHost,
    BrokerPassword,
    BrokerPort,
    BrokerTls,
    BrokerUser,
    ConfigFile,
    app,
    in_words,
    log_to_stderr,
    only_over,
    refuse,
)
from brewpi.cli.once import AsUnitsSay
from brewpi.hardware.files import read_text, why_unreadable
from brewpi.mqtt.broker_users import DIRECTORY, ROLES


@app.command("broker-users")
def broker_users(
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Account of this person or program at the broker.")],
    site: Annotated[str, typer.Option(metavar="SITE", help="The one site that it may see.")] = "",
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Daemon: its config, with site, tanks, plugs and hydrometers.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="Device: topic that it writes; may be repeated.")
    ] = None,
    tank: Annotated[
        list[str] | None,
        typer.Option(metavar="TANK", help="Daemon: tank announced to Home Assistant; may be repeated."),
    ] = None,
    password_file: Annotated[Path | None, typer.Option(metavar="FILE", help="File to keep the new password.")] = None,
    directory: Annotated[Path, typer.Option(metavar="DIR", help="Folder of Mosquitto's users and acl.")] = DIRECTORY,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the account.")] = False,
) -> None:
    """Add or change an account at the broker. It gets the rights of its role. The password comes from a pipe,
    or is made and printed once; with --config an account that exists keeps its own."""
    from brewpi.config.broker_account import daemon_account
    from brewpi.config.config import ConfigErrors, load
    from brewpi.hardware.files import prepared
    from brewpi.mqtt import broker_users as users

    try:
        if remove:
            users.remove(name, directory)
            typer.echo(f"{name} is removed; now: sudo systemctl reload mosquitto")
            return
        given = "" if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if config is not None and (role != "daemon" or site or topic or tank):
            refuse("--config is for a daemon, and says its site, topics and tanks by itself")
        account = users.Account(role, name, site, tuple(topic or ()), tuple(tank or ()))
        if config is not None:
            account = daemon_account(load(config), name)
        keeps = config is not None and not given and password_file is None and users.knows(name, directory)
        password = given or secrets.token_urlsafe(24)
        if password_file is None:
            users.enter(account, None if keeps else password, directory)
        else:
            only_over(password_file, lambda begins: begins.strip().count(b"\n") == 0, "file of one password")
            with prepared(password_file, f"{password}\n") as put:  # else the broker had one that nobody knows
                users.enter(account, password, directory)
                put()
    except OSError as error:
        refuse(f"{password_file or directory}: cannot be written ({error.strerror or error})")
    except (users.BadAccount, ConfigErrors) as error:
        refuse(*str(error).splitlines())
    shown = "" if given or password_file or keeps else f"; its password, which is kept nowhere: {password}"
    of = f"{name} may do what the role {role} of {account.site} needs"
    typer.echo(f"{of}{shown}; now: sudo systemctl reload mosquitto")


@app.command(cls=AsUnitsSay)
def receiver(
    token_file: Annotated[Path, typer.Option(metavar="FILE", help="File with the token that devices send.")],
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Address that devices post to.")] = "0.0.0.0:8090",
    prefix: Annotated[
        str, typer.Option(metavar="PREFIX", help="Topic prefix; a device publishes as PREFIX/NAME.")
    ] = "hydrometer",
    broker: BrokerHost = None,
    port: BrokerPort = None,
    username: BrokerUser = None,
    password_file: BrokerPassword = None,
    broker_tls: BrokerTls = None,
    ca_file: BrokerCa = None,
) -> None:
    """Receive hydrometers over HTTP and publish them over MQTT. For iSpindel, GravityMon and Brewfather's stream."""
    from brewpi.mqtt import Mqtt

    try:
        from brewpi.receiver import server
    except ImportError as error:
        refuse(f"{error}; install it with pip install 'brewpi-edge[receiver]'")
    log_to_stderr()
    if re.search(r"[#+\s]", prefix) or not prefix.strip("/"):
        refuse(f"--prefix {prefix}: one or more levels of a topic, without wildcards")
    try:
        given = {"host": broker, "port": port, "username": username, "password_file": password_file,
                 "tls": broker_tls, "ca_file": ca_file}  # fmt: skip
        mqtt = Mqtt.model_validate({word: value for word, value in given.items() if value is not None})
        server.run(mqtt, server.Options(listen, token_file, prefix.strip("/")))
    except (ValueError, server.CannotReceive) as error:
        refuse(*in_words(error, Mqtt))


@app.command()
def bridge(
    site: Annotated[str, typer.Option(metavar="SITE", help="Name of the site, as in its config.")],
    central: Annotated[str, typer.Option(metavar="HOST[:PORT]", help="Central broker (default port 8883).")],
    password_file: Annotated[
        Path, typer.Option(metavar="FILE", help="File with the site's password at the central broker.")
    ],
    ca_file: Annotated[Path, typer.Option(metavar="FILE", help="CA certificate of the central broker, on the Pi.")],
    username: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The site's account at the central broker (default: name of the site)."),
    ] = None,
    operator: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Account that may command from the centre; may be repeated."),
    ] = None,
    acl: Annotated[bool, typer.Option("--acl", help="Write the central broker's ACL rules instead.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write (default: standard output).")
    ] = None,
) -> None:
    """Connect a site's broker to a central one. Writes the site's Mosquitto config, or with --acl the
    centre's rules."""
    from brewpi.hardware.files import replace_text
    from brewpi.mqtt.bridge import BadBridge, Bridge

    try:
        password = read_text(password_file).rstrip("\r\n")
    except (OSError, ValueError) as error:  # no text, or no path
        refuse(f"--password-file {password_file} cannot be read ({why_unreadable(error)})")
    try:
        made = Bridge(site, central, username or site, password, str(ca_file), tuple(operator or ()))
        text = made.for_centre() if acl else made.for_site()
        if out is None:
            typer.echo(text, nl=False)
            return
        first = text.partition("\n")[0]
        only_over(out, lambda begins: begins.decode(errors="replace").partition("\n")[0] == first, f'file of "{first}"')
        replace_text(out, text)
        out.chmod(0o600)
    except BadBridge as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"--out {out} cannot be written ({why_unreadable(error)})")


@app.command(cls=AsUnitsSay)
def outbound(
    config: ConfigFile,
    username: BrokerUser = None,
    password_file: BrokerPassword = None,
) -> None:
    """Send alarms to phones and readings to other services. [outbound] in the config names them."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.outbound import secret_problems
    from brewpi.store.place import TwoRecords, located

    log_to_stderr()
    if password_file and not username:
        refuse("--password-file needs a --username, whose password it holds; or leave both to the config")
    try:
        cellar = load(config)
    except ConfigErrors as errors:
        refuse(*errors.told)
    if not cellar.outbound or cellar.mqtt is None:
        refuse(f"{config.name}: nothing is sent anywhere; add a table such as [outbound.phones], see docs/outbound.md")
    if found := [f"{config.name}: {doubt}" for doubt in secret_problems(cellar.outbound)]:
        refuse(*found)
    os.umask(0o077)  # what waits and was told is for its owner alone
    try:
        from brewpi.outbound import service
    except ImportError as error:
        refuse(f"{error}; install it with pip install 'brewpi-edge[outbound]'")
    account = {"username": username, "password_file": password_file}
    broker = cellar.mqtt.model_copy(update=account if username else {})
    place = os.environ.get("STATE_DIRECTORY")  # systemd's, of a user of its own
    try:
        record = located(cellar.store, config.absolute().parent)[0].path
    except TwoRecords as error:
        refuse(f"{config.name}: store.path: {error}")
    memory = Path(place) / "outbound.json" if place else record.with_name("outbound.json")
    service.run(cellar.site, broker, cellar.outbound, memory)
