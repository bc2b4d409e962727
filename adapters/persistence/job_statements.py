"""The statements behind `SqlJobs`; all of them are timed by the clock of the database."""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Interval,
    Select,
    SmallInteger,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from adapters.persistence.clock import NOW
from adapters.persistence.lease_ends import HELD
from adapters.persistence.tables import credentials, jobs, leases
from adapters.persistence.written import Written
from domain.jobs import JobStatus, Urgency

_J: Final = jobs.c
_QUEUED: Final = _J.status == JobStatus.QUEUED.value
RUNNING: Final = _J.status == JobStatus.RUNNING.value
"""Somebody does it."""
_ENDED: Final = _J.status.in_([each.value for each in JobStatus if each.ended])
LOST_BEFORE: Final = NOW - bindparam("lost_after", type_=Interval)
"""A message that was sent before that, and that nobody has taken, counts as lost."""
UNDER_WAY: Final = and_(_QUEUED, _J.sent_at >= LOST_BEFORE)
"""A message was sent for it, and nobody has taken it yet."""
_WANTED: Final[dict[str, TypeEngine[Any]]] = {
    "name": Text(),
    "kind": Text(),
    "user_id": BigInteger(),
    "credential_id": BigInteger(),
    "urgency": SmallInteger(),
    "due_at": DateTime(timezone=True),
}


_WITH_PROVIDER: Final[Select[Any]] = select(jobs, credentials.c.provider).join(
    credentials, credentials.c.id == _J.credential_id
)
"""Every job with the cloud it works on."""

_FIND: Final = _WITH_PROVIDER.where(_J.name == bindparam("of_name"))
FIND: Final = Written(_FIND)
FIND_FOR_UPDATE: Final = Written(_FIND.with_for_update(of=jobs))


def _saving() -> Insert:
    """Return the statement that inserts a row or overwrites it; each of its values has a column."""
    row = insert(jobs)
    changed = {each.name: row.excluded[each.name] for each in _J if each is not _J.name}
    return row.on_conflict_do_update(index_elements=[_J.name], set_=changed)


SAVE: Final = Written(_saving(), columns=[each.name for each in _J])


def _asking() -> Insert:
    """Return the statement that queues jobs; `each_name` and so on are arrays, `at` its time."""
    asked = _rows()
    # no EXISTS: PostgreSQL might answer it by reading the whole table once for each statement
    known = select(true()).where(_J.name == asked.c.name).scalar_subquery()
    at = bindparam("at", type_=DateTime(timezone=True))
    due = case((known, func.coalesce(asked.c.due_at, at)), else_=at)
    fresh = insert(jobs).from_select(
        [*_WANTED, "status", "occurrence", "queued_at", "attempts"],
        select(
            *(due if name == "due_at" else asked.c[name] for name in _WANTED),
            literal(JobStatus.QUEUED.value),
            literal(1),
            at,
            literal(0),
        ).order_by(asked.c.name),  # always in one order, or two who ask could wait for each other
    )
    new = fresh.excluded
    # a round does not hurry what waits for its next try; a person may
    by_a_person = new.urgency == Urgency.ASKED.value
    sooner = and_(by_a_person, _J.urgency == Urgency.ASKED.value, new.due_at < _J.due_at)
    once_more = and_(RUNNING, by_a_person)
    return fresh.on_conflict_do_update(
        index_elements=[_J.name],
        set_={
            "status": case((RUNNING, _J.status), else_=JobStatus.QUEUED.value),
            "urgency": new.urgency,
            "occurrence": case((_ENDED, _J.occurrence + 1), else_=_J.occurrence),
            "queued_at": case((_ENDED, new.queued_at), else_=_J.queued_at),
            "due_at": case((_ENDED, new.due_at), else_=func.least(_J.due_at, new.due_at)),
            "sent_at": None,  # another message comes sooner than one that waits behind others
            "attempts": case((_ENDED, 0), else_=_J.attempts),
            "reason": case((_ENDED, None), else_=_J.reason),
            "asked_again": case((once_more, true()), else_=_J.asked_again),
        },
        where=or_(_ENDED, and_(_QUEUED, or_(new.urgency < _J.urgency, sooner)), once_more),
    )


def _rows() -> TableValuedAlias:
    columns: list[Column[Any]] = [Column(name, kind) for name, kind in _WANTED.items()]
    arrays = [cast(bindparam(f"each_{name}"), ARRAY(kind)) for name, kind in _WANTED.items()]
    return func.unnest(*arrays).table_valued(*columns, name="asked").render_derived()


ASK: Final = _asking().returning(_J.queued_at)
PRESSURE: Final = select(
    select(func.count()).where(UNDER_WAY).scalar_subquery().label("outstanding"),
    select(func.count())
    .where(_J.started_at > NOW - bindparam("lately", type_=Interval))
    .scalar_subquery()
    .label("taken"),
)


UNSEND: Final = (
    update(jobs)
    .where(
        _J.name.in_(
            select(_J.name)
            .where(_J.name == func.any(bindparam("names")), _QUEUED)
            .order_by(_J.name)  # in one order, as above
            .with_for_update()
        )
    )
    .values(sent_at=None)
)
ORPHANS: Final = (
    _WITH_PROVIDER.where(
        RUNNING,
        ~exists().where(leases.c.name == _J.name, HELD),
    )
    .order_by(_J.started_at)
    .limit(bindparam("most"))
    .with_for_update(of=jobs, skip_locked=True)
)
