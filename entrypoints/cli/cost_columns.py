"""How sums of cost are shown, wherever they are."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from application.ports.cost_ledger import CostDimension, CostSum
from domain.inventory import ItemState
from entrypoints.cli.amounts import plain
from entrypoints.cli.render import Column

SUM_COLUMNS: Final = (
    Column[CostSum]("key", lambda each: each.key),
    Column[CostSum]("name", lambda each: each.name),
    Column[CostSum]("provider", lambda each: each.provider.value if each.provider else None),
    Column[CostSum]("kind", lambda each: each.kind.value if each.kind else None),
    Column[CostSum]("state", lambda each: each.state.value if each.state else None),
    Column[CostSum]("item_id", lambda each: each.item_id),
    Column[CostSum]("billing_currency", lambda each: each.billing_currency),
    Column[CostSum]("billed_cost", lambda each: plain(each.billed_cost)),
    Column[CostSum]("effective_cost", lambda each: plain(each.effective_cost)),
)


def labels(sums: Sequence[CostSum], by: CostDimension) -> list[str]:
    """Return what people read for each of *sums*, in their order, no two of them alike."""
    named = [_label(each, by) for each in sums]
    times = Counter(named)
    return [
        f"{label} [{each.key}]" if times[label] > 1 else label
        for label, each in zip(named, sums, strict=True)
    ]


def _label(each: CostSum, by: CostDimension) -> str:
    match by:
        case CostDimension.SERVICE:
            return f"{each.key} ({each.provider})"
        case CostDimension.CREDENTIAL:
            return f"{each.name or each.key} ({each.provider})"
        case CostDimension.RESOURCE:
            return _resource(each)
        case _:
            return each.key


def _resource(each: CostSum) -> str:
    if not each.key:
        return f"no single resource ({each.provider})"
    kind = each.kind.value if each.kind else f"({each.provider})"
    deleted = "(deleted)" if each.state is ItemState.DELETED else ""
    return " ".join(filter(None, (each.name or each.key, kind, deleted)))
