"""`brewpi model`: which models a site has, and how one gets there."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from brewpi.cli.common import app, refuse, why_not
from brewpi.cli.once import Commands

if TYPE_CHECKING:
    from brewpi.offline.model_home import Kept

model = Commands(no_args_is_help=True, help="List, show, install, roll back and sign models.")
app.add_typer(model, name="model")
Home = Annotated[
    Path, typer.Option("--home", metavar="DIR", help="Where the site keeps its models.", show_default=True)
]
SITE = Path("/var/lib/brewpi/models")
SSH_FAILED, NO_COMMAND = 255, 127  # exit status of ssh itself, and of a shell that does not know a word
NEXT = "a service that runs takes it within a minute, between two ticks"


@model.command("list")
def list_(home: Home = SITE) -> None:
    """List the models that are kept, newest first. The current one has a *, a candidate beside it a ?."""
    from brewpi.offline.model_home import ModelHome

    kept = ModelHome(home).kept()
    if not kept:
        refuse(f"{home}: holds no model; brewpi model install DIR puts one there")
    for one in kept:
        signed = "signed" if one.signed else "unsigned"
        role = "*?" if one.current and one.shadow else "*" if one.current else "?" if one.shadow else " "
        typer.echo(f"{role} {one.name}  {signed}  sha256 {one.card.get('sha256', '?')[:12]}")


@model.command()
def show(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR|ZIP", help="Default: the current one.")] = None,
    home: Home = SITE,
) -> None:
    """Show a model: its card, its hash, whether it passes its trials."""
    from brewpi.offline.model_home import CURRENT, ModelHome, card_of, tried, unpacked

    try:
        with unpacked(folder or home / CURRENT) as place:
            card = card_of(place)
            for line in _in_words(card) if card else ():
                typer.echo(line)
            tried(place, ModelHome(home).trusted)
    except _refusals() as error:
        _refuse(error)
    typer.echo("passes: hash, features, a run in a process of its own, known batches")


@model.command()
def install(
    source: Annotated[Path, typer.Argument(metavar="DIR|ZIP", help="A model directory, or a zip of one.")],
    to: Annotated[str | None, typer.Option(metavar="USER@PI", help="Send it there over ssh and install it.")] = None,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="As a candidate: it forecasts beside the current one; nothing acts on it.")
    ] = False,
    home: Home = SITE,
) -> None:
    """Try a model, then make it the site's current one. The last three are kept."""
    from brewpi.offline.model_home import CURRENT, SHADOW, ModelHome, packed, tried, unpacked

    try:
        if to is not None:
            with unpacked(source) as place, tempfile.TemporaryDirectory() as work:
                tried(place)
                _send(packed(place, Path(work) / "model.zip"), to, home, shadow)
            return
        taken = ModelHome(home).install(source, SHADOW if shadow else CURRENT)
    except _refusals() as error:
        _refuse(error)
    if shadow:
        typer.echo(f"{taken.name} is a candidate: it forecasts beside the current one, and the scorecard has both;")
        typer.echo("brewpi model promote makes it the current one, brewpi model withdraw lets go of it")
        return
    typer.echo(f'{taken.name} is current; [model] directory = "{home / "current"}"; {NEXT}')


@model.command()
def promote(home: Home = SITE) -> None:
    """Make the candidate the current one."""
    from brewpi.offline.model_home import ModelHome

    _switched(ModelHome(home).promote, "current now")


@model.command()
def withdraw(home: Home = SITE) -> None:
    """Stop the candidate; its forecasts stay in the record."""
    from brewpi.offline.model_home import ModelHome

    try:
        ModelHome(home).withdraw()
    except OSError as error:
        _refuse(error)
    typer.echo("no candidate forecasts any more")


@model.command()
def rollback(home: Home = SITE) -> None:
    """Go back to the model before the current one."""
    from brewpi.offline.model_home import ModelHome

    _switched(ModelHome(home).rollback, "current again")


