"""Find out whether a worker lives, and whether work goes through its queues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from application.ports.clock import Clock
from application.ports.unit_of_work import OpenUnitOfWork
from application.ports.workers import Workers
from domain.leases import LeaseName
from domain.queues import QueueName, QueueProof, WorkerName

PATIENCE: Final = timedelta(seconds=5)
_A_MOMENT: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWorkerRequest:
    """Which worker to look at, where it runs, and which queues must be served."""

    worker: WorkerName
    hosts: tuple[str, ...]
    """The machine, or the container, whose processes do the worker's tasks.

    With those of the others that serve the same queues, if it is asked for all of them; none: no
    work excuses anybody.
    """
    queues: tuple[QueueName, ...]
    """Those that it serves, as far as they are looked at; the same processes do the work of all."""
    within: timedelta
    """How long ago a queue may have been proven last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLife:
    """What is known of one queue."""

    queue: QueueName
    proof: QueueProof | None
    """The latest one, however old; None if there is none."""
    proven: bool
    """Whether it is young enough."""
    busy_with: tuple[LeaseName, ...] = ()
    """What the worker's processes do meanwhile, for any queue that was asked for.

    Looked for only where a proof is lacking.
    """

    @property
    def alive(self) -> bool:
        """Whether work goes through it, or those who take it are busy with their work."""
        return self.proven or bool(self.busy_with)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLife:
    """Whether a worker lives."""

    worker: WorkerName
    answers: bool
    others: tuple[WorkerName, ...] = ()
    """Who answers instead, by name; not looked for if the worker does."""
    queues: tuple[QueueLife, ...] = ()
    """As they were asked for; not looked at if the worker does not answer."""

    @property
    def alive(self) -> bool:
        """Whether it answers and every queue is alive."""
        return self.answers and all(queue.alive for queue in self.queues)


class CheckWorker:
    """Tell whether a worker answers, and whether a task really ran through each of its queues.

    A queue is proven by any worker that serves it. Where the last proof is too old this use case
    asks for one itself and waits a few seconds, so nothing hangs on beat. A worker that is busy
    cannot prove anything, and is not dead: its process holds a lease that it keeps renewing. What
    is done for one of the queues that it serves excuses all of them.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        workers: Workers,
        clock: Clock,
        work_of: Mapping[QueueName, Sequence[str]],
        patience: timedelta = PATIENCE,
    ) -> None:
        """*work_of* says what the leases of the work of each queue begin with."""
        self._unit_of_work = unit_of_work
        self._workers = workers
        self._clock = clock
        self._work_of = work_of
        self._patience = patience

    def __call__(self, request: CheckWorkerRequest) -> WorkerLife:
        """Look, and ask for what is lacking.

        Raises:
            Unavailable: the broker or the store cannot be reached.
        """
        if not self._workers.answers(request.worker):
            return WorkerLife(worker=request.worker, answers=False, others=self._others(request))
        lives = self._look(request)
        if dead := [life.queue for life in lives if not life.alive]:
            self._workers.ask_for_proof(dead)
            lives = self._wait(request)
        return WorkerLife(worker=request.worker, answers=True, queues=lives)

    def _others(self, request: CheckWorkerRequest) -> tuple[WorkerName, ...]:
        return tuple(name for name in self._workers.names() if name != request.worker)

    def _wait(self, request: CheckWorkerRequest) -> tuple[QueueLife, ...]:
        until = self._clock.now() + self._patience
        while True:
            lives = self._look(request)
            if all(life.alive for life in lives) or self._clock.now() >= until:
                return lives
            self._clock.sleep(_A_MOMENT)

    def _look(self, request: CheckWorkerRequest) -> tuple[QueueLife, ...]:
        with self._unit_of_work() as work:
            proofs = work.queue_proofs.all()
            lives = tuple(_life(queue, proofs, request.within) for queue in request.queues)
            if all(life.proven for life in lives):
                return lives
            held = [name for host in request.hosts for name in work.leases.held_on(host)]
        kinds = tuple(kind for queue in request.queues for kind in self._work_of.get(queue, ()))
        busy_with = tuple(name for name in held if name.startswith(kinds))
        return tuple(life if life.proven else replace(life, busy_with=busy_with) for life in lives)


def _life(queue: QueueName, proofs: Sequence[QueueProof], within: timedelta) -> QueueLife:
    latest = min(
        (proof for proof in proofs if proof.queue == queue),
        key=lambda proof: proof.age,
        default=None,
    )
    return QueueLife(queue=queue, proof=latest, proven=latest is not None and latest.age <= within)
