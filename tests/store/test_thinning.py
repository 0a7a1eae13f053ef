"""What is older than a year keeps one gravity an hour; how large the record is can be asked of it."""

from brewpi.store import Store, StoreOptions
from brewpi.store.copies import table_bytes
from brewpi.store.history_book import DAY_S, FULL_DAYS

NOW = 2_000_000_000.0
QUARTER_S = 900.0


def test_after_a_year_one_point_an_hour_is_kept_and_younger_ones_all(tmp_path):
    store = Store(StoreOptions(path=tmp_path / "brewpi.sqlite"))
    store.open(NOW)
    old, young = NOW - (FULL_DAYS + 5) * DAY_S, NOW - 5 * DAY_S
    hour = 3600.0 * (old // 3600.0)
    for tank in ("fv1", "fv2"):
        for start in (hour, young):
            for i in range(8):
                store.keep_point(tank, (start + i * QUARTER_S, 1.050 - i / 1e4, 19.0))
    store.flush(NOW)
    store.flush(NOW + DAY_S)
    for tank in ("fv1", "fv2"):
        rows = store.database.read("SELECT at FROM history WHERE tank = ? ORDER BY at", (tank,))
        assert [at for (at,) in rows if at < young] == [hour, hour + 3600.0]
        assert sum(at >= young for (at,) in rows) == 8
    store.close()


def test_the_size_of_each_table_is_known(tmp_path):
    store = Store(StoreOptions(path=tmp_path / "brewpi.sqlite"))
    store.open(NOW)
    for i in range(2000):
        store.keep_point("fv1", (NOW + i, 1.050, 19.0))
    store.close()
    found = table_bytes(tmp_path / "brewpi.sqlite")
    assert found["history"] > 10 * found["dose"]
    assert sum(found.values()) <= (tmp_path / "brewpi.sqlite").stat().st_size
