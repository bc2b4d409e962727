"""Ask for something to be taken down."""

from dataclasses import dataclass

from application.run_requests import RequestedRun, RunRequests
from domain.provisioning import ResourceId, RunAction


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDestructionRequest:
    """Which resource is not wanted any more."""

    resource_id: ResourceId
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


class RequestDestruction:
    """Remember that somebody wants a resource taken down, and tell a worker."""

    def __init__(self, *, requests: RunRequests) -> None:
        self._requests = requests

    def __call__(self, request: RequestDestructionRequest) -> RequestedRun:
        """Return the resource and its new run, queued.

        Raises:
            NotFound: this user has no such resource, or there is no such user.
            Conflict: it is destroyed already, or a run of it is under way.
        """
        return self._requests(request.resource_id, RunAction.DESTROY, user_email=request.user_email)
