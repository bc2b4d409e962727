"""Values for tests: name what matters, the rest is unremarkable."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.accounts import CredentialId
from domain.costs import Charge, ChargeCategory
from domain.inventory import ExternalId, Location, ObservedResource, ResourceKind, Scope

NOON = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
IRELAND = Location("eu-west-1")
OHIO = Location("us-east-2")
INSTANCE = ResourceKind.AWS_EC2_INSTANCE
BUCKET = ResourceKind.AWS_S3_BUCKET
VPC = ResourceKind.AWS_VPC


def a_scope(
    kind: ResourceKind = INSTANCE, location: Location = IRELAND, credential_id: int = 1
) -> Scope:
    """A scope; one of EC2 instances in Ireland unless told otherwise."""
    return Scope(credential_id=CredentialId(credential_id), kind=kind, location=location)


def a_resource(external_id: str = "i-1", **fields: Any) -> ObservedResource:  # noqa: ANN401
    """A running resource in Ireland."""
    unremarkable = {"name": external_id, "region": "eu-west-1", "status": "running"}
    return ObservedResource(external_id=ExternalId(external_id), **(unremarkable | fields))


def a_charge(
    service: str = "Compute",
    amount: Decimal | str = "1.5",
    currency: str = "EUR",
    *,
    resource: str | None = None,
    external_id: str | None = None,
    region: str | None = None,
    category: ChargeCategory = ChargeCategory.USAGE,
) -> Charge:
    """A charge whose four costs are the same."""
    cost = Decimal(amount)
    return Charge(
        billing_account_id="organisation",
        service_name=service,
        billing_currency=currency,
        billed_cost=cost,
        effective_cost=cost,
        list_cost=cost,
        contracted_cost=cost,
        charge_category=category,
        region_id=region,
        resource_id=resource,
        external_id=None if external_id is None else ExternalId(external_id),
    )
