"""Commands about what goes over the network: the broker, its users, hydrometers, and what leaves the house."""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import ConfigFile, app, refuse
from brewpi.mqtt.broker_users import DIRECTORY, ROLES


@app.command("broker-users")
def broker_users(
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"{', '.join(ROLES)}")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="as the broker knows this person or program")],
    site: Annotated[str, typer.Option(help="the only one that it has to do with")] = "",
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="of a daemon: its site, tanks, plugs and hydrometers")
    ] = None,
    topic: Annotated[list[str] | None, typer.Option(help="of a device: what a hydrometer or plug writes")] = None,
    tank: Annotated[list[str] | None, typer.Option(help="that a daemon announces to Home Assistant")] = None,
    password_file: Annotated[Path | None, typer.Option(metavar="FILE", help="keep the new password here")] = None,
    directory: Annotated[Path, typer.Option(metavar="DIR", help="users and acl of Mosquitto")] = DIRECTORY,
    remove: Annotated[bool, typer.Option("--remove", help="out, when Mosquitto is reloaded")] = False,
) -> None:
    """Let somebody in at the broker, to what the role needs. The password is read from a pipe, or made and printed;
    with --config, an account that is there keeps its own."""
    from brewpi.config.broker_account import daemon_account
    from brewpi.config.config import ConfigErrors, load
    from brewpi.hardware.files import replace_text
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
        users.enter(account, None if keeps else password, directory)
        if password_file is not None:
            replace_text(password_file, f"{password}\n")
    except (users.BadAccount, ConfigErrors, OSError) as error:
        refuse(*str(error).splitlines())
    shown = "" if given or password_file or keeps else f"; its password, which is kept nowhere: {password}"
    of = f"{name} may do what the role {role} of {account.site} needs"
    typer.echo(f"{of}{shown}; now: sudo systemctl reload mosquitto")


@app.command()
def receiver(
    token_file: Annotated[Path, typer.Option(metavar="FILE", help="File with the token that devices send.")],
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Address that devices post to.")] = "0.0.0.0:8090",
    prefix: Annotated[str, typer.Option(help="Topic prefix; a device publishes as PREFIX/NAME.")] = "hydrometer",
    broker: Annotated[str, typer.Option(metavar="HOST", help="Host of the MQTT broker.")] = "localhost",
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Broker port (default 1883, with TLS 8883).")
    ] = None,
    username: Annotated[str | None, typer.Option(help="User name at the broker.")] = None,
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the password for the broker.")
    ] = None,
    broker_tls: Annotated[bool, typer.Option("--broker-tls", help="Use TLS to the broker.")] = False,
    ca_file: Annotated[Path | None, typer.Option(metavar="FILE", help="CA certificate of the broker.")] = None,
) -> None:
    """Receive hydrometers over HTTP (iSpindel, GravityMon, Brewfather stream) and publish them over MQTT."""
    from brewpi.mqtt import Mqtt

    try:
        from brewpi.receiver import server
    except ImportError as error:
        refuse(f"{error}; install it with pip install 'brewpi-edge[receiver]'")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if re.search(r"[#+\s]", prefix) or not prefix.strip("/"):
        refuse(f"--prefix {prefix}: one or more levels of a topic, without wildcards")
    try:
        mqtt = Mqtt(host=broker, port=port, username=username, password_file=password_file, tls=broker_tls,
                    ca_file=ca_file)  # fmt: skip
        server.run(mqtt, server.Options(listen, token_file, prefix.strip("/")))
    except (ValueError, server.CannotReceive) as error:
        refuse(str(error))


@app.command()
def bridge(
    site: Annotated[str, typer.Option(help="as in the cellar's config")],
    central: Annotated[str, typer.Option(metavar="HOST[:PORT]", help="the central broker (default port 8883)")],
    password_file: Annotated[Path, typer.Option(metavar="FILE", help="holds the site's password at the centre")],
    ca_file: Annotated[Path, typer.Option(metavar="FILE", help="who signed the centre's certificate; on the Pi")],
    username: Annotated[str | None, typer.Option(help="the site's account at the centre; its name when absent")] = None,
    operator: Annotated[list[str] | None, typer.Option(help="who may command from the centre; may be repeated")] = None,
    acl: Annotated[bool, typer.Option("--acl", help="the lines for the centre's ACL file instead")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="standard output when absent")] = None,
) -> None:
    """Write the Mosquitto bridge from a site to a central broker, or the centre's rules for it."""
    from brewpi.mqtt.bridge import BadBridge, Bridge

    try:
        password = password_file.read_text(encoding="utf-8").rstrip("\n")
        made = Bridge(site, central, username or site, password, str(ca_file), tuple(operator or ()))
        text = made.for_centre() if acl else made.for_site()
        if out is None:
            typer.echo(text, nl=False)
            return
        out.touch(mode=0o600)
        out.chmod(0o600)
        out.write_text(text, encoding="utf-8")
    except BadBridge as error:
        refuse(str(error))
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{error}")


@app.command()
def outbound(
    config: ConfigFile,
    username: Annotated[str | None, typer.Option(help="User name at the broker (default: the config's).")] = None,
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the password for the broker.")
    ] = None,
) -> None:
    """Send alarms to phones and readings to services, as [outbound] in the config says."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.outbound import secret_problems

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        cellar = load(config)
    except ConfigErrors as errors:
        refuse(*errors.sentences)
    if not cellar.outbound or cellar.mqtt is None:
        refuse(f"{config.name}: nothing leaves the house; add a table such as [outbound.phones], see docs/outbound.md")
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
    memory = Path(place) / "outbound.json" if place else cellar.store.path.with_name("outbound.json")
    service.run(cellar.site, broker, cellar.outbound, memory)
