"""Whoever names a thing of somebody else by its number hears that there is no such thing."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import pytest

from adapters.fakes.clouds import FakeCloud
from application.ports.errors import Conflict, NotFound, Rejected
from application.run_requests import RunRequests
from application.use_cases.browse_inventory import ShowInventoryItem, ShowInventoryItemRequest
from application.use_cases.cancel_run import CancelRun, CancelRunRequest
from application.use_cases.confirm_drift import ConfirmDrift, ConfirmDriftRequest
from application.use_cases.read_run_log import ReadRunLog, ReadRunLogRequest
from application.use_cases.request_destruction import (
    RequestDestruction,
    RequestDestructionRequest,
)
from application.use_cases.request_syncs import RequestSyncs, RequestSyncsRequest
from application.use_cases.retry_resource import RetryResource, RetryResourceRequest
from application.use_cases.show_resource import ShowResource, ShowResourceRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from application.use_cases.update_cost_data import UpdateCostDataRequest
from application.use_cases.update_provider_health import (
    UpdateProviderHealth,
    UpdateProviderHealthRequest,
)
from domain.accounts import Credential, CredentialId, EmailAddress, User
from domain.inventory import EVERYWHERE, ItemId
from domain.provisioning import ResourceId, RunId
from tests.builders import BUCKET, a_resource
from tests.unit.application.building import Building
from tests.unit.application.world import World

NEVER_WAS: Final = 987654


@dataclass(kw_only=True)
class Two:
    """Ann, who has one of everything, and Bob, who has a credential."""

    building: Building
    account: FakeCloud
    """Ann's."""
    ann: User
    bob: User
    numbers: Mapping[str, int]
    """Of what Ann has, by what it is."""
    bobs: Credential

    @property
    def world(self) -> World:
        return self.building.world

    def own(self, who: User) -> tuple[CredentialId, ...]:
        """Return what Bob may name beside what is Ann's."""
        return (self.bobs.id,) if who == self.bob else ()


Ask = Callable[[Two, User, int], object]
"""Has a user ask for the thing with this number."""


def _requests(two: Two) -> RunRequests:
    world = two.world
    return RunRequests(unit_of_work=world.unit_of_work, jobs=world.jobs)


def cancel(two: Two, who: User, number: int) -> object:
    world = two.world
    use_case = CancelRun(unit_of_work=world.unit_of_work, jobs=world.jobs)
    return use_case(CancelRunRequest(resource_id=ResourceId(number), user_email=who.email.text))


def retry(two: Two, who: User, number: int) -> object:
    request = RetryResourceRequest(resource_id=ResourceId(number), user_email=who.email.text)
    return RetryResource(requests=_requests(two))(request)


def destroy(two: Two, who: User, number: int) -> object:
    request = RequestDestructionRequest(resource_id=ResourceId(number), user_email=who.email.text)
    return RequestDestruction(requests=_requests(two))(request)


def show(two: Two, who: User, number: int) -> object:
    use_case = ShowResource(unit_of_work=two.world.unit_of_work, secret_box=two.building.secret_box)
    resource_id, email = ResourceId(number), who.email.text
    return use_case(ShowResourceRequest(resource_id=resource_id, reveal=True, user_email=email))


def read_log(two: Two, who: User, number: int) -> object:
    request = ReadRunLogRequest(resource_id=ResourceId(number), user_email=who.email.text)
    return ReadRunLog(unit_of_work=two.world.unit_of_work)(request)


def confirm_drift(two: Two, who: User, number: int) -> object:
    use_case = ConfirmDrift(
        unit_of_work=two.world.unit_of_work,
        workspaces=two.building.workspaces,
        clouds=two.world.clouds,
        secret_box=two.building.secret_box,
        clock=two.world.clock,
    )
    return use_case(ConfirmDriftRequest(resource_id=ResourceId(number), user_email=who.email.text))


def show_item(two: Two, who: User, number: int) -> object:
    request = ShowInventoryItemRequest(item_id=ItemId(number), user_email=who.email.text)
    return ShowInventoryItem(unit_of_work=two.world.unit_of_work)(request)


def request_syncs(two: Two, who: User, number: int) -> object:
    ids = (*two.own(who), CredentialId(number))
    use_case = RequestSyncs(unit_of_work=two.world.unit_of_work, jobs=two.world.jobs)
    return use_case(RequestSyncsRequest(credential_ids=ids, user_email=who.email.text))


def check_health(two: Two, who: User, number: int) -> object:
    ids = (*two.own(who), CredentialId(number))
    request = UpdateProviderHealthRequest(credential_ids=ids, user_email=who.email.text)
    return health_of(two.world)(request)


