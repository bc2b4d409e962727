"""Rows of resources, runs and what Terraform said, and the domain objects they stand for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from application.ports.provisioning import ManagedObject, StoredState, TerraformOutput
from domain.accounts import CredentialId, SealedSecret, SubAccountId, UserId
from domain.inventory import ExternalId, Json, ResourceKind
from domain.provisioning import (
    Leak,
    Resource,
    ResourceId,
    ResourceStatus,
    Run,
    RunAction,
    RunId,
    RunStatus,
    Stamp,
)
from domain.terraform import (
    Address,
    ChangeAction,
    Command,
    EventType,
    LogLevel,
    LogRecord,
    Step,
    StepId,
)


def resource_from(row: Row[Any]) -> Resource:
    """Return the resource that *row* stands for."""
    return Resource(
        id=ResourceId(row.id),
        user_id=UserId(row.user_id),
        credential_id=CredentialId(row.credential_id),
        kind=ResourceKind(row.kind),
        name=row.name,
        spec=row.spec,
        status=ResourceStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        sub_account_id=None if row.sub_account_id is None else SubAccountId(row.sub_account_id),
    )


def output_to(output: TerraformOutput) -> dict[str, Json]:
    """Return *output* as a document."""
    return {
        "logs": list(output.logs),
        "outputs": dict(output.outputs),
        "error": output.error,
    }


def output_from(document: Mapping[str, Any]) -> TerraformOutput:
    """Return the output that *document* describes."""
    return TerraformOutput(
        logs=tuple(document["logs"]), outputs=document["outputs"], error=document["error"]
    )


def history_to(history: Iterable[Stamp]) -> list[dict[str, Json]]:
    """Return *history* as a document."""
    return [{"status": stamp.status.value, "at": stamp.at.isoformat()} for stamp in history]


def run_from(row: Row[Any]) -> Run:
    """Return the run that *row* stands for."""
    return Run(
        id=RunId(row.id),
        resource_id=ResourceId(row.resource_id),
        action=RunAction(row.action),
        status=RunStatus(row.status),
        history=tuple(
            Stamp(status=RunStatus(each["status"]), at=datetime.fromisoformat(each["at"]))
            for each in row.history
        ),
        cancel_requested_at=row.cancel_requested_at,
        error=row.error,
        leaks=tuple(Leak(address=each["address"], cloud_id=each["cloud_id"]) for each in row.leaks),
    )


def run_to(run: Run) -> dict[str, Any]:
    """Return the columns of *run* that move while it is worked on."""
    return {
        "status": run.status.value,
        "history": history_to(run.history),
        "ended_at": run.ended_at,
        "error": run.error,
        "leaks": [{"address": each.address, "cloud_id": each.cloud_id} for each in run.leaks],
    }


def step_from(row: Row[Any]) -> Step:
    """Return the step that *row* stands for."""
    return Step(
        id=StepId(run_id=RunId(row.run_id), number=row.number),
        command=Command(row.command),
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        exit_code=row.exit_code,
    )


def line_from(row: Row[Any]) -> LogRecord:
    """Return the line that *row* stands for."""
    return LogRecord(
        offset=row.offset,
        length=row.length,
        at=row.at,
        level=LogLevel(row.level),
        type=EventType(row.type),
        message=row.message,
        address=None if row.address is None else Address(row.address),
        action=None if row.action is None else ChangeAction(row.action),
        cloud_id=row.cloud_id,
    )


def state_from(row: Row[Any]) -> StoredState:
    """Return the version of a state that *row* stands for."""
    return StoredState(
        lineage=row.lineage,
        serial=row.serial,
        sealed=SealedSecret(row.sealed),
        lock_file=row.lock_file,
    )


def managed_object_from(row: Row[Any]) -> ManagedObject:
    """Return the object that *row* stands for."""
    return ManagedObject(
        address=Address(row.address),
        type=row.type,
        cloud_id=row.cloud_id,
        kind=None if row.kind is None else ResourceKind(row.kind),
        external_id=None if row.external_id is None else ExternalId(row.external_id),
    )
