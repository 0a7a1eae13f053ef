"""The worked examples of CONTRIBUTING.md, built from the page in a scratch copy and tested there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"\*\*(one (?:line|row) in )?`([^`]+)`\*\*\n\n```python\n(.*?)```", PAGE, re.DOTALL)
REGISTRY = ("KINDS: dict[str, str] = {\n", "_MEASURED = (\n", "_ROWS = (\n",
            "ENTRIES: Mapping[str, CatalogueEntry] = {\n")  # whichever the file has
OWED = (
    "tests/sensors/test_sensor_kinds.py",
    "tests/outputs/test_output_kinds.py",
    "tests/config/test_roles.py",
    "tests/alarms/test_catalogue.py",
    "tests/control/test_conditions.py",
    "tests/forecast/test_forecaster_kinds.py",
    "tests/mqtt/test_discovery.py",
    "tests/config/test_roles.py",
    "tests/config/test_config_hardware.py",
    "tests/config/test_value_kinds.py",
    "tests/dashboard/test_option_words.py",
    "tests/dashboard/test_translations.py",
    "tests/outbound/test_outbound_kinds.py",
    "tests/test_stairs.py",
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    """A checkout to which somebody has added what the page shows."""
    top = tmp_path_factory.mktemp("checkout")
    for part in ("brewpi", "tests", "models", "docs"):
        shutil.copytree(ROOT / part, top / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", top)
    for is_line, name, text in BLOCKS:
        file = top / name
        if is_line:
            before = file.read_text(encoding="utf-8")
            (registry,) = [head for head in REGISTRY if head in before]
            assert before.count(registry) == 1
            file.write_text(before.replace(registry, registry + text), encoding="utf-8")
        else:
            assert not file.exists(), f"{name} is there already; choose another example"
            file.write_text(text, encoding="utf-8")
    return top


def in_(top: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=top, capture_output=True, text=True, timeout=250, check=False)


def test_each_plug_is_one_file_one_line_one_test_and_a_quantity_a_role_and_an_alarm_one_row_and_one_test():
    plug, row = [False, True, False], [True, False]
    assert [bool(is_line) for is_line, *_ in BLOCKS] == [*plug, *row, *plug, *row, *row, *plug * 4]


@pytest.mark.slow
def test_the_examples_work_and_owe_nothing_that_every_kind_owes(scratch: Path):
    own = [name for is_line, name, _ in BLOCKS if name.startswith("tests/")]
    kinds = [*(Path(name).stem.removeprefix("test_") for name in own), "ph", "glycol", "every_message_is_translated",
             "every_options_sentence", "new_kind", "unknown_role", "without_its_row",
             "wrong_kind_for_a_role", "called_none"]
    done = in_(scratch, "pytest", "-vv", "-p", "no:cacheprovider", *own, *OWED, "-k", " or ".join(kinds))
    assert done.returncode == 0, done.stdout[-3000:]
    for file in (*own, *OWED):
        assert re.search(rf"^{file}::.* PASSED", done.stdout, re.MULTILINE), f"nothing was tested in {file}"


@pytest.mark.slow
def test_the_examples_are_tidy(scratch: Path):
    files = [name for is_line, name, _ in BLOCKS if not is_line]
    typed = [name for name in files if name.startswith("brewpi/")]
    for words in (("ruff", "check", *files), ("mypy", "--strict", "--follow-imports=silent", *typed)):
        done = in_(scratch, *words)
        assert done.returncode == 0, done.stdout[-3000:]
