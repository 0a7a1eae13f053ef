"""Home Assistant's own database, in which names and units stand apart from the states."""

import sqlite3
from contextlib import closing

import pytest

from brewpi.importers import LogError, read_all
from tests.importers.made_up import EPOCH_S, SG, C, assert_is_the_batch

ENTITIES = {"sensor.kitchen_temperature": "°C", "sensor.tilt_red_gravity": "SG", "sensor.tilt_red_temperature": "°C"}
SCHEMA = """
CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id TEXT);
CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id TEXT, state TEXT, last_changed_ts FLOAT,
                     last_updated_ts FLOAT, attributes_id INTEGER, metadata_id INTEGER);
CREATE TABLE state_attributes (attributes_id INTEGER PRIMARY KEY, shared_attrs TEXT);
CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id TEXT, unit_of_measurement TEXT);
CREATE TABLE statistics (id INTEGER PRIMARY KEY, metadata_id INTEGER, start_ts FLOAT, mean FLOAT, state FLOAT);
"""


def recorder(path, states, entities=ENTITIES):
    """A database of which the last `states` readings are still among the states, and all among the statistics."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
        for key, (name, unit) in enumerate(entities.items()):
            database.execute("INSERT INTO states_meta VALUES (?, ?)", (key, name))
            database.execute("INSERT INTO statistics_meta VALUES (?, ?, ?)", (key, name, unit))
            attributes = f'{{"unit_of_measurement": "{unit}"}}'
            database.execute("INSERT INTO state_attributes VALUES (?, ?)", (key, attributes))
        for i, at in enumerate(EPOCH_S):
            for key, value in enumerate((23.5, SG[i], C[i])[: len(entities)]):
                row = (key, float(at), value)
                database.execute("INSERT INTO statistics (metadata_id, start_ts, mean) VALUES (?, ?, ?)", row)
                if i >= len(EPOCH_S) - states:
                    row = (str(value), float(at), key, key)
                    sql = "INSERT INTO states (state, last_updated_ts, attributes_id, metadata_id) VALUES (?, ?, ?, ?)"
                    database.execute(sql, row)
        last = "INSERT INTO states (state, last_updated_ts, metadata_id) VALUES ('unavailable', ?, 1)"
        database.execute(last, (float(EPOCH_S[-1] + 60),))
        database.commit()
    return path


@pytest.mark.parametrize("states", [10, 3])
def test_states_are_read_and_statistics_where_they_go_farther_back(tmp_path, states):
    (log,) = read_all(recorder(tmp_path / "home-assistant_v2.db", states)).logs
    assert_is_the_batch(log)


def test_one_without_a_gravity_says_what_is_missing(tmp_path):
    path = recorder(tmp_path / "home-assistant_v2.db", 10, {"sensor.kitchen_temperature": "°C", "sun.sun": ""})
    with pytest.raises(LogError, match=r"no column holds a gravity|without a table of readings"):
        read_all(path)


def test_a_database_with_tables_of_these_names_and_other_columns_is_another(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE states (at TEXT, sg FLOAT, temp_c FLOAT)")
        database.execute("CREATE TABLE states_meta (name TEXT)")
        database.executemany("INSERT INTO states VALUES (?, ?, ?)", zip(EPOCH_S, SG, C, strict=True))
        database.commit()
    (log,) = read_all(path).logs
    assert_is_the_batch(log)
