"""What is made through Resource Manager is found like all else, and taken apart in order."""

from typing import Any

import pytest

from domain.inventory import Location
from entrypoints.sandbox.azure.ids import MACHINE, NETWORK, NIC, PUBLIC_IP
from tests.integration.azure.rig import ACCOUNTS, GROUPS, MACHINES, Rig, resources
from tests.integration.sandbox.azure_clients import Azure
from tests.integration.sandbox.azure_estate import HERE, Estate, estate_in, machine_document

TAGS = {"managed-by": "multi-cloud", "Ω note": '${file("/etc/passwd")}'}


@pytest.fixture
def estate(azure: Azure) -> Estate:
    return estate_in(azure)


@pytest.fixture
def with_machine(estate: Estate) -> Estate:
    estate.with_machine()
    return estate


def part(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["properties"]["ipConfigurations"][0]["properties"]
    return found


def test_our_inventory_finds_a_machine_that_was_made_like_any_other(with_machine: Estate) -> None:
    inventory = Rig(server=with_machine.azure.server).inventory()
    (machine,) = resources(inventory, MACHINES, Location(HERE)).values()
    assert (machine.name, machine.status, machine.region) == ("vm", "running", "westeurope")
    assert machine.attributes["private_ips"] == ["10.7.1.4"]
    _, address = with_machine.ask("GET", with_machine.id(PUBLIC_IP, "ip"))
    assert machine.attributes["public_ips"] == [address["properties"]["ipAddress"]]
    assert machine.attributes["os_type"] == "Linux"
    assert machine.attributes["image"] == "Canonical:ubuntu-24_04-lts:server"
    assert not machine.oddities


def test_our_inventory_finds_groups_and_accounts_with_their_tags(estate: Estate) -> None:
    estate.group(tags=TAGS)
    estate.account(tags=TAGS)
    inventory = Rig(server=estate.azure.server).inventory()
    (group,) = resources(inventory, GROUPS, Location(HERE)).values()
    (account,) = resources(inventory, ACCOUNTS, Location(HERE)).values()
    assert group.tags == account.tags == TAGS
    assert (account.status, account.attributes["sku"]) == ("available", "Standard_ZRS")
    assert account.attributes["allow_blob_public_access"] is False


def test_a_thing_has_one_id_in_every_spelling_and_every_life(with_machine: Estate) -> None:
    path = with_machine.id(MACHINE, "vm")
    _, first = with_machine.ask("GET", path.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))
    assert first["id"] == path
    with_machine.ask("DELETE", path)
    nic = with_machine.id(NIC, "nic")
    second = with_machine.machine(nics=(nic,))
    assert second["properties"]["vmId"] == first["properties"]["vmId"]


def test_tags_and_size_change_where_they_are(with_machine: Estate) -> None:
    path = with_machine.id(MACHINE, "vm")
    change = {"tags": TAGS, "properties": {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}}
    status, changed = with_machine.ask("PATCH", path, change)
    assert (status, changed["tags"]) == (200, TAGS)
    assert changed["properties"]["hardwareProfile"]["vmSize"] == "Standard_D2s_v5"
    assert changed["properties"]["osProfile"]["adminUsername"] == "operator"


def test_a_network_tells_of_its_subnets_and_a_nic_of_its_machine(with_machine: Estate) -> None:
    _, network = with_machine.ask("GET", with_machine.id(NETWORK, "net"))
    assert [each["name"] for each in network["properties"]["subnets"]] == ["sub"]
    _, nic = with_machine.ask("GET", with_machine.id(NIC, "nic"))
    assert nic["properties"]["virtualMachine"]["id"] == with_machine.id(MACHINE, "vm")
    with_machine.ask("DELETE", with_machine.id(MACHINE, "vm"))
    _, nic = with_machine.ask("GET", with_machine.id(NIC, "nic"))
    assert "virtualMachine" not in nic["properties"]


def test_addresses_of_a_subnet_are_given_once_until_there_are_none(estate: Estate) -> None:
    estate.group()
    estate.network()
    subnet = estate.subnet("10.7.9.0/29")["id"]
    given = [part(estate.nic(f"nic-{n}", subnet))["privateIPAddress"] for n in range(3)]
    assert given == ["10.7.9.4", "10.7.9.5", "10.7.9.6"]
    another = {**estate.nic()["properties"]["ipConfigurations"][0], "properties": {}}
    another["properties"]["subnet"] = {"id": subnet}
    wish = {"location": "westeurope", "properties": {"ipConfigurations": [another]}}
    assert estate.refused("PUT", estate.id(NIC, "late"), wish) == (400, "SubnetIsFull")
    estate.ask("DELETE", estate.id(NIC, "nic-1"))
    assert part(estate.put(estate.id(NIC, "late"), wish))["privateIPAddress"] == "10.7.9.5"


def test_public_addresses_differ(estate: Estate) -> None:
    estate.group()
    made = [estate.public_ip(f"ip-{n}")["properties"]["ipAddress"] for n in range(60)]
    assert len(set(made)) == 60


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        (NIC, "nic", "NicInUse"),
        (PUBLIC_IP, "ip", "PublicIPAddressCannotBeDeleted"),
        (NETWORK, "net/subnets/sub", "InUseSubnetCannotBeDeleted"),
        (NETWORK, "net", "InUseSubnetCannotBeDeleted"),
    ],
)
def test_what_is_in_use_stays(with_machine: Estate, kind: str, name: str, code: str) -> None:
    path = with_machine.id(kind, name)
    assert with_machine.refused("DELETE", path) == (400, code)
    assert with_machine.ask("GET", path)[0] == 200


def test_what_nothing_uses_any_more_can_go(with_machine: Estate) -> None:
    in_order = [(MACHINE, "vm"), (NIC, "nic"), (PUBLIC_IP, "ip"), (NETWORK, "net/subnets/sub")]
    for kind, name in (*in_order, (NETWORK, "net")):
        path = with_machine.id(kind, name)
        assert with_machine.ask("DELETE", path)[0] == 200
        assert with_machine.refused("GET", path) == (404, "ResourceNotFound")
    assert with_machine.ask("GET", f"{with_machine.root}/resources")[1]["value"] == []


def test_a_group_takes_all_that_is_in_it_along(with_machine: Estate) -> None:
    assert with_machine.ask("DELETE", f"{with_machine.root}/resourceGroups/TEAM")[0] == 200
    with_machine.group()
    assert with_machine.ask("GET", f"{with_machine.root}/resources")[1]["value"] == []


def test_one_nic_is_for_one_machine_and_one_address_for_one_nic(with_machine: Estate) -> None:
    nic, address = with_machine.id(NIC, "nic"), with_machine.id(PUBLIC_IP, "ip")
    wish = machine_document(nic)
    for name in ("other", "v"):
        path = with_machine.id(MACHINE, name)
        assert with_machine.refused("PUT", path, wish) == (400, "NicInUse")
    with pytest.raises(AssertionError, match="PublicIPAddressInUse"):
        with_machine.nic("second", public_ip=address)
    with_machine.machine(nics=(nic,))  # its own may be sent again
