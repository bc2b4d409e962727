"""What watches over the service itself."""

from dependency_injector import providers

from adapters.queue.liveness import CeleryWorkers
from adapters.queue.routes import QUEUES
from application.use_cases.check_beat import CheckBeat
from application.use_cases.check_worker import CheckWorker
from application.use_cases.prove_queue import ProveQueue
from entrypoints.bootstrap.ports import Ports
from entrypoints.bootstrap.provisioning import Provisioning
from entrypoints.bootstrap.signs_of_life import WORK_OF
from entrypoints.bootstrap.use_case_log import logged


class Watching(Provisioning):
    """The use cases around queues, workers and beat."""

    workers = providers.Factory(CeleryWorkers, Ports.sender)

    # use cases that leave a line in the log
    prove_queue: providers.Provider[ProveQueue] = providers.Factory(
        logged,
        providers.Factory(
            ProveQueue,
            unit_of_work=Ports.unit_of_work.provider,
            queues=providers.Object(QUEUES),
        ),
    )

    # use cases that only look
    check_worker = providers.Factory(
        CheckWorker,
        unit_of_work=Ports.unit_of_work.provider,
        workers=workers,
        clock=Ports.clock,
        work_of=providers.Object(WORK_OF),
    )
    check_beat = providers.Factory(CheckBeat, unit_of_work=Ports.unit_of_work.provider)
