"""Ask for another run of a resource that is there."""

from dataclasses import dataclass

from application.owning import resource_for, user_asking
from application.ports.errors import Conflict, PortError
from application.ports.job_queue import DestroyResourceJob, Job, JobQueue, ProvisionResourceJob
from application.ports.unit_of_work import OpenUnitOfWork
from domain.provisioning import (
    RESOURCE_MOVES,
    Resource,
    ResourceId,
    ResourceStatus,
    Run,
    RunAction,
)
from domain.sentences import capitalized


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedRun:
    """What was asked for, as it is remembered."""

    resource: Resource
    run: Run
    handed_over: bool
    """Whether a worker was told; if not, the run is remembered, and one is told as soon as it can.

    It can once the queue is reached and has room; `RecoverRuns` looks every minute.
    """


def job_of(run: Run) -> Job:
    """Return the job that works on *run*."""
    if run.action is RunAction.PROVISION:
        return ProvisionResourceJob(resource_id=run.resource_id)
    return DestroyResourceJob(resource_id=run.resource_id)


def handed_over(jobs: JobQueue, run: Run) -> bool:
    """Tell a worker of *run*, and whether that was possible: it is remembered in any case."""
    try:
        return jobs.enqueue([job_of(run)]) == 1
    except PortError:
        return False


class RunRequests:
    """Asks for runs of resources that are there."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._jobs = jobs

    def __call__(
        self, resource_id: ResourceId, action: RunAction, *, user_email: str | None
    ) -> RequestedRun:
        """Return the resource and its new run, queued.

        *user_email* says whose it must be; None: anybody's.

        Raises:
            NotFound: this user has no such resource, or there is no such user.
            Conflict: the resource is where such a run makes no sense, or another is under way.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, user_email)
            resource = resource_for(work, user, resource_id, for_update=True)
            if action.under_way not in RESOURCE_MOVES[resource.status]:
                raise _nonsense(resource, action)
            run = work.runs.queue(resource_id, action, at=work.now())
            work.commit()
        return RequestedRun(resource=resource, run=run, handed_over=handed_over(self._jobs, run))


def _nonsense(resource: Resource, action: RunAction) -> Conflict:
    what = capitalized(str(resource))
    if resource.status in {ResourceStatus.PROVISIONING, ResourceStatus.DESTROYING}:
        return Conflict(
            f"{what} is {resource.status} at this moment.",
            remedy=f"Follow it with `multicloud logs {resource.id} --follow`, or stop it with "
            f"`multicloud cancel {resource.id}`.",
        )
    if resource.status is ResourceStatus.DESTROYED:
        return Conflict(f"{what} is destroyed already.", remedy="There is nothing left to do.")
    return Conflict(
        f"{what} is {resource.status}: there is nothing to {action}.",
        remedy=f"See how it stands with `multicloud resources show {resource.id}`.",
    )
