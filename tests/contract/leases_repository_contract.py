"""What every store of leases promises."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import TypeAlias

import pytest

from application.ports.errors import Busy, LeaseLost
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import EmailAddress
from domain.leases import Lease, LeaseName
from tests.contract.store_builders import NOW

WORK = LeaseName("sync:credential:1")
LONG = timedelta(minutes=5)
SHORT = timedelta(milliseconds=50)

LetPass: TypeAlias = Callable[[timedelta], object]
"""Lets time pass for the store: a wait, or a clock put forward."""


def claim(units: OpenUnitOfWork, holder: str, duration: timedelta = LONG) -> Lease:
    with units() as work:
        lease = work.leases.claim(WORK, holder=holder, duration=duration)
        work.commit()
    return lease


class LeasesRepositoryContract:
    """Subclasses bring `units` and `let_pass`."""

    def test_work_that_somebody_does_is_not_given_to_another(self, units: OpenUnitOfWork) -> None:
        claim(units, "first")
        with pytest.raises(Busy):
            claim(units, "second")

    def test_leases_of_different_names_do_not_meet(self, units: OpenUnitOfWork) -> None:
        claim(units, "first")
        with units() as work:
            other = work.leases.claim(LeaseName("other"), holder="second", duration=LONG)
        assert other.holder == "second"

    def test_a_lease_that_was_given_back_is_free_and_the_token_still_grows(
        self, units: OpenUnitOfWork
    ) -> None:
        tokens = []
        for holder in ("first", "second", "third"):
            lease = claim(units, holder)
            tokens.append(lease.token)
            with units() as work:
                work.leases.release(lease)
                work.commit()
        assert tokens == sorted(set(tokens))

    def test_a_lease_that_ran_out_is_free_and_its_holder_is_refused(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        late = claim(units, "late", SHORT)
        let_pass(2 * SHORT)
        newer = claim(units, "newer")
        assert newer.token > late.token
        with units() as work, pytest.raises(LeaseLost):
            work.leases.renew(late, duration=LONG)

    def test_a_lease_that_ran_out_is_still_its_holders_while_nobody_wants_it(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        lease = claim(units, "slow", SHORT)
        let_pass(2 * SHORT)
        with units() as work:
            work.leases.renew(lease, duration=LONG)
            work.commit()
        with pytest.raises(Busy):
            claim(units, "second")

    def test_a_lease_tells_how_often_its_holders_died_in_a_row(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        assert claim(units, "first", SHORT).lapses == 0
        let_pass(2 * SHORT)
        assert claim(units, "second", SHORT).lapses == 1
        let_pass(2 * SHORT)
        third = claim(units, "third", LONG)
        assert third.lapses == 2
        with units() as work:
            work.leases.release(third)
            work.commit()
        assert claim(units, "fourth").lapses == 0

    def test_it_is_known_which_leases_ran_out_before_they_were_given_back(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        kept, never = LeaseName("kept"), LeaseName("never claimed")
        claim(units, "dead", SHORT)
        with units() as work:
            work.leases.claim(kept, holder="alive", duration=LONG)
            work.commit()
        let_pass(2 * SHORT)
        with units() as work:
            assert set(work.leases.lapsed([WORK, kept, never])) == {WORK}
            work.leases.release(work.leases.claim(WORK, holder="next", duration=LONG))
            assert set(work.leases.lapsed([WORK])) == set()

    def test_who_has_come_further_is_forgiven_the_deaths_before(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        claim(units, "first", SHORT)
        let_pass(2 * SHORT)
        second = claim(units, "second", SHORT)
        with units() as work:
            work.leases.forgive(second)
            work.commit()
        let_pass(2 * SHORT)
        assert claim(units, "third").lapses == 1

    def test_a_renewed_lease_holds_longer(self, units: OpenUnitOfWork, let_pass: LetPass) -> None:
        lease = claim(units, "first", SHORT)
        with units() as work:
            work.leases.renew(lease, duration=LONG)
            work.commit()
        let_pass(2 * SHORT)
        with pytest.raises(Busy):
            claim(units, "second")

    def test_a_lease_that_was_given_back_cannot_be_renewed(self, units: OpenUnitOfWork) -> None:
        lease = claim(units, "first")
        with units() as work:
            work.leases.release(lease)
            with pytest.raises(LeaseLost):
                work.leases.renew(lease, duration=LONG)

    def test_giving_back_a_lost_lease_takes_nothing_from_its_new_holder(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        late = claim(units, "late", SHORT)
        let_pass(2 * SHORT)
        newer = claim(units, "newer")
        with units() as work:
            work.leases.release(late)
            work.leases.renew(newer, duration=LONG)
            work.commit()
        with pytest.raises(Busy):
            claim(units, "third")

    def test_who_writes_last_gives_the_lease_back_with_it(self, units: OpenUnitOfWork) -> None:
        lease = claim(units, "first")
        with units() as work:
            work.leases.give_back(lease)
            with pytest.raises(LeaseLost):
                work.leases.renew(lease, duration=LONG)
        with pytest.raises(Busy):  # that unit was not committed
            claim(units, "second")
        with units() as work:
            work.leases.give_back(lease)
            work.commit()
        second = claim(units, "second")
        assert (second.lapses, second.token > lease.token) == (0, True)

    def test_a_lease_that_ran_out_is_given_back_as_long_as_nobody_wants_it(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        lease = claim(units, "slow", SHORT)
        let_pass(2 * SHORT)
        with units() as work:
            work.leases.give_back(lease)
            work.commit()
        assert claim(units, "second").lapses == 0

    def test_only_who_holds_a_lease_can_write_last_and_give_it_back(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        late = claim(units, "late", SHORT)
        let_pass(2 * SHORT)
        newer = claim(units, "newer")
        with units() as work, pytest.raises(LeaseLost):
            work.leases.give_back(late)
        with units() as work:
            work.leases.give_back(newer)
            with pytest.raises(LeaseLost):
                work.leases.give_back(newer)

    def test_a_claim_that_was_not_committed_was_never_made(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            work.leases.claim(WORK, holder="first", duration=LONG)
        assert claim(units, "second").holder == "second"

    @pytest.mark.parametrize("known_before", [False, True])
    def test_of_many_who_claim_at_once_exactly_one_wins(
        self, units: OpenUnitOfWork, known_before: bool
    ) -> None:
        if known_before:
            with units() as work:
                work.leases.release(work.leases.claim(WORK, holder="x", duration=LONG))
                work.commit()
        start = Barrier(6)

        def race(holder: str) -> bool:
            start.wait()
            try:
                claim(units, holder)
            except Busy:
                return False
            return True

        with ThreadPoolExecutor(6) as threads:
            won = list(threads.map(race, "abcdef"))
        assert won.count(True) == 1

    def test_a_late_writer_is_refused_while_the_newer_holder_writes(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        late = claim(units, "late", SHORT)
        let_pass(2 * SHORT)
        newer = claim(units, "newer")
        writing = Event()

        def write_as_the_newer() -> None:
            with units() as work:
                work.leases.renew(newer, duration=LONG)
                writing.set()
                work.commit()

        def write_as_the_late() -> None:
            writing.wait(10)
            with units() as work:
                work.leases.renew(late, duration=LONG)
                work.commit()

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.submit(write_as_the_newer), threads.submit(write_as_the_late)
            first.result()
            assert isinstance(second.exception(), LeaseLost)

    def test_what_a_late_writer_wrote_before_it_was_refused_is_taken_back(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        late = claim(units, "late", SHORT)
        let_pass(2 * SHORT)
        claim(units, "newer")

        def write_too_late() -> None:
            with units() as work:
                work.users.add(EmailAddress("late@example.org"), at=NOW)
                work.leases.renew(late, duration=LONG)
                work.commit()

        with pytest.raises(LeaseLost):
            write_too_late()
        with units() as work:
            assert list(work.users.page(after=None, limit=1)) == []
