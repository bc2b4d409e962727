"""Looking whether work gets done, for `multicloud doctor`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from adapters.queue.routes import QUEUES
from application.findings import BEAT_AGE, PROOF_AGE, StatusPart
from application.ports.errors import Rejected, TimedOut
from application.ports.workers import SeenWorker
from application.use_cases.check_beat import BeatLife, CheckBeatRequest
from application.use_cases.check_worker import CheckWorkerRequest
from domain.durations import in_words
from domain.queues import QueueName
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.findings import Check, attempt

_FIRST_TURN: Final = timedelta(seconds=12)
"""A beat that was just started takes its first turn within ten seconds."""
_A_MOMENT: Final = 0.2


def check_work(container: Container, *, workers: Sequence[SeenWorker]) -> Iterator[Check]:
    """Yield one check per part; broker and database can be reached, and *workers* answer.

    Where nobody answers there is nobody to look at: that alone is to be mended first.
    """
    if workers:
        yield attempt("queues", lambda: _queues(container, workers))
        yield attempt("beat", lambda: _beat(container))
    yield attempt("syncs", lambda: _syncs(container))


def _queues(container: Container, workers: Sequence[SeenWorker]) -> str:
    """Have each queue proven by whoever serves it."""
    check = container.check_worker()
    alive = {
        queue.queue
        for request in _requests(workers)
        for queue in check(request).queues
        if queue.alive
    }
    if blocked := [queue for queue in QUEUES if queue not in alive]:
        raise Rejected(
            f"No task comes through {', '.join(blocked)}.",
            remedy=f"Start a worker for it: celery -A entrypoints.worker worker -Q {blocked[0]}",
        )
    return f"work goes through {', '.join(QUEUES)}"


def _requests(workers: Sequence[SeenWorker]) -> Iterator[CheckWorkerRequest]:
    """Yield one request for all workers that serve the same queues, and one for the queues left.

    To these no worker owned up, maybe because it was too slow to say so: a proof still counts.
    """
    served = {worker.queues for worker in workers}
    for queues in sorted(served):
        serving = [worker for worker in workers if worker.queues == queues]
        yield _request(serving, [queue for queue in QUEUES if queue in queues])
    if left := [queue for queue in QUEUES if not any(queue in queues for queues in served)]:
        yield replace(_request(workers, left), hosts=())


def _request(workers: Sequence[SeenWorker], queues: Sequence[str]) -> CheckWorkerRequest:
    return CheckWorkerRequest(
        worker=workers[0].name,
        hosts=tuple(dict.fromkeys(worker.name.rpartition("@")[2] for worker in workers)),
        queues=tuple(map(QueueName, queues)),
        within=PROOF_AGE,
    )


def _beat(container: Container) -> str:
    clock = container.clock()
    until = clock.now() + _FIRST_TURN
    life = _life_of_beat(container)
    while not life.alive and clock.now() < until:
        clock.sleep(_A_MOMENT)
        life = _life_of_beat(container)
    if life.age is None or not life.alive:
        since = f"for {in_words(life.age)}" if life.age else "yet"
        raise Rejected(
            f"No beat has asked for anything {since}.",
            remedy="Start one: celery -A entrypoints.worker beat",
        )
    return f"asked for something {in_words(life.age)} ago"


def _life_of_beat(container: Container) -> BeatLife:
    return container.check_beat()(CheckBeatRequest(within=BEAT_AGE))


def _syncs(container: Container) -> str:
    status = container.show_status()()
    syncs = next((found for found in status.findings if found.part is StatusPart.SYNCS), None)
    if syncs is None:
        raise TimedOut(
            "How fresh the inventory is could not be read in time.", remedy="Try again in a moment."
        )
    if not syncs.ok:
        raise Rejected(f"{syncs.found}.", remedy="See which are not with `multicloud status`.")
    return syncs.found
