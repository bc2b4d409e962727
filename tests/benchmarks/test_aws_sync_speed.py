"""How fast an account is listed when every request takes its time on the way."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.aws.session import LISTING
from domain.accounts import Provider
from domain.inventory import ObservedResource, ResourceKind
from entrypoints.sandbox.aws.bulk import BulkAccount, record
from entrypoints.sandbox.aws.replay import ReplayServer
from tests.integration.aws.rig import opened, resources, running

DELAY = 0.080


@pytest.mark.bench
@pytest.mark.parametrize("tells_bucket_regions", [False, True])
def test_an_account_of_two_thousand_is_listed_in_230_requests_and_8_seconds(
    tells_bucket_regions: bool,
) -> None:
    instance, vpc = record()
    account = BulkAccount(
        instance=instance,
        vpc=vpc,
        instances=2000,
        vpcs=52,
        buckets=200,
        tells_bucket_regions=tells_bucket_regions,
    )
    with running(account) as line:
        line.delay = DELAY
        began = time.perf_counter()
        found = everything(line)
        took = time.perf_counter() - began
        asked = len(line.requests)
    print(f"\n{len(found)} resources, {asked} requests, {took:.2f} s")  # noqa: T201
    assert len(found) == 2252
    assert sum(bool(each.tags) for each in found if each.uri and ":s3:" in each.uri) == 100
    assert asked <= 230
    assert took < 8


def everything(line: ReplayServer) -> list[ObservedResource]:
    """List every scope of the account, 16 at once, as a sync does."""
    inventory = opened(line, patience=LISTING)
    inventory.account_id()
    kinds = ResourceKind.of(Provider.AWS)
    scopes = [(kind, place) for kind in kinds for place in inventory.locations(kind)]
    with ThreadPoolExecutor(16) as pool:
        listings = pool.map(lambda scope: resources(inventory, *scope), scopes)
        return [each for listing in listings for each in listing]
