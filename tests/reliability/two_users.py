"""Two users, and every use case that one of them could try on what the other has.

Every use case of the container stands in one of two tables below, so a new one has to be placed.
The first takes whom it acts for. The second is for those who run the service and for its workers:
it acts for everybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from application.ports.cost_ledger import CostDimension, CostFilter
from application.ports.inventory import InventoryFilter
from application.ports.provisioning import ResourceFilter
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.browse_inventory import (
    ListInventoryChangesRequest,
    ShowInventoryItemRequest,
)
from application.use_cases.cancel_run import CancelRunRequest
from application.use_cases.confirm_drift import ConfirmDriftRequest
from application.use_cases.disable_credential import DisableCredentialRequest
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.read_run_log import ReadRunLogRequest
from application.use_cases.replace_credential_secret import ReplaceCredentialSecretRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from application.use_cases.request_resource import RequestResourceRequest
from application.use_cases.request_syncs import RequestSyncsRequest
from application.use_cases.retry_resource import RetryResourceRequest
from application.use_cases.show_costs import ShowCostsRequest
from application.use_cases.show_resource import ShowResourceRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from application.use_cases.sync_user_resources import SyncUserRequest
from application.use_cases.update_cost_data import UpdateCostDataRequest
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from domain.accounts import CredentialId, UserId
from domain.costs import Period
from domain.inventory import ItemId
from domain.provisioning import ResourceId
from entrypoints.bootstrap.container import Container


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user with one key, one resource, inventory, history and cost."""

    email: str
    key: str
    region: str
    user_id: UserId
    credential_id: CredentialId
    endpoint: str
    resource_id: ResourceId
    item_id: ItemId

    @property
    def document(self) -> dict[str, Any]:
        return {
            "access_key_id": "AKIATESTTESTTESTTEST",
            "secret_access_key": "a/secret/access/key/0123456789",
            "endpoint_url": self.endpoint,
            "regions": [self.region],
        }

    @property
    def marks(self) -> tuple[str, ...]:
        """What shows in whatever is hers."""
        numbers = (f"credential_id={self.credential_id},", f"resource_id={self.resource_id},")
        return (self.key, self.region, *numbers)


UseCase = Callable[[Container, Person, Person], object]
"""Does something for one person to what another has."""


def a_bucket(name: str) -> dict[str, Any]:
    return {"kind": "aws_s3_bucket", "name": name, "region": "eu-west-1"}


def lately() -> Period:
    today = datetime.now(UTC).date()
    return Period(first=today - timedelta(days=40), last=today)


def cost_of(who: Person, owner: Person) -> CostFilter:
    return CostFilter(period=lately(), user_id=who.user_id, credential_id=owner.credential_id)


