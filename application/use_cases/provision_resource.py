"""Build what somebody asked for."""

from dataclasses import dataclass

from application.terraform_work import RunReport, TerraformWork
from domain.provisioning import ResourceId, RunAction


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionResourceRequest:
    """Which resource to build."""

    resource_id: ResourceId


class ProvisionResource:
    """Make the cloud have what a resource asks for: exactly once, whoever asks and how often.

    There is a run to work on, or there is nothing to do: only a person's request makes a run.
    """

    def __init__(self, *, work: TerraformWork) -> None:
        self._work = work

    def __call__(self, request: ProvisionResourceRequest) -> RunReport:
        """Build, record how it went, and report it; a run that fails is no exception.

        Raises:
            NotFound: there is no such resource.
            LeaseLost: another worker took over; what it writes counts.
            Transient: the store is away; whoever asks again goes on from there.
        """
        return self._work(request.resource_id, RunAction.PROVISION)
