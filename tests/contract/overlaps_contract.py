"""What every store promises of credentials that reach the same."""

from collections.abc import Sequence

from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import (
    AccountId,
    Credential,
    CredentialName,
    Overlap,
    Provider,
    SubAccountId,
    UserId,
)
from domain.inventory import Location, ResourceKind, Scope
from domain.syncs import ScopeRecord, ScopeStatus
from tests.contract.store_builders import NOW, add_credential

ACCOUNT, PROJECT, TENANT = "111122223333", "shop-prod", "f0c1"


def reaching(
    units: OpenUnitOfWork,
    name: str,
    account: str,
    *,
    provider: Provider = Provider.AWS,
    email: str = "ada@example.org",
) -> Credential:
    credential = add_credential(units, email=email, name=name, provider=provider)
    with units() as work:
        work.credentials.remember_account(credential.id, AccountId(account))
        work.commit()
    return credential


def listing(
    units: OpenUnitOfWork,
    owner: Credential,
    *subscriptions: str,
    status: ScopeStatus = ScopeStatus.COMPLETE,
) -> None:
    """Have been seen in these subscriptions, two kinds in each."""
    kinds = (ResourceKind.AZURE_VIRTUAL_MACHINE, ResourceKind.AZURE_STORAGE_ACCOUNT)
    seen_at = None if status is ScopeStatus.FAILED else NOW
    with units() as work:
        for kind in kinds:
            for place in map(Location, subscriptions):
                scope = Scope(credential_id=owner.id, kind=kind, location=place)
                work.scopes.save(
                    ScopeRecord(scope=scope, status=status, attempted_at=NOW, completed_at=seen_at)
                )
        work.commit()


def overlaps(
    units: OpenUnitOfWork, user_id: UserId | None = None, limit: int = 10
) -> Sequence[Overlap]:
    with units() as work:
        return list(work.credentials.overlaps(user_id, limit=limit))


def overlap(owner: Credential, names: str, *sub_accounts: str) -> Overlap:
    return Overlap(
        user_id=owner.user_id,
        provider=owner.provider,
        credentials=tuple(map(CredentialName, names.split())),
        sub_accounts=tuple(map(SubAccountId, sub_accounts)),
    )


class OverlapsContract:
    """Subclasses bring `units`."""

    def test_credentials_of_one_account_overlap_the_oldest_first(
        self, units: OpenUnitOfWork
    ) -> None:
        first = reaching(units, "z", ACCOUNT)
        reaching(units, "b", ACCOUNT)
        reaching(units, "elsewhere", "444455556666")
        reaching(units, "a", ACCOUNT)
        assert overlaps(units) == [overlap(first, "z b a", ACCOUNT)]

    def test_what_was_never_synced_and_what_is_disabled_overlaps_with_nothing(
        self, units: OpenUnitOfWork
    ) -> None:
        reaching(units, "main", ACCOUNT)
        add_credential(units, name="new")
        add_credential(units, name="newer")
        disabled = reaching(units, "old", ACCOUNT)
        with units() as work:
            work.credentials.disable(disabled.id, at=NOW)
            work.commit()
        assert overlaps(units) == []

    def test_one_name_on_two_clouds_is_two_accounts(self, units: OpenUnitOfWork) -> None:
        reaching(units, "aws", PROJECT)
        first = reaching(units, "gcp", PROJECT, provider=Provider.GCP)
        assert overlaps(units) == []
        reaching(units, "gcp-too", PROJECT, provider=Provider.GCP)
        assert overlaps(units) == [overlap(first, "gcp gcp-too", PROJECT)]

    def test_of_one_tenant_only_the_subscriptions_count_that_were_listed_with_both(
        self, units: OpenUnitOfWork
    ) -> None:
        names = ("all", "few", "other", "denied", "lost")
        everywhere, few, other, denied, lost = (
            reaching(units, name, TENANT, provider=Provider.AZURE) for name in names
        )
        listing(units, everywhere, "s-3", "s-1", "s-2")
        listing(units, few, "s-2", "s-3")
        listing(units, other, "s-4")
        listing(units, denied, "s-1", status=ScopeStatus.FAILED)
        listing(units, lost, "s-1", status=ScopeStatus.OUT_OF_REACH)
        assert overlaps(units) == [overlap(everywhere, "all few", "s-2", "s-3")]

    def test_users_never_overlap_and_each_hears_of_their_own(self, units: OpenUnitOfWork) -> None:
        ada = reaching(units, "main", ACCOUNT)
        eve = reaching(units, "main", ACCOUNT, email="eve@example.org")
        assert overlaps(units) == []
        reaching(units, "second", ACCOUNT)
        reaching(units, "third", ACCOUNT, email="eve@example.org")
        of_ada, of_eve = overlap(ada, "main second", ACCOUNT), overlap(eve, "main third", ACCOUNT)
        assert overlaps(units) == [of_ada, of_eve]
        assert overlaps(units, eve.user_id) == [of_eve]
        assert overlaps(units, UserId(987_654)) == []
        assert overlaps(units, limit=1) == [of_ada]
