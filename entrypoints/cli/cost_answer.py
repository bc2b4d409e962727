"""What `multicloud costs` found, as an object for programs and a drawing for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import typer

from application.ports.cost_ledger import CostDimension, CostSum
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.show_costs import CostOverview
from domain.costs import Period
from entrypoints.cli.amounts import plain
from entrypoints.cli.checking import none_yet
from entrypoints.cli.cost_columns import SUM_COLUMNS, labels
from entrypoints.cli.cost_gaps import (
    NEVER_READ,
    READ_NOW,
    ToldGap,
    nothing_is_known,
    period_record,
)
from entrypoints.cli.cost_table import Paper, Row, write_currency
from entrypoints.cli.render import print_json

_USUAL_LIMIT: Final = 20
_SEE_WARNINGS: Final = "The warnings say why, and what to do."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked for, and what is known of it."""

    by: CostDimension
    period: Period
    limit: int | None
    """At most so many sums of each currency; None is the usual for a table, and else all."""
    overview: CostOverview
    gaps: Sequence[ToldGap]

    @property
    def currencies(self) -> Sequence[str]:
        """Those in which something was charged, by name."""
        return sorted(self.overview.totals)

    def of(self, currency: str) -> list[CostSum]:
        """Return all sums in *currency*, in their order."""
        return [each for each in self.overview.sums if each.billing_currency == currency]

    def limited(self) -> list[CostSum]:
        """Return the first sums of each currency, the currencies by name."""
        return [each for name in self.currencies for each in self.of(name)[: self.limit]]


def print_object(answer: Answer) -> None:
    """Write *answer* as one stable JSON object; amounts are texts, to the last digit."""
    print_json(
        {
            "period": period_record(answer.period),
            "by": answer.by.value,
            "sums": [
                {column.name: column.value(each) for column in SUM_COLUMNS}
                for each in answer.limited()
            ],
            "totals": {name: plain(answer.overview.totals[name]) for name in answer.currencies},
            "gaps": [told.record() for told in answer.gaps],
        }
    )


def draw(answer: Answer) -> None:
    """Draw *answer*, in which something was charged: each currency by itself."""
    paper = Paper.of_stdout()
    # a month without its last days would be no month
    usual = None if answer.by is CostDimension.DAY else _USUAL_LIMIT
    typer.echo(f"Cost by {answer.by} {named(answer.period)} (UTC)")
    for name in answer.currencies:
        total = answer.overview.totals[name]
        limit = answer.limit or usual
        write_currency(name, _rows(answer, answer.of(name)), total, limit=limit, paper=paper)


def named(period: Period) -> str:
    """Return *period* in words."""
    return f"from {period.first} to {period.last}"


def _rows(answer: Answer, sums: Sequence[CostSum]) -> list[Row]:
    if answer.by is CostDimension.DAY:
        return list(_days(answer, {each.key: each.billed_cost for each in sums}))
    names = labels(sums, answer.by)
    return [(name, each.billed_cost) for name, each in zip(names, sums, strict=True)]


def _days(answer: Answer, charged: dict[str, Decimal]) -> Iterator[Row]:
    """Yield every day from the first to the last with a charge, those without one too."""
    unknown = {
        day for told in answer.gaps for stretch in told.gap.missing for day in stretch.days()
    }
    if not charged:
        return
    first, last = date.fromisoformat(min(charged)), date.fromisoformat(max(charged))
    for day in Period(first, last).days():
        known = "" if day not in unknown else " (not all is known)"
        yield f"{day}{known}", charged.get(day.isoformat(), Decimal())


def nothing_to_draw(answer: Answer, choice: CredentialChoice, *, credentials: int) -> str:
    """Say why there is nothing: no *credentials*, nothing read, or nothing charged."""
    days = named(answer.period)
    if not credentials and choice.name is None:
        return none_yet(choice)
    if credentials and nothing_is_known(answer.gaps, answer.period, credentials=credentials):
        unread = any(told.status == NEVER_READ for told in answer.gaps)
        return f"Nothing is known of the cost {days}. " + (READ_NOW if unread else _SEE_WARNINGS)
    known = ", as far as is known" if answer.gaps else ""
    return f"Nothing was charged {days}{known}."
