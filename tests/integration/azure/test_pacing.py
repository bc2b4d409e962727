"""No request to Azure is sent before its turn, and no throttle is kept to oneself."""

from urllib.parse import urlsplit

import pytest

from adapters.azure.inventory import AzureInventory
from adapters.azure.session import AzureSession
from adapters.fakes.pacing import FakePacing
from application.ports.errors import Throttled
from domain.accounts import Provider
from domain.pacing import ApiCall, Limit
from tests.integration.azure.rig import (
    HASTE,
    HERE,
    LIST_MACHINES,
    MACHINES,
    TOKEN,
    Rig,
    resources,
)

API = "Microsoft.Compute/virtualMachines/read"


@pytest.fixture
def pacing() -> FakePacing:
    return FakePacing()


@pytest.fixture
def session(rig: Rig, pacing: FakePacing) -> AzureSession:
    return AzureSession(rig.secret(), patience=HASTE, pacing=pacing)


@pytest.fixture
def inventory(session: AzureSession) -> AzureInventory:
    return AzureInventory(session=session)


def test_every_request_takes_its_turn_pages_and_tokens_too(
    rig: Rig, inventory: AzureInventory, pacing: FakePacing
) -> None:
    for _ in range(7):  # three on a page
        rig.launch()
    inventory.account_id()
    assert len(resources(inventory, MACHINES, HERE)) == 7
    assert len(pacing.sent) == len(rig.server.requests)
    assert sum(each.api == API for each in pacing.sent) == rig.asked("virtualMachines")
    assert sum(each.api == "entra.token" for each in pacing.sent) >= rig.asked(TOKEN) == 1


def test_a_call_counts_for_the_subscription_as_the_application_sees_it(
    inventory: AzureInventory, session: AzureSession, pacing: FakePacing
) -> None:
    resources(inventory, MACHINES, HERE)
    whose = f"{HERE}/{session.client_id}@{urlsplit(session.endpoint).netloc}"
    assert ApiCall(provider=Provider.AZURE, account_id=whose, api=API) in pacing.sent
    assert all("@127.0.0.1:" in each.account_id for each in pacing.sent)  # that for the token too


def test_each_retry_takes_its_turn_and_each_throttle_is_told_with_its_wait(
    rig: Rig, inventory: AzureInventory, pacing: FakePacing
) -> None:
    rig.fail(LIST_MACHINES, status=429, headers={"Retry-After": "1"}, times=1)
    resources(inventory, MACHINES, HERE)
    assert [(call.api, wait) for call, wait in pacing.refused] == [(API, 1)]
    assert len(pacing.sent) == len(rig.server.requests)


def test_what_is_no_throttle_is_not_told(
    rig: Rig, inventory: AzureInventory, pacing: FakePacing
) -> None:
    rig.fail(LIST_MACHINES, status=503, times=1)
    resources(inventory, MACHINES, HERE)
    assert pacing.refused == []


def test_what_would_wait_too_long_is_not_sent(rig: Rig) -> None:
    def once(call: ApiCall) -> tuple[Limit, ...]:
        often = 1000 if call.api != API else 1
        return (Limit(name=call.api, per_second=1 / 3600, burst=often),)

    pacing = FakePacing(limits=once)
    inventory = AzureInventory(session=AzureSession(rig.secret(), patience=HASTE, pacing=pacing))
    with pytest.raises(Throttled, match="are used up") as held:
        resources(inventory, MACHINES, HERE)  # one list of machines, another of their states
    assert held.value.retry_after == pytest.approx(3600)
    assert rig.asked("virtualMachines") == 1


def test_a_token_that_would_have_to_wait_too_long_says_so(rig: Rig) -> None:
    pacing = FakePacing(limits=lambda call: (Limit(name=call.api, per_second=0.001, burst=1),))
    session = AzureSession(rig.secret(), patience=HASTE, pacing=pacing)
    with pytest.raises(Throttled, match=r"entra\.token"):
        session.ask_identity()
