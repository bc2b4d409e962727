from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from application.ports.costs import CloudCosts
from entrypoints.sandbox.aws.replay import Fault
from tests.contract.cloud_costs_contract import Bill, CloudCostsContract
from tests.integration.aws.bill import OWN, QUESTION, Row, costs_of, row, write
from tests.integration.aws.rig import Rig, running_rig

_PAGE = 100


class AwsBill(Bill):
    """The bill of an account does not go into resources and is in dollars."""

    sub_account = OWN
    permission = "ce:GetCostAndUsage"

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self._rows: list[Row] = []

    def charge(
        self, day: date, service: str, amount: Decimal, currency: str, resource: str | None = None
    ) -> None:
        assert (currency, resource) == ("USD", None)
        self._add(row(day, str(amount), service))

    def charge_neighbour(self, day: date, service: str, amount: Decimal) -> None:
        self._add(row(day, str(amount), service, account="999988887777"))

    def deny(self) -> None:
        self.rig.fail(QUESTION, status=400, code="AccessDeniedException")

    def refuse_key(self) -> None:
        self.rig.fail("GetCallerIdentity", status=403, code="InvalidClientTokenId")

    def break_down_at(self, day: date) -> None:
        """Show a day on each page, so that those before can be read."""
        write(self.rig, self._rows, page=1)
        pages = (day - self.period.first).days
        self.rig.line.fail(Fault(operation=QUESTION, after=pages))

    def mend(self) -> None:
        self.rig.line.heal()

    def _add(self, charged: Row) -> None:
        self._rows.append(charged)
        write(self.rig, self._rows, page=_PAGE)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running_rig() as rig:
        yield rig


class TestAwsCosts(CloudCostsContract):
    @pytest.fixture
    def bill(self, rig: Rig) -> AwsBill:
        rig.reset()
        return AwsBill(rig)

    @pytest.fixture
    def costs(self, bill: AwsBill) -> CloudCosts:
        return costs_of(bill.rig)
