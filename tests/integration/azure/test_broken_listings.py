"""A listing is complete or it raises, and one place's trouble is no other's."""

import time
from dataclasses import replace
from itertools import count as counting

import pytest

from adapters.azure.calls import ask_pages
from adapters.azure.inventory import AzureInventory
from adapters.azure.operations import LIST_RESOURCE_GROUPS, Call
from adapters.azure.retrying import LISTING
from application.ports.errors import AccessDenied, Throttled, TimedOut, Unavailable
from domain.inventory import Location
from entrypoints.sandbox.azure.errors import throttled
from entrypoints.sandbox.azure.tenant import Subscription
from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply
from tests.integration.azure.rig import (
    ACCOUNTS,
    GROUPS,
    HASTE,
    HERE,
    LIST_ACCOUNTS,
    LIST_MACHINES,
    LIST_STATES,
    MACHINES,
    THERE,
    Rig,
    records,
    resources,
    running,
)

SECOND_PAGE = f"{LIST_MACHINES}.*skiptoken"


@pytest.fixture
def inventory(rig: Rig) -> AzureInventory:
    """Eight machines in one subscription, on pages of three, and one in the other."""
    for _ in range(8):
        rig.launch(HERE)
    rig.launch(THERE)
    return rig.inventory()


def test_every_page_is_read(rig: Rig, inventory: AzureInventory) -> None:
    assert len(resources(inventory, MACHINES, HERE)) == 8
    assert rig.asked(LIST_MACHINES) == 3
    assert rig.asked(LIST_STATES) == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault(pattern=SECOND_PAGE, status=500),
        Fault(pattern=SECOND_PAGE, dropped=True),
        Fault(pattern=SECOND_PAGE, status=200, body=b"<html>proxy</html>"),
        Fault(pattern=SECOND_PAGE, status=200, body=b"\xff\xfe"),
        Fault(pattern=SECOND_PAGE, status=200, body=b""),
        Fault(pattern=SECOND_PAGE, status=204),
        Fault(pattern=SECOND_PAGE, status=200, document=[]),
        Fault(pattern=SECOND_PAGE, status=200, document={}),
        Fault(pattern=SECOND_PAGE, status=200, document={"value": None}),
        Fault(pattern=SECOND_PAGE, status=200, document={"value": {}}),
        Fault(pattern=SECOND_PAGE, status=302, headers={"Location": "https://example.org/"}),
        Fault(pattern=SECOND_PAGE, status=502, body=b"<html>proxy</html>"),
    ],
    ids=lambda fault: f"{fault.status} {fault.body or fault.document} {fault.dropped}",
)
def test_a_second_page_that_fails_raises_after_the_first_was_yielded(
    rig: Rig, inventory: AzureInventory, fault: Fault
) -> None:
    rig.server.fail(replace(fault))
    seen: list[object] = []
    with pytest.raises(Unavailable) as caught:
        seen.extend(records(inventory, MACHINES, HERE))
    assert len(seen) == 3
    assert f"Microsoft.Compute/virtualMachines/read in the subscription {HERE}" in str(caught.value)


def test_power_states_that_cannot_be_read_fail_the_listing_before_anything_is_yielded(
    rig: Rig, inventory: AzureInventory
) -> None:
    rig.fail(f"{LIST_STATES}.*skiptoken", status=500)
    with pytest.raises(Unavailable):
        next(records(inventory, MACHINES, HERE))


@pytest.mark.parametrize("what", ["networkInterfaces", "publicIPAddresses"])
def test_addresses_that_cannot_be_read_now_fail_the_listing(
    rig: Rig, inventory: AzureInventory, what: str
) -> None:
    rig.fail(what, status=500)
    with pytest.raises(Unavailable, match=f"Microsoft.Network/{what}/read"):
        resources(inventory, MACHINES, HERE)


def test_an_empty_page_that_leads_on_is_not_the_end(rig: Rig) -> None:
    group = rig.make_group(HERE, "web")
    here = f"{rig.server.endpoint}/subscriptions/{HERE}/resourcegroups?api-version=2021-04-01&x=1"
    empty = {"value": [], "nextLink": here}
    rig.fail("resourcegroups", status=200, document=empty, times=1)
    assert set(resources(rig.inventory(), GROUPS, HERE)) == {group}
    assert rig.asked("resourcegroups") == 2