def _switched(switch: Callable[[], Kept], now: str) -> None:
    try:
        taken = switch()
    except _refusals() as error:
        _refuse(error)
    typer.echo(f"{taken.name} is {now}; {NEXT}")


@model.command()
def sign(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A model directory.")],
    key: Annotated[Path, typer.Option(metavar="FILE", help="The private key, made by brewpi model key.")],
) -> None:
    """Sign a model directory, once it has passed its trials here."""
    from brewpi.offline.model_home import tried
    from brewpi.offline.model_signing import sign

    try:
        tried(folder)
        sign(folder, key)
    except _refusals() as error:
        _refuse(error)
    typer.echo(f"{folder}: signed; copy fermentation.sig with the other two files")


@model.command("key")
def key_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new private key; with --trust a public one.")],
    trust: Annotated[bool, typer.Option("--trust", help="From now on take only what this key's owner signed.")] = False,
    home: Home = SITE,
) -> None:
    """Make a pair of keys, or trust the public half of one."""
    from brewpi.offline.model_home import ModelHome
    from brewpi.offline.model_signing import make_key

    try:
        if trust:
            ModelHome(home).trust(file)
            typer.echo(f"{home}: takes only models that the owner of {file.name} has signed")
            for one in ModelHome(home).kept():
                if one.current and not one.signed:
                    typer.echo(f"{one.name}, the current model, is not: sign it on the laptop and install it again")
            return
        public = make_key(file)
    except FileExistsError as error:
        if trust:
            _refuse(error)
        refuse(f"{error.filename}: is there already, and a key is never written over")
    except OSError as error:
        refuse(why_not(file, error))
    except _refusals() as error:
        _refuse(error)
    typer.echo(f"{file}: keep it on the laptop; {public}: on the Pi, brewpi model key {public.name} --trust")


def _refusals() -> tuple[type[Exception], ...]:
    from brewpi.forecast import ModelError
    from brewpi.offline.model_signing import BadSignature

    return ModelError, BadSignature, OSError


def _refuse(error: Exception) -> NoReturn:
    refuse(why_not("model", error) if isinstance(error, OSError) else str(error))


def _in_words(card: dict[str, object]) -> list[str]:
    trained, held = card.get("trained_on"), card.get("held_out")
    lines = [f"{card.get('name', '?')}, sha256 {card.get('sha256', '?')}"]
    if isinstance(trained, dict):
        then = f", then {trained['then']}" if "then" in trained else ""
        lines.append(f"learnt from {trained.get('batches', '?')} simulated batches{then}")
    if isinstance(held, dict) and isinstance(declared := held.get("as_told"), dict):
        off_h, inside, batches = (declared.get(word) for word in ("median_abs_error_h", "inside_interval", "batches"))
        lines.append(f"off by {off_h} h in the median, {inside} inside the window, on {batches} batches unseen")
    return lines


def _send(zipped: Path, to: str, home: Path, shadow: bool) -> None:
    """Over ssh, as whoever may: what the other end says is said here."""
    if to.startswith("-"):
        refuse(f"--to {to}: has to be USER@HOST")
    there = "brewpi-model.zip"  # in the home of that user
    words = f"--home {quote(str(home))}" + (" --shadow" if shadow else "")
    command = f"sudo brewpi model install {there} {words}; done=$?; rm -f {there}; exit $done"
    for command_line in (["scp", "-q", str(zipped), f"{to}:{there}"], ["ssh", to, command]):
        try:
            done = subprocess.run(command_line, check=False)
        except FileNotFoundError:
            refuse(f"there is no {command_line[0]} on this machine; install OpenSSH, or copy the folder by hand")
        if done.returncode == SSH_FAILED or (done.returncode and command_line[0] == "scp"):
            refuse(f"--to {to}: the model was not sent; does ssh {to} work?")
        if done.returncode == NO_COMMAND:
            refuse(f"--to {to}: there is no sudo or no brewpi; install brewpi there first")
        if done.returncode:
            raise typer.Exit(done.returncode)
