"""Proofs that work goes through a queue, in memory, timed by the store's clock."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.queue_proofs import QueueProofs
from domain.queues import QueueName, QueueProof, WorkerName

_KEPT = timedelta(days=1)


class MemoryQueueProofs(QueueProofs):
    """Proofs, kept in the tables of one unit."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._proofs = tables.queue_proofs
        self._clock = clock

    def prove(self, queue: QueueName, worker: WorkerName) -> None:
        """Note the moment, and forget the old ones."""
        now = self._clock.now()
        kept = {place for place, at in self._proofs.items() if now - _KEPT <= at <= now}
        for place in self._proofs.keys() - kept:
            del self._proofs[place]
        self._proofs[queue, worker] = now

    def all(self) -> Sequence[QueueProof]:
        """Return every proof with its age, unless its moment is still to come."""
        now = self._clock.now()
        proofs = [
            QueueProof(queue=queue, worker=worker, proven_at=at, age=now - at)
            for (queue, worker), at in self._proofs.items()
            if at <= now
        ]
        return sorted(proofs, key=lambda proof: (proof.queue, proof.age, proof.worker))
