"""Proofs that work goes through a queue, in PostgreSQL, timed by its clock."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.clock import NOW
from adapters.persistence.session import Session
from adapters.persistence.tables import queue_proofs
from application.ports.queue_proofs import QueueProofs
from domain.queues import QueueName, QueueProof, WorkerName

_C: Final = queue_proofs.c
_KEPT: Final = timedelta(days=1)
_ALL: Final = select(queue_proofs, (NOW - _C.proven_at).label("age")).order_by(
    _C.queue, _C.proven_at.desc(), _C.worker
)


class SqlQueueProofs(QueueProofs):
    """The table `queue_proofs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def prove(self, queue: QueueName, worker: WorkerName) -> None:
        """Put the proof in the place of the one before."""
        self._session.run(delete(queue_proofs).where(_C.proven_at < NOW - _KEPT))
        proof = insert(queue_proofs).values(queue=queue, worker=worker, proven_at=NOW)
        latest = proof.on_conflict_do_update(
            index_elements=[_C.queue, _C.worker], set_={"proven_at": proof.excluded.proven_at}
        )
        self._session.run(latest)

    def all(self) -> Sequence[QueueProof]:
        """Return every row with its age."""
        return [
            QueueProof(
                queue=QueueName(row.queue),
                worker=WorkerName(row.worker),
                proven_at=row.proven_at,
                age=row.age,
            )
            for row in self._session.run(_ALL)
        ]
