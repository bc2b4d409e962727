"""No request to Google Cloud is sent before its turn, and no throttle is kept to oneself."""

from urllib.parse import urlsplit

import pytest

from adapters.fakes.pacing import FakePacing
from adapters.gcp.inventory import GcpInventory
from adapters.gcp.session import GcpSession
from application.ports.errors import Throttled
from domain.accounts import Provider
from domain.pacing import ApiCall, Limit
from tests.integration.gcp.rig import BUCKETS, HASTE, HERE, INSTANCES, NETWORKS, PROJECT, Rig, names

RATE_LIMITED = {"error": {"code": 403, "errors": [{"reason": "rateLimitExceeded"}]}}
DENIED = {"error": {"code": 403, "errors": [{"reason": "forbidden"}]}}
EVERYWHERE = "global"


@pytest.fixture
def pacing() -> FakePacing:
    return FakePacing()


@pytest.fixture
def inventory(rig: Rig, pacing: FakePacing) -> GcpInventory:
    return GcpInventory(session=GcpSession(rig.secret(), patience=HASTE, pacing=pacing))


def test_every_request_takes_its_turn_the_one_for_a_token_too(
    rig: Rig, inventory: GcpInventory, pacing: FakePacing
) -> None:
    inventory.account_id()
    for kind in (INSTANCES, NETWORKS, BUCKETS):
        for place in inventory.locations(kind):
            names(inventory, kind, place)
    assert len(pacing.sent) == len(rig.server.requests) > 4
    assert {each.api for each in pacing.sent} >= {
        "oauth2.token",
        "compute.instances.list",
        "compute.networks.list",
        "storage.buckets.list",
    }


def test_a_call_counts_for_its_project_at_the_host_that_is_asked(
    rig: Rig, inventory: GcpInventory, pacing: FakePacing
) -> None:
    inventory.account_id()
    inventory.locations(INSTANCES)
    expected = ApiCall(
        provider=Provider.GCP,
        account_id=f"{PROJECT}@{urlsplit(rig.server.endpoint).netloc}",
        region=EVERYWHERE,
        api="compute.zones.list",
    )
    assert expected in pacing.sent
    assert {each.account_id for each in pacing.sent} == {expected.account_id}


def test_what_is_asked_of_a_zone_counts_for_its_region(
    rig: Rig, inventory: GcpInventory, pacing: FakePacing
) -> None:
    rig.fail("aggregated/instances", status=500)  # then each zone is asked by itself
    names(inventory, INSTANCES, HERE)
    assert HERE.rpartition("-")[0] in {each.region for each in pacing.sent}


@pytest.mark.parametrize("status", [403, 429])
def test_each_retry_takes_its_turn_and_each_throttle_is_told_with_its_wait(
    rig: Rig, inventory: GcpInventory, pacing: FakePacing, status: int
) -> None:
    wait = {"Retry-After": "1"}
    rig.fail("/networks", status=status, document=RATE_LIMITED, headers=wait, times=1)
    for place in inventory.locations(NETWORKS):
        names(inventory, NETWORKS, place)
    assert [(call.api, wait) for call, wait in pacing.refused] == [("compute.networks.list", 1)]
    assert len(pacing.sent) == len(rig.server.requests)


@pytest.mark.parametrize(("status", "document"), [(503, None), (403, DENIED)])
def test_what_is_no_throttle_is_not_told(
    rig: Rig, inventory: GcpInventory, pacing: FakePacing, status: int, document: object
) -> None:
    rig.fail("/networks", status=status, document=document)
    with pytest.raises(Exception, match="Google"):
        names(inventory, NETWORKS, inventory.locations(NETWORKS)[0])
    assert pacing.refused == []


def test_what_would_wait_too_long_is_not_sent(rig: Rig) -> None:
    pacing = FakePacing(limits=lambda call: (Limit(name=call.api, per_second=0.001, burst=1),))
    inventory = GcpInventory(session=GcpSession(rig.secret(), patience=HASTE, pacing=pacing))
    place = inventory.locations(NETWORKS)[0]
    names(inventory, NETWORKS, place)
    before = rig.asked("/networks")
    with pytest.raises(Throttled, match=r"compute\.networks\.list .* are used up"):
        names(inventory, NETWORKS, place)
    assert rig.asked("/networks") == before
