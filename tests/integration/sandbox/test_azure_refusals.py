"""What Resource Manager does not make, and the names that it has for why not."""

from typing import Any

import pytest

from entrypoints.sandbox.azure.ids import MACHINE, NETWORK, NIC, STORAGE
from tests.integration.sandbox.azure_clients import Azure
from tests.integration.sandbox.azure_estate import (
    ACCOUNT,
    THERE,
    WEST,
    Estate,
    estate_in,
    machine_document,
    nic_document,
)

GROUP = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups"


@pytest.fixture
def estate(azure: Azure) -> Estate:
    estate = estate_in(azure)
    estate.group()
    return estate


@pytest.mark.parametrize(
    ("kind", "name", "document", "code"),
    [
        (STORAGE, "Media", ACCOUNT, "AccountNameInvalid"),
        (STORAGE, "me", ACCOUNT, "AccountNameInvalid"),
        (STORAGE, "m" * 25, ACCOUNT, "AccountNameInvalid"),
        (STORAGE, "media", WEST, "InvalidValuesForRequestParameters"),
        (MACHINE, "_vm", machine_document(), "InvalidParameter"),
        (MACHINE, "vm-", machine_document(), "InvalidParameter"),
        (MACHINE, "vm", machine_document(size="t3.micro"), "InvalidParameter"),
        (NETWORK, "net-", WEST, "InvalidResourceName"),
        (NETWORK, "net", {**WEST, "properties": {}}, "InvalidCIDRNotation"),
        (STORAGE, "media", {**ACCOUNT, "location": "moon"}, "LocationNotAvailableForResourceType"),
    ],
)
def test_what_cannot_be_is_refused(
    estate: Estate, kind: str, name: str, document: dict[str, Any], code: str
) -> None:
    assert estate.refused("PUT", estate.id(kind, name), document) == (400, code)
    assert estate.ask("GET", estate.id(kind, name))[0] == 404


@pytest.mark.parametrize(
    ("name", "location", "status", "code"),
    [
        ("team.", "westeurope", 400, "InvalidResourceGroup"),
        ("g" * 91, "westeurope", 400, "InvalidResourceGroup"),
        ("other", "moon", 400, "LocationNotAvailableForResourceGroup"),
        ("Team", "eastus", 409, "InvalidResourceGroupLocation"),
    ],
)
def test_a_group_has_rules_of_its_own(
    estate: Estate, name: str, location: str, status: int, code: str
) -> None:
    wish = {"location": location}
    assert estate.refused("PUT", f"{GROUP}/{name}", wish) == (status, code)


def test_a_place_is_the_same_in_every_spelling(estate: Estate) -> None:
    assert estate.group("Spelled", location="West Europe")["location"] == "westeurope"
    estate.group("Spelled", location="westeurope")


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"a/b": "1"}, "InvalidTagNameCharacters"),
        ({"n" * 513: "1"}, "InvalidTagNameLength"),
        ({"": "1"}, "InvalidTagNameLength"),
        ({"n": "v" * 257}, "InvalidTagValueLength"),
        ({"n": 1}, "InvalidTagValueLength"),
        ({f"n{number}": "1" for number in range(51)}, "InvalidTagCount"),
    ],
)
def test_tags_have_limits(estate: Estate, tags: dict[str, Any], code: str) -> None:
    assert estate.refused("PATCH", f"{GROUP}/Team", {"tags": tags}) == (400, code)
    assert "tags" not in estate.ask("GET", f"{GROUP}/Team")[1]


def test_the_tags_of_an_account_have_shorter_names(estate: Estate) -> None:
    estate.account(tags={"n" * 128: "1"})
    path = estate.id(STORAGE, "media")
    longer = {"tags": {"n" * 129: "1"}}
    assert estate.refused("PATCH", path, longer) == (400, "InvalidTagNameLength")


def test_the_name_of_an_account_is_taken_in_the_whole_world(azure: Azure, estate: Estate) -> None:
    elsewhere = estate_in(azure, THERE)
    elsewhere.group()
    elsewhere.account("media")
    taken = estate.refused("PUT", estate.id(STORAGE, "media"), ACCOUNT)
    assert taken == (409, "StorageAccountAlreadyTaken")
    elsewhere.group("Second")
    second = elsewhere.id(STORAGE, "media", "Second")
    assert elsewhere.refused("PUT", second, ACCOUNT) == (
        409,
        "StorageAccountInAnotherResourceGroup",
    )
    elsewhere.account("media")  # the same one again is no other


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("10.8.0.0/24", "NetcfgSubnetRangeOutsideVnet"),
        ("10.0.0.0/8", "NetcfgSubnetRangeOutsideVnet"),
        ("10.7.1.128/25", "NetcfgSubnetRangesOverlap"),
        ("10.7.2.1/24", "InvalidCIDRNotation"),
        ("2001:db8::/64", "InvalidCIDRNotation"),
    ],
)
def test_a_subnet_lies_in_its_network_and_beside_the_others(
    estate: Estate, prefix: str, code: str
) -> None:
    estate.network()
    estate.subnet("10.7.1.0/24")
    wish = {"properties": {"addressPrefixes": [prefix]}}
    path = f"{estate.id(NETWORK, 'net')}/subnets/second"
    assert estate.refused("PUT", path, wish) == (400, code)


def test_a_subnet_needs_its_network(estate: Estate) -> None:
    path = f"{estate.id(NETWORK, 'ghost')}/subnets/sub"
    wish = {"properties": {"addressPrefix": "10.7.1.0/24"}}
    assert estate.refused("PUT", path, wish) == (404, "ParentResourceNotFound")


def test_what_is_referred_to_must_be_there_and_near(estate: Estate) -> None:
    ghost = estate.id(NIC, "ghost")
    refused = estate.refused("PUT", estate.id(MACHINE, "vm"), machine_document(ghost))
    assert refused == (400, "InvalidResourceReference")
    estate.network()
    far = {**nic_document(estate.subnet()["id"]), "location": "eastus"}
    assert estate.refused("PUT", estate.id(NIC, "far"), far) == (400, "InvalidResourceReference")


def test_who_signs_in_and_where_a_thing_is_never_changes(estate: Estate) -> None:
    estate.with_machine()
    path, nic = estate.id(MACHINE, "vm"), estate.id(NIC, "nic")
    other = machine_document(nic, user="somebody")
    assert estate.refused("PUT", path, other) == (409, "PropertyChangeNotAllowed")
    moved = {**machine_document(nic), "location": "eastus"}
    assert estate.refused("PUT", path, moved) == (409, "InvalidResourceLocation")
