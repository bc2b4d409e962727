"""A queue without a broker: every job is done at once, in this process."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from application.ports.errors import PortError
from application.ports.job_queue import Job, JobQueue
from domain.errors import DomainError

JobHandlers: TypeAlias = Mapping[type, Callable[[Any], object]]
"""What does a job, by the class of the job."""

_log = logging.getLogger(__name__)


class InlineJobQueue(JobQueue):
    """Does each job when it is handed over, one after the other.

    As with any queue, whoever hands a job over does not hear how it ends: a job that fails is
    logged, and the next one is done all the same.
    """

    def __init__(self, handlers: JobHandlers) -> None:
        self._handlers = handlers

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Do *jobs* in their order."""
        count = 0
        for job in jobs:
            self._do(job)
            count += 1
        return count

    def _do(self, job: Job) -> None:
        try:
            self._handlers[type(job)](job)
        except (PortError, DomainError) as error:
            _log.error("job failed", extra={"job": repr(job), "error": str(error)})
