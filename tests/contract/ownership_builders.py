"""Short ways to tag something as ours, and to ask whose it is."""

from datetime import datetime

from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.inventory import Management, ResourceId
from domain.syncs import ScopeRecord, ScopeStatus
from tests.contract.provisioning_builders import NO_RESOURCE
from tests.contract.store_builders import EVERY_STATE, a_scope, shown


def ownership(units: OpenUnitOfWork, resource_id: int = NO_RESOURCE) -> dict[str, str]:
    with units() as work:
        here = work.resources.installation()
    return {
        "managed-by": "multi-cloud",
        "multi-cloud-resource-id": str(resource_id),
        "multi-cloud-installation": here,
    }


def completed(units: OpenUnitOfWork, owner: Credential, *, at: datetime) -> None:
    """Note that everything in the usual scope was looked at."""
    record = ScopeRecord(
        scope=a_scope(owner), status=ScopeStatus.COMPLETE, attempted_at=at, completed_at=at
    )
    with units() as work:
        work.scopes.save(record)
        work.commit()


def management(units: OpenUnitOfWork) -> dict[str, tuple[Management, ResourceId | None]]:
    return {item.resource.external_id: (item.management, item.resource_id) for item in shown(units)}


def whose(units: OpenUnitOfWork, **chosen: object) -> dict[Management, list[str]]:
    """Ask for the items under each management."""
    found: dict[Management, list[str]] = {}
    with units() as work:
        for each in Management:
            narrowed = InventoryFilter(management=each, states=EVERY_STATE, **chosen)  # type: ignore[arg-type]
            items = work.inventory.page(narrowed, after=None, limit=100)
            found[each] = [item.resource.external_id for item in items]
    return found
