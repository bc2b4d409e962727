"""What every store of users and credentials promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from application.ports.errors import Conflict, NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import (
    AccountId,
    CredentialId,
    CredentialName,
    EmailAddress,
    Provider,
    SealedSecret,
    UserId,
)
from tests.contract.store_builders import NOW, add_credential, add_user

NOBODY = UserId(987_654)
NO_CREDENTIAL = CredentialId(987_654)


class AccountsRepositoryContract:
    def test_a_user_is_found_again_by_id_and_by_address(self, units: OpenUnitOfWork) -> None:
        user = add_user(units, "Ada@Example.org")
        with units() as work:
            assert work.users.get(user.id) == user
            assert work.users.by_email(EmailAddress("ada@example.org")) == user

    def test_one_address_is_one_user_and_the_unit_goes_on_after_the_refusal(
        self, units: OpenUnitOfWork
    ) -> None:
        add_user(units, "ada@example.org")
        with units() as work:
            with pytest.raises(Conflict, match="ada@example"):
                work.users.add(EmailAddress("ADA@example.org"), at=NOW)
            work.users.add(EmailAddress("grace@example.org"), at=NOW)
            work.commit()
        with units() as work:
            assert len(work.users.page(after=None, limit=10)) == 2

    def test_an_unknown_user_is_not_found(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            with pytest.raises(NotFound):
                work.users.get(NOBODY)
            with pytest.raises(NotFound):
                work.users.by_email(EmailAddress("nobody@example.org"))

    def test_users_come_page_by_page_each_once_in_the_order_of_their_ids(
        self, units: OpenUnitOfWork
    ) -> None:
        added = [add_user(units, f"user{n}@example.org") for n in range(5)]
        with units() as work:
            first = work.users.page(after=None, limit=3)
            second = work.users.page(after=first[-1].id, limit=3)
            assert [*first, *second] == added
            assert list(work.users.page(after=second[-1].id, limit=3)) == []

    def test_a_credential_is_found_again_by_id_by_name_and_by_user(
        self, units: OpenUnitOfWork
    ) -> None:
        credential = add_credential(units, name="production")
        with units() as work:
            assert work.credentials.get(credential.id) == credential
            named = work.credentials.named(credential.user_id, CredentialName("production"))
            assert named == credential
            assert list(work.credentials.of_user(credential.user_id)) == [credential]
            assert list(work.credentials.of_user(NOBODY)) == []

    def test_a_user_has_no_two_credentials_of_one_name_but_two_users_may(
        self, units: OpenUnitOfWork
    ) -> None:
        first = add_credential(units, email="ada@example.org", name="production")
        add_credential(units, email="grace@example.org", name="production")
        with units() as work:
            with pytest.raises(Conflict, match="production"):
                self._add(work.credentials, first.user_id)
            assert len(work.credentials.page(after=None, limit=10)) == 2

    def test_a_credential_needs_a_user(self, units: OpenUnitOfWork) -> None:
        with units() as work, pytest.raises(NotFound, match="user"):
            self._add(work.credentials, NOBODY)

    @staticmethod
    def _add(credentials: object, user_id: UserId) -> None:
        credentials.add(  # type: ignore[attr-defined]
            user_id=user_id,
            provider=Provider.AWS,
            name=CredentialName("production"),
            secret=SealedSecret(b"sealed"),
            at=NOW,
        )

    def test_what_is_asked_of_an_unknown_credential_is_not_found(
        self, units: OpenUnitOfWork
    ) -> None:
        with units() as work:
            for ask in (
                lambda: work.credentials.get(NO_CREDENTIAL),
                lambda: work.credentials.named(NOBODY, CredentialName("none")),
                lambda: work.credentials.secret(NO_CREDENTIAL),
                lambda: work.credentials.secret(NO_CREDENTIAL, for_update=True),
                lambda: work.credentials.replace_secret(NO_CREDENTIAL, SealedSecret(b"x")),
                lambda: work.credentials.remember_account(NO_CREDENTIAL, AccountId("1")),
                lambda: work.credentials.disable(NO_CREDENTIAL, at=NOW),
                lambda: work.credentials.enable(NO_CREDENTIAL),
            ):
                with pytest.raises(NotFound):
                    ask()

    def test_a_sealed_secret_comes_back_byte_for_byte_and_can_be_replaced(
        self, units: OpenUnitOfWork
    ) -> None:
        every_byte = SealedSecret(bytes(range(256)))
        credential = add_credential(units, secret=every_byte)
        with units() as work:
            assert work.credentials.secret(credential.id) == every_byte
            work.credentials.replace_secret(credential.id, SealedSecret(b"resealed"))
            work.commit()
        with units() as work:
            assert work.credentials.secret(credential.id) == SealedSecret(b"resealed")

    def test_a_secret_that_was_read_to_be_replaced_is_replaced_by_nobody_else_meanwhile(
        self, units: OpenUnitOfWork
    ) -> None:
        credential = add_credential(units)
        read, replaced = Event(), Event()

        def replace() -> None:
            assert read.wait(10)
            with units() as work:
                work.credentials.replace_secret(credential.id, SealedSecret(b"current"))
                work.commit()
            replaced.set()

        with ThreadPoolExecutor(1) as thread:
            owner = thread.submit(replace)
            with units() as work:
                old = work.credentials.secret(credential.id, for_update=True)
                read.set()
                assert not replaced.wait(0.3)
                work.credentials.replace_secret(credential.id, old)
                work.commit()
            owner.result()
        with units() as work:
            assert work.credentials.secret(credential.id) == SealedSecret(b"current")

    def test_the_account_that_a_credential_opens_is_remembered(self, units: OpenUnitOfWork) -> None:
        credential = add_credential(units)
        with units() as work:
            work.credentials.remember_account(credential.id, AccountId("123456789012"))
            work.commit()
        with units() as work:
            assert work.credentials.get(credential.id).account_id == "123456789012"

    def test_a_credential_is_disabled_once_and_keeps_the_date(self, units: OpenUnitOfWork) -> None:
        credential = add_credential(units)
        with units() as work:
            assert work.credentials.disable(credential.id, at=NOW).disabled_at == NOW
            again = work.credentials.disable(credential.id, at=NOW + timedelta(days=1))
            assert again.disabled_at == NOW

    def test_a_disabled_credential_can_be_used_again(self, units: OpenUnitOfWork) -> None:
        credential = add_credential(units)
        with units() as work:
            work.credentials.disable(credential.id, at=NOW)
            assert work.credentials.enable(credential.id) == credential
            assert work.credentials.enable(credential.id) == credential

    def test_pages_of_credentials_can_leave_out_the_disabled(self, units: OpenUnitOfWork) -> None:
        first, second, third = (add_credential(units, name=f"key {n}") for n in range(3))
        with units() as work:
            work.credentials.disable(second.id, at=NOW)
            work.commit()
        with units() as work:
            everything = work.credentials.page(after=None, limit=2)
            active = work.credentials.page(after=None, limit=2, active_only=True)
            assert [credential.id for credential in everything] == [first.id, second.id]
            assert [credential.id for credential in active] == [first.id, third.id]
