"""Short ways to ask for something, and to do what a run of Terraform does."""

from collections.abc import Mapping
from datetime import datetime

from application.ports.provisioning import ManagedObject, StoredState
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, SealedSecret
from domain.inventory import ExternalId, Json, ResourceKind
from domain.provisioning import (
    Resource,
    ResourceId,
    ResourceStatus,
    Run,
    RunAction,
    RunId,
    RunStatus,
)
from domain.terraform import (
    Address,
    ChangeAction,
    Command,
    EventType,
    LogLevel,
    LogRecord,
    Step,
)
from tests.contract.store_builders import HOUR, NOW

NO_RESOURCE = ResourceId(987_654)
NO_RUN = RunId(987_654)
LINEAGE = "3f6c2a50-5a3b-4f0e-9a8e-0c5d7e1f2a3b"


def add_resource(
    units: OpenUnitOfWork,
    owner: Credential,
    *,
    kind: ResourceKind = ResourceKind.AWS_EC2_INSTANCE,
    name: str = "web",
    spec: Mapping[str, Json] | None = None,
) -> Resource:
    with units() as work:
        resource = work.resources.add(
            user_id=owner.user_id,
            credential_id=owner.id,
            kind=kind,
            name=name,
            spec=spec or {},
            at=NOW,
        )
        work.commit()
    return resource


def become(units: OpenUnitOfWork, resource: Resource, *path: ResourceStatus) -> Resource:
    """Move the resource along *path*, an hour for each step."""
    for status in path:
        resource = resource.moved_to(status, at=resource.updated_at + HOUR)
    with units() as work:
        work.resources.save(resource)
        work.commit()
    return resource


def queue_run(
    units: OpenUnitOfWork,
    resource: Resource,
    action: RunAction = RunAction.PROVISION,
    *,
    at: datetime = NOW,
) -> Run:
    with units() as work:
        run = work.runs.queue(resource.id, action, at=at)
        work.commit()
    return run


def end_run(units: OpenUnitOfWork, run: Run, *, at: datetime = NOW) -> Run:
    """End the run, done."""
    for status in (RunStatus.PLANNING, RunStatus.PLANNED, RunStatus.APPLYING, RunStatus.APPLIED):
        run = run.moved_to(status, at=at)
    with units() as work:
        work.runs.save(run)
        work.commit()
    return run


def begin_step(
    units: OpenUnitOfWork, run: Run, command: Command = Command.APPLY, *, at: datetime = NOW
) -> Step:
    with units() as work:
        step = work.run_log.begin(run.id, command, at=at)
        work.commit()
    return step


def a_line(number: int, *, message: str = "Still creating", length: int = 10) -> LogRecord:
    """The line with this number, from 0, of a step whose lines are all as long."""
    return LogRecord(
        offset=number * length,
        length=length,
        at=NOW,
        level=LogLevel.INFO,
        type=EventType.APPLY_PROGRESS,
        message=message,
        address=Address('aws_subnet.this["10.0.1.0/24"]'),
        action=ChangeAction.CREATE,
    )


def a_state(serial: int, *, lineage: str = LINEAGE, sealed: bytes = b"sealed") -> StoredState:
    return StoredState(
        lineage=lineage, serial=serial, sealed=SealedSecret(sealed), lock_file="# locked"
    )


def an_object(
    external_id: str | None,
    kind: ResourceKind | None = ResourceKind.AWS_EC2_INSTANCE,
    *,
    address: str = "aws_instance.this",
) -> ManagedObject:
    return ManagedObject(
        address=Address(address),
        type=address.partition(".")[0],
        cloud_id=external_id or "unnamed",
        kind=kind,
        external_id=None if external_id is None else ExternalId(external_id),
    )


def put_state(
    units: OpenUnitOfWork, resource: Resource, state: StoredState, *objects: ManagedObject
) -> None:
    with units() as work:
        work.states.put(resource.id, state, objects, at=NOW)
        work.commit()
