"""What Terraform does in a run, step by step, and what it says meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.provisioning import RunId

Address = NewType("Address", str)
"""What Terraform calls one object of a module, such as `aws_subnet.this["10.0.1.0/24"]`."""


class Command(StrEnum):
    """What a step runs. The value is stored."""

    INIT = "init"
    PLAN = "plan"
    APPLY = "apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepId:
    """One step of one run; steps are numbered from 1."""

    run_id: RunId
    number: int

    def __str__(self) -> str:
        return f"step {self.number} of run {self.run_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One Terraform command of a run; it is recorded before the command is started."""

    id: StepId
    command: Command
    begun_at: datetime
    ended_at: datetime | None = None
    exit_code: int | None = None
    """How the command ended; None while it runs, and for ever if that could not be learned."""

    @property
    def lost(self) -> bool:
        """Whether nobody knows how it ended, so that what it did must be looked for."""
        return self.ended_at is not None and (self.exit_code is None or self.exit_code not in SAID)


UNCHANGED = 0
"""`plan -detailed-exitcode`: there is nothing to do. Of other commands: done."""
FAILED = 1
CHANGES = 2
"""`plan -detailed-exitcode`: there is something to do."""
SAID = frozenset({UNCHANGED, FAILED, CHANGES})
"""The exit codes that Terraform gives by itself; another one means that it was killed."""


class LogLevel(StrEnum):
    """How grave a line is, in Terraform's own words."""

    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class EventType(StrEnum):
    """What a line of Terraform's JSON output is about, as far as we act on it."""

    PLANNED_CHANGE = "planned_change"
    RESOURCE_DRIFT = "resource_drift"
    CHANGE_SUMMARY = "change_summary"
    APPLY_START = "apply_start"
    APPLY_PROGRESS = "apply_progress"
    APPLY_COMPLETE = "apply_complete"
    APPLY_ERRORED = "apply_errored"
    DIAGNOSTIC = "diagnostic"
    OTHER = "other"
    """Any other message of Terraform's."""
    RAW = "raw"
    """A line that is no JSON: Terraform crashed, or something beside it spoke."""


class ChangeAction(StrEnum):
    """What Terraform does to one object, in its own words."""

    NOOP = "noop"
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    MOVE = "move"
    IMPORT = "import"
    REMOVE = "remove"
    """Terraform forgets the object; the cloud keeps it."""
    OTHER = "other"
    """A word of a newer Terraform; whatever it means, it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One line that Terraform wrote, free of secrets."""

    offset: int
    """Where in the output of its step the line begins, in bytes: what tells lines apart."""
    length: int
    """In bytes, with its line break."""
    at: datetime
    level: LogLevel
    type: EventType
    message: str
    """One text for a person; of a diagnostic its summary and its detail."""
    address: Address | None = None
    action: ChangeAction | None = None
    cloud_id: str | None = None
    """What the cloud calls the object that was just finished."""

    @property
    def end(self) -> int:
        """Where the next line begins."""
        return self.offset + self.length
