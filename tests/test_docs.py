"""What the pages say can be done can be done: links lead somewhere, configs load, commands exist."""

import ast
import re
import shlex
import tomllib
from pathlib import Path
from typing import get_args

import pytest
import typer.main
from pydantic import BaseModel

from brewpi import outbound, outputs, recipes, sensors
from brewpi.cli import app
from brewpi.config.config import TankOptions, loads
from brewpi.config.reference import TABLES
from brewpi.control import conditions
from brewpi.control.drain import DrainGate, Draining
from brewpi.control.procedure import parse
from brewpi.control.until import parse as parse_until
from brewpi.dashboard import server
from brewpi.dashboard.actions.sender import ANSWER_S
from brewpi.dashboard.api import access
from brewpi.mqtt import schemas
from brewpi.mqtt.batch_payloads import PAGE
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.limits import ACCEPTED_PER_MINUTE
from brewpi.outbound import service
from brewpi.outbound.delivery_worker import NOTICES_KEPT
from brewpi.outbound.notice_filter import SILENT_S
from brewpi.records import AskStanding, DoseStanding, TankState
from brewpi.registry import load

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
KINDS = {"sensors": sensors.KINDS, "outputs": outputs.KINDS}
MAKEFILE = (ROOT / "Makefile").read_text()


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(language: str) -> list[object]:
    """Every block of a language, with where it stands."""
    found = []
    for page in PAGES:
        for n, (word, text) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
            if word == language:
                found.append(pytest.param(text, id=f"{name(page)}-{n}"))
    return found


