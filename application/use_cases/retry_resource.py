"""Ask for another attempt to build something."""

from dataclasses import dataclass

from application.run_requests import RequestedRun, RunRequests
from domain.provisioning import ResourceId, RunAction


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryResourceRequest:
    """Which resource to try to build again."""

    resource_id: ResourceId
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


class RetryResource:
    """Try again to build what failed, once its cause is gone; what is there already is kept."""

    def __init__(self, *, requests: RunRequests) -> None:
        self._requests = requests

    def __call__(self, request: RetryResourceRequest) -> RequestedRun:
        """Return the resource and its new run, queued.

        Raises:
            NotFound: this user has no such resource, or there is no such user.
            Conflict: it did not fail, or a run of it is under way.
        """
        return self._requests(
            request.resource_id, RunAction.PROVISION, user_email=request.user_email
        )
