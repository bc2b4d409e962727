"""Typing the commands of a page into a real shell, as an operator would."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.embedded.postgres import postgres_programs
from tests.docs.markdown import blocks

ROOT: Final = Path(__file__).parents[2]
_WITHOUT_SETTINGS: Final = ("DATABASE_URL", "CELERY_", "MULTICLOUD_", "FLOWER_", "TERRAFORM_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A shell in *folder*, with the programs of the service and of PostgreSQL on its path."""

    folder: Path
    settings: Mapping[str, str]
    programs: Path
    """Where programs are looked for first, unless they are to keep running."""

    @property
    def environment(self) -> dict[str, str]:
        """What every command is given; nothing of the settings of this machine."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_WITHOUT_SETTINGS)}
        return {**kept, **self.settings, "PATH": self._path()}

    def _path(self, *first: Path) -> str:
        ours = [*first, Path(sys.executable).parent, postgres_programs()]
        return os.pathsep.join([*map(str, ours), os.environ.get("PATH", os.defpath)])

    def type(self, line: str, *, patience: float = 60.0) -> "subprocess.CompletedProcess[str]":
        """Run *line* to its end."""
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=self.folder,
            env=self.environment | {"PATH": self._path(self.programs)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )


def lines_in(text: str) -> list[str]:
    """Return the commands in the shell blocks of *text*, each in one line, in order."""
    return [line for block in blocks(text, "sh") for line in _commands(block)]


def _commands(block: str) -> Iterator[str]:
    for line in block.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            yield " ".join(line.split())
