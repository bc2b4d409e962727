from collections.abc import Mapping

import pytest

from adapters.terraform.import_ids import import_id
from domain.inventory import Json

VARIABLES = {"ARM_SUBSCRIPTION_ID": "s-1", "GOOGLE_PROJECT": "acme"}
IN_GROUP = "/subscriptions/s-1/resourceGroups/web/providers"


def planned(kind: str, after: Json) -> Mapping[str, Json]:
    return {"address": f"{kind}.this", "type": kind, "change": {"after": after}}


@pytest.mark.parametrize(
    ("kind", "after", "expected"),
    [
        ("aws_s3_bucket", {"bucket": "logs"}, "logs"),
        ("aws_s3_bucket_versioning", {"bucket": "logs"}, "logs"),
        ("aws_s3_bucket_public_access_block", {"bucket": "logs"}, "logs"),
        ("aws_s3_bucket_server_side_encryption_configuration", {"bucket": "logs"}, "logs"),
        ("azurerm_resource_group", {"name": "web"}, "/subscriptions/s-1/resourceGroups/web"),
        ("azurerm_storage_account", {"name": "a"}, "Microsoft.Storage/storageAccounts/a"),
        ("azurerm_linux_virtual_machine", {"name": "a"}, "Microsoft.Compute/virtualMachines/a"),
        ("azurerm_network_interface", {"name": "a"}, "Microsoft.Network/networkInterfaces/a"),
        ("azurerm_public_ip", {"name": "a"}, "Microsoft.Network/publicIPAddresses/a"),
        ("azurerm_virtual_network", {"name": "a"}, "Microsoft.Network/virtualNetworks/a"),
        (
            "azurerm_subnet",
            {"name": "a", "virtual_network_name": "n"},
            "Microsoft.Network/virtualNetworks/n/subnets/a",
        ),
        ("google_storage_bucket", {"name": "a"}, "a"),
        ("google_compute_network", {"name": "a"}, "projects/acme/global/networks/a"),
        (
            "google_compute_subnetwork",
            {"name": "a", "region": "r"},
            "projects/acme/regions/r/subnetworks/a",
        ),
        (
            "google_compute_instance",
            {"name": "a", "zone": "z", "project": "own"},
            "projects/own/zones/z/instances/a",
        ),
    ],
)
def test_what_is_asked_for_tells_the_id(kind: str, after: dict[str, Json], expected: str) -> None:
    if expected.startswith("Microsoft"):
        after, expected = after | {"resource_group_name": "web"}, f"{IN_GROUP}/{expected}"
    assert import_id(planned(kind, after), VARIABLES) == expected


@pytest.mark.parametrize("kind", ["aws_instance", "aws_vpc", "aws_subnet", "aws_security_group"])
def test_what_amazon_makes_up_is_not_guessed(kind: str) -> None:
    assert import_id(planned(kind, {"id": "i-1", "name": "x", "bucket": "x"}), VARIABLES) is None


@pytest.mark.parametrize("after", [None, [], {}, {"bucket": None}, {"bucket": ""}, {"bucket": 7}])
def test_what_is_not_known_before_is_not_guessed(after: Json) -> None:
    assert import_id(planned("aws_s3_bucket", after), VARIABLES) is None


def test_without_the_account_there_is_no_id() -> None:
    assert import_id(planned("azurerm_resource_group", {"name": "web"}), {}) is None
    assert import_id(planned("google_compute_network", {"name": "web"}), {}) is None


@pytest.mark.parametrize("change", [{}, {"type": "aws_s3_bucket"}, {"change": None}])
def test_a_document_that_is_none_gives_no_id(change: Mapping[str, Json]) -> None:
    assert import_id(change, VARIABLES) is None
