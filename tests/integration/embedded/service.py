"""The service behind `multicloud up`, as whoever starts it sees it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg2

from tests.integration.embedded.processes import ROOT

COMMAND = (sys.executable, "-P", "-m", "entrypoints.bootstrap.service", "--data-dir")
OURS = ("DATABASE_URL", "CELERY_", "MULTICLOUD_")


class Up:
    """A service that was started, and what it has told so far."""

    def __init__(
        self,
        data_dir: Path,
        environment: Mapping[str, str] | None = None,
        *,
        working_directory: Path = ROOT,
    ) -> None:
        self.data_dir = data_dir
        self.told: list[dict[str, Any]] = []
        plain = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        self.process = subprocess.Popen(
            [*COMMAND, data_dir],
            cwd=working_directory,
            env={**plain, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, event: str, **facts: object) -> dict[str, Any]:
        """Read on until *event* with these *facts* is told."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.append(json.loads(line))
            if self.told[-1].items() >= {"event": event, **facts}.items():
                return self.told[-1]
        raise AssertionError(f"it never told {event}: {self.told}")

    def stop(self) -> int:
        """Close its input, as the end of whoever started it does, and read to the end."""
        with self.process as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            self.told += [json.loads(line) for line in process.stdout]
        return process.returncode

    def parts(self, event: str) -> list[str]:
        return [each["part"] for each in self.told if each["event"] == event]

    @property
    def connections(self) -> dict[str, str]:
        text = (self.data_dir / "connections.json").read_text()
        return {name: str(address) for name, address in json.loads(text).items()}

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        return rows(self.connections["database_url"], statement)


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
