"""Trouble by script: a file says which operations are slow and which fail.

    {"delays": {"aws_instance.create": 2.0, "*.read.before": 0.1},
     "failures": {"aws_*.delete": "Denied: not on a Friday"}}

A delay is in seconds, after the cloud has done it and before Terraform hears of it; with `.before`
it comes before the cloud is asked. A failure stands in the cloud's place: the text up to the first
colon is its summary, the rest its detail. Each part may hold the wildcards `*`, `?` and `[]`; a key
without any goes before those with, and else the first in the file.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, TypeAlias

from entrypoints.sandbox.terraform.resource_type import CloudRefused

Operation: TypeAlias = Literal["create", "read", "update", "delete"]

_TRIES = 20
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What one reading of the file said."""

    delays: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)

    def delay(self, happening: str) -> float:
        """Return how long to wait, in seconds, at "type.operation" or "type.operation.before"."""
        return float(_entry(self.delays, happening) or 0)

    def failure(self, happening: str) -> CloudRefused | None:
        """Return what goes wrong with "type.operation"; None if nothing does."""
        text = _entry(self.failures, happening)
        if text is None:
            return None
        summary, _, detail = str(text).partition(":")
        return CloudRefused(summary.strip(), detail.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The trouble that *file* scripts, read anew each time; None or no such file is no trouble."""

    file: Path | None

    @contextmanager
    def around(self, name: str, operation: Operation) -> Iterator[None]:
        """Wait and fail as the script says, around the block that asks the cloud.

        Raises:
            CloudRefused: the script wants it to fail, or is no script; the block is left out.
        """
        script = self._script()
        time.sleep(script.delay(f"{name}.{operation}.before"))
        if failure := script.failure(f"{name}.{operation}"):
            raise failure
        yield
        time.sleep(script.delay(f"{name}.{operation}"))

    def _script(self) -> Script:
        document = self._document()
        return Script(delays=document.get("delays", {}), failures=document.get("failures", {}))

    def _document(self) -> dict[str, Any]:
        for _ in range(_TRIES):
            try:
                document = json.loads(self.file.read_bytes()) if self.file else {}
            except FileNotFoundError:
                return {}
            except ValueError:
                time.sleep(_PAUSE_SECONDS)  # somebody is just writing it
                continue
            if isinstance(document, dict):
                return document
            break
        raise CloudRefused(
            "The script of the sandbox's trouble cannot be read",
            f"{self.file} must be a JSON object with delays and failures; mend or delete it.",
        )


def _entry(entries: Mapping[str, Any], happening: str) -> Any:  # noqa: ANN401 - a number or a text
    if happening in entries:
        return entries[happening]
    for pattern, entry in entries.items():
        if _matches(pattern.split("."), happening.split(".")):
            return entry
    return None


def _matches(patterns: list[str], parts: list[str]) -> bool:
    return len(patterns) == len(parts) and all(map(fnmatchcase, parts, patterns))
