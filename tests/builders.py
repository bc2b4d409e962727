"""Values for tests: name what matters, the rest is unremarkable."""

from datetime import UTC, datetime
from typing import Any

from domain.accounts import CredentialId
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
