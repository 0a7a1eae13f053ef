"""One SQLite file that never raises: what fails is said in `trouble`, and tried again later."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from brewpi.store.foreign import must_be_ours
from brewpi.store.migrations import MIGRATIONS
from brewpi.store.record_files import JOURNALS, identities, identity, must_be_files
from brewpi.store.sqlite_errors import FAILURES, NewerFile, is_damage, sentence_of, words_of
from brewpi.store.written_over import FileMark

RETRY_S = 60.0
NOTICE_S = 3600.0  # how long it is said that a file was replaced
WAIT_S = 0.2  # for another process that writes; control waits as long

CHECKPOINT_PAGES = 1000  # of the journal, as SQLite has it by itself
OVERWRITTEN = "was written over while it was in use; brewpi restore puts a backup back"

Statement = tuple[str, tuple[Any, ...]]

log = logging.getLogger(__name__)


class Database:
    """A connection that mends itself. `begun` counts the empty files started, so that the owner knows to write
    again what must not be lost."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.begun = 0
        self.unwritable = 0
        self.trouble: str | None = None
        self.notice: str | None = None
        self.since = 0.0
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # device, inode
        self._journals: dict[str, tuple[int, int]] = {}  # of those that are there
        self._mark = FileMark()
        self._retry_at = 0.0
        self._reads_only = False
        self.is_sealed = False  # what it holds could not be read at the start, so nothing of ours may go over it
        self.unread = False  # something that was asked for could not be read

    @property
    def name(self) -> str:
        """For sentences."""
        return self.path.name if self.path else "the store in memory"

    def open(self, now: float) -> bool:
        """Connect and bring the tables up to date. What cannot be written may still be read."""
        if self.is_sealed and self._holds_a_record():
            self._retry_at = now + RETRY_S
            self.trouble = f"{self.name}: can be read again; restart brewpi to go on with it, nothing is kept before"
            return False
        try:
            self._connect()
        except (*FAILURES, OSError) as error:
            self._failed(error, now)
            if self._connection is None and not is_damage(error):
                self.open_to_read(of_any_version=True)
            return self.trouble is None
        self.trouble, self.is_sealed = None, False
        return True

    def _holds_a_record(self) -> bool:
        """Whether there is one by now, which would be written over by what knows nothing of it."""
        holds = self.open_to_read(of_any_version=True)
        self.close()
        return holds

    @property
    def is_open(self) -> bool:
        """Whether it is connected."""
        return self._connection is not None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with suppress(*FAILURES):
                self._connection.close()
        self._connection = None
        self._mark.close()

    def write(self, statements: Iterable[Statement], now: float, durable: bool = False) -> bool:
        """All of them or none, but for those that no disk could keep: they are left out and counted in `unwritable`.
        `durable`: on the disk itself before this returns, as a power cut demands."""
        if self.trouble and now < self._retry_at:
            return False
        self._check(now)
        if (self.trouble or self._connection is None) and not self.open(now):
            return False  # after trouble the connection may be one for reading, or of a file that is gone
        try:
            self._transact(statements, durable)
        except (*FAILURES, OSError) as error:
            self._failed(error, now)
            return False
        self.trouble = None
        if self.path and len(self._journals) < len(JOURNALS):
            self._journals = identities(self.path)
        if self.path:
            if self._mark.is_another():  # during this write; it goes into the new file at the next try
                self._set_aside(OVERWRITTEN, now)
                return False
            self._mark.watch(self.path)
            self._checkpoint()
            self._mark.take()
        return True

    def read(self, sql: str, parameters: Sequence[Any] = (), now: float = 0.0) -> list[Any]:
        """The rows; none if they cannot be read."""
        if self._connection is None:
            return []
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except FAILURES as error:
            self.unread = True
            if not self._reads_only:  # else a table may be another version's, and why is said already
                self._failed(error, now)
            return []

    def _transact(self, statements: Iterable[Statement], durable: bool) -> None:
        connection = self._connection
        assert connection is not None
        if durable:
            connection.execute("PRAGMA synchronous = FULL")
        try:
            connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                self._execute(connection, sql, parameters)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if durable:
                connection.execute("PRAGMA synchronous = NORMAL")

    def _checkpoint(self) -> None:
        """The journal into the file, from time to time."""
        waiting = self._mark.frames_waiting()
        if self._connection is not None and (waiting is None or waiting >= CHECKPOINT_PAGES):
            with suppress(*FAILURES):  # as SQLite does by itself: the next time
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _execute(self, connection: sqlite3.Connection, sql: str, parameters: tuple[Any, ...]) -> None:
        """One statement that cannot be kept must not keep the others from being written, now and for ever."""
        try:
            connection.execute(sql, parameters)
        except UnicodeDecodeError:  # a ValueError, and the fault of the file, not of the row
            raise
        except (ValueError, OverflowError, sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError,
                sqlite3.IntegrityError) as error:  # fmt: skip
            self.unwritable += 1
            log.warning("%s: a row cannot be kept (%s: %s)", self.name, type(error).__name__, words_of(error))

    def _connect(self) -> None:
        self.close()
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            must_be_files(self.path)
        connection = sqlite3.connect(self.path or ":memory:", timeout=WAIT_S, isolation_level=None)
        try:
            connection.text_factory = _text
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            must_be_ours(connection)
            if not 0 <= version <= len(MIGRATIONS):
                raise NewerFile(f"version {version} is not known here, only {len(MIGRATIONS)}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")  # not before a look at the file, see write
            connection.execute("PRAGMA journal_size_limit = 4194304")
            self._migrate(connection, version)
        except BaseException:
            connection.close()
            raise
        self._connection, self._reads_only = connection, False
        self._file = identity(self.path) if self.path else None
        self._journals = {}

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
        if version == 0:
            self.begun += 1

    def open_to_read(self, of_any_version: bool = False) -> bool:
        """Without writing anything: a read-only card, and the file of another version, still know batch and stop."""
        for how in ("mode=ro", "mode=ro&immutable=1"):
            try:
                must_be_files(self._path)
                connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?{how}", uri=True)
                connection.text_factory = _text
                version = int(connection.execute("PRAGMA user_version").fetchone()[0])
                must_be_ours(connection)
            except (*FAILURES, OSError):
                continue
            if version == len(MIGRATIONS) or (of_any_version and version != 0):
                self._connection, self._reads_only = connection, True
                return True
            connection.close()
        return False

    @property
    def _path(self) -> Path:
        assert self.path is not None, "a database in memory has no file to mend"
        return self.path

    def _check(self, now: float) -> None:
        """A file deleted or replaced under way takes writes into nowhere."""
        if self.path is None or self._connection is None or self.trouble:
            return
        try:
            gone = identity(self.path) != self._file
        except OSError:
            gone = True
        if gone:
            self.close()
            self._leave_journals()
            self.begun += 1  # also where an older copy was put there: it knows less than we do
            self._notice(f"{self.name} was deleted or replaced while it was in use; a new one is begun", now)
        elif self._journals.items() - identities(self.path).items():
            self.close()  # what is in the journal goes into the file, as long as this process has it open
            self._notice(f"{self.name}: its journal was deleted while it was in use; nothing is lost", now)
        elif self._mark.is_another():
            self._set_aside(OVERWRITTEN, now)

    def _leave_journals(self) -> None:
        """Those of a file that is gone would be played into the one in its place."""
        for suffix, known in self._journals.items():
            if identities(self._path).get(suffix) == known:
                with suppress(OSError):
                    self._path.with_name(self.name + suffix).unlink()

    def _failed(self, error: Exception, now: float) -> None:
        self._retry_at = now + RETRY_S
        if self.path and is_damage(error) and self._set_aside(f"was damaged ({words_of(error)})", now):
            return
        if self.trouble is None:
            self.since = now
        text = f"{self.name}: {sentence_of(error)}; control goes on, the newest is kept in memory and tried again"
        if text != self.trouble:
            log.warning("%s", text)
        self.trouble = text

    def _set_aside(self, why: str, now: float) -> bool:
        """Rename a damaged file and begin a new one. False if that fails too."""
        self.close()
        aside = self._path.with_name(f"{self.name}.damaged-{now:.0f}")
        try:
            self._path.rename(aside)
            for suffix in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    self._path.with_name(self.name + suffix).rename(aside.with_name(aside.name + suffix))
            self._connect()
        except (*FAILURES, OSError) as again:
            log.warning("%s cannot be set aside: %s", self.name, words_of(again))
            return False
        self._notice(f"{self.name} {why}; it is set aside as {aside.name}, a new one is begun", now)
        self.trouble = None
        return True

    def skipped(self, rows: int, table: str, now: float, cost: str = "") -> None:
        """Some rows cannot be true and are left out. cost: what follows from that, if anything."""
        counted = "1 row" if rows == 1 else f"{rows} rows"
        self._notice(f"{self.name}: {counted} of {table} cannot be read{cost}; left out", now)

    def _notice(self, text: str, now: float) -> None:
        log.warning("%s", text)
        if self.notice and text not in self.notice and len(self.notice) < 600:
            text = f"{self.notice}; {text}"
        self.notice, self.since = text, now

    def forget_notice(self, now: float) -> None:
        """Once it has been said for long enough."""
        if self.notice and now - self.since >= NOTICE_S:
            self.notice = None


def _text(raw: bytes) -> str:
    """One damaged byte must not cost every row of an answer."""
    return raw.decode("utf-8", "replace")
