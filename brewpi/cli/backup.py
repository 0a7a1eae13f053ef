"""`brewpi backup` and `brewpi restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import app, only_over, refuse, why_not

INSTALLED = Path("/etc/brewpi/cellar.toml")
ConfigPlace = Annotated[Path, typer.Option("--config", metavar="CONFIG", help="The TOML file of the cellar.")]
RecordPlace = Annotated[
    Path | None, typer.Option("--record", metavar="FILE", help="The record (default: as the config says).")
]


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write.")],
    config: ConfigPlace = INSTALLED,
    record: RecordPlace = None,
) -> None:
    """Save record, config, recipes and model in one file. The service may go on running."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.offline import backup
    from brewpi.store.place import TwoRecords, located

    try:
        cellar = load(config)
        place = record or located(cellar.store, config.absolute().parent)[0].path
        if not place.is_file():
            refuse(f"{place}: no such record; name it with --record (the service keeps it in /var/lib/brewpi)")
        only_over(file, lambda begins: begins.startswith(b"PK"), "backup")
        parts = backup.backup(cellar, config, place, file)
    except ConfigErrors as errors:
        refuse(*errors.told)
    except TwoRecords as error:
        refuse(f"{config.name}: store.path: {error}, or name it with --record")
    except OSError as error:
        refuse(f"{why_not(file, error)}; nothing was written")
    typer.echo(f"{file}: {', '.join(parts)}; {file.stat().st_size / 1e6:.1f} MB")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that brewpi backup wrote.")],
    config: ConfigPlace = INSTALLED,
    record: RecordPlace = None,
) -> None:
    """Put a backup back, here or on another machine; every tank begins stopped then. Refused while the service works
    with the same files."""
    from brewpi.config.config import ConfigErrors
    from brewpi.offline import backup

    try:
        lines = backup.restore(file, config, record)
    except ConfigErrors as errors:
        refuse(*errors.told)
    except backup.CannotRestore as error:
        refuse(f"{error}; nothing was changed")
    except OSError as error:
        refuse(why_not(file, error))
    for line in lines:
        typer.echo(line)
