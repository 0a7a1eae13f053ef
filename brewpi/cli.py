"""Predicts when each fermentation completes, and acts on it: temperature, nutrients, draining."""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, NoReturn

import typer
from typer.core import TyperGroup

from brewpi import __version__
from brewpi.mqtt.broker_users import DIRECTORY, ROLES

WRONG_INPUT = 2
UsageError: Any = typer.BadParameter.__base__  # click's; where it lives differs between versions of typer


class OneSentence(TyperGroup):
    """A word that no command knows gets a sentence, like any other wrong input."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run, and leave with the status."""
        try:
            status = super().main(*args, **{**extra, "standalone_mode": False})
        except UsageError as error:
            text = error.format_message()
            if text.startswith("Usage:"):  # `brewpi` alone: its help
                print(text, file=sys.stderr)
            else:
                command = error.ctx.command_path if error.ctx else "brewpi"
                print(f"{command}: {text.rstrip('.')}; see {command} --help", file=sys.stderr)
            sys.exit(WRONG_INPUT)
        sys.exit(status)


app = typer.Typer(
    cls=OneSentence,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=__doc__,
)
GravityUnit = Literal["sg", "plato", "brix", "refractometer", "oechsle", "baume", "points", "g/cm3", "g/l"]
ConfigFile = Annotated[Path, typer.Argument(metavar="CONFIG", help="The TOML file of the cellar.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


def _refuse(*sentences: str) -> NoReturn:
    """Say what is wrong, and leave with the status for wrong input."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    raise typer.Exit(WRONG_INPUT)


def _board_server() -> ModuleType:
    """What serves the board, where its extra is installed."""
    try:
        from brewpi.dashboard import server
    except ImportError as error:
        _refuse(f"{error}; install it with pip install 'brewpi-edge[dashboard]'")
    return server


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"brewpi {__version__}")
        raise typer.Exit


@app.callback()
def _brewpi(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Predicts when a fermentation will complete, and acts on it."""


@app.command()
def run(config: ConfigFile) -> None:
    """Run the service: read sensors, forecast, drive outputs. Every output is off when it ends."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.service import daemon

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    try:
        daemon.run(load(config), config)
    except (ConfigErrors, daemon.CannotStart) as error:
        _refuse(*str(error).splitlines())
    daemon.end_process()


@app.command()
def check(config: ConfigFile) -> None:
    """Check a config and list every mistake. Touches no hardware."""
    from brewpi.config import authority
    from brewpi.config.checks import remarks
    from brewpi.config.config import ConfigErrors, load

    try:
        cellar = load(config)
    except ConfigErrors as errors:
        _refuse(*errors.sentences)
    for name, tank in cellar.tanks.items():
        control = f"holds {tank.temperature.target_c:g} °C" if tank.temperature else "is watched only"
        sensors, outputs = ", ".join(tank.sensors) or "none", ", ".join(tank.outputs) or "none"
        typer.echo(f"{name}: {tank.volume_l:g} l, {control}; sensors: {sensors}; outputs: {outputs}")
        for line in authority.table(tank):
            typer.echo(line)
    for name, way in cellar.outbound.items():
        typer.echo(f"outbound.{name}: {way.about()}; sent by brewpi outbound")
    for remark in remarks(cellar):
        print(f"{config.name}: {remark}", file=sys.stderr)
    typer.echo(f"{config.name}: no mistake found")


@app.command()
def devices(
    config: Annotated[Path | None, typer.Argument(metavar="[CONFIG]", help="marked; its broker is asked")] = None,
    listen: Annotated[
        float, typer.Option(min=0.5, max=3600.0, metavar="S", help="Seconds to listen for hydrometers.")
    ] = 20.0,
) -> None:
    """List the probes, hydrometers and free pins found here, as lines to copy into a config."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.hardware.ble import Scanner
    from brewpi.mqtt import Mqtt
    from brewpi.offline.devices import report

    try:
        cellar = load(config) if config else None
    except ConfigErrors as errors:
        _refuse(*errors.sentences)
    typer.echo(report(cellar, (cellar and cellar.mqtt) or Mqtt(), listen, Scanner()))


@app.command()
def wiring(
    config: ConfigFile,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write (default: standard output).")
    ] = None,
) -> None:
    """Draw the Pi's header with every wire of a config, as SVG."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.offline.wiring import wiring as draw

    try:
        drawing = draw(load(config))
    except ConfigErrors as errors:
        _refuse(*errors.sentences)
    if out is None:
        typer.echo(drawing, nl=False)
        return
    try:
        out.write_text(drawing, encoding="utf-8")
    except OSError as error:
        _refuse(f"{out}: cannot be written ({error.strerror})")


@app.command()
def simulate(
    config: ConfigFile,
    days: Annotated[float, typer.Option(min=0.01, max=365.0, help="Days to simulate.")] = 14.0,
    seed: Annotated[int, typer.Option(help="Random seed; the same seed gives the same run.")] = 1,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm everything that is asked, draining too.")] = False,
    json: Json = False,
) -> None:
    """Try a config on simulated tanks, days in seconds. Recipe and interlocks are the real ones."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.offline import simulate

    try:
        simulate.simulate(load(config), days, seed, json, obliging=yes)
    except ConfigErrors as errors:
        _refuse(*errors.sentences)


@app.command()
def replay(
    config: ConfigFile,
    log: Annotated[Path, typer.Argument(metavar="LOG", help="The log of a past batch.")],
    tank: Annotated[str | None, typer.Option(help="Tank whose rules apply (default: the first).")] = None,
    unit: Annotated[GravityUnit | None, typer.Option(help="Unit of gravity in the log.")] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="The batch to take, where the file holds several.")
    ] = None,
    json: Json = False,
) -> None:
    """Show what today's model and rules would have said and done during a past batch."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.importers import LogError, read
    from brewpi.offline import replay
    from brewpi.registry import nearest

    try:
        cellar, past = load(config), read(log, unit, batch)
    except ConfigErrors as errors:
        _refuse(*errors.sentences)
    except LogError as error:
        _refuse(str(error))
    name = tank or next(iter(cellar.tanks))
    if name not in cellar.tanks:
        _refuse(f'{config.name}: has no tank "{name}"{nearest(name, cellar.tanks)}')
    replay.replay(cellar, name, past, json)


@app.command()
def predict(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG...", help="Logs, or folders of logs.")],
    at: Annotated[
        str | None, typer.Option(metavar="H1,H2,...", help="Hours since pitching (default: the last reading).")
    ] = None,
    og: Annotated[float | None, typer.Option(min=1.0, max=1.2, help="Original gravity in SG, if known.")] = None,
    unit: Annotated[GravityUnit | None, typer.Option(help="Unit of gravity, where the log does not say.")] = None,
    temp_unit: Annotated[
        Literal["c", "f"] | None, typer.Option(help="Unit of temperature, where the log does not say.")
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="The batch to take, where a file holds several.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Model directory (default: the shipped model).")
    ] = None,
    medium: Annotated[
        Literal["beer", "wine", "cider", "mead"] | None,
        typer.Option(help="What ferments (default: what the log says, else what its curve looks like)."),
    ] = None,
    hold: Annotated[
        float | None, typer.Option(metavar="C", min=-2.0, max=45.0, help="Forecast as if the beer were held at C °C.")
    ] = None,
    json: Json = False,
) -> None:
    """Forecast when a batch completes, from its log, with an 80 % interval."""
    from brewpi.importers import Answers
    from brewpi.offline.predict import predict as forecast

    try:
        at_h = [float(hours) for hours in at.split(",")] if at else []
    except ValueError:
        at_h = [-1.0]
    if any(not 0.0 <= hours < 100_000.0 for hours in at_h):
        _refuse(f"--at {at}: give elapsed hours, such as --at 24,48.5")
    answers = Answers(unit, temp_unit, og)
    raise typer.Exit(forecast(logs, at_h, og, answers, model, json, hold, batch, medium))


@app.command("import")
def import_(
    logs: Annotated[list[Path], typer.Argument(metavar="FILE...", help="logs of any kind, or folders of them")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="where the plain logs go")],
    unit: Annotated[GravityUnit | None, typer.Option(help="of gravity in the files")] = None,
    temp_unit: Annotated[Literal["c", "f"] | None, typer.Option(help="of temperature in the files")] = None,
    og: Annotated[float | None, typer.Option(min=1.0, max=1.2, help="Original gravity in SG, if known.")] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="The batch to take, where a file holds several.")
    ] = None,
) -> None:
    """Write logs of any kind as plain ones, and show what was understood; on a terminal it asks what is open."""
    from brewpi.importers import Answers
    from brewpi.offline.import_logs import CannotImport, import_logs

    ask = (lambda question: typer.prompt(question, default="", show_default=False)) if sys.stdin.isatty() else None
    try:
        raise typer.Exit(import_logs(logs, out, Answers(unit, temp_unit, og), batch, ask))
    except CannotImport as error:
        _refuse(str(error))


@app.command()
def dashboard(
    config: Annotated[
        Path | None, typer.Argument(metavar="[CONFIG]", help="TOML file with [dashboard] and [mqtt].")
    ] = None,
    broker: Annotated[
        str | None, typer.Option(metavar="HOST", help="Host of the MQTT broker (default localhost).")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Broker port (default 1883, with TLS 8883).")
    ] = None,
    username: Annotated[str | None, typer.Option(help="User name at the broker.")] = None,
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the password for the broker.")
    ] = None,
    broker_tls: Annotated[bool | None, typer.Option("--broker-tls", help="Use TLS to the broker.")] = None,
    ca_file: Annotated[Path | None, typer.Option(metavar="FILE", help="CA certificate of the broker.")] = None,
    site: Annotated[str | None, typer.Option(help="Show one site only (default: all).")] = None,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Address to serve on (default 127.0.0.1:8080).")
    ] = None,
    users: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File of users, made by brewpi dashboard-user.")
    ] = None,
    name: Annotated[list[str] | None, typer.Option(help="Host name the board answers to; may be repeated.")] = None,
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
) -> None:
    """Serve the whiteboard to browsers. Without users it is to look at, on this machine only. What CONFIG says in
    [dashboard] goes behind the options here."""
    server = _board_server()
    from brewpi.config.board import BoardOptions
    from brewpi.config.config import ConfigErrors, load_board
    from brewpi.mqtt import Mqtt

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    flags = {
        "listen": listen, "site": site, "users": users, "name": tuple(name) if name else None,
        "tls_certificate": tls_certificate, "tls_key": tls_key, "behind_proxy": behind_proxy,
        "without_tls": without_tls, "metrics_token": metrics_token, "anyone_may_look": anyone_may_look,
        "username": username, "password_file": password_file,
    }  # fmt: skip
    of_broker = {"host": broker, "port": port, "tls": broker_tls, "ca_file": ca_file, "command_keys": command_keys}
    try:
        mqtt, board = load_board(config) if config else (Mqtt(), BoardOptions())
        board = board.with_flags(flags)
        said = {word: value for word, value in of_broker.items() if value is not None}
        account = {"username": board.username, "password_file": board.password_file}
        server.run(Mqtt.model_validate({**mqtt.model_dump(exclude_unset=True), **account, **said}), board)
    except ConfigErrors as errors:
        _refuse(*errors.sentences)
    except (ValueError, server.CannotServe) as error:
        _refuse(str(error))


@app.command("dashboard-user")
def dashboard_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the user, as shown beside every command.")],
    users: Annotated[Path, typer.Option(metavar="FILE", help="File of users; created if absent.")],
    role: Annotated[Literal["view", "operate"], typer.Option(help="view: read only; operate: send commands.")] = "view",
    remove: Annotated[bool, typer.Option("--remove", help="Remove the user.")] = False,
) -> None:
    """Add, change or remove a user of the board. Asks for the password, or reads it from a pipe."""
    server = _board_server()

    try:
        if remove:
            typer.echo(server.remove_user(users, name))
            return
        if sys.stdin.isatty():
            password = typer.prompt("password", hide_input=True, confirmation_prompt="again")
        else:
            password = sys.stdin.readline().rstrip("\n")
        typer.echo(server.enter_user(users, name, role, password))
    except server.CannotServe as error:
        _refuse(str(error))


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
    from brewpi.mqtt import broker_users as users

    try:
        if remove:
            users.remove(name, directory)
            typer.echo(f"{name} is removed; now: sudo systemctl reload mosquitto")
            return
        given = "" if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if config is not None and (role != "daemon" or site or topic or tank):
            _refuse("--config is for a daemon, and says its site, topics and tanks by itself")
        account = users.Account(role, name, site, tuple(topic or ()), tuple(tank or ()))
        if config is not None:
            account = daemon_account(load(config), name)
        keeps = config is not None and not given and password_file is None and users.knows(name, directory)
        password = given or secrets.token_urlsafe(24)
        users.enter(account, None if keeps else password, directory)
        if password_file is not None:
            users.replace(password_file, f"{password}\n")
    except (users.BadAccount, ConfigErrors, OSError) as error:
        _refuse(*str(error).splitlines())
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
        _refuse(f"{error}; install it with pip install 'brewpi-edge[receiver]'")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if re.search(r"[#+\s]", prefix) or not prefix.strip("/"):
        _refuse(f"--prefix {prefix}: one or more levels of a topic, without wildcards")
    try:
        mqtt = Mqtt(host=broker, port=port, username=username, password_file=password_file, tls=broker_tls,
                    ca_file=ca_file)  # fmt: skip
        server.run(mqtt, server.Options(listen, token_file, prefix.strip("/")))
    except (ValueError, server.CannotReceive) as error:
        _refuse(str(error))


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
        _refuse(str(error))
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{error}")


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
        _refuse(*errors.sentences)
    if not cellar.outbound or cellar.mqtt is None:
        _refuse(f"{config.name}: nothing leaves the house; add a table such as [outbound.phones], see docs/outbound.md")
    if found := [f"{config.name}: {doubt}" for doubt in secret_problems(cellar.outbound)]:
        _refuse(*found)
    os.umask(0o077)  # what waits and was told is for its owner alone
    try:
        from brewpi.outbound import service
    except ImportError as error:
        _refuse(f"{error}; install it with pip install 'brewpi-edge[outbound]'")
    account = {"username": username, "password_file": password_file}
    broker = cellar.mqtt.model_copy(update=account if username else {})
    place = os.environ.get("STATE_DIRECTORY")  # systemd's, of a user of its own
    memory = Path(place) / "outbound.json" if place else cellar.store.path.with_name("outbound.json")
    service.run(cellar.site, broker, cellar.outbound, memory)


@app.command()
def off(config: ConfigFile) -> None:
    """Switch every output of a config to its safe state, after a crash or by hand."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.service import daemon

    try:
        failed = daemon.off(load(config))
    except ConfigErrors as errors:
        _refuse(*errors.sentences)
    for sentence in failed:
        print(sentence, file=sys.stderr)
    if failed:
        raise typer.Exit(1)
    typer.echo("every output is off")


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
