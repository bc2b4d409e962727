"""Show what was charged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from application.ports.cost_ledger import (
    ChargeId,
    CostDimension,
    CostFilter,
    CostSum,
    StoredCharge,
)
from application.ports.unit_of_work import OpenUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCostsRequest:
    """Which cost to add up, and by what."""

    chosen: CostFilter
    by: CostDimension
    limit: int
    """At most so many sums; the totals are over everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOverview:
    """Cost, added up."""

    sums: Sequence[CostSum]
    totals: Mapping[str, Decimal]
    """The billed cost by currency: one is never turned into another."""


class ShowCosts:
    """Add up what was charged in a period."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, request: ShowCostsRequest) -> CostOverview:
        """Return the sums and the totals; both are empty where nothing was charged."""
        with self._unit_of_work() as work:
            return CostOverview(
                sums=work.costs.sums(request.chosen, request.by, limit=request.limit),
                totals=work.costs.totals(request.chosen),
            )


class ListCharges:
    """Show every charge of a period."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, page_size: int = 1000) -> None:
        self._unit_of_work = unit_of_work
        self._page_size = page_size

    def __call__(self, chosen: CostFilter) -> Iterator[StoredCharge]:
        """Yield the charges page by page, in the order in which they were first stored."""
        after: ChargeId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.costs.charges(chosen, after=after, limit=self._page_size)
            yield from page
            if len(page) < self._page_size:
                return
            after = page[-1].id
