"""What every store promises about covered days and readings."""

from datetime import datetime, timedelta

from application.ports.cost_ledger import CostReach
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId
from domain.costs import CostCoverage, CostReading, CostStatus, Period
from domain.health import HealthStatus, Trouble
from domain.inventory import Location
from domain.retention import Ledger
from tests.builders import a_charge
from tests.contract.cost_ledger_contract import (
    ALL,
    DAY,
    HERE,
    NEXT,
    THERE,
    amounts,
    put,
    stored,
)
from tests.contract.store_builders import HOUR, NOW, add_credential

DENIED = Trouble(
    cause=HealthStatus.DENIED, detail="No.", remedy="Grant it.", location=Location(HERE)
)


class CostCoverageContract:
    def test_which_days_were_read_is_told_by_sub_account(self, units: OpenUnitOfWork) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        with units() as work:
            assert work.costs.coverage(owner.id) == {}
        put(units, owner, [], estimated=True)
        put(units, owner, [a_charge()], day=NEXT)
        put(units, owner, [], sub_account=THERE)
        put(units, other, [])
        with units() as work:
            assert work.costs.coverage(owner.id) == {
                HERE: {
                    DAY: CostCoverage(read_at=NOW, estimated=True),
                    NEXT: CostCoverage(read_at=NOW),
                },
                THERE: {DAY: CostCoverage(read_at=NOW)},
            }

    def test_a_day_is_estimated_until_it_is_read_as_final(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        put(units, owner, [], estimated=True)
        put(units, owner, [], at=NOW + HOUR)
        with units() as work:
            assert work.costs.coverage(owner.id)[HERE][DAY] == CostCoverage(read_at=NOW + HOUR)

    def test_a_day_that_the_bill_does_not_go_back_to_was_read_and_is_not_known(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [], known=False)
        put(units, owner, [], day=NEXT)
        with units() as work:
            assert work.costs.coverage(owner.id)[HERE] == {
                DAY: CostCoverage(read_at=NOW, known=False),
                NEXT: CostCoverage(read_at=NOW),
            }
            covered = work.costs.covered_days
            assert covered([owner.id], Period(DAY, NEXT)) == {(owner.id, HERE): [NEXT]}
            assert covered([owner.id], Period(DAY, DAY)) == {(owner.id, HERE): []}

    def test_a_day_is_not_known_until_the_bill_goes_back_to_it(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        put(units, owner, [], known=False)
        put(units, owner, [], at=NOW + HOUR)
        with units() as work:
            assert work.costs.coverage(owner.id)[HERE][DAY].known
            assert work.costs.covered_days([owner.id], ALL.period) == {(owner.id, HERE): [DAY]}

    def test_how_far_the_reading_of_each_sub_account_reaches_is_told(
        self, units: OpenUnitOfWork
    ) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        put(units, owner, [], known=False)
        put(units, owner, [], day=NEXT)
        put(units, owner, [], sub_account=THERE)
        put(units, other, [], known=False)
        with units() as work:
            assert work.costs.reach([owner.id]) == {
                (owner.id, HERE): CostReach(last_read=NEXT, not_billed_until=DAY),
                (owner.id, THERE): CostReach(last_read=DAY),
            }
            assert work.costs.reach([]) == {}

    def test_the_covered_days_of_a_period_come_in_order_and_every_sub_account_is_named(
        self, units: OpenUnitOfWork
    ) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        for day in (NEXT, DAY):
            put(units, owner, [], day=day)
        put(units, owner, [], sub_account=THERE)
        put(units, other, [])
        with units() as work:
            covered = work.costs.covered_days
            both = {(owner.id, HERE): [DAY, NEXT], (owner.id, THERE): [DAY]}
            assert covered([owner.id], Period(DAY, NEXT)) == both
            last = {(owner.id, HERE): [NEXT], (owner.id, THERE): []}
            assert covered([owner.id], Period(NEXT, NEXT)) == last
            assert covered([], Period(DAY, NEXT)) == {}

    def test_the_last_reading_takes_the_place_of_the_one_before_but_completion_is_remembered(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        complete = CostReading(
            credential_id=owner.id,
            status=CostStatus.COMPLETE,
            attempted_at=NOW,
            completed_at=NOW,
        )
        partial = CostReading(
            credential_id=owner.id,
            status=CostStatus.PARTIAL,
            attempted_at=NOW + HOUR,
            troubles=(DENIED,),
        )
        with units() as work:
            assert work.costs.readings([owner.id]) == {}
            work.costs.record(complete)
            assert work.costs.readings([owner.id]) == {owner.id: complete}
            work.costs.record(partial)
            work.commit()
        with units() as work:
            (reading,) = work.costs.readings([owner.id, CredentialId(987_654)]).values()
        assert (reading.status, reading.troubles) == (CostStatus.PARTIAL, (DENIED,))
        assert (reading.attempted_at, reading.completed_at) == (NOW + HOUR, NOW)

    def test_a_day_that_is_half_forgotten_is_no_longer_believed_known(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge("Compute"), a_charge("Storage")])
        put(units, owner, [a_charge("Kept")], day=NEXT)
        with units() as work:
            before = datetime.combine(NEXT, NOW.timetz())
            assert work.archive.forget(Ledger.COSTS, before=before, limit=1) == 1
            work.commit()
        with units() as work:
            assert work.costs.coverage(owner.id)[HERE].keys() == {NEXT}
            assert work.costs.covered_days([owner.id], ALL.period) == {(owner.id, HERE): [NEXT]}

    def test_old_days_are_forgotten_in_batches_with_their_coverage(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge("Compute"), a_charge("Storage"), a_charge("Network")])
        put(units, owner, [a_charge("Kept")], day=NEXT)
        before = datetime.combine(NEXT, NOW.timetz())
        with units() as work:
            forget = work.archive.forget
            assert forget(Ledger.COSTS, before=before - timedelta(days=1), limit=10) == 0
            assert forget(Ledger.COSTS, before=before, limit=2) == 2
            assert forget(Ledger.COSTS, before=before, limit=2) == 1
            assert forget(Ledger.COSTS, before=before, limit=2) == 0
            work.commit()
        assert amounts(stored(units)).keys() == {"Kept"}
        with units() as work:
            assert work.costs.coverage(owner.id)[HERE].keys() == {NEXT}