def health_of(world: World) -> UpdateProviderHealth:
    return UpdateProviderHealth(
        unit_of_work=world.unit_of_work, clouds=world.clouds, holder="worker-1"
    )


def sync(two: Two, who: User, number: int) -> object:
    request = SyncCredentialRequest(user_id=who.id, credential_id=CredentialId(number))
    return two.world.sync_credential()(request)


def read_cost(two: Two, who: User, number: int) -> object:
    request = UpdateCostDataRequest(user_id=who.id, credential_id=CredentialId(number))
    return two.world.update_cost_data()(request)


BY_NUMBER: Final[Mapping[str, tuple[Ask, ...]]] = {
    "resource": (cancel, retry, destroy, show, read_log, confirm_drift),
    "item": (show_item,),
    "credential": (request_syncs, check_health, sync, read_cost),
}
EVERY_ONE: Final = [
    pytest.param(thing, ask, id=ask.__name__) for thing, all_ in BY_NUMBER.items() for ask in all_
]


@pytest.fixture
def two() -> Two:
    building, account = Building(), FakeCloud()
    world, key = building.world, building.credential
    world.clouds.connect(key.id, account)
    account.put(BUCKET, EVERYWHERE, a_resource("b-1"))
    world.sync(key)
    (item,) = world.items_of(key)
    with world.unit_of_work() as work:
        ann = work.users.get(key.user_id)
    bob = world.a_user()
    return Two(
        building=building,
        account=account,
        ann=ann,
        bob=bob,
        numbers={"credential": key.id, "item": item.id, "resource": building.built().id},
        bobs=world.a_credential(bob),
    )


def refused(two: Two, ask: Ask, who: User, number: int) -> tuple[str, str]:
    """Return what somebody is told; the number, which differs, left out."""
    with pytest.raises(NotFound) as caught:
        ask(two, who, number)
    return caught.value.summary.replace(f" {number}.", " N."), caught.value.remedy


@pytest.mark.parametrize(("thing", "ask"), EVERY_ONE)
def test_bob_is_told_of_anns_what_he_is_told_of_what_never_was(
    two: Two, thing: str, ask: Ask
) -> None:
    of_anns = refused(two, ask, two.bob, two.numbers[thing])

    assert of_anns == refused(two, ask, two.bob, NEVER_WAS)
    assert of_anns[0].endswith(" N.")
    assert of_anns[1].startswith("List the ")


@pytest.mark.parametrize(("thing", "ask"), EVERY_ONE)
def test_nothing_is_changed_asked_or_opened_before_bob_is_refused(
    two: Two, thing: str, ask: Ask
) -> None:
    before, sent = two.world.store.committed.copy(), list(two.world.jobs.jobs)
    asked = list(two.account.listed)

    refused(two, ask, two.bob, two.numbers[thing])

    assert two.world.store.committed == before
    assert two.world.jobs.jobs == sent
    assert two.account.listed == asked
    assert not two.building.workspaces.aside


@pytest.mark.parametrize(("thing", "ask"), EVERY_ONE)
def test_ann_gets_at_what_is_hers(two: Two, thing: str, ask: Ask) -> None:
    with suppress(Conflict):  # what is built cannot be retried, nor canceled
        ask(two, two.ann, two.numbers[thing])


@pytest.mark.parametrize(("thing", "ask"), EVERY_ONE[:-2])
def test_nobody_asks_under_an_address_that_nobody_has(two: Two, thing: str, ask: Ask) -> None:
    stranger = replace(two.ann, email=EmailAddress("eve@example.org"))

    with pytest.raises(NotFound, match=r"eve@example[.]org"):
        ask(two, stranger, two.numbers[thing])


def test_a_run_of_another_resource_is_spoken_of_like_one_that_never_was(two: Two) -> None:
    log = ReadRunLog(unit_of_work=two.world.unit_of_work)
    anns_run = two.building.run(ResourceId(two.numbers["resource"]))
    two.building.credential, two.building.email = two.bobs, two.bob.email.text
    bobs = two.building.request().resource.id

    def told(run_id: RunId) -> str:
        with pytest.raises(NotFound) as caught:
            log(ReadRunLogRequest(resource_id=bobs, run_id=run_id, user_email=two.bob.email.text))
        return str(caught.value).replace(f"run {run_id} ", "run N ")

    assert told(anns_run.id) == told(RunId(NEVER_WAS))


def test_no_user_has_everybodys_credentials_checked(two: Two) -> None:
    request = UpdateProviderHealthRequest(user_email=two.bob.email.text)

    with pytest.raises(Rejected, match="Name the credentials"):
        health_of(two.world)(request)
