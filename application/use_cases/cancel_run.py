"""Stop what Terraform is doing to a resource."""

from dataclasses import dataclass

from application.owning import resource_for, user_asking
from application.ports.errors import Conflict
from application.ports.job_queue import JobQueue
from application.ports.unit_of_work import OpenUnitOfWork
from application.run_requests import handed_over
from domain.provisioning import ResourceId, Run
from domain.sentences import capitalized


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRunRequest:
    """On which resource to stop working."""

    resource_id: ResourceId
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


class CancelRun:
    """Ask whoever works on a resource to stop in an orderly way.

    Terraform finishes what it has begun in the cloud and remembers it; nothing new is begun.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._jobs = jobs

    def __call__(self, request: CancelRunRequest) -> Run:
        """Return the run that is to end; asking twice is no error.

        Raises:
            NotFound: this user has no such resource, or there is no such user.
            Conflict: nothing is being done to it.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, request.user_email)
            resource = resource_for(work, user, request.resource_id)
            run = work.runs.active(resource.id)
            if run is None:
                raise Conflict(
                    f"{capitalized(str(resource))} is {resource.status}: nothing is being done to "
                    "it that could be canceled.",
                    remedy=f"See what was done with `multicloud resources show {resource.id}`.",
                )
            run = work.runs.request_cancel(run.id, at=work.now())
            work.commit()
        handed_over(self._jobs, run)  # in case nobody works on it
        return run
