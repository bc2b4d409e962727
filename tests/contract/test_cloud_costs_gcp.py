from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from adapters.gcp.costs import GcpCosts
from domain.costs import SubAccountId
from domain.inventory import ExternalId
from tests.contract.cloud_costs_contract import Bill, CloudCostsContract
from tests.integration.gcp.bill import charge, costs_of, open_export, row
from tests.integration.gcp.rig import HERE, PROJECT, Rig, running


class GcpBill(Bill):
    sub_account = SubAccountId(PROJECT)
    currencies = ("EUR", "USD")
    permission = "bigquery.tables.getData"
    resource = f"//compute.googleapis.com/projects/{PROJECT}/zones/{HERE}/instances/4711"
    external_id = ExternalId("4711")

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def charge(
        self, day: date, service: str, amount: Decimal, currency: str, resource: str | None = None
    ) -> None:
        charged = row(self.rig, day, amount, service=service, currency=currency, resource=resource)
        charge(self.rig, charged)

    def charge_neighbour(self, day: date, service: str, amount: Decimal) -> None:
        other = {"id": "somebody-elses"}
        charge(self.rig, row(self.rig, day, amount, service=service, project=other))

    def deny(self) -> None:
        self.rig.project.deny(self.permission)

    def refuse_key(self) -> None:
        self.rig.project.account.revoke()

    def break_down_at(self, day: date) -> None:
        """Fail as a whole: one query covers every day."""
        self.rig.fail("/bigquery/", status=503)

    def mend(self) -> None:
        self.rig.server.heal()


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running() as rig:
        yield rig


class TestGcpCosts(CloudCostsContract):
    @pytest.fixture
    def bill(self, rig: Rig) -> GcpBill:
        rig.reset()
        open_export(rig)
        return GcpBill(rig)

    @pytest.fixture
    def costs(self, bill: GcpBill) -> GcpCosts:
        return costs_of(bill.rig)
