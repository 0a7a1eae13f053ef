"""The tables, as a list of steps that only ever grows: step n takes a file from `user_version` n to n + 1."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE block (        -- a minute or so of one tank's reports, see packing.py
        tank TEXT NOT NULL, since REAL NOT NULL, until REAL NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tank, since)
    ) WITHOUT ROWID;
    CREATE TABLE history (      -- one point a quarter of an hour, kept for ever
        tank TEXT NOT NULL, at REAL NOT NULL, sg REAL NOT NULL, beer_c REAL,
        PRIMARY KEY (tank, at)
    ) WITHOUT ROWID;
    CREATE TABLE event (        -- `sent`: the broker has acknowledged it
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at REAL NOT NULL, tank TEXT NOT NULL, kind TEXT NOT NULL,
        severity TEXT NOT NULL, text TEXT NOT NULL, details TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX event_by_tank ON event (tank, at);
    CREATE INDEX event_unsent ON event (number) WHERE sent = 0;
    CREATE TABLE setting (      -- what operators changed; value is JSON
        tank TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (tank, key)
    ) WITHOUT ROWID;
    CREATE TABLE command (      -- ids that were obeyed, for as long as they could be repeated
        id TEXT PRIMARY KEY, at REAL NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE dose (         -- written before the pump turns; an id is pumped at most once, for ever
        id TEXT PRIMARY KEY, tank TEXT NOT NULL, batch TEXT NOT NULL, at REAL NOT NULL, number INTEGER NOT NULL,
        volume_ml REAL NOT NULL, nitrogen_mg_l REAL NOT NULL, standing TEXT NOT NULL, given_ml REAL NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE told (         -- forecasts of completion, one an hour: hours since the batch's first reading, and left
        tank TEXT NOT NULL, batch TEXT NOT NULL, at_h REAL NOT NULL, p10 REAL NOT NULL, p50 REAL NOT NULL,
        p90 REAL NOT NULL, source TEXT NOT NULL, PRIMARY KEY (tank, batch, at_h)
    ) WITHOUT ROWID;
    CREATE TABLE mark (         -- and how they turned out, at 25, 50 and 75 % of the way
        batch TEXT NOT NULL, way REAL NOT NULL, at REAL NOT NULL, tank TEXT NOT NULL, error_h REAL NOT NULL,
        inside INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY (batch, way)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE told ADD COLUMN sg REAL;        -- the gravity then, and the terminal one that was expected
    ALTER TABLE told ADD COLUMN final_sg REAL;
    """,
    """
    CREATE TABLE batch (        -- every batch that was in a tank, `ended_at` NULL while it lasts; facts are JSON
        id TEXT PRIMARY KEY, tank TEXT NOT NULL, since REAL NOT NULL, started_at REAL NOT NULL, ended_at REAL,
        facts TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX batch_by_time ON batch (started_at);
    INSERT OR IGNORE INTO batch  -- those of before, as far as the record of events tells of them
        SELECT json_extract(details, '$.batch'), tank, min(at), min(at), max(at),
            json_object('name', max(json_extract(details, '$.message.values.batch')))
        FROM event
        WHERE kind IN ('batch_started', 'batch_ended') AND json_valid(details)
            AND typeof(at) = 'real' AND typeof(json_extract(details, '$.batch')) = 'text'
        GROUP BY json_extract(details, '$.batch'), tank HAVING count(DISTINCT kind) = 2;
    """,
    """
    CREATE TABLE shadow_told (  -- as told and mark, of candidate models that are never acted on; model: of its card
        batch TEXT NOT NULL, model TEXT NOT NULL, at_h REAL NOT NULL, p10 REAL NOT NULL, p50 REAL NOT NULL,
        p90 REAL NOT NULL, source TEXT NOT NULL, sg REAL, final_sg REAL, PRIMARY KEY (batch, model, at_h)
    ) WITHOUT ROWID;
    CREATE TABLE shadow_mark (
        batch TEXT NOT NULL, model TEXT NOT NULL, way REAL NOT NULL, at REAL NOT NULL, error_h REAL NOT NULL,
        inside INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY (batch, model, way)
    ) WITHOUT ROWID;
    """,
)
