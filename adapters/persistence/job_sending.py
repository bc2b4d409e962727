"""The statements by which `SqlJobs` chooses what is to be sent, in a fair order, and marks it.

Users take turns: what is under way for a user, and what waits before in their line, makes the
place of a job. All that is due has to be counted and sorted for that, however little of it is sent
at a time. But what has been due for longest often tells already: see `tells`.

What was chosen is marked by a statement of its own, which is given the names. Joined in one
statement, as PostgreSQL guesses how many there are, each of them was compared with each.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.selectable import CTE

from adapters.persistence.clock import NOW
from adapters.persistence.job_statements import LOST_BEFORE, RUNNING, UNDER_WAY
from adapters.persistence.tables import credentials, jobs
from domain.jobs import JobStatus

_J: Final = jobs.c
_USABLE: Final = exists().where(
    credentials.c.id == _J.credential_id, credentials.c.disabled_at.is_(None)
)


def _to_send(row: FromClause) -> ColumnElement[bool]:
    return and_(
        row.c.status == JobStatus.QUEUED.value,
        row.c.urgency == bindparam("of_urgency"),
        row.c.due_at <= NOW,
        or_(row.c.sent_at.is_(None), row.c.sent_at < LOST_BEFORE),
    )


_DUE: Final = select(_J.name, _J.user_id, _J.credential_id, _J.due_at).where(
    _to_send(jobs), _USABLE
)


def _busy() -> CTE:
    """Return how much of each user's work is under way."""
    parts = union_all(
        select(_J.user_id).where(RUNNING), select(_J.user_id).where(UNDER_WAY)
    ).subquery()
    counted = select(parts.c.user_id, func.count().label("jobs")).group_by(parts.c.user_id)
    return counted.cte("busy")


def _placed(due: FromClause) -> CTE:
    """Return what is *due* with the place that it has as its users take turns."""
    busy = _busy()
    line = func.row_number().over(
        partition_by=due.c.user_id, order_by=(due.c.due_at, due.c.credential_id)
    )
    place = (func.coalesce(busy.c.jobs, 0) + line).label("place")
    placed = select(due.c.name, due.c.due_at, place)
    return placed.outerjoin_from(due, busy, busy.c.user_id == due.c.user_id).cte("placed")


def _first(due: FromClause) -> Select[Any]:
    """Return the first `most` of what is *due*, with their places, and how much of it there is."""
    placed = _placed(due)
    number = func.count().over().label("due")
    first = select(placed.c.name, placed.c.place, number)
    return first.order_by(placed.c.place, placed.c.due_at).limit(bindparam("most"))


def tells(rows: Sequence[Row[Any]], *, most: int, oldest: int) -> bool:
    """Tell whether *rows*, which `FIRST_OF_THE_OLDEST` found, are what `FIRST` would find.

    They are if there is no more, and if each of them comes first in the line of a user who has
    nothing under way: nothing has a better place, and the others are due later.
    """
    if not rows or rows[0].due < oldest:
        return True
    return len(rows) == most and rows[-1].place == 1


FIRST: Final = _first(_DUE.cte("due"))
"""The first `most` of all that is due."""
FIRST_OF_THE_OLDEST: Final = _first(
    _DUE.order_by(_J.due_at, _J.credential_id).limit(bindparam("oldest")).cte("due")
)
"""The first `most` of what has been due for longest, looking at `oldest` of it."""
_NAMED: Final = (
    # by their names alone: where statistics are old, every other way looks shorter and is longer
    select(jobs)
    .where(_J.name == func.any(bindparam("names")))
    .with_for_update(of=jobs, skip_locked=True)
    .cte("named")
)
MARK: Final = (
    update(jobs)
    .where(
        _J.name == _NAMED.c.name,
        _to_send(_NAMED),  # looked at again, now that it is locked
        credentials.c.id == _NAMED.c.credential_id,
        credentials.c.disabled_at.is_(None),
    )
    .values(sent_at=NOW)
    .returning(jobs, credentials.c.provider)
)
"""Marks those of `names` that are still to be sent, and that nobody else is just writing."""
