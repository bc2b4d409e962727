"""What a resource says of itself."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest

from adapters.azure.power_states import power_of
from adapters.azure.shapes import (
    Addresses,
    read_resource_group,
    read_storage_account,
)
from domain.inventory import ObservedResource
from tests.unit.azure.payloads import ACCOUNT, ACCOUNT_ID, GROUP, MACHINE, MACHINE_ID, PLACE
from tests.unit.azure.reading import kept, read


def test_a_machine_says_everything_that_people_ask_for() -> None:
    addresses = Addresses(private=["10.0.0.9", "10.0.0.4"], public=["203.0.113.9"])
    machine = kept(read(MACHINE, power="running", addresses=addresses))
    assert machine == ObservedResource(
        external_id=machine.external_id,
        name="Web-1",
        region="westeurope",
        status="running",
        uri=MACHINE_ID,
        created_at=datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC),
        tags={"team": "shop", "empty": ""},
        attributes={
            "resource_group": "web",
            "vm_size": "Standard_D2s_v5",
            "image": "Canonical:ubuntu:server",
            "zones": ["1", "3"],
            "private_ips": ["10.0.0.4", "10.0.0.9"],
            "public_ips": ["203.0.113.9"],
            "vm_id": "5d2b",
            "os_type": "Linux",
            "priority": "Spot",
            "eviction_policy": "Deallocate",
            "license_type": "RHEL_BYOS",
            "provisioning_state": "Succeeded",
            "availability_set": "/subscriptions/x/sets/a",
            "scale_set": "/subscriptions/x/scale/b",
            "managed_by": "/subscriptions/x/y",
        },
    )


def test_a_storage_account_says_everything_that_people_ask_for() -> None:
    account = kept(read_storage_account(ACCOUNT, subscription=PLACE))
    assert account == ObservedResource(
        external_id=account.external_id,
        name="media",
        region="northeurope",
        status="available",
        uri=ACCOUNT_ID,
        created_at=datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC),
        tags={"team": "data"},
        attributes={
            "resource_group": "data",
            "sku": "Standard_LRS",
            "kind": "StorageV2",
            "access_tier": "Hot",
            "minimum_tls_version": "TLS1_2",
            "https_only": True,
            "allow_blob_public_access": False,
            "public_network_access": "Enabled",
            "network_default_action": "Deny",
            "primary_location": "northeurope",
            "blob_endpoint": "https://media.blob.core.windows.net/",
            "provisioning_state": "Succeeded",
        },
    )


def test_a_resource_group_says_what_it_is_doing_and_who_manages_it() -> None:
    group = kept(read_resource_group(GROUP, subscription=PLACE))
    assert (group.name, group.status) == ("Web", "deleting")
    assert group.attributes == {"managed_by": f"/subscriptions/{PLACE}/resourcegroups/aks/cluster"}


def test_the_same_id_in_other_letters_is_no_change() -> None:
    loud = {**MACHINE, "id": MACHINE_ID.upper()}
    one, other = kept(read(MACHINE)), kept(read(loud))
    assert one.external_id == other.external_id
    assert one.fingerprint() == other.fingerprint()


def test_the_order_of_zones_and_addresses_is_no_change() -> None:
    turned = {**MACHINE, "zones": MACHINE["zones"][::-1]}
    one = kept(read(MACHINE, addresses=Addresses(private=["10.0.0.1", "10.0.0.2"])))
    other = kept(read(turned, addresses=Addresses(private=["10.0.0.2", "10.0.0.1"])))
    assert one.fingerprint() == other.fingerprint()


def test_a_machine_without_a_name_is_called_as_its_id_ends() -> None:
    assert kept(read({**MACHINE, "name": None})).name == "Web-1"


def test_a_machine_without_a_power_state_has_no_status() -> None:
    assert kept(read(MACHINE)).status is None


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([{"code": "PowerState/running"}], "running"),
        ([{"code": "ProvisioningState/succeeded"}, {"code": "powerState/Stopped"}], "stopped"),
        ([{"code": "PowerState/hibernated"}], "hibernated"),
        ([{"code": "PowerState/"}], None),
        ([{"code": "ProvisioningState/creating"}], None),
        ([], None),
        (None, None),
    ],
)
def test_the_power_state_is_told_in_azures_own_word(statuses: object, state: str | None) -> None:
    told = power_of({"id": MACHINE_ID, "properties": {"instanceView": {"statuses": statuses}}})
    assert told == (MACHINE_ID.lower(), state)


@pytest.mark.parametrize("statuses", [[{"code": 7}], "PowerState/running", {}])
def test_a_power_state_that_cannot_be_read_is_not_taken_for_none(statuses: object) -> None:
    record = {"id": MACHINE_ID, "properties": {"instanceView": {"statuses": statuses}}}
    assert power_of(record) is None


def test_what_is_odd_is_noted_and_the_rest_is_kept() -> None:
    odd = deepcopy(MACHINE)
    odd["properties"]["timeCreated"] = "yesterday"
    odd["zones"] = "1"
    odd["location"] = None
    machine = kept(read(odd, addresses=Addresses(private=None, public=None, oddity="no addresses")))
    assert set(machine.oddities) == {
        "no addresses",
        "properties.timeCreated is not a time",
        "zones is not a list",
        "location is missing",
    }
    assert machine.attributes["vm_size"] == "Standard_D2s_v5"
