"""No record is lost for what is odd about it."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.gcp.shapes import read_bucket, read_instance, read_network, region_of
from domain.inventory import ObservedResource, UnreadableRecord

ZONE = "europe-west1-b"
PLACE = "https://www.googleapis.com/compute/v1/projects/shop-1"
INSTANCE: dict[str, Any] = {
    "kind": "compute#instance",
    "id": "18446744073709551615",
    "name": "web-1",
    "status": "RUNNING",
    "zone": f"{PLACE}/zones/{ZONE}",
    "machineType": f"{PLACE}/zones/{ZONE}/machineTypes/e2-small",
    "creationTimestamp": "2024-05-06T07:08:09.123-07:00",
    "lastStartTimestamp": "2026-01-02T04:04:05+01:00",
    "selfLink": f"{PLACE}/zones/{ZONE}/instances/web-1",
    "labels": {"team": "shop", "größe": "l"},
    "tags": {"items": ["web", "http"], "fingerprint": "x"},
    "networkInterfaces": [
        {
            "network": f"{PLACE}/global/networks/core",
            "subnetwork": f"{PLACE}/regions/europe-west1/subnetworks/front",
            "networkIP": "10.0.0.9",
            "accessConfigs": [{"natIP": "203.0.113.9"}],
        },
        {"networkIP": "10.0.0.4", "ipv6Address": "2001:db8::4"},
    ],
    "scheduling": {"provisioningModel": "SPOT", "preemptible": True},
    "serviceAccounts": [{"email": "web@shop-1.iam.gserviceaccount.com"}],
    "disks": [{"boot": True}],
    "deletionProtection": False,
    "canIpForward": False,
}
NETWORK: dict[str, Any] = {
    "id": "4711",
    "name": "core",
    "selfLink": f"{PLACE}/global/networks/core",
    "creationTimestamp": "2024-05-06T07:08:09.123-07:00",
    "autoCreateSubnetworks": False,
    "routingConfig": {"routingMode": "GLOBAL"},
    "mtu": 1460,
    "subnetworks": [
        f"{PLACE}/regions/us-east1/subnetworks/core",
        f"{PLACE}/regions/europe-west1/subnetworks/core",
    ],
    "peerings": [{"network": "https://x/compute/v1/projects/other-1/global/networks/hub"}],
    "description": "what holds all together",
}
BUCKET: dict[str, Any] = {
    "name": "media",
    "location": "EUROPE-WEST3",
    "locationType": "region",
    "storageClass": "NEARLINE",
    "timeCreated": "2024-05-06T14:08:09.123Z",
    "labels": {"team": "shop"},
    "versioning": {"enabled": True},
    "iamConfiguration": {
        "publicAccessPrevention": "enforced",
        "uniformBucketLevelAccess": {"enabled": True},
    },
    "billing": {"requesterPays": False},
    "retentionPolicy": {"retentionPeriod": "86400"},
    "encryption": {"defaultKmsKeyName": "projects/shop-1/locations/eu/keyRings/a/cryptoKeys/b"},
}

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text(), st.sampled_from(["items", "networkIP", "natIP", "enabled"])),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, sound: dict[str, Any], identity: str) -> dict[str, Any]:
    """Draw a record in which any field but the identity is missing, or is anything else."""
    record = deepcopy(sound)
    for field in draw(st.sets(st.sampled_from(sorted(record.keys() - {identity})))):
        if draw(st.booleans()):
            del record[field]
        else:
            record[field] = draw(JSON)
    record.update(draw(st.dictionaries(st.text(min_size=30), JSON, max_size=2)))
    return record


def kept(resource: object) -> ObservedResource:
    """Return the resource, if it can be kept and compared."""
    assert isinstance(resource, ObservedResource)
    assert resource.fingerprint() == resource.fingerprint()
    tags = resource.tags or {}
    for text in (resource.name or "", resource.status or "", *tags, *tags.values()):
        text.encode()
        assert "\x00" not in text
    return resource


@settings(deadline=None)  # a busy machine is no defect
@given(damaged(INSTANCE, "id"))
def test_no_damage_loses_an_instance(payload: dict[str, Any]) -> None:
    instance = kept(read_instance(payload, zone=ZONE))
    assert (instance.external_id, instance.region) == ("18446744073709551615", "europe-west1")


@settings(deadline=None)
@given(damaged(NETWORK, "id"))
def test_no_damage_loses_a_network(payload: dict[str, Any]) -> None:
    assert kept(read_network(payload)).external_id == "4711"


@settings(deadline=None)
@given(damaged(BUCKET, "name"))
def test_no_damage_loses_a_bucket(payload: dict[str, Any]) -> None:
    assert kept(read_bucket(payload)).external_id == "media"


@settings(deadline=None)
@given(JSON.filter(lambda each: not isinstance(each, dict)))
def test_what_is_no_record_is_reported_in_its_place(payload: object) -> None:
    for read in (read_instance(payload, zone=ZONE), read_network(payload), read_bucket(payload)):
        assert isinstance(read, UnreadableRecord)
        assert read.reason


@pytest.mark.parametrize("identity", ["", None, 7.5, [], "4711\x00", "\ud800"])
def test_an_identity_that_cannot_be_kept_is_reported_and_not_mended(identity: object) -> None:
    for read in (
        read_instance({**INSTANCE, "id": identity}, zone=ZONE),
        read_network({**NETWORK, "id": identity}),
        read_bucket({**BUCKET, "name": identity}),
    ):
        assert isinstance(read, UnreadableRecord)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**64 - 1))
def test_a_number_of_64_bits_is_the_same_whether_it_comes_as_text_or_not(number: int) -> None:
    for sent in (number, str(number)):
        read = kept(read_instance({**INSTANCE, "id": sent}, zone=ZONE))
        assert read.external_id == str(number)


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_name_in_any_script_survives_unless_it_cannot_be_kept(name: str) -> None:
    instance = kept(read_instance({**INSTANCE, "name": name}, zone=ZONE))
    odd = "\x00" in name
    assert (instance.name == name) is not odd
    assert bool(instance.oddities) is odd


def test_an_instance_says_everything_that_people_ask_for() -> None:
    instance = kept(read_instance(INSTANCE, zone=ZONE))
    assert instance == ObservedResource(
        external_id=instance.external_id,
        name="web-1",
        region="europe-west1",
        status="running",
        uri=f"{PLACE}/zones/{ZONE}/instances/web-1",
        created_at=datetime(2024, 5, 6, 14, 8, 9, 123000, tzinfo=UTC),
        tags={"team": "shop", "größe": "l"},
        attributes={
            "zone": ZONE,
            "machine_type": "e2-small",
            "provisioning_model": "spot",
            "preemptible": True,
            "launched_at": "2026-01-02T03:04:05+00:00",
            "deletion_protection": False,
            "ip_forwarding": False,
            "network_tags": ["http", "web"],
            "service_accounts": ["web@shop-1.iam.gserviceaccount.com"],
            "disks": 1,
            "private_ips": ["10.0.0.4", "10.0.0.9"],
            "public_ips": ["203.0.113.9"],
            "ipv6_addresses": ["2001:db8::4"],
            "networks": ["core"],
            "subnetworks": ["europe-west1/front"],
        },
    )


@pytest.mark.parametrize(
    ("said", "status", "own_word"),
    [
        ("RUNNING", "running", None),
        ("TERMINATED", "stopped", "TERMINATED"),
        ("STOPPED", "stopped", None),
        ("SUSPENDED", "suspended", None),
        ("PENDING_STOP", "pending_stop", None),
        ("NEWLY_INVENTED", "newly_invented", None),
    ],
)
def test_an_instance_that_google_calls_terminated_is_stopped_and_still_there(
    said: str, status: str, own_word: str | None
) -> None:
    instance = kept(read_instance({**INSTANCE, "status": said}, zone=ZONE))
    assert (instance.status, instance.attributes.get("gcp_status")) == (status, own_word)


def test_a_network_says_everything_that_people_ask_for() -> None:
    network = kept(read_network(NETWORK))
    assert (network.name, network.region, network.status) == ("core", "global", None)
    assert network.attributes == {
        "auto_create_subnetworks": False,
        "routing_mode": "GLOBAL",
        "mtu": 1460,
        "subnetworks": ["europe-west1/core", "us-east1/core"],
        "peered_networks": ["other-1/hub"],
        "description": "what holds all together",
    }


def test_a_bucket_says_everything_that_people_ask_for() -> None:
    bucket = kept(read_bucket(BUCKET))
    assert (bucket.region, bucket.uri) == ("europe-west3", "gs://media")
    assert bucket.created_at == datetime(2024, 5, 6, 14, 8, 9, 123000, tzinfo=UTC)
    assert bucket.tags == {"team": "shop"}
    assert bucket.attributes == {
        "storage_class": "NEARLINE",
        "location_type": "region",
        "versioning": True,
        "public_access_prevention": "enforced",
        "uniform_bucket_level_access": True,
        "requester_pays": False,
        "retention_seconds": 86400,
        "kms_key": "projects/shop-1/locations/eu/keyRings/a/cryptoKeys/b",
    }


def test_the_order_of_addresses_tags_and_labels_is_no_change() -> None:
    turned = {
        **INSTANCE,
        "networkInterfaces": INSTANCE["networkInterfaces"][::-1],
        "tags": {"items": INSTANCE["tags"]["items"][::-1]},
        "labels": dict(reversed(INSTANCE["labels"].items())),
    }
    first, second = (kept(read_instance(each, zone=ZONE)) for each in (INSTANCE, turned))
    assert first.fingerprint() == second.fingerprint()


def test_what_is_mistyped_is_noted_by_its_name() -> None:
    payload = {**INSTANCE, "status": 7, "machineType": None, "labels": ["team"], "tags": "web"}
    assert set(kept(read_instance(payload, zone=ZONE)).oddities) == {
        "status is not text",
        "machineType is missing",
        "labels is not a dictionary",
        "tags.items is not where it should be",
    }


@pytest.mark.parametrize(
    ("zone", "region"),
    [("europe-west1-b", "europe-west1"), ("us-central1-ai1a", "us-central1"), ("odd", "odd")],
)
def test_a_zone_is_in_its_region(zone: str, region: str) -> None:
    assert region_of(zone) == region
