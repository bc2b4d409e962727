from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from application.ports.costs import CloudCosts
from domain.costs import SubAccountId
from domain.inventory import ExternalId
from entrypoints.sandbox.azure.tenant import CLIENT_ID
from tests.contract.cloud_costs_contract import Bill, CloudCostsContract
from tests.integration.azure.bill import COSTS, NOW, QUESTION, DayFault, charge, costs_of
from tests.integration.azure.rig import HERE, THERE, Rig, running_rig

_PAGE = 50
_MACHINE = f"/subscriptions/{HERE}/resourcegroups/web/providers/microsoft.compute/vms/web-1"


class AzureBill(Bill):
    sub_account = SubAccountId(HERE)
    currencies = ("EUR", "USD")
    permission = "Microsoft.CostManagement/query/action"
    resource = _MACHINE
    external_id = ExternalId(_MACHINE)

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def charge(
        self, day: date, service: str, amount: Decimal, currency: str, resource: str | None = None
    ) -> None:
        charge(self.rig, day, amount, service=service, currency=currency, resource=resource)

    def charge_neighbour(self, day: date, service: str, amount: Decimal) -> None:
        charge(self.rig, day, amount, service=service, subscription=THERE)

    def deny(self) -> None:
        self.rig.tenant.deny(self.permission)

    def refuse_key(self) -> None:
        assert self.rig.tenant.directory.expire_secret(CLIENT_ID)

    def break_down_at(self, day: date) -> None:
        self.rig.server.fail(DayFault(pattern=QUESTION, status=503, day=day))

    def mend(self) -> None:
        self.rig.server.heal()


class TestAzureCosts(CloudCostsContract):
    @pytest.fixture
    def bill(self) -> Iterator[AzureBill]:
        with running_rig(page_sizes={COSTS: _PAGE}, now=NOW) as rig:
            yield AzureBill(rig)

    @pytest.fixture
    def costs(self, bill: AzureBill) -> CloudCosts:
        return costs_of(bill.rig)
