"""What happens in a run of Terraform, in a line for people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from domain.provisioning import Run, RunId, RunStatus
from domain.sentences import one_line
from domain.terraform import Address, ChangeAction, EventType, LogLevel, LogRecord

RUN_WORDS: Final[Mapping[RunStatus, str]] = {
    RunStatus.QUEUED: "waiting for a worker",
    RunStatus.PLANNING: "planning",
    RunStatus.PLANNED: "planned",
    RunStatus.APPLYING: "applying",
    RunStatus.APPLIED: "done",
    RunStatus.ERRORED: "failed",
    RunStatus.CANCELED: "canceled",
}
_WORDS: Final[Mapping[ChangeAction, tuple[str, str]]] = {
    ChangeAction.CREATE: ("creating", "created"),
    ChangeAction.UPDATE: ("updating", "updated"),
    ChangeAction.DELETE: ("destroying", "destroyed"),
    ChangeAction.IMPORT: ("taking over", "took over"),
    ChangeAction.READ: ("reading", "read"),
}
_OTHER: Final = ("changing", "changed")
_OUTCOMES: Final = frozenset({EventType.APPLY_COMPLETE, EventType.APPLY_ERRORED})


class ObjectLines:
    """Tells of each Terraform object when its change begins and when it ends."""

    def __init__(self) -> None:
        self._begun: dict[tuple[RunId, Address | None], datetime] = {}

    def line(self, run: Run, record: LogRecord) -> str | None:
        """Return *record* of *run* as a line; None if it is not about the fate of an object."""
        doing, done = _WORDS.get(record.action or ChangeAction.OTHER, _OTHER)
        match record.type:
            case EventType.APPLY_START:
                self._begun[run.id, record.address] = record.at
                return f"{doing} {record.address}"
            case EventType.APPLY_COMPLETE:
                named = f" ({record.cloud_id})" if record.cloud_id else ""
                return f"{done} {record.address}{named}{self._took(run, record)}"
            case EventType.APPLY_ERRORED:
                return f"failed {doing} {record.address}{self._took(run, record)}"
            case _:
                return None

    def _took(self, run: Run, record: LogRecord) -> str:
        begun = self._begun.get((run.id, record.address))
        if begun is None or record.at < begun:
            return ""
        return f", {(record.at - begun) / timedelta(seconds=1):.0f} s"


def has_ended(record: LogRecord) -> bool:
    """Tell whether *record* is the last one about its object."""
    return record.type in _OUTCOMES


def complaint(record: LogRecord) -> str | None:
    """Return the error that Terraform tells of; None if it tells of none."""
    if record.type is EventType.DIAGNOSTIC and record.level is LogLevel.ERROR:
        return one_line(record.message)
    return None
