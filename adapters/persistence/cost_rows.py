"""Rows of the cost tables, and the domain objects they stand for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row

from adapters.persistence.trouble_documents import trouble_to, troubles_from
from application.ports.cost_ledger import ChargeId, StoredCharge
from domain.accounts import CredentialId, Provider, UserId
from domain.costs import Charge, ChargeCategory, CostReading, CostStatus, SubAccountId
from domain.inventory import ExternalId, ResourceKind


def midnight(day: date) -> datetime:
    """Return the moment at which *day* begins."""
    return datetime.combine(day, time(), UTC)


def day_of(moment: datetime) -> date:
    """Return the day that begins at *moment*, whatever zone the driver shows it in."""
    return moment.astimezone(UTC).date()


def stored_charge_from(row: Row[Any]) -> StoredCharge:
    """Return the charge that *row* stands for, with what the inventory knows of its resource."""
    return StoredCharge(
        id=ChargeId(row.id),
        user_id=UserId(row.user_id),
        credential_id=CredentialId(row.credential_id),
        provider=Provider(row.provider_name),
        sub_account_id=SubAccountId(row.sub_account_id),
        day=day_of(row.charge_period_start),
        charge=_charge_from(row),
        read_at=row.read_at,
        resource_name=row.item_name,
        resource_kind=None if row.item_kind is None else ResourceKind(row.item_kind),
    )


def _charge_from(row: Row[Any]) -> Charge:
    return Charge(
        billing_account_id=row.billing_account_id,
        service_name=row.service_name,
        billing_currency=row.billing_currency,
        billed_cost=row.billed_cost,
        effective_cost=row.effective_cost,
        list_cost=row.list_cost,
        contracted_cost=row.contracted_cost,
        charge_category=ChargeCategory(row.charge_category),
        region_id=row.region_id,
        resource_id=row.resource_id,
        external_id=None if row.external_id is None else ExternalId(row.external_id),
    )


def reading_from(row: Row[Any]) -> CostReading:
    """Return the reading that *row* stands for."""
    return CostReading(
        credential_id=CredentialId(row.credential_id),
        status=CostStatus(row.status),
        attempted_at=row.attempted_at,
        completed_at=row.completed_at,
        troubles=troubles_from(row.troubles),
    )


def reading_to(reading: CostReading) -> dict[str, Any]:
    """Return the columns that say what *reading* says."""
    return {
        "credential_id": reading.credential_id,
        "status": reading.status.value,
        "attempted_at": reading.attempted_at,
        "completed_at": reading.completed_at,
        "troubles": [trouble_to(trouble) for trouble in reading.troubles],
    }


def columns_from(charges: Iterable[Charge]) -> dict[str, list[Any]]:
    """Return *charges* column by column."""
    rows = [
        (
            charge.billing_account_id,
            charge.service_name,
            charge.billing_currency,
            charge.billed_cost,
            charge.effective_cost,
            charge.list_cost,
            charge.contracted_cost,
            charge.charge_category.value,
            charge.region_id,
            charge.resource_id,
            charge.external_id,
        )
        for charge in charges
    ]
    return {name: [row[number] for row in rows] for number, name in enumerate(CHARGE_COLUMNS)}


CHARGE_COLUMNS = (
    "billing_account_id",
    "service_name",
    "billing_currency",
    "billed_cost",
    "effective_cost",
    "list_cost",
    "contracted_cost",
    "charge_category",
    "region_id",
    "resource_id",
    "external_id",
)
"""What a cloud says of a charge, as columns of `cost_data`."""
