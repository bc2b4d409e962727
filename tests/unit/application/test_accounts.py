"""Users and their keys."""

import pytest

from adapters.fakes.secret_box import FakeSecretBox
from application.ports.clouds import SecretFormat
from application.ports.errors import Conflict, NotFound, Rejected
from application.ports.secret_box import SecretText
from application.use_cases.add_credential import AddCredential, AddCredentialRequest
from application.use_cases.add_user import AddUser, AddUserRequest
from application.use_cases.disable_credential import DisableCredential, DisableCredentialRequest
from application.use_cases.list_credentials import CredentialChoice, ListCredentials
from application.use_cases.list_users import ListUsers
from application.use_cases.replace_credential_secret import (
    ReplaceCredentialSecret,
    ReplaceCredentialSecretRequest,
)
from application.use_cases.rotate_secret_keys import RotateSecretKeys
from domain.accounts import Credential, Provider, User
from domain.errors import InvalidValue
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Trouble, Witness
from tests.unit.application.world import World


class OnlyText(SecretFormat):
    """Accepts a document that is a text."""

    def canonical(self, provider: Provider, document: object) -> SecretText:
        if not isinstance(document, str):
            raise Rejected(f"The credential file for {provider} must hold one text.")
        return SecretText(document)


@pytest.fixture
def box() -> FakeSecretBox:
    return FakeSecretBox("old")


def add_user(world: World, email: str) -> User:
    return AddUser(unit_of_work=world.unit_of_work, clock=world.clock)(AddUserRequest(email=email))


def add_credential(
    world: World, box: FakeSecretBox, *, name: str = "main", document: object = "s3cret"
) -> Credential:
    use_case = AddCredential(
        unit_of_work=world.unit_of_work, secret_box=box, secret_format=OnlyText()
    )
    return use_case(
        AddCredentialRequest(
            user_email="ada@example.org", provider="aws", name=name, document=document
        )
    )


def test_an_address_is_taken_once(world: World) -> None:
    add_user(world, "ada@example.org")
    with pytest.raises(Conflict, match="ada@example"):
        add_user(world, "ADA@example.org")


def test_a_credential_is_kept_sealed(world: World, box: FakeSecretBox) -> None:
    add_user(world, "ada@example.org")
    credential = add_credential(world, box)
    with world.unit_of_work() as work:
        sealed = work.credentials.secret(credential.id)
    assert b"s3cret" not in sealed.ciphertext
    assert box.open(sealed) == SecretText("s3cret")


def test_a_name_is_taken_once_per_user(world: World, box: FakeSecretBox) -> None:
    add_user(world, "ada@example.org")
    add_credential(world, box)
    with pytest.raises(Conflict, match="main"):
        add_credential(world, box)


def test_a_malformed_document_leaves_nothing_behind(world: World, box: FakeSecretBox) -> None:
    add_user(world, "ada@example.org")
    with pytest.raises(Rejected):
        add_credential(world, box, document=42)
    assert list(ListCredentials(unit_of_work=world.unit_of_work)(CredentialChoice())) == []


def test_a_credential_needs_a_user(world: World, box: FakeSecretBox) -> None:
    with pytest.raises(NotFound, match="ada@example"):
        add_credential(world, box)


def test_an_unknown_provider_is_named_with_the_known_ones(world: World, box: FakeSecretBox) -> None:
    use_case = AddCredential(
        unit_of_work=world.unit_of_work, secret_box=box, secret_format=OnlyText()
    )
    request = AddCredentialRequest(
        user_email="ada@example.org", provider="ibm", name="x", document="s3cret"
    )
    with pytest.raises(InvalidValue, match="aws, azure, gcp"):
        use_case(request)
    assert "s3cret" not in repr(request)


