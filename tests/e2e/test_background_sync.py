"""The README's story: `up` in one terminal, everything else in another, nothing mocked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.queue.task_names import TaskName
from tests.integration.cli.shell import USER, Shell, sandbox
from tests.waiting import soon

PROGRAMS = Path(sys.executable).parent


@contextmanager
def up(environment: dict[str, str]) -> Iterator[None]:
    """`multicloud up` in a terminal of its own, until it says that it is up."""
    with subprocess.Popen(
        [PROGRAMS / "multicloud", "up"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        assert process.stdout
        assert any("multicloud is up" in line for line in process.stdout)
        try:
            yield
        finally:
            process.terminate()


def celery(environment: dict[str, str], *arguments: str) -> str:
    """The `celery` command in a second terminal."""
    return subprocess.run(
        [PROGRAMS / "celery", "-A", "entrypoints.worker", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }


def test_one_call_through_the_broker_fills_the_inventory_of_everybody(
    environment: dict[str, str],
) -> None:
    terminal = Shell(dict(environment))

    def inventory() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = terminal.done("inventory", "--format", "json").json()
        return listed

    with sandbox() as clouds, up(environment):
        terminal.done("users", "add", USER)
        terminal.add_credential("main", clouds["credentials"]["aws"])
        celery(environment, "call", TaskName.SYNC_ALL_USERS.value)
        soon(lambda: len(inventory()) == 62, patience=60)
        registered = celery(environment, "inspect", "registered", "--json")
        told = json.loads(registered)
    assert {name for names in told.values() for name in names} == set(TaskName)
