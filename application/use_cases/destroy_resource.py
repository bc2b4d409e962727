"""Take down what somebody does not want any more."""

from dataclasses import dataclass

from application.terraform_work import RunReport, TerraformWork
from domain.provisioning import ResourceId, RunAction


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyResourceRequest:
    """Which resource to take down."""

    resource_id: ResourceId


class DestroyResource:
    """Make the cloud have nothing left of a resource, and touch nothing else.

    As with building, only a person's request makes a run to work on.
    """

    def __init__(self, *, work: TerraformWork) -> None:
        self._work = work

    def __call__(self, request: DestroyResourceRequest) -> RunReport:
        """Take down, record how it went, and report it; a run that fails is no exception.

        Raises:
            NotFound: there is no such resource.
            LeaseLost: another worker took over; what it writes counts.
            Transient: the store is away; whoever asks again goes on from there.
        """
        return self._work(request.resource_id, RunAction.DESTROY)
