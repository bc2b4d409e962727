"""Forgetting what Terraform said and knew, a bounded number of rows at a time."""

from datetime import datetime
from typing import Final

from sqlalchemy import Select, delete, select, tuple_

from adapters.persistence.session import Session
from adapters.persistence.tables import (
    resources,
    terraform_logs,
    terraform_runs,
    terraform_states,
    terraform_steps,
)
from domain.provisioning import ResourceStatus

_SETTLED: Final = (ResourceStatus.ACTIVE.value, ResourceStatus.DESTROYED.value)
"""With any other resource, the next run looks at what the last apply said."""
_STEP: Final = (terraform_steps.c.run_id, terraform_steps.c.number)
_LINE: Final = tuple(terraform_logs.primary_key.columns)


def forget_logs(session: Session, before: datetime, limit: int) -> int:
    """Delete lines, and the steps none is left of, of runs that ended *before*."""
    steps = session.run(_old_steps(before).limit(limit)).all()
    places = [(row.run_id, row.number) for row in steps]
    if not places:
        return 0
    of_those = tuple_(terraform_logs.c.run_id, terraform_logs.c.step).in_(places)
    lines = select(*_LINE).where(of_those).limit(limit)
    deleted = session.run(delete(terraform_logs).where(tuple_(*_LINE).in_(lines))).rowcount
    empty = places[: limit - deleted]  # where lines are left the limit is used up
    if not empty:
        return deleted
    return deleted + session.run(delete(terraform_steps).where(tuple_(*_STEP).in_(empty))).rowcount


def forget_states(session: Session, before: datetime, limit: int) -> int:
    """Delete states of resources that were destroyed *before*."""
    key = tuple(terraform_states.primary_key.columns)
    gone = (
        select(*key)
        .join(resources, resources.c.id == terraform_states.c.resource_id)
        .where(resources.c.status == ResourceStatus.DESTROYED.value)
        .where(resources.c.updated_at < before)
        .limit(limit)
    )
    return session.run(delete(terraform_states).where(tuple_(*key).in_(gone))).rowcount


def _old_steps(before: datetime) -> Select[tuple[int, int]]:
    return (
        select(*_STEP)
        .join(terraform_runs, terraform_runs.c.id == terraform_steps.c.run_id)
        .join(resources, resources.c.id == terraform_runs.c.resource_id)
        .where(terraform_runs.c.ended_at < before, resources.c.status.in_(_SETTLED))
        .order_by(*_STEP)
    )
