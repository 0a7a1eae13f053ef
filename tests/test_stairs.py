"""The stairs: a room imports its own floor or below, as drawn in the architecture; what it does not name is the top."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "brewpi"
FLOORS = (
    "__init__ records quantities clock registry sanitize seam",
    "state channel features labels curve kinetics vessel events house scorecard what_if control",
    "hardware sensors outputs gpio model forecaster store mqtt site importers notify deadman recipes outbound",
    "tank bank doses cellar config checks building operator",
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}
FILES = sorted(HOUSE.rglob("*.py"))
NICE = ("pages", "look", "wall", "acting", "panel", "dialogs", "sockets", "web")
ONLY_IN = {  # outside libraries that live in one file each, or in few
    "paho": "mqtt/link.py", "apscheduler": "pace.py", "tflite_runtime": "model.py", "ai_edge_litert": "model.py",
    "sqlite3": "store/database.py", "gpiozero": "gpio.py", "w1thermsensor": "sensors/ds18b20.py",
    "bleak": "hardware/ble.py",
    "adafruit_dht": "sensors/dht.py", "prometheus_client": "dashboard/metrics.py", "httpx": "outbound/courier.py",
    "nicegui": " ".join(f"dashboard/{name}.py" for name in NICE),
}  # fmt: skip
WORLD = {"socket", "threading", "asyncio", "subprocess", "os", "time", "pathlib", "io", "shutil", "tempfile", "sqlite3"}
PURE = {"brewpi", "numpy", "pydantic"} | sys.stdlib_module_names - WORLD


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"brewpi.{a.name}" for a in node.names) if node.module == "brewpi" else [node.module or ""]


def room(file: Path) -> str:
    return file.relative_to(HOUSE).parts[0].removesuffix(".py")


def floor(room: str) -> int:
    return FLOOR.get(room, len(FLOORS))


def name(file: Path) -> str:
    return file.relative_to(HOUSE).as_posix()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nothing_is_imported_from_upstairs(file: Path):
    here = room(file)
    for module in imports(file):
        library, *rooms = module.split(".")
        assert library not in ("tensorflow", "keras", "training", "tests"), f"{name(file)} imports {module}"
        if library == "brewpi" and rooms and not rooms[0].startswith("__"):
            assert floor(rooms[0]) <= floor(here), (
                f"{name(file)} (floor {floor(here)}) imports {module}; a new room gets its floor in FLOORS"
            )


@pytest.mark.parametrize("file", [f for f in FILES if floor(room(f)) < 2], ids=name)
def test_words_and_thoughts_touch_no_world(file: Path):
    for module in imports(file):
        library = module.split(".")[0]
        if (name(file), library) != ("clock.py", "time"):
            assert library in PURE, f"{name(file)} imports {module}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_outside_library_lives_where_it_belongs(library: str):
    owners = {name(file) for file in FILES if any(module.split(".")[0] == library for module in imports(file))}
    assert owners <= set(ONLY_IN[library].split())
    assert owners, f"nothing imports {library} any more; take it out of the table"


def test_every_room_in_the_table_exists():
    assert set(FLOOR) <= {room(file) for file in FILES}


@pytest.mark.parametrize("client", ["dashboard", "outbound"])
def test_a_client_knows_the_broker_and_nothing_of_control_or_store(client: str):
    allowed = {client, "mqtt", "site", "quantities", "notify", "sanitize", "__init__", "__version__"}
    for file in (HOUSE / client).glob("*.py"):
        for module in imports(file):
            library, *rooms = module.split(".")
            assert library != "brewpi" or not rooms or rooms[0] in allowed, f"{name(file)} imports {module}"
