"""A real Azure adapter against a tenant on this machine."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count as counting
from re import search

from adapters.azure.inventory import AzureInventory
from adapters.azure.retrying import Patience
from adapters.azure.secret import AzureSecret
from adapters.azure.session import AzureSession
from adapters.fakes.pacing import FakePacing
from application.ports.clouds import CloudInventory
from domain.accounts import CredentialId
from domain.inventory import Location, ObservedResource, ResourceKind, Scope, UnreadableRecord
from entrypoints.sandbox.azure.resources import resource_group, storage_account, virtual_machine
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.tenant import AzureTenant, Subscription
from entrypoints.sandbox.rest.certificate import Certificate, self_signed
from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.rest.server import RestServer
from entrypoints.sandbox.rest.wire import Answer

HASTE = Patience(
    attempts=2, connect_timeout=2, read_timeout=5, longest_wait=1, total=8, backoff=0.01
)
"""Gives up fast, so that a test of a failure is quick."""

MACHINES = ResourceKind.AZURE_VIRTUAL_MACHINE
ACCOUNTS = ResourceKind.AZURE_STORAGE_ACCOUNT
GROUPS = ResourceKind.AZURE_RESOURCE_GROUP
HERE = Location("11111111-aaaa-4111-8111-111111111111")
THERE = Location("22222222-bbbb-4222-8222-222222222222")
REGIONS = {HERE: "westeurope", THERE: "northeurope"}

LIST_MACHINES = r"/providers/Microsoft\.Compute/virtualMachines\?api-version"
LIST_STATES = r"virtualMachines\?statusOnly=true"
LIST_ACCOUNTS = "storageAccounts"
TOKEN = "POST .*/oauth2/v2.0/token"


@dataclass(kw_only=True)
class Rig:
    """The server, its tenant, and what the adapter needs to open it."""

    server: AzureServer
    _numbers: Iterator[int] = field(default_factory=lambda: counting(1))

    @property
    def tenant(self) -> AzureTenant:
        return self.server.tenant

    def secret(self, **fields: object) -> AzureSecret:
        return AzureSecret.model_validate(dict(self.server.credential(**fields)))

    def session(self, *, patience: Patience = HASTE, **fields: object) -> AzureSession:
        return AzureSession(self.secret(**fields), patience=patience, pacing=FakePacing())

    def inventory(self, *, patience: Patience = HASTE, **fields: object) -> AzureInventory:
        return AzureInventory(session=self.session(patience=patience, **fields))

    def fail(self, pattern: str, **fault: object) -> None:
        """Let requests go wrong from now on."""
        self.server.fail(Fault(pattern=pattern, **fault))  # type: ignore[arg-type] # named there

    def asked(self, pattern: str) -> int:
        """How often something was asked for."""
        return len(lines(self.server, pattern))

    def launch(
        self,
        subscription: Location = HERE,
        name: str | None = None,
        tags: Mapping[str, str] | None = None,
        **details: object,
    ) -> str:
        """Start a machine and return its external id."""
        parts = virtual_machine(
            subscription,
            "Web-Group",
            name or f"machine-{next(self._numbers)}",
            location=REGIONS[subscription],
            tags=tags,
            **details,  # type: ignore[arg-type] # named there
        )
        self.tenant.put(*parts)
        return str(parts[0]["id"]).lower()

    def make_account(
        self, subscription: Location, name: str, tags: Mapping[str, str] | None = None
    ) -> str:
        made = storage_account(
            subscription, "Data", name, location=REGIONS[subscription], tags=tags
        )
        self.tenant.put(made)
        return str(made["id"]).lower()

    def make_group(self, subscription: Location, name: str) -> str:
        made = resource_group(subscription, name, location=REGIONS[subscription])
        self.tenant.put(made)
        return str(made["id"]).lower()


def lines(server: RestServer, pattern: str) -> list[str]:
    """What was asked for, as far as it matches."""
    return [each.line for each in server.requests if search(pattern, each.line)]


def records(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> Iterator[ObservedResource | UnreadableRecord]:
    scope = Scope(credential_id=CredentialId(1), kind=kind, location=location)
    return inventory.list_resources(scope)


def resources(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> dict[str, ObservedResource]:
    """List a scope in which every record can be read, by id."""
    found = list(records(inventory, kind, location))
    assert all(isinstance(each, ObservedResource) for each in found)
    return {each.external_id: each for each in found if isinstance(each, ObservedResource)}


@contextmanager
def running_rig(
    *, page_sizes: Mapping[str, int] | None = None, now: datetime | None = None
) -> Iterator[Rig]:
    """Run a tenant with two empty subscriptions; *now* is what its clock says all the time."""
    tenant = AzureTenant(page_sizes=page_sizes, now=lambda: now or datetime.now(UTC))
    tenant.subscribe(Subscription(id=HERE, name="Here"), Subscription(id=THERE, name="There"))
    server = AzureServer(tenant)
    server.start()
    yield Rig(server=server)
    server.stop()


@contextmanager
def running(answer: Answer, *, certificate: Certificate | None = None) -> Iterator[RestServer]:
    """Run any server on https, by default with a certificate that nobody trusts."""
    server = RestServer(answer, certificate=certificate or self_signed())
    server.start()
    yield server
    server.stop()
