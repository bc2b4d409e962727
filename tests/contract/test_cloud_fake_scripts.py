"""The fake cloud does what its script says, and nothing kinder than a cloud would."""

from datetime import UTC, datetime

import pytest

from adapters.fakes.clouds import FakeCloud, FakeClouds
from adapters.fakes.owned_objects import FakeOwnedObjects
from application.ports.errors import AccessDenied, Rejected, Throttled, Unavailable
from application.ports.terraform import ProviderEnvironment
from domain.accounts import (
    Credential,
    CredentialId,
    CredentialName,
    Provider,
    SealedSecret,
    SubAccountId,
    UserId,
)
from domain.inventory import (
    ExternalId,
    ObservedResource,
    Scope,
    UnreadableRecord,
)
from tests.contract.test_cloud_inventory_fake import HERE, INSTANCES, THERE, VPCS

SCOPE = Scope(credential_id=CredentialId(1), kind=INSTANCES, location=HERE)


def an_instance(identity: str, **tags: str) -> ObservedResource:
    return ObservedResource(external_id=ExternalId(identity), tags=dict(tags))


def a_cloud(*identities: str) -> FakeCloud:
    cloud = FakeCloud()
    cloud.open(INSTANCES, HERE)
    cloud.put(INSTANCES, HERE, *map(an_instance, identities))
    return cloud


def ids(cloud: FakeCloud) -> list[str]:
    return [
        each.external_id
        for each in cloud.list_resources(SCOPE)
        if isinstance(each, ObservedResource)
    ]


def test_a_fault_strikes_after_as_many_records_as_it_was_told() -> None:
    cloud = a_cloud("a", "b", "c")
    cloud.fail(INSTANCES, HERE, Unavailable("It does not answer."), after=2)
    seen: list[object] = []
    with pytest.raises(Unavailable):
        seen.extend(cloud.list_resources(SCOPE))
    assert len(seen) == 2


def test_a_fault_that_comes_after_the_last_record_still_strikes() -> None:
    cloud = a_cloud("a")
    cloud.fail(INSTANCES, HERE, Unavailable("It does not answer."), after=100)
    with pytest.raises(Unavailable):
        ids(cloud)


def test_a_fault_strikes_as_often_as_it_was_told() -> None:
    cloud = a_cloud("a")
    cloud.fail(INSTANCES, HERE, Throttled("Slow down.", retry_after=2.0), times=2)
    for _ in range(2):
        with pytest.raises(Throttled) as caught:
            ids(cloud)
        assert (caught.value.summary, caught.value.retry_after) == ("Slow down.", 2.0)
    assert ids(cloud) == ["a"]


def test_healing_ends_every_fault() -> None:
    cloud = a_cloud("a")
    denied = AccessDenied("It is refused.")
    cloud.fail(INSTANCES, HERE, denied)
    cloud.fail_account(denied)
    cloud.fail_locations(INSTANCES, denied)
    for ask in (cloud.account_id, lambda: cloud.locations(INSTANCES), lambda: ids(cloud)):
        with pytest.raises(AccessDenied):
            ask()
    assert cloud.locations(VPCS) == ()
    cloud.heal()
    assert (cloud.account_id(), cloud.locations(INSTANCES), ids(cloud)) == (
        "111122223333",
        (HERE,),
        ["a"],
    )


def test_what_changes_in_the_midst_of_a_listing_may_show_but_what_stays_always_shows() -> None:
    cloud = a_cloud("b", "d", "f")

    def upheaval() -> None:
        cloud.remove(INSTANCES, HERE, "d")
        cloud.put(INSTANCES, HERE, an_instance("a"), an_instance("e"))

    cloud.meanwhile(INSTANCES, HERE, upheaval, after=1)
    assert ids(cloud) == ["b", "e", "f"]
    assert ids(cloud) == ["a", "b", "e", "f"]


def test_what_was_put_in_does_not_change_with_what_its_owner_does_to_it() -> None:
    tags = {"team": "shop"}
    cloud = FakeCloud()
    cloud.put(INSTANCES, HERE, ObservedResource(external_id=ExternalId("a"), tags=tags))
    tags["team"] = "other"
    (kept,) = cloud.resources(INSTANCES, HERE)
    assert kept.tags == {"team": "shop"}


def test_a_location_that_was_closed_is_neither_named_nor_listed() -> None:
    cloud = a_cloud("a")
    cloud.open(INSTANCES, THERE)
    cloud.close(INSTANCES, HERE)
    assert cloud.locations(INSTANCES) == (THERE,)
    assert cloud.resources(INSTANCES, HERE) == ()
    with pytest.raises(AccessDenied):
        ids(cloud)


def test_records_that_cannot_be_read_come_along() -> None:
    cloud = a_cloud("a")
    cloud.put_unreadable(INSTANCES, HERE, "It has no id.")
    assert list(cloud.list_resources(SCOPE))[1:] == [UnreadableRecord(reason="It has no id.")]


def test_it_remembers_what_was_listed() -> None:
    cloud = a_cloud()
    ids(cloud)
    assert cloud.listed == [SCOPE]


def test_a_credential_opens_the_cloud_it_was_connected_to_and_no_other() -> None:
    clouds = FakeClouds()
    cloud = clouds.connect(CredentialId(1), FakeCloud("444455556666"))
    assert clouds.inventory(a_credential(1), SealedSecret(b"x")) is cloud
    assert clouds.probe(a_credential(1), SealedSecret(b"x")).check().failure is None
    with pytest.raises(Rejected):
        clouds.inventory(a_credential(2), SealedSecret(b"x"))


def test_terraform_gets_what_the_script_says_and_nothing_otherwise() -> None:
    clouds = FakeClouds({CredentialId(1): FakeCloud(), CredentialId(2): FakeCloud()})
    environment = ProviderEnvironment(
        sub_account_id=SubAccountId("444455556666"), variables={"AWS_ACCESS_KEY_ID": "some"}
    )
    clouds.equip(CredentialId(1), environment)
    assert clouds.provider_environment(a_credential(1), SealedSecret(b"x")) == environment
    bare = clouds.provider_environment(a_credential(2), SealedSecret(b"x"))
    assert bare.sub_account_id == str(FakeCloud().account)
    assert bare.variables == {}
    clouds.equip(CredentialId(1), AccessDenied("The role is refused."))
    with pytest.raises(AccessDenied, match="The role is refused"):
        clouds.provider_environment(a_credential(1), SealedSecret(b"x"))
    with pytest.raises(Rejected):
        clouds.provider_environment(a_credential(3), SealedSecret(b"x"))


def test_our_objects_are_looked_for_where_the_script_says() -> None:
    clouds = FakeClouds({CredentialId(1): FakeCloud(), CredentialId(2): FakeCloud()})
    owned = FakeOwnedObjects()
    clouds.tag(CredentialId(1), owned)
    assert clouds.owned_objects(a_credential(1), SealedSecret(b"x")) is owned
    assert clouds.owned_objects(a_credential(2), SealedSecret(b"x")) is None
    with pytest.raises(Rejected):
        clouds.owned_objects(a_credential(3), SealedSecret(b"x"))


def a_credential(number: int) -> Credential:
    return Credential(
        id=CredentialId(number),
        user_id=UserId(1),
        provider=Provider.AWS,
        name=CredentialName("prod"),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
