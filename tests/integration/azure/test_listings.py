"""What is listed, with how few questions."""

import pytest

from adapters.azure.inventory import AzureInventory
from application.ports.errors import AccessDenied, Unavailable
from domain.inventory import ObservedResource, UnreadableRecord
from entrypoints.sandbox.azure.bulk import BulkSubscription
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.tenant import Subscription
from tests.integration.azure.rig import (
    ACCOUNTS,
    GROUPS,
    HERE,
    LIST_MACHINES,
    LIST_STATES,
    MACHINES,
    THERE,
    Rig,
    records,
    resources,
)


def test_a_machine_has_its_power_state_and_its_addresses(rig: Rig) -> None:
    runs = rig.launch(HERE, power="running", private_ip="10.0.0.7", public_ip="198.51.100.7")
    rests = rig.launch(HERE, power="deallocated", private_ip="10.0.0.8")
    found = resources(rig.inventory(), MACHINES, HERE)
    assert (found[runs].status, found[rests].status) == ("running", "deallocated")
    assert found[runs].attributes["private_ips"] == ["10.0.0.7"]
    assert found[runs].attributes["public_ips"] == ["198.51.100.7"]
    assert "public_ips" not in found[rests].attributes


def test_a_machine_that_is_being_made_has_no_status_yet(rig: Rig) -> None:
    machine = rig.launch(HERE, power=None)
    assert resources(rig.inventory(), MACHINES, HERE)[machine].status is None


def test_groups_in_other_letters_are_the_same_group(rig: Rig) -> None:
    machine = rig.launch(HERE)
    found = resources(rig.inventory(), MACHINES, HERE)[machine]
    assert found.uri is not None
    assert "/resourceGroups/WEB-GROUP/" in found.uri
    assert found.attributes["resource_group"] == "web-group"


@pytest.mark.parametrize(
    ("action", "hidden"),
    [
        ("Microsoft.Network/networkInterfaces/read", {"private_ips", "public_ips"}),
        ("Microsoft.Network/publicIPAddresses/read", {"public_ips"}),
    ],
)
def test_addresses_that_may_not_be_read_are_unknown_and_the_machines_are_listed(
    rig: Rig, action: str, hidden: set[str]
) -> None:
    machine = rig.launch(HERE, private_ip="10.0.0.7", public_ip="198.51.100.7")
    rig.tenant.deny(action)
    found = resources(rig.inventory(), MACHINES, HERE)[machine]
    assert found.status == "running"
    assert {"private_ips", "public_ips"} - found.attributes.keys() == hidden
    assert action in found.oddities[0]


def test_many_machines_take_two_passes_and_two_lists_of_addresses() -> None:
    bulk = BulkSubscription(machines=240, page=60)
    server = AzureServer(bulk=bulk)
    server.start()
    rig = Rig(server=server)
    inventory = rig.inventory()
    (place,) = inventory.locations(MACHINES)
    found = resources(inventory, MACHINES, place)
    server.stop()
    assert len(found) == 240
    assert {each.status for each in found.values()} == {"running", "deallocated"}
    assert all(each.attributes["public_ips"] for each in found.values())
    assert (rig.asked(LIST_MACHINES), rig.asked(LIST_STATES)) == (4, 4)
    assert rig.asked("networkInterfaces") == rig.asked("publicIPAddresses") == 4
    assert len(server.requests) == 4 * 4 + 3  # the sign-in in two steps, and the subscriptions


def test_subscriptions_are_asked_for_once_and_the_sign_in_is_shared(rig: Rig) -> None:
    inventory = rig.inventory()
    inventory.account_id()
    for kind in (MACHINES, ACCOUNTS, GROUPS):
        for place in inventory.locations(kind):
            resources(inventory, kind, place)
    assert rig.asked(r"GET /subscriptions\?") == 1
    assert rig.asked("/oauth2/v2.0/token") == 1


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ("Enabled", True),
        ("Warned", True),
        ("PastDue", True),
        ("Unheard", True),
        ("Disabled", False),
        ("Deleted", False),
    ],
)
def test_only_closed_subscriptions_are_passed_by(rig: Rig, state: str, is_open: bool) -> None:
    rig.tenant.subscribe(Subscription(id=THERE, name="There", state=state))
    expected = {HERE, THERE} if is_open else {HERE}
    assert set(rig.inventory().locations(MACHINES)) == expected


def test_an_application_that_sees_no_subscription_is_told_which_role_it_needs(rig: Rig) -> None:
    rig.tenant.deny("Microsoft.Resources/subscriptions/read")
    with pytest.raises(AccessDenied) as caught:
        rig.inventory().locations(MACHINES)
    client = rig.server.credential()["client_id"]
    assert f"Grant the Reader role on a subscription to the application {client}" in str(
        caught.value
    )