@pytest.mark.parametrize("link", [None, ""])
def test_a_page_that_leads_nowhere_is_the_last(rig: Rig, link: str | None) -> None:
    rig.fail("resourcegroups", status=200, document={"value": [], "nextLink": link})
    assert resources(rig.inventory(), GROUPS, HERE) == {}


def test_pages_that_go_round_in_circles_are_left(rig: Rig) -> None:
    here = f"{rig.server.endpoint}/subscriptions/{HERE}/resourcegroups?page=2"
    rig.fail("resourcegroups", status=200, document={"value": [], "nextLink": here})
    with pytest.raises(Unavailable, match="its pages have no end"):
        resources(rig.inventory(), GROUPS, HERE)
    assert rig.asked("resourcegroups") == 2


def test_pages_that_never_repeat_and_never_end_are_left(rig: Rig) -> None:
    numbers = counting()

    class EverOn(Fault):
        def reply(self, request: Request) -> Reply:
            link = f"{rig.server.endpoint}{request.path}?page={next(numbers)}"
            return json_reply({"value": [], "nextLink": link})

    rig.server.fail(EverOn(pattern="resourcegroups"))
    call = Call(operation=LIST_RESOURCE_GROUPS, subscription=HERE)
    with pytest.raises(Unavailable, match="its pages have no end"):
        list(ask_pages(rig.session(), call, most_pages=20))
    assert rig.asked("resourcegroups") == 20


def test_a_next_page_on_another_host_is_never_asked_for_and_never_sees_the_token(rig: Rig) -> None:
    empty = json_reply({"value": []})
    with running(lambda _: empty, certificate=rig.server._certificate) as elsewhere:
        link = f"{elsewhere.endpoint}/subscriptions/{HERE}/resourcegroups?page=2"
        rig.fail("resourcegroups", status=200, document={"value": [], "nextLink": link})
        with pytest.raises(Unavailable, match="the next page is not at its own address"):
            resources(rig.inventory(), GROUPS, HERE)
        assert elsewhere.requests == ()


@pytest.mark.parametrize(
    "link",
    [
        "http://{host}/page",
        "https://{host}@example.org/page",
        "https://{host}\\@example.org/page",
        "https://{host}.example.org/page",
        "//{host}/page",
        "/page",
        "https://[::1/page",
        "https://{host}/pa ge",
        "https://{host}/page\r\nX-Injected: 1",
        "file:///etc/passwd",
        7,
        ["https://{host}/page"],
    ],
)
def test_a_next_page_is_at_the_endpoint_or_it_is_none(rig: Rig, link: object) -> None:
    host = rig.server.endpoint.removeprefix("https://")
    shown = link.format(host=host) if isinstance(link, str) else link
    rig.fail("resourcegroups", status=200, document={"value": [], "nextLink": shown})
    with pytest.raises(Unavailable, match="the next page is not at its own address"):
        resources(rig.inventory(), GROUPS, HERE)
    assert rig.asked("page") == 0


def test_a_short_throttling_is_sat_out_for_as_long_as_azure_says(
    rig: Rig, inventory: AzureInventory
) -> None:
    rig.server.fail(throttled(LIST_MACHINES, seconds=1, times=1))
    began = time.monotonic()
    assert len(resources(inventory, MACHINES, HERE)) == 8
    assert time.monotonic() - began >= 1


def test_a_throttling_that_names_no_time_is_sat_out(rig: Rig, inventory: AzureInventory) -> None:
    rig.server.fail(throttled(LIST_MACHINES, seconds=None, times=1))
    assert len(resources(inventory, MACHINES, HERE)) == 8
    assert rig.asked(LIST_MACHINES) == 4


