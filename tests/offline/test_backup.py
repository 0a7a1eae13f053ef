"""Everything of a cellar in one file, and back on another machine."""

import json
import os
import shutil
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest
from command_line import brewpi

from brewpi import recipes
from brewpi.config.config import load
from brewpi.forecast.tflite_model import CHECKOUT
from brewpi.hardware.lock import lock_config, lock_record
from brewpi.offline.model_home import ModelHome
from brewpi.sanitize import is_clean
from brewpi.store import Store, StoreOptions
from brewpi.store.copies import PUT_BACK, copy_record, problem_of

CELLAR = """
site = "riverside"
[store]
path = "{record}"
[model]
directory = "{model}"
[tanks.fv1]
volume_l = 500
recipe = "house.toml"
[tanks.fv1.sensors]
beer = {{ kind = "simulated", measure = ["beer_c", "sg"] }}
"""


def cellar(home: Path) -> Path:
    """A config with a recipe and a model of its own, and a record that remembers a setting."""
    home.mkdir()
    shutil.copytree(CHECKOUT, home / "model")
    (home / "house.toml").write_text('name = "House"\n[[steps]]\nname = "primary"\n')
    (home / "cellar.toml").write_text(CELLAR.format(record=home / "brewpi.sqlite", model=home / "model"))
    remember(home / "brewpi.sqlite", 19.5)
    return home / "cellar.toml"


def remember(record: Path, target_c: float) -> None:
    store = Store(StoreOptions(path=record))
    store.open(1e9)
    store.set("fv1", "target_c", target_c, 1e9)
    store.close()


def remembered(record: Path, tank: str = "fv1", key: str = "target_c") -> object:
    store = Store(StoreOptions(path=record))
    store.open(1e9)
    found = store.settings(tank).get(key)
    store.close()
    return found


def test_what_was_saved_is_all_there_again_after_the_card_is_lost(tmp_path):
    config = cellar(tmp_path / "pi")
    saved = brewpi("backup", tmp_path / "pi.zip", "--config", config)
    assert saved.returncode == 0, saved.stderr
    model = "model/fermentation.json, model/fermentation.tflite"
    assert f"brewpi.sqlite, cellar.toml, {model}, recipes/house.toml; " in saved.stdout
    shutil.rmtree(tmp_path / "pi")
    back = brewpi("restore", tmp_path / "pi.zip", "--config", config)
    assert back.returncode == 0, back.stderr
    assert "so every tank begins stopped" in back.stdout
    assert remembered(tmp_path / "pi" / "brewpi.sqlite") == 19.5
    assert remembered(tmp_path / "pi" / "brewpi.sqlite", "", PUT_BACK) is True
    assert (tmp_path / "pi" / "brewpi.sqlite").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "pi" / "house.toml").stat().st_mode & 0o777 == 0o644  # a service reads it
    assert load(config).site == "riverside"
    assert (tmp_path / "pi" / "model" / "fermentation.tflite").read_bytes() == (
        CHECKOUT / "fermentation.tflite"
    ).read_bytes()


def test_what_lies_there_is_moved_aside_and_not_lost(tmp_path):
    config = cellar(tmp_path / "pi")
    brewpi("backup", tmp_path / "pi.zip", "--config", config)
    remember(tmp_path / "pi" / "brewpi.sqlite", 4.0)
    back = brewpi("restore", tmp_path / "pi.zip", "--config", config)
    assert back.returncode == 0, back.stderr
    assert remembered(tmp_path / "pi" / "brewpi.sqlite") == 19.5
    (aside,) = (tmp_path / "pi").glob("brewpi.sqlite.before-*[0-9]")
    assert remembered(aside) == 4.0


def test_a_running_daemon_keeps_its_files(tmp_path):
    config = cellar(tmp_path / "pi")
    brewpi("backup", tmp_path / "pi.zip", "--config", config)
    before = config.stat().st_ino
    for lock in (lock_config(config), lock_record(tmp_path / "pi" / "brewpi.sqlite")):
        with lock:
            refused = brewpi("restore", tmp_path / "pi.zip", "--config", config)
        assert refused.returncode == 2
        assert "stop that one first" in refused.stderr
        assert "nothing was changed" in refused.stderr
    assert config.stat().st_ino == before


def test_it_is_one_moment_of_a_record_that_is_written_all_the_while(tmp_path):
    record = tmp_path / "brewpi.sqlite"
    remember(record, 0.0)
    stop = threading.Event()

    def write() -> None:
        store = Store(StoreOptions(path=record))
        store.open(1e9)
        count = 0
        while not stop.is_set():
            count += 1
            for tank in ("fv1", "fv2"):
                store.set(tank, "count", count, 1e9 + count)
            store.flush(1e9 + count)
        store.close()

    daemon = threading.Thread(target=write)
    daemon.start()
    try:
        for n in range(20):
            copy_record(record, tmp_path / f"copy-{n}")
    finally:
        stop.set()
        daemon.join()
    for n in range(20):
        assert problem_of(tmp_path / f"copy-{n}") is None
        with sqlite3.connect(tmp_path / f"copy-{n}") as copy:
            counts = [value for (value,) in copy.execute("SELECT value FROM setting WHERE key = 'count'")]
        assert len(set(counts)) <= 1


