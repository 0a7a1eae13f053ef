"""The stairs: a file imports its own folder or one above it in the table of docs/contributor.md."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "brewpi"
TABLE = (ROOT / "docs" / "contributor.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ((?:`[\w.]+` ?)+)\|", TABLE, re.M)
FLOOR = {
    name.removesuffix(".py"): floor for floor, row in enumerate(ROWS) for name in re.findall(r"`([\w.]+)`", row)
} | {"__init__": 0}  # fmt: skip
FILES = sorted(PACKAGE.rglob("*.py"))
NICE = ("views/pages", "views/batch_pages", "views/frame", "views/preferences", "views/tank_grid", "views/panel",
        "views/batch_dialogs", "views/number_entry", "views/gravity_entry", "views/calibration_dialog",
        "views/setup_page", "views/push_dialog", "actions/authorization",
        "actions/dialogs", "auth/sockets", "web")  # fmt: skip
ONLY_IN = {  # outside libraries that live in one file each, or in few
    "paho": "mqtt/connection.py mqtt/paho_client.py", "apscheduler": "service/tick_scheduler.py",
    "sqlite3": "store/database.py store/sqlite_errors.py store/copies.py store/foreign.py importers/files/database.py",
    "python_calamine": "importers/files/workbook.py",
    "tflite_runtime": "forecast/interpreter.py", "ai_edge_litert": "forecast/interpreter.py",
    "cryptography": "offline/model_signing.py dashboard/push/phone.py",
    "pywebpush": "dashboard/push/phone.py", "py_vapid": "dashboard/push/phone.py",
    "gpiozero": "hardware/gpio.py", "bleak": "hardware/ble.py",
    "smbus2": "outputs/mcp23017.py", "serial": "outputs/modbus_relay.py",
    "w1thermsensor": "sensors/ds18b20.py", "adafruit_dht": "sensors/dht.py",
    "prometheus_client": "dashboard/feed/metrics.py", "fpdf": "dashboard/batch_files.py",
    "limits": "dashboard/api/access.py receiver/gate.py",
    "apprise": "outbound/apprise.py", "httpx": "outbound/delivery_worker.py",
    "nicegui": " ".join(f"dashboard/{name}.py" for name in NICE),
}  # fmt: skip
WORLD = {"socket", "threading", "asyncio", "subprocess", "os", "time", "pathlib", "io", "shutil", "tempfile", "sqlite3"}
PURE = {"brewpi", "numpy", "pydantic"} | sys.stdlib_module_names - WORLD
PURE_ROOMS = ("records", "quantities", "units", "calibration", "roles", "media", "physics", "clock", "registry",
              "sanitize", "toml_text", "seam", "sentences", "validation", "snapshot", "generated_docs", "plant",
              "estimation", "forecast", "control", "alarms")  # fmt: skip


@cache
def statements(file: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Every import of a file, wherever it stands."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def imports(file: Path) -> Iterator[str]:
    for node in statements(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield from (f"brewpi.{a.name}" for a in node.names) if node.module == "brewpi" else [node.module or ""]


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nothing_is_imported_from_upstairs(file: Path):
    here = room(file)
    assert here in FLOOR, f"{name(file)}: a new folder gets its row in docs/contributor.md"
    for module in imports(file):
        library, *rooms = module.split(".")
        assert library not in ("tensorflow", "keras", "training", "tests"), f"{name(file)} imports {module}"
        if library == "brewpi" and rooms and rooms[0] not in (here, "__version__"):
            assert FLOOR[rooms[0]] < FLOOR[here] or FLOOR[here] in (0, len(ROWS) - 1), (
                f"{name(file)} imports {module}, which stands below it in the table of docs/contributor.md"
            )


def neighbours(file: Path) -> set[Path]:
    """The files of the package that one imports, wherever the import stands: a late one only hides a circle."""
    found = set()
    for node in statements(file):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {_file_of(f"{node.module}.{one.name}") or _file_of(node.module) for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {_file_of(one.name) for one in node.names}
    return {other for other in found if other is not None and other != file}


@cache
def _file_of(module: str) -> Path | None:
    base = PACKAGE.parent.joinpath(*module.split("."))
    return next((file for file in (base.with_suffix(".py"), base / "__init__.py") if file in FILES), None)


def test_no_imports_go_round_in_a_circle():
    try:
        TopologicalSorter({file: neighbours(file) for file in FILES}).prepare()
    except CycleError as error:
        pytest.fail("these import each other: " + " <- ".join(name(file) for file in error.args[1]))


@pytest.mark.parametrize("outer", ["alarms", "control", "importers"])
def test_the_folders_within_a_folder_import_each_other_one_way(outer: str):
    def inner(file: Path) -> str | None:
        within = PACKAGE / outer in file.parents and file.parent != PACKAGE / outer
        return file.relative_to(PACKAGE / outer).parts[0] if within else None

    ways: dict[str, set[str]] = {}
    for file in FILES:
        if (here := inner(file)) is not None:
            ways.setdefault(here, set()).update({there for f in neighbours(file) if (there := inner(f))} - {here})
    assert len(ways) > 1
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as error:
        pytest.fail("these import each other: " + " <- ".join(error.args[1]))


@pytest.mark.parametrize("file", [f for f in FILES if room(f) in PURE_ROOMS], ids=name)
def test_words_and_thoughts_touch_no_world(file: Path):
    libraries = {module.split(".")[0] for module in imports(file)}
    allowed = {"clock.py": {"time"}, "forecast/tflite_model.py": libraries, "forecast/interpreter.py": libraries,
               "forecast/model_trial.py": libraries}  # the clock itself; the network, its interpreter, and its trial
    foreign = libraries - PURE - allowed.get(name(file), set())
    assert not foreign, f"{name(file)} imports {', '.join(sorted(foreign))}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_outside_library_lives_where_it_belongs(library: str):
    owners = {name(file) for file in FILES if any(module.split(".")[0] == library for module in imports(file))}
    assert owners <= set(ONLY_IN[library].split())
    assert owners, f"nothing imports {library} any more; take it out of the table"


def test_every_row_of_the_table_exists():
    assert len(ROWS) > 10
    assert set(FLOOR) - {"demo"} <= {room(file) for file in FILES}


def test_the_table_names_every_folder_within_a_folder():
    inner = {folder.parent for folder in PACKAGE.rglob("__init__.py")} - {PACKAGE}
    unnamed = [name(folder) for folder in inner if folder.parent != PACKAGE and f"`{folder.name}/`" not in TABLE]
    assert not unnamed, f"say in docs/contributor.md what these hold: {unnamed}"


@pytest.mark.parametrize("client", ["dashboard", "outbound", "receiver"])
def test_a_client_knows_the_broker_and_nothing_of_control_or_store(client: str):
    words = {"quantities", "units", "roles", "media", "registry", "sanitize", "calibration", "validation",
             "slow_clients", "sentences", "seam", "toml_file", "toml_lines", "toml_text"}
    allowed = {client, "mqtt", "hardware", "__init__", "__version__"} | words
    allowed |= {"outbound"} if client == "dashboard" else set()  # it tells devices by the same filter and queue
    named = {"brewpi.alarms.catalogue"}  # what each alarm is called in other languages
    for file in (PACKAGE / client).rglob("*.py"):
        for module in imports(file):
            library, *rooms = module.split(".")
            assert library != "brewpi" or not rooms or rooms[0] in allowed or module in named, (
                f"{name(file)} imports {module}"
            )
