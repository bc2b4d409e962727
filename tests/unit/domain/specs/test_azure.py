"""What Azure would refuse, or what would not be safe, is refused before Azure is asked."""

import pytest

from domain.inventory import ResourceKind
from tests.unit.domain.specs.documents import accepted, complaint_about

GROUP = ResourceKind.AZURE_RESOURCE_GROUP
ACCOUNT = ResourceKind.AZURE_STORAGE_ACCOUNT
MACHINE = ResourceKind.AZURE_VIRTUAL_MACHINE
SUBNET = (
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/network/providers"
    "/Microsoft.Network/virtualNetworks/hub/subnets/web"
)


@pytest.mark.parametrize("name", ["abc", "a" * 24, "123", "reports2031"])
def test_names_of_accounts_that_azure_takes_are_taken(name: str) -> None:
    assert accepted(ACCOUNT, name=name).name == name


@pytest.mark.parametrize("name", ["ab", "a" * 25, "Reports", "re-ports", "re.ports", "é" * 3, ""])
def test_an_account_is_named_with_small_letters_and_digits(name: str) -> None:
    assert complaint_about(ACCOUNT, name=name) == (
        f"name '{name}' is not valid: it must be 3 to 24 lower-case letters and digits."
    )


@pytest.mark.parametrize("name", ["a", "A_b.(c)-d", "a" * 90])
def test_names_of_groups_that_azure_takes_are_taken(name: str) -> None:
    assert accepted(GROUP, name=name).name == name
    assert accepted(ACCOUNT, resource_group=name).variables()["resource_group"] == name


@pytest.mark.parametrize("name", ["", "a.", "a b", "a/b", "a" * 91])
def test_a_group_is_named_with_the_letters_of_groups(name: str) -> None:
    for sentence in (
        complaint_about(GROUP, name=name),
        complaint_about(ACCOUNT, resource_group=name),
        complaint_about(MACHINE, resource_group=name),
    ):
        assert "it must have 1 to 90 characters" in sentence


@pytest.mark.parametrize("name", ["w", "web-1", "1a", "a" * 59])
def test_a_machine_is_named_like_a_host(name: str) -> None:
    assert accepted(MACHINE, name=name).name == name


@pytest.mark.parametrize("name", ["", "-web", "web-", "web_1", "web.1", "a" * 60])
def test_a_name_that_does_not_fit_the_machine_or_its_network_is_refused(name: str) -> None:
    assert "it must have 1 to 59 characters" in complaint_about(MACHINE, name=name)


def test_a_host_name_is_no_number() -> None:
    assert complaint_about(MACHINE, name="2031") == (
        "name '2031' is not valid: it may not be a number, as it is a host name too."
    )


@pytest.mark.parametrize(
    "location", ["West Europe", "WestEurope", "westeurope ", "", "west-europe"]
)
def test_a_location_is_written_as_azure_stores_it(location: str) -> None:
    assert complaint_about(GROUP, location=location) == (
        f"location '{location}' is not valid: "
        "it must be a location in lower case without spaces, such as westeurope."
    )


@pytest.mark.parametrize(
    ("field", "value", "example"),
    [
        ("size", "B2s", "Standard_B1s"),
        ("size", "standard_b2s", "Standard_B1s"),
        ("image", "ubuntu", "Canonical:ubuntu-24_04-lts:server:latest"),
        ("image", "a:b:c", "Canonical:ubuntu-24_04-lts:server:latest"),
        ("image", "a:b:c:d:e", "Canonical:ubuntu-24_04-lts:server:latest"),
    ],
)
def test_sizes_and_images_are_told_by_an_example(field: str, value: str, example: str) -> None:
    sentence = complaint_about(MACHINE, **{field: value})
    assert sentence.startswith(f"{field} '{value}' is not valid: ")
    assert sentence.endswith(f"such as {example}.")


@pytest.mark.parametrize("user", ["root", "admin", "administrator", "user1", "guest"])
def test_users_that_attackers_try_first_are_refused(user: str) -> None:
    assert complaint_about(MACHINE, admin_username=user) == (
        f"admin_username '{user}' is not valid: "
        "it may not be a name that attackers try first, such as root or admin."
    )


@pytest.mark.parametrize("user", ["", "Ada", "1ada", "ada lovelace", "a" * 33])
def test_a_user_is_named_as_linux_names_them(user: str) -> None:
    assert "it must have 1 to 32 characters" in complaint_about(MACHINE, admin_username=user)


@pytest.mark.parametrize("subnet", ["web", SUBNET.lower(), f"{SUBNET}/x", SUBNET + "\n"])
def test_a_subnet_is_named_by_its_whole_id(subnet: str) -> None:
    assert "it must be the id of a subnet: /subscriptions/" in complaint_about(
        MACHINE, subnet_id=subnet
    )
    assert complaint_about(MACHINE, subnet_id=SUBNET) == ""


def test_without_a_word_nothing_of_azure_is_open() -> None:
    account, machine = accepted(ACCOUNT).variables(), accepted(MACHINE).variables()
    assert (account["public_network_access"], account["shared_access_keys"]) == (False, False)
    assert (machine["public_ip"], machine["secure_boot"]) == (False, True)


def test_the_inventory_is_expected_to_see_a_closed_account() -> None:
    expected = accepted(ACCOUNT, replication="GZRS", access_tier="Cool").expectation()
    assert expected.attributes == {
        "sku": "Standard_GZRS",
        "access_tier": "Cool",
        "minimum_tls_version": "TLS1_2",
        "https_only": True,
        "allow_blob_public_access": False,
        "allow_shared_key_access": False,
        "public_network_access": "Disabled",
    }


def test_the_inventory_is_expected_to_see_an_account_open_if_that_was_asked_for() -> None:
    spec = accepted(ACCOUNT, public_network_access=True, shared_access_keys=True)
    attributes = spec.expectation().attributes
    assert attributes["public_network_access"] == "Enabled"
    assert attributes["allow_shared_key_access"] is True


def test_the_inventory_is_expected_to_see_a_running_machine_of_that_size() -> None:
    expected = accepted(MACHINE, size="Standard_D2s_v5", tags={"team": "a"}).expectation()
    assert expected.tags == {"team": "a"}
    assert expected.attributes == {"vm_size": "Standard_D2s_v5"}
    assert expected.status == frozenset({"starting", "running"})


def test_the_inventory_is_expected_to_see_the_tags_of_a_group() -> None:
    expected = accepted(GROUP, tags={"team": "a"}).expectation()
    assert (expected.tags, expected.attributes, expected.status) == ({"team": "a"}, {}, None)
