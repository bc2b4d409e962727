"""A listing is complete or it raises, and one place's trouble is no other's."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.gcp.instances import Instances
from adapters.gcp.inventory import GcpInventory
from application.ports.errors import (
    AccessDenied,
    NotFound,
    PortError,
    Throttled,
    Unavailable,
)
from domain.inventory import EVERYWHERE, Location, ResourceKind, UnreadableRecord
from domain.inventory import ObservedResource as Found
from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.bulk import BulkProject
from entrypoints.sandbox.gcp.errors import error_document
from tests.integration.gcp.rig import (
    BUCKETS,
    HASTE,
    HERE,
    INSTANCES,
    NETWORKS,
    THERE,
    ZONES,
    Rig,
    launch,
    listed,
    names,
    records,
    running,
)

SWEEP = "aggregated/instances"
RATE_LIMITED = error_document(403, "x", reason="rateLimitExceeded", domain="usageLimits")
FORBIDDEN = error_document(403, "x", reason="forbidden")


@pytest.fixture(scope="module")
def bulk() -> Iterator[Rig]:
    """Three pages of instances in four zones, two of networks, three of buckets."""
    project = BulkProject(zones=sorted(ZONES), instances=1200, networks=700, buckets=2100)
    with running(bulk=project) as rig:
        yield rig


@pytest.fixture
def many(bulk: Rig) -> Rig:
    bulk.reset()
    return bulk


def everything(inventory: GcpInventory) -> dict[tuple[ResourceKind, Location], int]:
    """How much there is, scope by scope."""
    scopes = [(kind, place) for kind in KINDS for place in inventory.locations(kind)]
    return {
        scope: len({each.external_id for each in listed(inventory, *scope)}) for scope in scopes
    }


KINDS = (INSTANCES, BUCKETS, NETWORKS)


def test_every_page_is_read_and_zones_share_their_list(many: Rig) -> None:
    inventory = many.inventory()
    inventory.account_id()
    found = everything(inventory)
    assert sum(count for (kind, _), count in found.items() if kind is INSTANCES) == 1200
    assert (found[NETWORKS, EVERYWHERE], found[BUCKETS, EVERYWHERE]) == (700, 2100)
    assert many.asked(SWEEP) == 3
    assert many.asked("/networks") == 2
    assert many.asked("/storage/") == 3
    assert many.asked() == 1 + 1 + 3 + 2 + 3  # a token and the zones go before


@pytest.mark.parametrize(
    ("kind", "place", "pattern"),
    [
        (INSTANCES, HERE, SWEEP),
        (NETWORKS, EVERYWHERE, "/networks"),
        (BUCKETS, EVERYWHERE, "/storage/"),
    ],
    ids=["instances", "networks", "buckets"],
)
@pytest.mark.parametrize(
    "fault",
    [
        {"dropped": True},
        {"status": 200, "body": b"<html>proxy</html>"},
        {"status": 200, "body": b""},
        {"status": 200, "document": []},
        {"status": 200, "document": {"message": "Sign in to the network first."}},
        {"status": 200, "document": {"items": "none"}},
        {"status": 200, "document": {"items": None}},
        {"status": 302, "headers": {"Location": "/login"}},
    ],
    ids=["dropped", "markup", "nothing", "list", "portal", "text", "null", "elsewhere"],
)
def test_a_second_page_that_is_none_is_not_taken_for_the_end(
    many: Rig, kind: ResourceKind, place: Location, pattern: str, fault: dict[str, Any]
) -> None:
    many.fail(pattern, after=1, **fault)
    with pytest.raises(Unavailable) as caught:
        list(records(many.inventory(), kind, place))
    assert "of the project" in caught.value.summary or "in the project" in caught.value.summary


@pytest.mark.parametrize(
    ("kind", "pattern"), [(INSTANCES, SWEEP), (NETWORKS, "/networks"), (BUCKETS, "/storage/")]
)
@pytest.mark.parametrize("token", ["again", 7])
def test_a_list_that_begins_again_and_again_is_given_up(
    many: Rig, kind: ResourceKind, pattern: str, token: object
) -> None:
    place = HERE if kind is INSTANCES else EVERYWHERE
    endless = {"items": {} if kind is INSTANCES else [], "nextPageToken": token}
    many.fail(pattern, status=200, document=endless)
    with pytest.raises(Unavailable):
        list(records(many.inventory(), kind, place))
    assert many.asked(pattern) <= 2


def test_an_empty_page_that_leads_on_is_followed(rig: Rig) -> None:
    leads_on = {"kind": "compute#networkList", "nextPageToken": "further"}
    network = resources.network(rig.project.id, "core")
    rig.fail("/networks", status=200, document=leads_on, times=1)
    rig.fail("pageToken=further", status=200, document={"items": [network]})
    assert names(rig.inventory(), NETWORKS, EVERYWHERE) == {"core"}


def test_a_list_whose_rest_is_forgotten_midway_may_be_read_later(many: Rig) -> None:
    invalid = error_document(400, "Invalid value for field 'pageToken'", reason="invalid")
    many.fail("/networks.*pageToken", status=400, document=invalid)
    with pytest.raises(Unavailable, match="forgotten"):
        names(many.inventory(), NETWORKS, EVERYWHERE)


def test_a_limit_that_is_soon_filled_again_is_sat_out(rig: Rig) -> None:
    launch(rig, HERE, "web-1")
    rig.fail(SWEEP, status=403, document=RATE_LIMITED, times=2)
    assert names(rig.inventory(), INSTANCES, HERE) == {"web-1"}
    assert rig.asked(SWEEP) == 3


def test_a_limit_without_end_is_reported_as_such(rig: Rig) -> None:
    rig.fail(SWEEP, status=403, document=RATE_LIMITED)
    with pytest.raises(Throttled):
        names(rig.inventory(), INSTANCES, HERE)
    assert rig.asked(SWEEP) == HASTE.attempts


def test_whoever_is_to_wait_for_long_learns_it_at_once(rig: Rig) -> None:
    rig.fail("/networks", status=429, headers={"Retry-After": "1200"})
    began = time.monotonic()
    with pytest.raises(Throttled) as caught:
        names(rig.inventory(), NETWORKS, EVERYWHERE)
    assert caught.value.retry_after == 1200
    assert time.monotonic() - began < 2
    assert rig.asked("/networks") == 1


def test_a_refusal_is_not_asked_for_twice(rig: Rig) -> None:
    rig.fail("/networks", status=403, document=FORBIDDEN)
    with pytest.raises(AccessDenied):
        names(rig.inventory(), NETWORKS, EVERYWHERE)
    assert rig.asked("/networks") == 1


def test_a_connection_that_breaks_once_is_made_again(rig: Rig) -> None:
    launch(rig, HERE, "web-1")
    rig.fail("GET ", dropped=True, times=1)
    assert names(rig.inventory(), INSTANCES, HERE) == {"web-1"}


def test_one_zone_that_is_down_keeps_the_others_from_nothing(rig: Rig) -> None:
    for zone in ZONES:
        launch(rig, zone, f"in-{zone}")
    rig.project.unreachable(THERE)
    inventory = rig.inventory()
    for zone in (each for each in ZONES if each != THERE):
        assert names(inventory, INSTANCES, Location(zone)) == {f"in-{zone}"}
    with pytest.raises(Unavailable) as caught:
        names(inventory, INSTANCES, THERE)
    assert THERE in caught.value.summary
    assert rig.asked(SWEEP) == 2  # once more, as it might have passed


def test_where_google_offers_it_one_list_tells_of_all_zones_but_the_one_that_is_down(
    rig: Rig,
) -> None:
    launch(rig, HERE, "web-1")
    rig.project.unreachable(THERE)
    instances = Instances(rig.session(), fields={"return_partial_success"})
    assert [each.name for each in instances.list_zone(HERE) if isinstance(each, Found)] == ["web-1"]
    with pytest.raises(Unavailable, match=f"could not reach {THERE}"):
        list(instances.list_zone(THERE))
    assert rig.asked() == 2  # a token goes before
    assert rig.asked("returnPartialSuccess=true") == 1


def test_a_zone_that_the_list_does_not_mention_is_asked_for_itself(rig: Rig) -> None:
    launch(rig, THERE, "web-1")
    rig.fail(SWEEP, status=200, document={"kind": "compute#instanceAggregatedList"})
    assert names(rig.inventory(), INSTANCES, THERE) == {"web-1"}


def test_a_sweep_that_fails_is_not_repeated_for_each_zone(rig: Rig) -> None:
    rig.project.deny("compute.instances.list")
    inventory = rig.inventory()
    for zone in ZONES:
        with pytest.raises(AccessDenied) as caught:
            names(inventory, INSTANCES, Location(zone))
        assert caught.value.permission == "compute.instances.list"
    assert rig.asked(SWEEP) == 1


def test_a_zone_that_is_listed_again_shows_what_is_there_now(rig: Rig) -> None:
    inventory = rig.inventory()
    assert names(inventory, INSTANCES, HERE) == set()
    launch(rig, HERE, "web-1")
    assert names(inventory, INSTANCES, HERE) == {"web-1"}


def test_a_bucket_that_cannot_be_reached_is_reported_and_loses_nothing(rig: Rig) -> None:
    rig.project.put(
        resources.bucket("here-4711", location="EUROPE-WEST3"),
        resources.bucket("there-4711", location="US-CENTRAL1"),
    )
    rig.project.unreachable("us-central1")
    found = list(records(rig.inventory(), BUCKETS, EVERYWHERE))
    silent = [each for each in found if isinstance(each, UnreadableRecord)]
    assert len(found) == 2
    assert [each.reason for each in silent] == [
        "Google Cloud could not reach the bucket 'there-4711'."
    ]


@pytest.mark.parametrize("silent", [[None], "text", [{"name": "x"}], ["\x1b[31m"]])
def test_whatever_is_said_to_be_out_of_reach_keeps_the_list_incomplete(
    rig: Rig, silent: object
) -> None:
    page = {"kind": "storage#buckets", "unreachable": silent}
    rig.fail("/storage/", status=200, document=page)
    (record,) = records(rig.inventory(), BUCKETS, EVERYWHERE)
    assert isinstance(record, UnreadableRecord)
    assert record.reason.isprintable()


@pytest.mark.parametrize("items", [[], [None], [{"name": 7}]])
def test_a_project_without_any_zone_is_not_believed(rig: Rig, items: object) -> None:
    rig.fail("/zones", status=200, document={"items": items})
    with pytest.raises(Unavailable):
        rig.inventory().locations(INSTANCES)


def test_zones_are_asked_for_once_even_when_that_fails(rig: Rig) -> None:
    rig.project.deny("compute.zones.list")
    inventory = rig.inventory()
    for _ in range(2):
        with pytest.raises(AccessDenied) as caught:
            inventory.locations(INSTANCES)
        assert caught.value.permission == "compute.zones.list"
    assert rig.asked("/zones") == 1
    assert list(inventory.locations(BUCKETS)) == [EVERYWHERE]


def test_a_zone_that_is_no_more_is_said_not_to_be_there(rig: Rig) -> None:
    with pytest.raises(NotFound):
        names(rig.inventory(), INSTANCES, Location("europe-west1-z"))


def test_errors_that_several_callers_share_keep_their_words(rig: Rig) -> None:
    rig.project.account.revoke()
    inventory = rig.inventory()
    said = []
    for _ in range(2):
        with pytest.raises(PortError) as caught:
            inventory.account_id()
        said.append((caught.value.summary, caught.value.remedy))
    assert said[0] == said[1]


def test_a_slow_answer_is_given_up_in_time(rig: Rig) -> None:
    rig.fail("/networks", delay=0.5, times=1)
    hasty = replace(HASTE, read_timeout=0.1, attempts=1)
    with pytest.raises(PortError) as caught:
        names(rig.inventory(patience=hasty), NETWORKS, EVERYWHERE)
    assert "in time" in caught.value.summary
