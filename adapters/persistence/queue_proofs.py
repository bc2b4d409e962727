"""Proofs that work goes through a queue, in PostgreSQL, timed by its clock."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.clock import NOW
from adapters.persistence.session import Session
from adapters.persistence.tables import queue_proofs
from application.ports.queue_proofs import QueueProofs
from domain.queues import QueueName, QueueProof, WorkerName

_C: Final = queue_proofs.c
_KEPT: Final = timedelta(days=1)
_FROM_THE_FUTURE: Final = _C.proven_at > NOW
_ALL: Final = (
    select(queue_proofs, (NOW - _C.proven_at).label("age"))
    .where(~_FROM_THE_FUTURE)
    .order_by(_C.queue, _C.proven_at.desc(), _C.worker)
)
_FORGET: Final = delete(queue_proofs).where(or_(_C.proven_at < NOW - _KEPT, _FROM_THE_FUTURE))


class SqlQueueProofs(QueueProofs):
    """The table `queue_proofs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def prove(self, queue: QueueName, worker: WorkerName) -> None:
        """Put the proof in the place of the one before."""
        self._session.run(_FORGET)
        proof = insert(queue_proofs).values(queue=queue, worker=worker, proven_at=NOW)
        latest = proof.on_conflict_do_update(
            index_elements=[_C.queue, _C.worker], set_={"proven_at": proof.excluded.proven_at}
        )
        self._session.run(latest)

    def all(self) -> Sequence[QueueProof]:
        """Return every row with its age, unless its moment is still to come."""
        return [
            QueueProof(
                queue=QueueName(row.queue),
                worker=WorkerName(row.worker),
                proven_at=row.proven_at,
                age=row.age,
            )
            for row in self._session.run(_ALL)
        ]
