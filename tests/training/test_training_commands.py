"""The laptop's commands by name."""

import pytest
from typer.main import get_command

from training.cli import app
from training.cli.common import EARLIER


@pytest.mark.parametrize(("earlier", "today"), EARLIER.items())
def test_a_command_is_still_found_by_its_earlier_name(earlier: str, today: str):
    commands = get_command(app)
    assert commands.get_command(None, earlier) is commands.get_command(None, today) is not None
    assert earlier not in commands.list_commands(None)