def anchors(page: Path) -> set[str]:
    """The headings, as a web page names them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path):
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), f"{name(page)}: {link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{name(page)}: {link} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_of_the_checkout_that_are_named_exist(page: Path):
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"(?<![\w/])((?:deploy|systemd|docs|models|tests|training)/[\w.\-/]+\w)", text):
        added = name(page) == "CONTRIBUTING.md" and f"**`{path}`**" in text  # by the examples of the page itself
        assert added or (ROOT / path).exists(), f"{name(page)}: there is no {path}"


def test_what_the_code_says_about_itself_is_there():
    """A file or a class that a docstring or a comment names in backticks, after it has been renamed."""
    sources = [file for folder in ("brewpi", "training", "tests") for file in sorted((ROOT / folder).rglob("*.py"))]
    texts = {file: file.read_text(encoding="utf-8") for file in sources}
    words = set(re.findall(r"\w+", re.sub(r"`[^`\n]*`", "", "".join(texts.values()))))
    files = {file.name for file in sources}
    gone = [
        f"{name(file)}: {named}"
        for file, text in texts.items()
        for named in re.findall(r"`([A-Z][a-z]+[A-Z]\w+|\w+\.py)`", text)
        if named not in (files if named.endswith(".py") else words)
    ]
    assert not gone


SHOWN = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
INCIDENTS = (ROOT / "docs" / "incidents.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", [row for row in INCIDENTS.splitlines() if re.match(r"\| [^-w]", row)])
def test_every_incident_is_shown_by_tests_that_exist(row: str):
    shown = SHOWN.findall(row)
    assert shown
    for path, test in shown:
        assert test in collected_in(ROOT / "tests" / path), f"there is no {path}::{test}"


def test_every_incident_that_is_told_in_public_is_in_the_table():
    told = collected_in(ROOT / "tests" / "scenarios" / "test_incidents.py")
    assert told <= {test for _, test in SHOWN.findall(INCIDENTS)}


def collected_in(path: Path) -> set[str]:
    """The names of the tests of a file, as pytest finds them."""
    functions = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    return {function.name for function in functions if function.name.startswith("test_")}


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_config_loads(text: str):
    data = tomllib.loads(text)
    if "site" in data:
        loads(text, "cellar.toml")
        return
    if "steps" in data:
        parse(text, "recipe.toml")
        return
    if "until" in data:
        parse_until(data["until"])
        return
    models: dict[str, type[BaseModel]] = {title.strip("[]"): model for title, model in TABLES.items()}
    for way in data.pop("outbound", {}).values():
        load(outbound.KINDS, way.pop("kind")).model_validate(way)
    if "model" in data:
        loads(f'site = "x"\n{text}\n[tanks.fv1]\nvolume_l = 500\n', "cellar.toml")
        del data["model"]
    for word, table in data.items():
        if word != "tanks":
            models[word].model_validate(table)
    for tank in data.get("tanks", {}).values():
        for group, plugs in tank.items():
            if f"tanks.NAME.{group}" in models:
                models[f"tanks.NAME.{group}"].model_validate(plugs)
                continue
            if group not in KINDS:
                assert group in TankOptions.model_fields
                continue
            for plug in plugs.values():
                load(KINDS[group], plug.pop("kind")).model_validate(plug)


def commands(page: Path) -> list[list[str]]:
    """Each `brewpi ...` that a page names in a block of the shell or between backticks, as words."""
    text = page.read_text(encoding="utf-8")
    lines = [line for language, block in BLOCK.findall(text) if language == "sh" for line in block.splitlines()]
    lines += re.findall(r"`(brewpi [^`]*)`", BLOCK.sub("", text))
    found = (re.match(r"(?:\S*/)?brewpi (.*)", line.strip()) for line in lines)
    return [shlex.split(match[1].split(" &&")[0], comments=True) for match in found if match]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_exists_with_its_options(page: Path):
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for command, *words in commands(page):
        assert command in known, f"{name(page)}: there is no brewpi {command}"
        below = getattr(known[command], "commands", {})
        if below and words:  # a command of a group, such as brewpi recipe import
            command, *words = f"{command} {words[0].split('|')[0]}", *words[1:]
            assert command.split()[1] in below, f"{name(page)}: there is no brewpi {command}"
        parameters = below[command.split()[1]].params if " " in command else known[command].params
        options = {option for parameter in parameters for option in parameter.opts}
        for word in words:
            assert not word.startswith("--") or word in options, f"{name(page)}: brewpi {command} has no {word}"


def test_the_readme_names_every_command():
    named = {command for command, *_ in commands(ROOT / "README.md")}
    assert named == set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_can_be_made_is_in_the_makefile(page: Path):
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), f"{name(page)}: nothing makes {target}"


def test_what_the_operator_is_told_to_say_is_understood():
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    told = re.findall(r"`tell \w+ (\w+)(?: '(.*?)')?`", page)
    assert set(COMMANDS) == {command for command, _ in told}
    for command, fields in told:
        given = '"id": "a1", "issued_at": "2026-05-01T14:30:00Z", "by": "anna"' + (f", {fields}" if fields else "")
        COMMANDS[command].model_validate_json(f"{{{given}}}")


def test_the_buttons_that_the_operator_is_told_of_are_those_of_the_board():
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    words = (ROOT / "brewpi" / "dashboard" / "locale" / "de.po").read_text(encoding="utf-8")
    texts = re.findall(r'^msgid "([A-Z].+?|.+ has .+?)(?: …)?"$', words, re.MULTILINE)
    on_buttons = "|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in texts)
    told = re.findall(r"`([^`]*) …`", page.partition("### What to press")[2].partition("## Topics")[0])
    assert len(told) > 15
    assert [button for button in told if not re.fullmatch(f"STOP|{on_buttons}", button)] == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("api.md", f"more than {access.READS.amount} questions or {access.COMMANDS.amount} commands a minute, or "
                   f"{access.WRONG.amount} wrong tokens from one address"),
        ("api.md", f"no answer within {ANSWER_S:g} s"),
        ("security.md", f"Of other commands {ACCEPTED_PER_MINUTE} a minute and tank are obeyed"),
        ("outbound.md", f"{NOTICES_KEPT} notices wait"),
        ("outbound.md", f"nothing is heard from it for\n{SILENT_S / 60.0:g} minutes"),
        ("dashboards.md", f"the list of batches, {PAGE} a page"),
    ],
)  # fmt: skip
def test_a_limit_is_the_one_of_the_code(page: str, said: str):
    assert said in (ROOT / "docs" / page).read_text(encoding="utf-8")


def test_every_topic_is_on_the_page_of_dashboards():
    page = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    boards = server.AVAILABILITY, service.AVAILABILITY.format(site="SITE")
    for topic in (*schemas.OF_SITE.values(), *boards, "brewpi/SITE/availability"):
        assert f"`{topic}`" in page


def test_the_page_on_recipes_names_every_ready_one_with_its_steps_and_every_condition():
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    for word in recipes.names():
        (row,) = re.findall(rf"^\| `{word}` \| (.*)$", page, re.MULTILINE)
        for step in recipes.load(word).steps:
            assert step.name in row
            assert step.target_c is None or f"{step.target_c:g}" in row
    for kind in conditions.KINDS:
        assert f"| `{kind}` |" in page


def test_the_operator_finds_every_permissive_and_every_standing():
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    gate = DrainGate(Draining(longest_s=60.0), {"vent_open", "receiver_ready", "level_low"})
    shown = {permissive.name for permissive in gate.permit(None, None, TankState(), None, 0.0).permissives}
    assert shown == set(re.findall(r"^\| `(\w+)` \|", page.partition("| permissive |")[2].partition("\n\n")[0], re.M))
    for standing in (*get_args(AskStanding), *get_args(DoseStanding)):
        assert f"`{standing}`" in page


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_knows_the_machine_that_it_was_written_on(page: Path):
    assert not re.search(r"/work/|/root/|/home/|/tmp/|\.\./shared", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("picture", sorted(ROOT.glob("docs/*.svg")), ids=name)
def test_pictures_are_whole(picture: Path):
    text = picture.read_text(encoding="utf-8").strip()
    assert text.startswith("<svg")
    assert text.endswith("</svg>")
