"""What every command shares: the program itself, its shared arguments, and how it refuses."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from typer.core import TyperGroup

from brewpi import __version__
from brewpi.cli.once import Commands, TakesOnce, UsageError
from brewpi.sanitize import clean_text

if TYPE_CHECKING:
    from pydantic import BaseModel

WRONG_INPUT = 2
INTERRUPTED = 130
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
LONGEST_LINE = 2000
NAMED = 60  # characters of a name that is too long
BEGINNING = 1024  # bytes of a file by which its kind is known


def _without_traceback(error: OSError) -> tuple[str, int]:
    """What is said of it, and the status. Raises what is none of the one who called us."""
    if error.errno == errno.ENAMETOOLONG:
        return f"{str(error.filename)[:NAMED]}...: no file has so long a name; type a shorter one", WRONG_INPUT
    # standard output has no name: `brewpi wiring CONFIG > FILE` on a full disk
    if error.errno not in NO_ROOM or error.filename is not None:
        raise error
    return f"what was written is not whole ({error.strerror}); make room and try again", 1


class _InOneSentence:
    """A word that no command knows gets a sentence, like any other wrong input."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run, and leave with the status."""
        try:
            program: Any = super()
            status = program.main(*args, **{**extra, "standalone_mode": False})
            print(end="", flush=True)  # where standard output is closed there is nothing to flush
        except UsageError as error:
            text = error.format_message()
            if text.startswith("Usage:"):  # `brewpi` alone: its help
                print(text, file=sys.stderr)
            else:
                from brewpi.validation import of_a_flag

                command = error.ctx.command_path if error.ctx else "brewpi"
                text, meant = of_a_flag(text, error.__cause__)
                print(f"{command}: {text.rstrip('.')}; see {command} --help{meant}", file=sys.stderr)
            sys.exit(WRONG_INPUT)
        except BrokenPipeError:  # `| head` has had enough
            sys.stdout = None
            sys.exit(1)
        except OSError as error:
            why, status = _without_traceback(error)
            print(why, file=sys.stderr)
            sys.exit(status)
        except typer.Abort:  # Ctrl-C or Ctrl-D at a question
            print("ended without an answer; what was asked for is not done", file=sys.stderr)
            sys.exit(INTERRUPTED)
        sys.exit(status)


class OneSentence(_InOneSentence, TyperGroup):
    """A program of several commands."""


class OneCommand(_InOneSentence, TakesOnce):
    """A program that is one command."""


app = Commands(
    cls=OneSentence,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},  # of every command below, too
    help="Predicts when each fermentation completes, and acts on it: temperature, nutrients, draining.",
)
GravityUnit = Literal["sg", "plato", "brix", "refractometer", "oechsle", "baume", "kmw", "points", "g/cm3", "g/l"]
ConfigFile = Annotated[Path, typer.Argument(metavar="CONFIG", help="The TOML file of the cellar.")]
BrokerHost = Annotated[str | None, typer.Option("--broker", metavar="HOST", help="MQTT broker (default localhost).")]
BrokerPort = Annotated[
    int | None,
    typer.Option("--port", metavar="PORT", min=1, max=65_535, help="Broker port (default 1883, with TLS 8883)."),
]
BrokerUser = Annotated[str | None, typer.Option("--username", metavar="NAME", help="User name at the broker.")]
# A service waits for what it may not read yet, and says so.
BrokerPassword = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", readable=False, help="File with the password for the broker."),
]
BrokerTls = Annotated[bool | None, typer.Option("--broker-tls", help="Use TLS to the broker.")]
BrokerCa = Annotated[Path | None, typer.Option("--ca-file", metavar="FILE", help="CA certificate of the broker.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


def refuse(*sentences: str) -> NoReturn:
    """Say what is wrong, and leave with the status for wrong input. What a sentence repeats of a file is cleaned."""
    for line in "\n".join(sentences).split("\n"):
        print(clean_text(line, LONGEST_LINE), file=sys.stderr)
    raise typer.Exit(WRONG_INPUT)


def only_over(file: Path, ours: Callable[[bytes], object], what: str) -> None:
    """Refuse to write over a file that is none of the kind that is written: a config that was named in the place of the
    drawing is lost for ever. ours: tells from the beginning of a file; what: the kind."""
    if not file.is_file():
        return
    with file.open("rb") as old:
        begins = old.read(BEGINNING)
    if begins and not ours(begins):
        refuse(f"{file}: is there already and is no {what}; it stays as it is: name another file, or move it away")


def why_not(file: Path | str, error: OSError) -> str:
    """Why a file cannot be read or written, and what to do."""
    where = error.filename if isinstance(error.filename, str) else file  # of an open file it is a number
    if isinstance(error, FileNotFoundError):
        return f"{where}: there is no such file; look at its name and its folder"
    if isinstance(error, IsADirectoryError):
        return f"{where}: is a folder; name a file in it"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{where}: a file is where a folder has to be; name a folder"
    if isinstance(error, PermissionError):
        return f"{where}: not allowed to this user; try it with sudo"
    return f"{where}: {error.strerror or error}"


def in_words(error: Exception, *kinds: type[BaseModel]) -> list[str]:
    """What is wrong with options, a sentence each; any error but pydantic's says its own. kinds: the models of options,
    which have examples."""
    from pydantic import ValidationError

    from brewpi.validation import sentences

    if not isinstance(error, ValidationError):
        return [str(error)]
    return sentences(error, next((kind for kind in kinds if kind.__name__ == error.title), None))


class OneLine(logging.Formatter):
    """What strangers call themselves and ask for is in many messages: none of it begins a line of its own, nor moves a
    terminal's cursor."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """As logging's, cleaned."""
        record.message = clean_text(record.message, LONGEST_LINE)
        return super().formatMessage(record)


def log_to_stderr() -> None:
    """What a service says, for the journal."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


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
