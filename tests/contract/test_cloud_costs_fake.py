from datetime import date
from decimal import Decimal

import pytest

from adapters.fakes.costs import FakeCosts
from application.ports.costs import CloudCosts
from application.ports.errors import AccessDenied, CredentialsExpired, Unavailable
from domain.costs import Charge, DailyCharges, SubAccountId
from domain.inventory import ExternalId
from tests.builders import a_charge
from tests.contract.cloud_costs_contract import Bill, CloudCostsContract

NEIGHBOUR = "222222222222"


class FakeBill(Bill):
    sub_account = SubAccountId("111111111111")
    currencies = ("EUR", "USD")
    permission = "bill:Read"
    resource = "arn:cloud:instance/i-1"
    external_id = ExternalId("i-1")

    def __init__(self) -> None:
        self.costs = FakeCosts(self.sub_account, NEIGHBOUR)
        self._charges: dict[tuple[str, date], list[Charge]] = {}

    def charge(
        self, day: date, service: str, amount: Decimal, currency: str, resource: str | None = None
    ) -> None:
        external_id = self.external_id if resource else None
        charge = a_charge(service, amount, currency, resource=resource, external_id=external_id)
        self._charge(self.sub_account, day, charge)

    def charge_neighbour(self, day: date, service: str, amount: Decimal) -> None:
        self._charge(NEIGHBOUR, day, a_charge(service, amount))

    def deny(self) -> None:
        refused = AccessDenied("No.", remedy="Grant it.", permission=self.permission)
        for day in self.period.days():
            self.costs.fail(refused, sub_account=self.sub_account, day=day)

    def refuse_key(self) -> None:
        self.costs.fail_sub_accounts(CredentialsExpired("The key is not accepted."))

    def break_down_at(self, day: date) -> None:
        broken = Unavailable("It does not answer.")
        self.costs.fail(broken, sub_account=self.sub_account, day=day)

    def mend(self) -> None:
        self.costs.heal()

    def _charge(self, sub_account: str, day: date, charge: Charge) -> None:
        charges = self._charges.setdefault((sub_account, day), [])
        charges.append(charge)
        summed = DailyCharges.of(SubAccountId(sub_account), day, charges)
        self.costs.charge(sub_account, day, *summed.charges)


class TestFakeCloudCosts(CloudCostsContract):
    @pytest.fixture
    def bill(self) -> FakeBill:
        return FakeBill()

    @pytest.fixture
    def costs(self, bill: FakeBill) -> CloudCosts:
        return bill.costs
