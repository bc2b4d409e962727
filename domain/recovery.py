"""What an apply may have left behind unknown; pure, so that nothing is made twice by guess."""

from collections.abc import Iterable

from domain.provisioning import Leak
from domain.terraform import Address, ChangeAction, EventType, LogRecord
from domain.terraform_state import TerraformState


def made(records: Iterable[LogRecord]) -> dict[Address, str]:
    """Return the id of each object that the log says was made and not taken down since."""
    found: dict[Address, str] = {}
    for record in records:
        if record.type is not EventType.APPLY_COMPLETE or record.address is None:
            continue
        if record.action is ChangeAction.CREATE and record.cloud_id is not None:
            found[record.address] = record.cloud_id
        elif record.action is ChangeAction.DELETE:
            found.pop(record.address, None)
    return found


def unaccounted(
    records: Iterable[LogRecord], state: TerraformState | None, *, lost: bool
) -> tuple[Leak, ...]:
    """Return what may exist although *state* does not know it, in the order of the plan.

    *records* are those of the run's last plan and of its apply. Of an apply whose end is known,
    only an object whose creation was begun may exist, and was not refused. Where the end was
    *lost*, so may be the last lines of its log: then anything that was planned may exist.
    """
    records = tuple(records)
    ids = made(records)
    refused = frozenset() if lost else frozenset(_creating(records, EventType.APPLY_ERRORED))
    known = state.addresses if state is not None else frozenset()
    suspects = dict.fromkeys(
        _begun(records) if not lost else (*_planned(records), *_begun(records))
    )
    return tuple(
        Leak(address=address, cloud_id=ids.get(address))
        for address in suspects
        if address not in known | refused
    )


def _planned(records: Iterable[LogRecord]) -> tuple[Address, ...]:
    return _creating(records, EventType.PLANNED_CHANGE)


def _begun(records: Iterable[LogRecord]) -> tuple[Address, ...]:
    return _creating(records, EventType.APPLY_START, EventType.APPLY_COMPLETE)


def _creating(records: Iterable[LogRecord], *types: EventType) -> tuple[Address, ...]:
    return tuple(
        record.address
        for record in records
        if record.type in types
        and record.action is ChangeAction.CREATE
        and record.address is not None
    )


PROVISIONING_MAY = frozenset(
    {
        ChangeAction.NOOP,
        ChangeAction.CREATE,
        ChangeAction.READ,
        ChangeAction.UPDATE,
        ChangeAction.IMPORT,
        ChangeAction.MOVE,
    }
)
DESTROYING_MAY = frozenset({ChangeAction.NOOP, ChangeAction.READ, ChangeAction.DELETE})
ADOPTING_MAY = PROVISIONING_MAY - {ChangeAction.CREATE}


def forbidden(
    records: Iterable[LogRecord],
    allowed: frozenset[ChangeAction],
    *,
    half_made: frozenset[Address] = frozenset(),
    importing: frozenset[Address] = frozenset(),
) -> tuple[LogRecord, ...]:
    """Return the changes of a plan that are not *allowed*; none of a plan that may be applied.

    What a failed run left *half_made* was never handed over, so it may be made anew. Only what is
    *importing*, which is proven to be ours, may be taken over.
    """
    return tuple(
        record
        for record in records
        if record.type is EventType.PLANNED_CHANGE
        and (
            record.action not in allowed
            or (record.action is ChangeAction.IMPORT and record.address not in importing)
        )
        and not (record.action is ChangeAction.REPLACE and record.address in half_made)
    )


def told_whole(records: Iterable[LogRecord]) -> bool:
    """Tell whether the account of a plan goes to its end, so that no change is missing in it."""
    return any(record.type is EventType.CHANGE_SUMMARY for record in records)
