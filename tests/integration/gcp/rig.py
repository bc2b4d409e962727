"""A real Google Cloud adapter against a server on this machine that is faulty on demand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adapters.fakes.pacing import FakePacing
from adapters.gcp.inventory import GcpInventory
from adapters.gcp.retrying import Patience
from adapters.gcp.secret import GcpSecret
from adapters.gcp.session import GcpSession
from application.ports.clouds import CloudInventory
from domain.accounts import CredentialId
from domain.inventory import Location, ObservedResource, ResourceKind, Scope, UnreadableRecord
from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.bulk import BulkProject
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.rest.faults import Fault

HASTE = Patience(
    attempts=3,
    attempts_when_down=3,
    connect_timeout=2,
    read_timeout=5,
    longest_wait=3,
    total=10,
    backoff=0.01,
)
"""Gives up fast, so that a test of a failure is quick."""

INSTANCES = ResourceKind.GCP_COMPUTE_INSTANCE
BUCKETS = ResourceKind.GCP_STORAGE_BUCKET
NETWORKS = ResourceKind.GCP_NETWORK
HERE = Location("europe-west1-b")
THERE = Location("us-central1-a")
PROJECT = "sandbox-project"


@dataclass(frozen=True, kw_only=True)
class Rig:
    """The server, and what the adapter needs to call it."""

    server: GcpServer

    @property
    def project(self) -> GcpProject:
        return self.server.project

    def secret(self, **fields: object) -> GcpSecret:
        return GcpSecret.model_validate(self.server.credential(**fields))

    def session(self, *, patience: Patience = HASTE, **fields: object) -> GcpSession:
        return GcpSession(self.secret(**fields), patience=patience, pacing=FakePacing())

    def inventory(self, *, patience: Patience = HASTE, **fields: object) -> GcpInventory:
        return GcpInventory(session=self.session(patience=patience, **fields))

    def fail(self, pattern: str, **how: Any) -> None:  # noqa: ANN401 - a fault's own fields
        """Let requests whose line has *pattern* go wrong from now on."""
        self.server.fail(Fault(pattern=pattern, **how))

    def asked(self, pattern: str = "") -> int:
        """How many requests had *pattern* in their line."""
        return sum(pattern in request.line for request in self.server.requests)

    def reset(self) -> None:
        """Empty the project, forget the faults and accept every key again."""
        self.server.heal()
        self.server.forget()
        self.project.empty()
        self.project.zones = tuple(sorted(ZONES))


ZONES = (HERE, "europe-west3-a", "europe-west3-b", THERE)


@contextmanager
def running(
    project: GcpProject | None = None, *, bulk: BulkProject | None = None, delay: float = 0.0
) -> Iterator[Rig]:
    server = GcpServer(project, bulk=bulk, delay=delay)
    server.start()
    yield Rig(server=server)
    server.stop()


def launch(
    rig: Rig,
    zone: str,
    name: str,
    labels: Mapping[str, str] = {},
    **how: Any,  # noqa: ANN401 - an instance's own fields
) -> str:
    """Start an instance and return its number."""
    made = resources.instance(rig.project.id, zone, name, labels=labels, **how)
    rig.project.put(made)
    return str(made["id"])


def records(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> Iterator[ObservedResource | UnreadableRecord]:
    scope = Scope(credential_id=CredentialId(1), kind=kind, location=location)
    return inventory.list_resources(scope)


def listed(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> list[ObservedResource]:
    """List a scope in which every record can be read."""
    found = list(records(inventory, kind, location))
    assert all(isinstance(each, ObservedResource) for each in found)
    return [each for each in found if isinstance(each, ObservedResource)]


def names(inventory: CloudInventory, kind: ResourceKind, location: Location) -> set[str | None]:
    return {each.name for each in listed(inventory, kind, location)}
