"""A value that exists is valid."""

from datetime import UTC, datetime, timedelta, timezone

import hypothesis.strategies as st
import pytest
from hypothesis import given

from domain.accounts import CredentialName, EmailAddress, Provider, SealedSecret, User, UserId
from domain.errors import InvalidValue
from domain.inventory import ExternalId, ObservedResource, ResourceKind
from domain.retention import Ledger, RetentionPolicy
from tests.builders import NOON, a_resource


def test_one_person_is_one_address_however_it_is_typed() -> None:
    assert EmailAddress(" Ada@Example.ORG ") == EmailAddress("ada@example.org")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@x.org",
        "a b@x.org",
        "a" * 250 + "@x.org",
        "a@b..c",
        "a\x1b[31m@x.org",
        "lone\ud800surrogate@x.org",
        '"><b>@x.org',
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="must look like name@"):
        EmailAddress(text)


@pytest.mark.parametrize("text", ["", "   ", "two\nlines", "x" * 101, "bell\x07", "a\ud800b"])
def test_a_credential_name_is_one_printable_line(text: str) -> None:
    with pytest.raises(InvalidValue, match="printable"):
        CredentialName(text)


def test_an_unknown_provider_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(InvalidValue, match="aws, azure, gcp"):
        Provider.named("ibm")


def test_a_provider_is_found_whatever_its_case() -> None:
    assert Provider.named(" AWS ") is Provider.AWS


def test_each_kind_belongs_to_the_provider_that_its_name_says() -> None:
    assert all(kind.value.startswith(kind.provider.value) for kind in ResourceKind)
    assert ResourceKind.of(Provider.AWS) == (
        ResourceKind.AWS_EC2_INSTANCE,
        ResourceKind.AWS_S3_BUCKET,
        ResourceKind.AWS_VPC,
    )


def test_a_time_without_a_zone_names_no_instant() -> None:
    naive = datetime(2030, 1, 1)  # noqa: DTZ001 - the fault under test
    with pytest.raises(InvalidValue, match="time zone"):
        User(id=UserId(1), email=EmailAddress("ada@example.org"), created_at=naive)


def test_times_are_kept_in_utc() -> None:
    in_paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert a_resource(created_at=in_paris).created_at == NOON
    stored = a_resource(created_at=in_paris).created_at
    assert stored is not None
    assert stored.tzinfo is UTC


@pytest.mark.parametrize("identity", ["", "nul\x00", "lone\ud800surrogate", "x" * 1025, "é" * 513])
def test_a_resource_needs_an_identity_that_can_be_kept(identity: str) -> None:
    with pytest.raises(InvalidValue, match="external_id"):
        ObservedResource(external_id=ExternalId(identity))


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_any_name_and_tags_have_a_fingerprint(name: str, tags: dict[str, str]) -> None:
    resource = a_resource(name=name, tags=tags)
    assert resource.fingerprint() == a_resource(name=name, tags=dict(tags)).fingerprint()


def test_a_sealed_secret_does_not_show_even_its_ciphertext() -> None:
    assert "gAAAA" not in repr(SealedSecret(b"gAAAA"))


def test_each_ledger_has_its_retention() -> None:
    policy = RetentionPolicy()
    assert all(policy.cutoff(ledger, at=NOON) < NOON for ledger in Ledger)


def test_retention_of_less_than_a_day_is_refused() -> None:
    with pytest.raises(InvalidValue, match="a day or more"):
        RetentionPolicy(sync_runs=timedelta(hours=1))


def test_items_are_kept_as_long_as_the_changes_that_refer_to_them() -> None:
    with pytest.raises(InvalidValue, match="deleted_items"):
        RetentionPolicy(inventory_changes=timedelta(days=500))
