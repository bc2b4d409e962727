"""Remove what runs left where Terraform worked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.leasing import given_back
from application.ports.errors import LeaseTaken, NotFound, PortError
from application.ports.terraform import Workspace, Workspaces
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.state_keeping import knows_no_more
from domain.leases import Lease, terraform_lease
from domain.provisioning import ResourceId, ResourceStatus
from domain.terraform_state import TerraformState

_LEASE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyWorkspacesReport:
    """How many workspaces were tidied."""

    workspaces: int

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"workspaces": self.workspaces}


class TidyWorkspaces:
    """Tidy after runs whose worker was killed when they had ended, but before it had tidied.

    Only what the database has is removed, and nothing of a resource that is worked on.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, workspaces: Workspaces, holder: str
    ) -> None:
        self._unit_of_work = unit_of_work
        self._workspaces = workspaces
        self._holder = holder

    def __call__(self) -> TidyWorkspacesReport:
        """Tidy the workspaces that this worker can reach; one that cannot be tidied stops no other.

        Raises:
            PortError: the first trouble, once all were tried.
        """
        tidied = 0
        troubles: list[PortError] = []
        for resource_id in self._workspaces.untidy():
            try:
                tidied += self._tidied(resource_id)
            except PortError as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]
        return TidyWorkspacesReport(workspaces=tidied)

    def _tidied(self, resource_id: ResourceId) -> bool:
        with self._unit_of_work() as work:
            try:
                work.resources.get(resource_id)
                lease = work.leases.claim(
                    terraform_lease(resource_id), holder=self._holder, duration=_LEASE
                )
            except (NotFound, LeaseTaken):
                return False
            work.commit()
        with given_back(self._unit_of_work, lease):
            return self._tidied_alone(resource_id, lease)

    def _tidied_alone(self, resource_id: ResourceId, lease: Lease) -> bool:
        workspace = self._workspaces.of(resource_id)
        with self._unit_of_work() as work:
            work.leases.renew(lease, duration=_LEASE)  # nobody else begins before this unit ends
            if work.runs.active(resource_id) is not None:
                return False
            if work.resources.get(resource_id).status is ResourceStatus.DESTROYED:
                workspace.remove()
                return True
            stored = _is_stored(work, resource_id, workspace)
            workspace.tidy(keep_state=not stored)
            return stored


def _is_stored(work: UnitOfWork, resource_id: ResourceId, workspace: Workspace) -> bool:
    """Tell whether the database has what the workspace knows."""
    stored = work.states.latest(resource_id)
    newest = (
        None if stored is None else TerraformState(lineage=stored.lineage, serial=stored.serial)
    )
    return knows_no_more(workspace.state(), than=newest)
