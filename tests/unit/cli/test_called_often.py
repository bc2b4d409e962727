"""What a supervisor runs every few seconds is spared what it does not need."""

import json
import subprocess
import sys

import pytest
from typer.main import get_command

from entrypoints.cli import alive
from entrypoints.cli.commands import app
from entrypoints.cli.main import _CALLED_OFTEN

_SPARED = ["entrypoints.cli.commands", "dependency_injector", "boto3", "google.cloud"]
_RUN = f"""
import sys, json
from entrypoints.cli.main import main
try:
    main()
except SystemExit:
    print(json.dumps([name for name in {_SPARED} if name in sys.modules]))
"""


def test_the_commands_are_the_same_alone_and_among_the_others() -> None:
    (few, every) = (get_command(alive.app), get_command(app))
    few_commands, every_command = few.commands, every.commands  # type: ignore[attr-defined]
    assert [[name] for name in few_commands] == list(_CALLED_OFTEN)
    for name, command in few_commands.items():
        assert command.callback.__wrapped__ is every_command[name].callback.__wrapped__


@pytest.mark.parametrize("command", [["alive"], ["alive", "--beat"], ["ready"]])
def test_they_load_neither_the_other_commands_nor_any_cloud(command: list[str]) -> None:
    nowhere = {
        "DATABASE_URL": "postgresql://127.0.0.1:9/x",
        "CELERY_BROKER_URL": "redis://127.0.0.1:9/0",
    }
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *command],
        env=nowhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be reached" in done.stderr or "did not take" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
