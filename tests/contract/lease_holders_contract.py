"""What every store of leases tells of who holds one."""

from application.ports.unit_of_work import OpenUnitOfWork
from domain.leases import Holding, LeaseName
from tests.contract.leases_repository_contract import LONG, SHORT, WORK, LetPass, claim


def holding(units: OpenUnitOfWork) -> Holding | None:
    with units() as work:
        return work.leases.holding(WORK)


class LeaseHoldersContract:
    """Subclasses bring `units` and `let_pass`."""

    def test_who_holds_a_lease_is_told_until_it_is_given_back(self, units: OpenUnitOfWork) -> None:
        assert holding(units) is None
        lease = claim(units, "first")
        held = holding(units)
        assert held is not None
        assert held.holder == "first"
        with units() as work:
            work.leases.renew(lease, duration=2 * LONG)
            work.commit()
        longer = holding(units)
        assert longer is not None
        assert longer.holder == "first"
        assert longer.until > held.until
        assert longer.until.utcoffset() is not None
        with units() as work:
            work.leases.release(lease)
            work.commit()
        assert holding(units) is None

    def test_nobody_holds_a_lease_that_ran_out(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        claim(units, "late", SHORT)
        let_pass(2 * SHORT)
        assert holding(units) is None
        claim(units, "newer")
        held = holding(units)
        assert held is not None
        assert held.holder == "newer"

    def test_what_the_processes_of_a_host_hold_is_told_until_it_runs_out_or_is_given_back(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        with units() as work:
            for name, holder, duration in [
                ("b", "host:1:aa", LONG),
                ("a", "host:2:bb", LONG),
                ("other host", "host2:1:cc", LONG),
                ("run out", "host:1:aa", SHORT),
            ]:
                work.leases.claim(LeaseName(name), holder=holder, duration=duration)
            returned = work.leases.claim(LeaseName("back"), holder="host:1:aa", duration=LONG)
            work.leases.release(returned)
            work.commit()
        let_pass(2 * SHORT)
        with units() as work:
            assert work.leases.held_on("host") == ["a", "b"]
            assert work.leases.held_on("hos") == []
