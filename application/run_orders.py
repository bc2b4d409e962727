"""What is to be done for one resource, as the store has it when somebody takes it up."""

from dataclasses import dataclass

from application.ports.provisioning import StoredState
from application.ports.unit_of_work import UnitOfWork
from domain.accounts import Credential, SealedSecret, SubAccountId
from domain.provisioning import InstallationId, Resource, ResourceId, Run, RunAction
from domain.terraform import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """A resource, its active run, and what both need."""

    resource: Resource
    run: Run | None
    """None: there is nothing to do."""
    installation: InstallationId
    credential: Credential
    secret: SealedSecret
    state: StoredState | None
    """The newest state; None if there is none."""
    last_apply: Step | None
    """The last apply that built, in whichever run; None if there was none."""

    @property
    def built_in(self) -> SubAccountId | None:
        """Where something of it may exist; None while nothing was ever applied."""
        begun = self.last_apply is not None or self.state is not None
        return self.resource.sub_account_id if begun else None


def read_order(work: UnitOfWork, resource_id: ResourceId) -> RunOrder:
    """Return the order; read it under the resource's lease, so that nobody else changes it.

    Raises:
        NotFound: there is no such resource.
    """
    resource = work.resources.get(resource_id)
    return RunOrder(
        resource=resource,
        run=work.runs.active(resource_id),
        installation=work.resources.installation(),
        credential=work.credentials.get(resource.credential_id),
        secret=work.credentials.secret(resource.credential_id),
        state=work.states.latest(resource_id),
        last_apply=work.run_log.last_apply(resource_id, RunAction.PROVISION),
    )