@pytest.mark.parametrize("seconds", [46, 1200])
def test_a_long_wait_is_reported_and_not_slept(rig: Rig, seconds: int) -> None:
    rig.server.fail(throttled(LIST_ACCOUNTS, seconds=seconds))
    inventory = rig.inventory(patience=LISTING)
    began = time.monotonic()
    with pytest.raises(Throttled) as caught:
        resources(inventory, ACCOUNTS, HERE)
    assert time.monotonic() - began < 5
    assert caught.value.retry_after == seconds
    assert rig.asked(LIST_ACCOUNTS) == 1


def test_a_throttling_without_end_is_reported_as_such(rig: Rig, inventory: AzureInventory) -> None:
    rig.server.fail(throttled(LIST_MACHINES, seconds=None))
    with pytest.raises(Throttled):
        resources(inventory, MACHINES, HERE)
    assert rig.asked(LIST_MACHINES) == HASTE.attempts


def test_waits_that_add_up_to_more_than_we_are_ready_for_are_not_slept(rig: Rig) -> None:
    rig.server.fail(throttled(LIST_ACCOUNTS, seconds=1))
    patience = replace(HASTE, attempts=50, total=1.5)
    began = time.monotonic()
    with pytest.raises(Throttled):
        resources(rig.inventory(patience=patience), ACCOUNTS, HERE)
    assert time.monotonic() - began < 3


def test_an_answer_that_takes_too_long_is_given_up(rig: Rig) -> None:
    rig.fail(LIST_ACCOUNTS, delay=1.5)
    patience = replace(HASTE, read_timeout=0.2)
    with pytest.raises(TimedOut, match=r"Microsoft\.Storage/storageAccounts/read"):
        resources(rig.inventory(patience=patience), ACCOUNTS, HERE)


def test_a_connection_that_breaks_off_once_is_made_again(
    rig: Rig, inventory: AzureInventory
) -> None:
    rig.fail(LIST_MACHINES, dropped=True, times=1)
    assert len(resources(inventory, MACHINES, HERE)) == 8


def test_one_denied_subscription_of_three_names_the_role_and_spares_the_others(rig: Rig) -> None:
    third = Location("33333333-cccc-4333-8333-333333333333")
    rig.tenant.subscribe(Subscription(id=third, name="Third"))
    rig.launch(HERE)
    rig.launch(THERE)
    rig.tenant.deny("Microsoft.*", third)
    inventory = rig.inventory()
    assert set(inventory.locations(MACHINES)) >= {HERE, THERE}
    for kind in (MACHINES, ACCOUNTS, GROUPS):
        with pytest.raises(AccessDenied) as caught:
            resources(inventory, kind, third)
        assert third in caught.value.summary
        assert "Grant the Reader role" in caught.value.remedy
    assert len(resources(inventory, MACHINES, HERE)) == 1
    assert len(resources(inventory, MACHINES, THERE)) == 1


def test_no_resource_provider_is_ever_registered_for_the_customer(rig: Rig) -> None:
    document = {
        "error": {
            "code": "MissingSubscriptionRegistration",
            "message": f"The subscription is not registered to use 'Microsoft.Compute' {HERE}",
        }
    }
    rig.fail("virtualMachines", status=409, document=document)
    with pytest.raises(AccessDenied, match=r"the resource provider Microsoft\.Compute"):
        resources(rig.inventory(), MACHINES, HERE)
    methods = {each.method for each in rig.server.requests if "login" not in each.line}
    assert methods == {"GET", "POST"}
    assert rig.asked("^POST") == rig.asked("/oauth2/v2.0/token") == 1
    assert rig.asked("register|/providers/Microsoft.Compute[?]") == 0


@pytest.fixture
def nobody() -> str:
    """An address at which nobody answers."""
    with running(lambda _: Reply()) as server:
        return server.endpoint


def test_a_server_that_is_not_there_may_be_there_later(rig: Rig, nobody: str) -> None:
    with pytest.raises(Unavailable, match=r"Microsoft\.Storage/storageAccounts/read"):
        resources(rig.inventory(resource_manager_url=nobody), ACCOUNTS, HERE)
    with pytest.raises(Unavailable, match="the sign-in"):
        rig.inventory(authority_host=nobody).account_id()
