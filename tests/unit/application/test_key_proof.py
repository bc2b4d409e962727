"""A process with the wrong key is told from a credential whose secret does not open."""

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.fakes.secret_box import FakeSecretBox
from application.key_proof import KeyProof
from application.ports.errors import Rejected, WrongKey
from application.ports.secret_box import SecretBox, SecretText
from domain.accounts import Credential, SealedSecret
from tests.contract.store_builders import NOW, add_credential

DAMAGED = SealedSecret(b"damaged")


class Site:
    """A store whose secrets were sealed with the key `ours`, if nothing else is said."""

    def __init__(self) -> None:
        self.store = MemoryStore(FakeClock(NOW))
        self.opened = 0

    def units(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self.store)

    def keep(self, name: str, *, key: str = "ours") -> Credential:
        return self.keep_sealed(name, FakeSecretBox(key).seal(SecretText(name)))

    def keep_sealed(self, name: str, sealed: SealedSecret) -> Credential:
        return add_credential(self.units, name=name, secret=sealed)

    def proof(self, *keys: str, page_size: int = 2) -> KeyProof:
        return KeyProof(
            unit_of_work=self.units, secret_box=self._counting(*keys), page_size=page_size
        )

    def _counting(self, *keys: str) -> SecretBox:
        site = self

        class CountingBox(FakeSecretBox):
            def open(self, sealed: SealedSecret) -> SecretText:
                site.opened += 1
                return super().open(sealed)

        return CountingBox(*keys)


@pytest.fixture
def site() -> Site:
    return Site()


def test_the_right_key_is_let_through_and_is_looked_at_once(site: Site) -> None:
    site.keep("first")
    site.keep("second")
    proof = site.proof("ours")
    proof()
    proof()
    assert site.opened == 1


def test_an_older_key_that_is_still_there_is_the_right_one(site: Site) -> None:
    site.keep("first")
    site.proof("newest", "ours")()


def test_another_key_is_refused_in_words_that_say_what_to_do(site: Site) -> None:
    for number in range(5):
        site.keep(f"key {number}")
    with pytest.raises(WrongKey, match="does not open any of the 5 stored secrets") as refused:
        site.proof("another")()
    assert "MULTICLOUD_SECRET_KEY" in refused.value.remedy
    assert "`multicloud credentials replace`" in refused.value.remedy


def test_of_one_secret_it_is_said_that_there_is_one(site: Site) -> None:
    site.keep("first")
    with pytest.raises(WrongKey, match="does not open the one stored secret: "):
        site.proof("another")()


def test_one_secret_that_opens_is_enough_wherever_it_stands(site: Site) -> None:
    for number in range(5):
        site.keep(f"key {number}", key="lost")
    site.keep("last")
    site.proof("ours")()


def test_where_nothing_is_stored_any_key_is_right_until_something_is(site: Site) -> None:
    proof = site.proof("another")
    proof()
    site.keep("first")
    with pytest.raises(WrongKey):
        proof()


def test_a_secret_that_is_damaged_says_nothing_about_the_key(site: Site) -> None:
    site.keep_sealed("damaged", DAMAGED)
    site.proof("another")()
    site.keep("whole")
    site.proof("ours")()
    with pytest.raises(WrongKey):
        site.proof("another")()


def test_disabled_credentials_do_not_count(site: Site) -> None:
    given_up = site.keep("given up", key="lost")
    with site.units() as work:
        work.credentials.disable(given_up.id, at=NOW)
        work.commit()
    site.proof("ours")()


def test_once_a_lost_key_is_replaced_somewhere_work_goes_on(site: Site) -> None:
    lost = site.keep("first", key="lost")
    site.keep("second", key="lost")
    proof = site.proof("ours")
    with pytest.raises(WrongKey):
        proof()
    with site.units() as work:
        work.credentials.replace_secret(lost.id, FakeSecretBox("ours").seal(SecretText("new")))
        work.commit()
    proof()


def test_no_key_at_all_is_another_sentence(site: Site) -> None:
    site.keep("first")
    with pytest.raises(Rejected, match="There is no key"):
        site.proof()()