FOR_A_USER: Final[Mapping[str, UseCase]] = {
    "list_credentials": lambda service, who, owner: service.list_credentials()(
        CredentialChoice(user_email=who.email, name=owner.key)
    ),
    "find_overlaps": lambda service, who, _owner: service.find_overlaps()(who.email),
    "browse_inventory": lambda service, who, owner: service.browse_inventory()(
        InventoryFilter(user_id=who.user_id, credential_id=owner.credential_id)
    ),
    "list_inventory_changes": lambda service, who, owner: service.list_inventory_changes()(
        ListInventoryChangesRequest(user_email=who.email)
    ),
    "show_costs": lambda service, who, owner: (
        service.show_costs()(
            ShowCostsRequest(chosen=cost_of(who, owner), by=CostDimension.CREDENTIAL, limit=10)
        ).sums
    ),
    "list_charges": lambda service, who, owner: service.list_charges()(cost_of(who, owner)),
    "list_cost_gaps": lambda service, who, owner: service.list_cost_gaps()(cost_of(who, owner)),
    "list_resources": lambda service, who, owner: service.list_resources()(
        ResourceFilter(user_id=who.user_id, credential_id=owner.credential_id)
    ),
    "sync_credential": lambda service, who, owner: service.sync_credential()(
        SyncCredentialRequest(user_id=who.user_id, credential_id=owner.credential_id)
    ),
    "update_cost_data": lambda service, who, owner: service.update_cost_data()(
        UpdateCostDataRequest(user_id=who.user_id, credential_id=owner.credential_id)
    ),
    "sync_user_resources": lambda service, who, owner: service.sync_user_resources()(
        SyncUserRequest(user_id=who.user_id)
    ),
    "request_resource": lambda service, who, owner: service.request_resource()(
        RequestResourceRequest(
            user_email=who.email, credential_name=owner.key, spec=a_bucket("more-of-it")
        )
    ),
    "replace_credential_secret": lambda service, who, owner: service.replace_credential_secret()(
        ReplaceCredentialSecretRequest(
            user_email=who.email, name=owner.key, document=owner.document
        )
    ),
    "disable_credential": lambda service, who, owner: service.disable_credential()(
        DisableCredentialRequest(user_email=who.email, name=owner.key)
    ),
    "cancel_run": lambda service, who, owner: service.cancel_run()(
        CancelRunRequest(resource_id=owner.resource_id, user_email=who.email)
    ),
    "retry_resource": lambda service, who, owner: service.retry_resource()(
        RetryResourceRequest(resource_id=owner.resource_id, user_email=who.email)
    ),
    "request_destruction": lambda service, who, owner: service.request_destruction()(
        RequestDestructionRequest(resource_id=owner.resource_id, user_email=who.email)
    ),
    "show_resource": lambda service, who, owner: service.show_resource()(
        ShowResourceRequest(resource_id=owner.resource_id, reveal=True, user_email=who.email)
    ),
    "read_run_log": lambda service, who, owner: service.read_run_log()(
        ReadRunLogRequest(resource_id=owner.resource_id, user_email=who.email)
    ),
    "confirm_drift": lambda service, who, owner: service.confirm_drift()(
        ConfirmDriftRequest(resource_id=owner.resource_id, user_email=who.email)
    ),
    "show_inventory_item": lambda service, who, owner: service.show_inventory_item()(
        ShowInventoryItemRequest(item_id=owner.item_id, user_email=who.email)
    ),
    "request_syncs": lambda service, who, owner: service.request_syncs()(
        RequestSyncsRequest(credential_ids=(owner.credential_id,), user_email=who.email)
    ),
    "update_provider_health": lambda service, who, owner: service.update_provider_health()(
        UpdateProviderHealthRequest(credential_ids=(owner.credential_id,), user_email=who.email)
    ),
    "add_credential": lambda service, who, owner: service.add_credential()(
        AddCredentialRequest(
            user_email=who.email, provider="aws", name=owner.key, document=who.document
        )
    ),
}
"""Use cases that act for one user; those that show something without one show everybody's."""

FOR_OPERATORS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("destroy_resource", "provision_resource"),
        "does only what was asked for before, and is queued in the database",
    ),
    **dict.fromkeys(
        (
            "add_user",
            "check_beat",
            "check_worker",
            "claim_turns",
            "clean_up_old_logs",
            "dispatch_jobs",
            "end_turn",
            "give_back_turns",
            "list_users",
            "measure_service",
            "prove_queue",
            "recover_jobs",
            "recover_runs",
            "rotate_secret_keys",
            "show_status",
            "sync_all_users",
            "tidy_workspaces",
            "update_all_cost_data",
        ),
        "is about the service as a whole",
    ),
}
"""Use cases that no user may reach by themselves, and why."""

NEVER_WAS: Final = 987654

BY_NUMBER: Final = (
    *("show_resource", "read_run_log", "show_inventory_item", "confirm_drift"),
    *("retry_resource", "request_destruction", "cancel_run"),
    *("sync_credential", "update_cost_data", "update_provider_health", "request_syncs"),
)
REFUSED: Final = (
    *BY_NUMBER,
    *("request_resource", "replace_credential_secret", "disable_credential"),
)
SHOWING: Final = tuple(
    name
    for name in FOR_A_USER
    if name.startswith(("list_", "show_", "browse")) and name not in REFUSED
)
