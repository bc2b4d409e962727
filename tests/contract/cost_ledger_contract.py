"""What every store promises about charges, covered days and readings."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import pytest

from application.ports.cost_ledger import CostFilter, StoredCharge
from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, CredentialId
from domain.costs import (
    Charge,
    ChargeCategory,
    CostCoverage,
    DailyCharges,
    Period,
    SubAccountId,
)
from tests.builders import a_charge
from tests.contract.store_builders import HOUR, NOW, add_credential

HERE, THERE = SubAccountId("111111111111"), SubAccountId("222222222222")
DAY = date(2029, 12, 30)
NEXT = date(2029, 12, 31)
ALL = CostFilter(period=Period(date(2029, 1, 1), date(2030, 12, 31)))


def put(
    units: OpenUnitOfWork,
    owner: Credential,
    charges: Iterable[Charge],
    *,
    day: date = DAY,
    sub_account: SubAccountId = HERE,
    at: datetime = NOW,
    estimated: bool = False,
    known: bool = True,
) -> int:
    daily = DailyCharges(
        sub_account_id=sub_account,
        day=day,
        charges=tuple(charges),
        estimated=estimated,
        known=known,
    )
    with units() as work:
        changed = work.costs.put_day(owner, daily, read_at=at)
        work.commit()
    return changed


def stored(units: OpenUnitOfWork, chosen: CostFilter = ALL) -> list[StoredCharge]:
    with units() as work:
        return list(work.costs.charges(chosen, after=None, limit=1000))


def amounts(charges: Iterable[StoredCharge]) -> dict[str, Decimal]:
    return {kept.charge.service_name: kept.charge.billed_cost for kept in charges}


class CostWritingContract:
    def test_a_charge_comes_back_as_it_was_put_to_the_last_digit(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        charge = Charge(
            billing_account_id="organisation",
            service_name="Größe ✓",
            billing_currency="EUR",
            billed_cost=Decimal("123456789012345678.123456789012345678"),
            effective_cost=Decimal("-0.00000000000000000000000000000001"),
            list_cost=Decimal(0),
            contracted_cost=Decimal("1E+3"),
            charge_category=ChargeCategory.CREDIT,
            region_id="eu-west-1",
            resource_id="arn:i-1",
        )
        assert put(units, owner, [charge]) == 1
        (kept,) = stored(units)
        assert kept == StoredCharge(
            id=kept.id,
            user_id=owner.user_id,
            credential_id=owner.id,
            provider=owner.provider,
            sub_account_id=HERE,
            day=DAY,
            charge=charge,
            read_at=NOW,
        )

    def test_the_same_day_again_changes_nothing_but_when_it_was_read(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        charges = [a_charge("Compute"), a_charge("Compute", resource="i-1"), a_charge("Storage")]
        assert put(units, owner, charges) == 3
        before = stored(units)
        assert put(units, owner, reversed(charges), at=NOW + HOUR) == 0
        assert stored(units) == before
        with units() as work:
            covered = work.costs.coverage(owner.id)
        assert covered == {HERE: {DAY: CostCoverage(read_at=NOW + HOUR)}}

    def test_a_correction_changes_adds_and_removes_what_it_must_and_nothing_else(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge("Same"), a_charge("Corrected", "1"), a_charge("Gone")])
        before = {kept.charge.service_name: kept for kept in stored(units)}
        news = [a_charge("Same"), a_charge("Corrected", "2"), a_charge("New")]
        assert put(units, owner, news, at=NOW + HOUR) == 3
        after = {kept.charge.service_name: kept for kept in stored(units)}
        assert after.keys() == {"Same", "Corrected", "New"}
        assert after["Same"] == before["Same"]
        assert after["Corrected"].id == before["Corrected"].id
        assert after["Corrected"].charge.billed_cost == 2
        assert after["Corrected"].read_at == after["New"].read_at == NOW + HOUR

    def test_charges_differ_by_each_part_of_their_key(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        charges = [
            a_charge("Compute"),
            a_charge("Compute", currency="USD"),
            a_charge("Compute", category=ChargeCategory.TAX),
            a_charge("Compute", region="eu-west-1"),
            a_charge("Compute", region=""),
            a_charge("Compute", resource="i-1"),
            a_charge("Compute", resource=""),
            a_charge("Storage"),
        ]
        assert put(units, owner, charges) == len(charges)
        assert put(units, owner, charges) == 0
        assert put(units, owner, charges[1:]) == 1
        assert {kept.charge for kept in stored(units)} == set(charges[1:])

    def test_a_day_that_now_costs_nothing_is_covered_and_empty(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge("Compute"), a_charge("Storage")])
        assert put(units, owner, []) == 2
        assert stored(units) == []
        with units() as work:
            assert work.costs.coverage(owner.id)[HERE].keys() == {DAY}

    def test_other_days_sub_accounts_and_credentials_are_left_alone(
        self, units: OpenUnitOfWork
    ) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        put(units, owner, [a_charge("Another day")], day=NEXT)
        put(units, owner, [a_charge("Another sub account")], sub_account=THERE)
        put(units, other, [a_charge("Another credential")])
        put(units, owner, [a_charge("Compute")])
        put(units, owner, [])
        assert amounts(stored(units)).keys() == {
            "Another day",
            "Another sub account",
        }
        others = CostFilter(period=ALL.period, credential_id=other.id)
        assert amounts(stored(units, others)).keys() == {"Another credential"}

    def test_a_resource_that_the_inventory_came_to_know_is_a_correction(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge(resource="arn:i-1")])
        assert put(units, owner, [a_charge(resource="arn:i-1", external_id="i-1")]) == 1

    def test_charges_need_a_credential(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        nobody = Credential(
            id=CredentialId(987_654),
            user_id=owner.user_id,
            provider=owner.provider,
            name=owner.name,
            created_at=NOW,
        )
        for charges in ([], [a_charge()]):
            with pytest.raises(NotFound):
                put(units, nobody, charges)
