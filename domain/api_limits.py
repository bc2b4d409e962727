"""The limits that the clouds document, and the part of each that we use.

Other tools of the same customer draw on the same limits, so that about half is left to them.
Where no limit is documented the figure is our own caution, and says so; mostly it is `_modest`.
"""

from collections.abc import Mapping
from typing import Final

from domain.accounts import Provider
from domain.pacing import ApiCall, Limit

_SHARE: Final = 0.5


def _half(name: str, *, per_second: float, bucket: int) -> Limit:
    """Return half of a documented token bucket."""
    return Limit(name=name, per_second=per_second, burst=bucket).part(_SHARE)


def _half_of_count(name: str, *, calls: int, seconds: float) -> Limit:
    """Return a bucket that never lets half of *calls* through within *seconds*."""
    return Limit(name=name, per_second=0.2 * calls / seconds, burst=int(0.3 * calls))


def _modest(name: str) -> Limit:
    """Return our own caution, where no limit is documented."""
    return Limit(name=name, per_second=10, burst=50)


# AWS counts per account and region.
# EC2: each action that reads has a bucket of 100, refilled by 20 a second, as long as it asks for
# pages or filters, as our lists do.
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
# STS: 600 a second, which AssumeRole and GetCallerIdentity share with others.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# S3: 5,500 GET and HEAD a second for each partitioned prefix of a bucket. That is about objects; of
# questions about buckets, which are all we ask, nothing is said: our own caution.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
# Cost Explorer: nothing is said, and each request costs 0.01 USD: our own caution.
# https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/
# Resource Groups Tagging: we know of no documented rate, so it is called modestly.
_AWS: Final[Mapping[str, Limit]] = {
    "sts": _half("sts", per_second=600, bucket=600),
    "s3": Limit(name="s3", per_second=100, burst=200),
    "ce": Limit(name="ce", per_second=1, burst=10),
}

# Azure Resource Manager: per region, subscription and application a bucket of 250 for reads,
# refilled by 25 a second; less may be granted to free and trial customers.
# https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
# Listing machines ("High Cost Get VM"): per subscription and region a bucket of 900, refilled by
# 300 a minute.
# https://learn.microsoft.com/azure/virtual-machines/compute-throttling-limits
# Listing storage accounts: 100 in 5 minutes, per subscription and region.
# https://learn.microsoft.com/azure/storage/common/scalability-targets-resource-provider
# Costs: 12 query units in 10 seconds, 60 in a minute, 600 in an hour, for each tenant. A month of
# data takes one unit, and no question of ours is about more. More than half is used, as few other
# tools ask.
# https://learn.microsoft.com/azure/cost-management-billing/costs/manage-automation
# Entra ID: no figure is documented; who asks too often is told to wait 60 seconds.
# https://learn.microsoft.com/entra/msal/dotnet/advanced/client-and-server-throttling
_ARM_READ: Final = _half("arm.read", per_second=25, bucket=250)
_AZURE: Final[Mapping[str, tuple[Limit, ...]]] = {
    "Microsoft.Compute/virtualMachines/read": (
        _half("compute.list", per_second=5, bucket=900),
        _ARM_READ,
    ),
    "Microsoft.Storage/storageAccounts/read": (
        _half_of_count("storage.list", calls=100, seconds=300),
        _ARM_READ,
    ),
    "Microsoft.CostManagement/query/action": (
        Limit(name="cost.query", per_second=0.35, burst=8),
        Limit(name="cost.query.hour", per_second=300 / 3600, burst=200),
    ),
}
_ENTRA: Final = "entra."

# Google counts per project, and for zones per region.
# Compute Engine: named are separate quotas for lists and for aggregated lists, but no longer their
# size, which each project finds in its console. It was 1,500 lists a minute; as if half of that
# were granted to both together: our own caution.
# https://cloud.google.com/compute/api-quota
# BigQuery: 100 a second for each user and method. https://cloud.google.com/bigquery/quotas
# Cloud Storage: a limit on making and deleting buckets, none on listing them.
# https://cloud.google.com/storage/quotas
_GCP: Final[Mapping[str, Limit]] = {
    "compute": _half_of_count("compute.list", calls=750, seconds=60),
}
_BIGQUERY: Final = "bigquery."


def limits_of(call: ApiCall) -> tuple[Limit, ...]:
    """Return the limits that *call* must keep, at least one, the narrowest first.

    A throttle is held against the first of them.
    """
    match call.provider:
        case Provider.AWS:
            return (_aws(call.api),)
        case Provider.AZURE:
            return _azure(call.api)
        case Provider.GCP:
            return (_gcp(call.api),)


def _aws(api: str) -> Limit:
    service = api.partition(".")[0]
    if service == "ec2":
        return _half(api, per_second=20, bucket=100)
    return _AWS.get(service) or _modest(api)


def _azure(api: str) -> tuple[Limit, ...]:
    if api.startswith(_ENTRA):
        return (_modest(api),)
    return _AZURE.get(api) or (_modest(api), _ARM_READ)


def _gcp(api: str) -> Limit:
    if api.startswith(_BIGQUERY):
        return _half(api, per_second=100, bucket=100)
    return _GCP.get(api.partition(".")[0]) or _modest(api)
