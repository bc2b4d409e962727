"""Tasks that look after the others."""

from typing import TYPE_CHECKING

from celery import current_task

from application.use_cases.prove_queue import ProveQueueRequest
from domain.queues import QueueName, WorkerName
from entrypoints.worker.tasks.base import Outcome

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def recover_runs(container: "Container") -> Outcome:
    """Hand every run of Terraform that nobody works on to a worker."""
    report = container.recover_runs()()
    return report.as_dict()


def recover_jobs(container: "Container") -> Outcome:
    """Queue every job again whose worker died, or give it up."""
    report = container.recover_jobs()()
    return report.as_dict()


def dispatch_jobs(container: "Container") -> Outcome:
    """Send messages for jobs that are due."""
    report = container.dispatch_jobs()()
    return report.as_dict()


def prove_queue(container: "Container") -> Outcome:
    """Write down through which queue this very message came, and to which worker."""
    request = current_task.request
    came_through = str((request.delivery_info or {}).get("routing_key"))
    report = container.prove_queue()(
        ProveQueueRequest(queue=QueueName(came_through), worker=WorkerName(request.hostname))
    )
    return report.as_dict()
