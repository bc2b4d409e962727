"""How resources and their runs are shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from application.ports.provisioning import ManagedObject
from domain.inventory import Json
from domain.plan_drift import DriftedObject
from domain.provisioning import Leak, Run
from entrypoints.cli.inventory_columns import field_line, field_record
from entrypoints.cli.render import Column, moment

if TYPE_CHECKING:
    from application.use_cases.list_resources import ResourceOverview


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow:
    """One resource, and what Terraform found of it if it was asked."""

    overview: "ResourceOverview"
    confirmed: tuple[DriftedObject, ...] | None = None

    @property
    def what_differs(self) -> list[Json]:
        """A line for each field that the last sync saw otherwise."""
        return [field_line(field) for field in self.overview.drift]


def _of_run(row: ResourceRow, field: str) -> Json:
    run = row.overview.last_run
    value: Json = getattr(run, field) if run else None
    return value


def _confirmed(row: ResourceRow) -> Json:
    if row.confirmed is None:
        return None
    return [
        {"address": each.address, "gone": each.gone, "fields": list(each.fields)}
        for each in row.confirmed
    ]


def _confirmed_lines(row: ResourceRow) -> list[Json]:
    if row.confirmed is None:
        return []
    if not row.confirmed:
        return ["nothing"]
    return [
        f"{each.address}: {'gone' if each.gone else ', '.join(each.fields)}"
        for each in row.confirmed
    ]


RESOURCE_COLUMNS: Final = (
    Column[ResourceRow]("id", lambda row: row.overview.resource.id),
    Column[ResourceRow]("kind", lambda row: row.overview.resource.kind.value),
    Column[ResourceRow]("name", lambda row: row.overview.resource.name),
    Column[ResourceRow]("status", lambda row: row.overview.resource.status.value),
    Column[ResourceRow]("presence", lambda row: row.overview.presence.value),
    Column[ResourceRow](
        "drift", lambda row: [field_record(field) for field in row.overview.drift], in_table=False
    ),
    Column[ResourceRow]("what_differs", lambda row: row.what_differs),
    Column[ResourceRow]("confirmed", _confirmed, in_table=False),
    Column[ResourceRow]("terraform_found", _confirmed_lines, in_table=False),
    Column[ResourceRow](
        "provider", lambda row: row.overview.resource.kind.provider.value, in_table=False
    ),
    Column[ResourceRow]("user_id", lambda row: row.overview.resource.user_id, in_table=False),
    Column[ResourceRow](
        "credential_id", lambda row: row.overview.resource.credential_id, in_table=False
    ),
    Column[ResourceRow](
        "sub_account_id", lambda row: row.overview.resource.sub_account_id, in_table=False
    ),
    Column[ResourceRow]("run_id", lambda row: _of_run(row, "id"), in_table=False),
    Column[ResourceRow]("action", lambda row: _of_run(row, "action"), in_table=False),
    Column[ResourceRow]("run_status", lambda row: _of_run(row, "status")),
    Column[ResourceRow]("error", lambda row: _of_run(row, "error"), in_table=False),
    Column[ResourceRow](
        "created_at", lambda row: moment(row.overview.resource.created_at), in_table=False
    ),
    Column[ResourceRow]("updated_at", lambda row: moment(row.overview.resource.updated_at)),
)
CONFIRMED_COLUMNS: Final = tuple(
    Column[ResourceRow](column.name, column.value, in_table=True)
    if column.name == "terraform_found"
    else column
    for column in RESOURCE_COLUMNS
)
"""The same, with what Terraform found in tables too."""


def _leak(leak: Leak) -> dict[str, Json]:
    return {"address": leak.address, "cloud_id": leak.cloud_id}


def _history(run: Run) -> list[Json]:
    return [{"status": stamp.status.value, "at": moment(stamp.at)} for stamp in run.history]


RUN_COLUMNS: Final = (
    Column[Run]("id", lambda run: run.id),
    Column[Run]("action", lambda run: run.action.value),
    Column[Run]("status", lambda run: run.status.value),
    Column[Run]("queued_at", lambda run: moment(run.queued_at)),
    Column[Run]("ended_at", lambda run: moment(run.ended_at)),
    Column[Run]("history", _history, in_table=False),
    Column[Run]("cancel_requested_at", lambda run: moment(run.cancel_requested_at), in_table=False),
    Column[Run]("error", lambda run: run.error),
    Column[Run]("leaks", lambda run: [_leak(leak) for leak in run.leaks], in_table=False),
)
OBJECT_COLUMNS: Final = (
    Column[ManagedObject]("address", lambda each: each.address),
    Column[ManagedObject]("cloud_id", lambda each: each.cloud_id),
    Column[ManagedObject]("type", lambda each: each.type, in_table=False),
    Column[ManagedObject]("kind", lambda each: each.kind.value if each.kind else None),
    Column[ManagedObject]("external_id", lambda each: each.external_id, in_table=False),
)