def test_disabling_a_credential_twice_keeps_the_first_date(
    world: World, box: FakeSecretBox
) -> None:
    add_user(world, "ada@example.org")
    add_credential(world, box)
    disable = DisableCredential(unit_of_work=world.unit_of_work, clock=world.clock)
    request = DisableCredentialRequest(user_email="ada@example.org", name="main")
    first = disable(request)
    assert not first.active
    assert disable(request) == first


def test_a_new_key_takes_the_place_of_an_expired_one_and_is_tried_at_once(
    world: World, box: FakeSecretBox
) -> None:
    add_user(world, "ada@example.org")
    credential = add_credential(world, box)
    expired = Trouble(cause=HealthStatus.EXPIRED, detail="Expired.", remedy="Enter another.")
    check = HealthCheck(witness=Witness.PROBE, failure=expired)
    with world.unit_of_work() as work:
        work.credentials.disable(credential.id, at=world.clock.now())
        work.health.save(ProviderHealth.first(credential.id, check, at=world.clock.now()))
        work.commit()
    replaced = ReplaceCredentialSecret(
        unit_of_work=world.unit_of_work, secret_box=box, secret_format=OnlyText()
    )(ReplaceCredentialSecretRequest(user_email="ada@example.org", name="main", document="current"))
    assert replaced == credential
    with world.unit_of_work() as work:
        assert box.open(work.credentials.secret(credential.id)) == SecretText("current")
        assert list(work.health.due(at=world.clock.now(), after=None, limit=5)) == [credential.id]


def test_after_a_rotation_every_secret_opens_with_the_newest_key_alone(
    world: World, box: FakeSecretBox
) -> None:
    add_user(world, "ada@example.org")
    credentials = [add_credential(world, box, name=f"key {n}") for n in range(5)]
    both = FakeSecretBox("new", "old")
    report = RotateSecretKeys(unit_of_work=world.unit_of_work, secret_box=both, page_size=2)()
    assert report.resealed == 5
    new_alone = FakeSecretBox("new")
    with world.unit_of_work() as work:
        opened = {new_alone.open(work.credentials.secret(each.id)) for each in credentials}
    assert opened == {SecretText("s3cret")}


def test_a_secret_that_no_key_opens_is_reported_and_keeps_no_other_from_the_new_key(
    world: World, box: FakeSecretBox
) -> None:
    add_user(world, "ada@example.org")
    lost = add_credential(world, FakeSecretBox("lost"), name="lost")
    kept = add_credential(world, box, name="kept")
    both = FakeSecretBox("new", "old")
    report = RotateSecretKeys(unit_of_work=world.unit_of_work, secret_box=both, page_size=1)()
    assert (report.resealed, report.unreadable) == (1, (lost.id,))
    with world.unit_of_work() as work:
        assert FakeSecretBox("new").open(work.credentials.secret(kept.id)) == SecretText("s3cret")


def test_without_a_key_nothing_is_rotated(world: World) -> None:
    with pytest.raises(Rejected, match="no key"):
        RotateSecretKeys(unit_of_work=world.unit_of_work, secret_box=FakeSecretBox())()


def test_users_are_shown_in_the_order_in_which_they_came(world: World) -> None:
    users = [world.a_user() for _ in range(5)]
    assert list(ListUsers(unit_of_work=world.unit_of_work, page_size=2)()) == users


def test_credentials_can_be_chosen_by_user_provider_and_name(world: World) -> None:
    ada, bob = world.a_user(), world.a_user()
    first, second = world.a_credential(ada), world.a_credential(ada)
    world.a_credential(bob)
    show = ListCredentials(unit_of_work=world.unit_of_work, page_size=2)

    def shown(choice: CredentialChoice) -> list[Credential]:
        return [overview.credential for overview in show(choice)]

    assert len(shown(CredentialChoice())) == 3
    assert shown(CredentialChoice(user_email=ada.email.text)) == [first, second]
    assert shown(CredentialChoice(name=second.name.text)) == [second]
    assert shown(CredentialChoice(provider=Provider.GCP)) == []