def spoilt(packed: Path, out: Path, how: str) -> Path:
    """A backup as a bad card or a stranger leaves it."""
    if how == "cut":
        out.write_bytes(packed.read_bytes()[:-200])
        return out
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(out, "w") as new:
        about = json.loads(old.read("backup.json"))
        for name in old.namelist():
            data = old.read(name)
            if how == "flipped" and name == "brewpi.sqlite":
                data = data[:-1] + bytes([data[-1] ^ 1])
            if how == "climbing" and name == "backup.json":
                about["sha256"]["../../escaped"] = about["sha256"]["cellar.toml"]
                data = json.dumps(about).encode()
            if how == "newer" and name == "backup.json":
                data = json.dumps({**about, "format": 9}).encode()
            if how == "shouting" and name == "backup.json":
                data = json.dumps({**about, "format": "9\n\x1b[2J"}).encode()
            if how != "without" or name != "cellar.toml":
                new.writestr(name, data)
        new.writestr("../../escaped", b"x")
    return out


@pytest.mark.parametrize("how", ["cut", "flipped", "climbing", "newer", "shouting", "without", "none"])
def test_a_damaged_backup_changes_nothing(tmp_path, how):
    config = cellar(tmp_path / "pi")
    brewpi("backup", tmp_path / "pi.zip", "--config", config)
    if how == "none":
        (tmp_path / "bad.zip").write_text("call the maltster")
    else:
        spoilt(tmp_path / "pi.zip", tmp_path / "bad.zip", how)
    before = {path: path.read_bytes() for path in (tmp_path / "pi").rglob("*") if path.is_file()}
    refused = brewpi("restore", tmp_path / "bad.zip", "--config", config)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert is_clean(refused.stderr.removesuffix("\n"))
    assert {path: path.read_bytes() for path in (tmp_path / "pi").rglob("*") if path.is_file()} == before
    assert not (tmp_path.parent / "escaped").exists()


def test_a_record_that_is_not_there_is_named(tmp_path):
    config = cellar(tmp_path / "pi")
    (tmp_path / "pi" / "brewpi.sqlite").unlink()
    refused = brewpi("backup", tmp_path / "pi.zip", "--config", config)
    assert refused.returncode == 2
    assert "no such record; name it with --record" in refused.stderr
    assert not (tmp_path / "pi.zip").exists()


def test_a_record_beside_its_config_is_saved_and_put_back_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    config = cellar(tmp_path / "pi")
    config.write_text(config.read_text().replace(f"{tmp_path / 'pi'}/brewpi.sqlite", "brewpi.sqlite"))
    monkeypatch.chdir(tmp_path)
    assert brewpi("backup", tmp_path / "pi.zip", "--config", config).returncode == 0
    remember(tmp_path / "pi" / "brewpi.sqlite", 25.0)
    assert brewpi("restore", tmp_path / "pi.zip", "--config", config).returncode == 0
    assert remembered(tmp_path / "pi" / "brewpi.sqlite") == 19.5


def test_a_config_that_is_a_link_stays_one_and_the_owner_the_same(tmp_path):
    config = cellar(tmp_path / "pi")
    (tmp_path / "pi" / "setup").mkdir()
    config.rename(tmp_path / "pi" / "setup" / "cellar.toml")
    config.symlink_to(Path("setup") / "cellar.toml")
    owner = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(tmp_path / "pi" / "brewpi.sqlite", *owner)
    assert brewpi("backup", tmp_path / "pi.zip", "--config", config).returncode == 0
    assert brewpi("restore", tmp_path / "pi.zip", "--config", config).returncode == 0
    assert config.is_symlink()
    found = (tmp_path / "pi" / "brewpi.sqlite").stat()
    assert (found.st_uid, found.st_gid) == owner


def test_a_model_of_the_sites_home_is_put_back_as_one_of_it(tmp_path):
    config = cellar(tmp_path / "pi")
    home = ModelHome(tmp_path / "pi" / "models")
    known = home.install(CHECKOUT).name
    config.write_text(config.read_text().replace(f"{tmp_path}/pi/model\"", f"{tmp_path}/pi/models/current\""))
    assert brewpi("backup", tmp_path / "pi.zip", "--config", config).returncode == 0
    shutil.rmtree(home.folder)
    assert brewpi("restore", tmp_path / "pi.zip", "--config", config).returncode == 0
    assert (home.folder / "current").readlink() == Path(known)
    assert home.install(CHECKOUT).current
    (home.folder / "current").unlink()
    (home.folder / known).rename(home.folder / "current")  # as an earlier restore left it
    assert home.install(CHECKOUT).current
    assert (home.folder / "current").is_symlink()


@pytest.mark.parametrize(
    "named", [["a/house.toml", "b/house.toml", "house.toml"], ["../own/house.toml"], ["{own}/house.toml"]]
)
def test_recipes_come_back_from_wherever_the_config_names_them(tmp_path, named):
    config, own = cellar(tmp_path / "pi"), tmp_path / "own"
    words = [word.format(own=own) for word in named]
    head, tank = config.read_text().split("[tanks.fv1]", 1)
    tanks = [
        f"[tanks.fv{n}]" + tank.replace("house.toml", word).replace("fv1", f"fv{n}") for n, word in enumerate(words)
    ]
    config.write_text(head + "".join(tanks))
    (config.parent / "house.toml").unlink()
    for n, word in enumerate(words):
        (config.parent / word).parent.mkdir(parents=True, exist_ok=True)
        (config.parent / word).write_text(f'name = "House {n}"\n[[steps]]\nname = "primary"\n')
    assert brewpi("backup", tmp_path / "pi.zip", "--config", config).returncode == 0
    shutil.rmtree(tmp_path / "pi")
    shutil.rmtree(own, ignore_errors=True)
    back = brewpi("restore", tmp_path / "pi.zip", "--config", config)
    assert back.returncode == 0, back.stderr
    names = [recipes.load(tank.recipe).name for tank in load(config).tanks.values()]
    assert names == [f"House {n}" for n in range(len(words))]
