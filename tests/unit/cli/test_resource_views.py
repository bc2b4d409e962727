"""Which resources are listed when only those that differ are asked for."""

from datetime import UTC, datetime

import pytest

from application.use_cases.list_resources import Presence, ResourceOverview
from domain.accounts import CredentialId, UserId
from domain.inventory import ResourceKind
from domain.plan_drift import DriftedObject
from domain.provisioning import Resource, ResourceId, ResourceStatus
from domain.terraform import Address
from entrypoints.cli.resource_columns import ResourceRow
from entrypoints.cli.resources import _View

AT = datetime(2030, 1, 1, tzinfo=UTC)
RESOURCE = Resource(
    id=ResourceId(1),
    user_id=UserId(1),
    credential_id=CredentialId(1),
    kind=ResourceKind.AWS_S3_BUCKET,
    name="shop",
    spec={},
    status=ResourceStatus.ACTIVE,
    created_at=AT,
    updated_at=AT,
)
FOUND = (
    DriftedObject(address=Address("aws_s3_bucket_versioning.this"), fields=("status",), gone=False),
)


def row(presence: Presence, found: tuple[DriftedObject, ...] | None) -> ResourceRow:
    overview = ResourceOverview(resource=RESOURCE, last_run=None, presence=presence, drift=())
    return ResourceRow(overview=overview, confirmed=found)


@pytest.mark.parametrize(
    ("presence", "found", "shown"),
    [
        (Presence.PRESENT, FOUND, True),
        (Presence.PRESENT, (), False),
        (Presence.PRESENT, None, False),
        (Presence.MISSING, None, True),
    ],
)
def test_what_terraform_found_is_drift_though_no_sync_could_see_it(
    presence: Presence, found: tuple[DriftedObject, ...] | None, shown: bool
) -> None:
    assert _View.DRIFTED.shows(row(presence, found)) is shown
    assert _View.EVERYTHING.shows(row(presence, found))
