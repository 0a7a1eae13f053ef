"""`brewpi replay --store`: opens the record, asks `offline/replay_store.py`, and says what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from brewpi.cli.common import refuse

if TYPE_CHECKING:
    from brewpi.cellar.control_options import ControlOptions

DIFFERS = 1  # the status where today's rules decide otherwise


def replay_record(
    file: Path, tank: str | None, span: tuple[str | None, str | None], config: Path | None, as_json: bool
) -> None:
    """Print the differences; leaves with 1 if there are any, with 2 and a sentence for what cannot be replayed."""
    from brewpi.offline.replay_store import LEAD_S, NothingToReplay, lines, replay
    from brewpi.registry import nearest
    from brewpi.store import Store, StoreOptions

    since, until = _time(span[0], "--from", -inf), _time(span[1], "--to", inf)
    if since >= until:
        refuse("--from has to be before --to")
    if file.is_dir():
        refuse(f"{file}: is a folder; the record is the path under [store] in the config")
    if not file.is_file():
        refuse(f"{file}: there is no such file; the record is the path under [store] in the config")
    store = Store(StoreOptions(path=file))
    if not store.database.open_to_read():
        refuse(
            f"{file}: is no record of this version of brewpi; a later version reads its own, and a start of the service"
            " brings an older one up to date"
        )
    known = store.tanks()
    if not known:
        refuse(f"{file}: nothing is recorded in it")
    name = known[0] if tank is None else tank
    if name not in known:
        refuse(f'{file}: has no record of a tank "{name}"{nearest(name, known)}')
    try:
        replayed = replay(store.reports(name, since - LEAD_S, until), name, since, until, _options(config, name))
    except NothingToReplay as error:
        refuse(f"{file}: {error}")
    finally:
        store.database.close()
    for line in lines(name, replayed, as_json):
        typer.echo(line)
    if store.database.notice:
        typer.echo(store.database.notice, err=True)
    if replayed.differences:
        raise typer.Exit(DIFFERS)


def _options(config: Path | None, tank: str) -> ControlOptions | None:
    if config is None:
        return None
    from brewpi.cellar.control_options import ControlOptions
    from brewpi.config.config import ConfigErrors, load
    from brewpi.registry import nearest

    try:
        tanks = load(config).tanks
    except ConfigErrors as errors:
        refuse(*errors.told)
    if tank not in tanks:
        refuse(f'{config.name}: has no tank "{tank}"{nearest(tank, tanks)}')
    return ControlOptions.of(tanks[tank])


def _time(text: str | None, option: str, absent: float) -> float:
    if text is None:
        return absent
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        refuse(f'{option} "{text[:40]}" is no time; write 2026-05-01 or 2026-05-01T14:30')
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
