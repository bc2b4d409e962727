"""A billing export in the sandbox, written row by row."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adapters.gcp.costs import GcpCosts
from entrypoints.sandbox.gcp.billing_schema import DETAILED, STANDARD
from tests.integration.gcp.rig import Rig

DATASET = "billing"
DETAILED_TABLE = "gcp_billing_export_resource_v1_0A1B2C_3D4E5F_6A7B8C"
STANDARD_TABLE = "gcp_billing_export_v1_0A1B2C_3D4E5F_6A7B8C"
BILLING_ACCOUNT = "0A1B2C-3D4E5F-6A7B8C"


def open_export(rig: Rig, *, location: str = "EU") -> None:
    """Let both exports exist, with nothing in them."""
    warehouse = rig.project.warehouse
    warehouse.close()
    warehouse.create_dataset(DATASET, location=location)
    warehouse.create_table(DATASET, DETAILED_TABLE, DETAILED)
    warehouse.create_table(DATASET, STANDARD_TABLE, STANDARD)


def row(
    rig: Rig,
    day: date,
    amount: Decimal | None,
    *,
    service: str = "Compute Engine",
    currency: str = "EUR",
    resource: str | None = None,
    arrives_after: timedelta = timedelta(days=1),
    **fields: object,
) -> Mapping[str, Any]:
    """Return a row; what is taken off comes as a credit, as Google has it."""
    credits_ = [] if amount is None or amount >= 0 else [{"name": "off", "amount": float(amount)}]
    cost = None if amount is None else max(float(amount), 0.0)
    return {
        "billing_account_id": BILLING_ACCOUNT,
        "service": {"id": "6F81-5844-456A", "description": service},
        "project": {"id": rig.project.id},
        "usage_start_time": f"{day}T13:00:00Z",
        "export_time": f"{day + arrives_after}T03:00:00Z",
        "cost": cost,
        "currency": currency,
        "credits": credits_,
        "cost_type": "regular",
        "resource": {"name": "r", "global_name": resource} if resource else None,
        **fields,
    }


def charge(rig: Rig, *rows: Mapping[str, Any], table: str = DETAILED_TABLE) -> None:
    given = [dict(each) for each in rows]
    if table == STANDARD_TABLE:
        for each in given:
            del each["resource"]
    rig.project.warehouse.add_rows(DATASET, table, lambda: given)


def costs_of(
    rig: Rig, *, table: str = DETAILED_TABLE, page_size: int = 50, **fields: object
) -> GcpCosts:
    named = f"{rig.project.id}.{DATASET}.{table}"
    export = rig.secret(billing_export_table=named, **fields).billing_export
    assert export is not None
    return GcpCosts(session=rig.session(), export=export, page_size=page_size)
