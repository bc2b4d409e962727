"""What every store promises about a bill that several credentials read: it counts once."""

from dataclasses import replace
from datetime import date

from application.ports.cost_ledger import CostDimension, CostFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, Provider
from domain.costs import Period
from tests.builders import a_charge
from tests.contract.cost_ledger_contract import ALL, DAY, NEXT, THERE, put, stored
from tests.contract.cost_sums_contract import add_google, sums, totals
from tests.contract.store_builders import add_credential


def counted(units: OpenUnitOfWork, chosen: CostFilter = ALL) -> int:
    """Return what everything chosen cost, after seeing that all ways of asking agree."""
    total = totals(units, chosen).get("EUR", 0)
    for by in CostDimension:
        assert sum(each.billed_cost for each in sums(units, by, chosen)) == total, by
    assert sum(kept.charge.billed_cost for kept in stored(units, chosen)) == total
    return int(total)


def spend(units: OpenUnitOfWork, owner: Credential, amount: str, day: date = DAY) -> None:
    put(units, owner, [a_charge("Compute", amount)], day=day)


class CostCountedOnceContract:
    def test_a_bill_that_two_credentials_read_counts_as_the_first_of_them_read_it(
        self, units: OpenUnitOfWork
    ) -> None:
        first, second = add_credential(units), add_credential(units, name="second")
        spend(units, second, "1")
        assert counted(units) == 1
        spend(units, first, "2")
        assert counted(units) == 2
        assert counted(units, replace(ALL, user_id=first.user_id)) == 2
        assert counted(units, replace(ALL, provider=Provider.AWS)) == 2
        (by_credential,) = sums(units, CostDimension.CREDENTIAL)
        assert by_credential.key == str(first.id)

    def test_whoever_chooses_a_credential_sees_what_it_reads(self, units: OpenUnitOfWork) -> None:
        first, second = add_credential(units), add_credential(units, name="second")
        spend(units, first, "2")
        spend(units, second, "1")
        assert counted(units, replace(ALL, credential_id=first.id)) == 2
        assert counted(units, replace(ALL, credential_id=second.id)) == 1
        both = replace(ALL, credential_id=second.id, user_id=second.user_id)
        assert counted(units, both) == 1

    def test_each_user_sees_the_whole_bill_and_everybody_together_see_it_once(
        self, units: OpenUnitOfWork
    ) -> None:
        ada = add_credential(units)
        bob = add_credential(units, email="bob@example.org")
        spend(units, ada, "2")
        spend(units, bob, "2")
        assert counted(units, replace(ALL, user_id=ada.user_id)) == 2
        assert counted(units, replace(ALL, user_id=bob.user_id)) == 2
        assert counted(units) == 2

    def test_days_that_only_the_other_credential_knows_count_too(
        self, units: OpenUnitOfWork
    ) -> None:
        first, second = add_credential(units), add_credential(units, name="second")
        for day in (DAY, NEXT):
            spend(units, second, "1", day)
        spend(units, first, "2", NEXT)
        assert counted(units) == 1 + 2
        assert counted(units, CostFilter(period=Period(DAY, DAY))) == 1

    def test_a_day_that_cost_nothing_is_known_and_one_before_the_bill_is_not(
        self, units: OpenUnitOfWork
    ) -> None:
        first, second = add_credential(units), add_credential(units, name="second")
        for day in (DAY, NEXT):
            spend(units, second, "1", day)
        put(units, first, [], day=DAY)
        put(units, first, [], day=NEXT, known=False)
        assert counted(units) == 1
        assert [each.key for each in sums(units, CostDimension.DAY)] == [NEXT.isoformat()]

    def test_other_sub_accounts_and_other_clouds_are_other_bills(
        self, units: OpenUnitOfWork
    ) -> None:
        first, second = add_credential(units), add_credential(units, name="second")
        spend(units, first, "1")
        put(units, second, [a_charge("Compute", "2")], sub_account=THERE)
        spend(units, add_google(units), "4")
        assert counted(units) == 7