@pytest.mark.parametrize("odd", [{"state": "Enabled"}, {"subscriptionId": "../x"}, None, 7])
def test_a_subscription_without_an_id_is_not_passed_by(rig: Rig, odd: object) -> None:
    rig.fail(r"GET /subscriptions\?", status=200, document={"value": [odd]})
    with pytest.raises(Unavailable, match="a subscriptionId is no id"):
        rig.inventory().locations(MACHINES)


def test_a_named_subscription_is_the_only_place_and_needs_no_list(rig: Rig) -> None:
    inventory = rig.inventory(subscription_id=THERE.upper())
    assert list(inventory.locations(MACHINES)) == [THERE]
    assert rig.asked(r"GET /subscriptions\?") == 0


def test_a_named_subscription_that_does_not_exist_says_what_to_check(rig: Rig) -> None:
    nowhere = "99999999-9999-4999-8999-999999999999"
    inventory = rig.inventory(subscription_id=nowhere)
    (place,) = inventory.locations(MACHINES)
    with pytest.raises(AccessDenied) as caught:
        resources(inventory, MACHINES, place)
    assert f"cannot find the subscription {nowhere}" in caught.value.summary
    assert "Check subscription_id" in caught.value.remedy


def test_a_named_subscription_of_another_tenant_says_so(rig: Rig) -> None:
    error = {"error": {"code": "InvalidAuthenticationTokenTenant", "message": "canary"}}
    rig.fail(f"/subscriptions/{HERE}", status=401, document=error)
    with pytest.raises(AccessDenied) as caught:
        resources(rig.inventory(subscription_id=HERE), MACHINES, HERE)
    assert "Another tenant than the credential's owns" in caught.value.summary


def odd_page(*value: object) -> dict[str, object]:
    return {"value": list(value)}


def test_a_record_without_an_id_is_reported_and_the_others_are_listed(rig: Rig) -> None:
    machine = {"id": "/subscriptions/x/resourceGroups/g/p/M", "name": None, "properties": None}
    rig.fail(LIST_MACHINES, status=200, document=odd_page({}, machine, None, 7))
    found = list(records(rig.inventory(), MACHINES, HERE))
    assert [type(each) for each in found] == [
        UnreadableRecord,
        ObservedResource,
        UnreadableRecord,
        UnreadableRecord,
    ]


@pytest.mark.parametrize("what", [LIST_STATES, "networkInterfaces", "publicIPAddresses"])
def test_odd_records_beside_a_machine_cost_it_nothing_but_what_they_tell(
    rig: Rig, what: str
) -> None:
    machine = rig.launch(HERE)
    odd = odd_page(None, 7, {}, {"id": 7}, {"id": "/x"}, {"id": "/y", "properties": []})
    rig.fail(what, status=200, document=odd)
    inventory: AzureInventory = rig.inventory()
    assert set(resources(inventory, MACHINES, HERE)) == {machine}


@pytest.mark.parametrize("odd", [None, {}, {"id": None}, {"id": "/x", "properties": "?"}])
def test_a_power_state_of_an_unknown_machine_is_an_oddity_of_those_without_one(
    rig: Rig, odd: object
) -> None:
    known, unknown = rig.launch(HERE), rig.launch(HERE)
    status = {"code": "PowerState/running"}
    sound = {"id": known, "properties": {"instanceView": {"statuses": [status]}}}
    rig.fail(LIST_STATES, status=200, document=odd_page(odd, sound))
    found = resources(rig.inventory(), MACHINES, HERE)
    assert (found[known].status, found[known].oddities) == ("running", ())
    assert found[unknown].status is None
    assert found[unknown].oddities == ("its power state may stand in a record that cannot be read",)


@pytest.mark.parametrize("what", ["networkInterfaces", "publicIPAddresses"])
@pytest.mark.parametrize("odd", [None, {"properties": {"ipAddress": "198.51.100.9"}}])
def test_an_address_of_an_unknown_machine_is_an_oddity_of_those_that_lack_one(
    rig: Rig, what: str, odd: object
) -> None:
    machine = rig.launch(HERE, private_ip="10.0.0.7", public_ip="198.51.100.7")
    rig.fail(what, status=200, document=odd_page(odd))
    (oddity,) = resources(rig.inventory(), MACHINES, HERE)[machine].oddities
    assert oddity == "some of its addresses may stand in a record that cannot be read"


def test_odd_addresses_that_nobody_lacks_are_no_oddity(rig: Rig) -> None:
    rig.launch(HERE, private_ip="10.0.0.7")
    rig.fail("publicIPAddresses", status=200, document=odd_page(None, 7))
    (machine,) = resources(rig.inventory(), MACHINES, HERE).values()
    assert (machine.attributes["private_ips"], machine.oddities) == (["10.0.0.7"], ())
