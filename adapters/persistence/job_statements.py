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
    Update,
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
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.selectable import CTE, TableValuedAlias
from sqlalchemy.types import TypeEngine

from adapters.persistence.clock import NOW
from adapters.persistence.lease_ends import HELD
from adapters.persistence.tables import credentials, jobs, leases
from domain.jobs import JobStatus, Urgency

_J: Final = jobs.c
_QUEUED: Final = _J.status == JobStatus.QUEUED.value
_RUNNING: Final = _J.status == JobStatus.RUNNING.value
_ENDED: Final = _J.status.in_([each.value for each in JobStatus if each.ended])
_LOST_BEFORE: Final = NOW - bindparam("lost_after", type_=Interval)
_UNDER_WAY: Final = and_(_QUEUED, _J.sent_at >= _LOST_BEFORE)
_USABLE: Final = exists().where(
    credentials.c.id == _J.credential_id, credentials.c.disabled_at.is_(None)
)
_TO_SEND: Final = and_(
    _QUEUED,
    _USABLE,
    _J.urgency == bindparam("of_urgency"),
    _J.due_at <= NOW,
    or_(_J.sent_at.is_(None), _J.sent_at < _LOST_BEFORE),
)
_WANTED: Final[dict[str, TypeEngine[Any]]] = {
    "name": Text(),
    "kind": Text(),
    "user_id": BigInteger(),
    "credential_id": BigInteger(),
    "urgency": SmallInteger(),
    "due_at": DateTime(timezone=True),
}


def with_provider() -> Select[Any]:
    """Return the query of every job with the cloud it works on."""
    return select(jobs, credentials.c.provider).join(
        credentials, credentials.c.id == _J.credential_id
    )


def asking_for(wanted: dict[str, list[Any]]) -> Insert:
    """Return the statement that queues the jobs *wanted*, column by column; `at` is its time."""
    asked = _rows(wanted)
    known = exists().where(_J.name == asked.c.name)
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
    once_more = and_(_RUNNING, by_a_person)
    return fresh.on_conflict_do_update(
        index_elements=[_J.name],
        set_={
            "status": case((_RUNNING, _J.status), else_=JobStatus.QUEUED.value),
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


def _rows(wanted: dict[str, list[Any]]) -> TableValuedAlias:
    columns: list[Column[Any]] = [Column(name, kind) for name, kind in _WANTED.items()]
    arrays: list[Any] = [cast(wanted[name], ARRAY(kind)) for name, kind in _WANTED.items()]
    return func.unnest(*arrays).table_valued(*columns, name="asked").render_derived()


PRESSURE: Final = select(
    select(func.count()).where(_UNDER_WAY).scalar_subquery().label("outstanding"),
    select(func.count())
    .where(_J.started_at > NOW - bindparam("lately", type_=Interval))
    .scalar_subquery()
    .label("taken"),
)


def _busy() -> CTE:
    """Return how much of each user's work is under way."""
    parts = union_all(
        select(_J.user_id).where(_RUNNING), select(_J.user_id).where(_UNDER_WAY)
    ).subquery()
    counted = select(parts.c.user_id, func.count().label("jobs")).group_by(parts.c.user_id)
    return counted.cte("busy")


def sending() -> Update:
    """Return the statement that marks what is to be sent, and its place in the order.

    The rows are chosen first and locked by their names afterwards: joined with itself, a table
    whose statistics are old would be gone through once for each row.
    """
    busy = _busy()
    line = func.row_number().over(partition_by=_J.user_id, order_by=(_J.due_at, _J.credential_id))
    place = (func.coalesce(busy.c.jobs, 0) + line).label("place")
    chosen = (
        select(_J.name, place)
        .outerjoin(busy, busy.c.user_id == _J.user_id)
        .where(_TO_SEND)
        .order_by(place, _J.due_at)
        .limit(bindparam("most"))
        .cte("chosen")
    )
    names = func.array(select(chosen.c.name).scalar_subquery())
    ours = (
        select(_J.name)
        .where(_J.name == func.any(names), _TO_SEND)  # looked at again once the row is locked
        .with_for_update(of=jobs, skip_locked=True)
        .cte("ours")
    )
    marked = update(jobs).where(
        _J.name == ours.c.name,
        chosen.c.name == ours.c.name,
        credentials.c.id == _J.credential_id,
    )
    return marked.values(sent_at=NOW).returning(jobs, credentials.c.provider, chosen.c.place)


SEND: Final = sending()
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
    with_provider()
    .where(
        _RUNNING,
        ~exists().where(leases.c.name == _J.name, HELD),
    )
    .order_by(_J.started_at)
    .limit(bindparam("most"))
    .with_for_update(of=jobs, skip_locked=True)
)
