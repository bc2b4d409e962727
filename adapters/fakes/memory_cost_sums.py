"""Adding up cost in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from adapters.fakes.memory_tables import Tables
from application.ports.cost_ledger import CostDimension, CostSum, StoredCharge
from domain.accounts import Provider
from domain.costs import exact_sum

_Group = tuple[Provider | None, str, str]
"""Provider, key and currency."""


def summed(tables: Tables, charges: Iterable[StoredCharge], by: CostDimension) -> Sequence[CostSum]:
    """Return one sum per group, in the order that the ledger promises."""
    groups: dict[_Group, list[StoredCharge]] = {}
    for kept in charges:
        groups.setdefault(_group(kept, by), []).append(kept)
    sums = [
        _named(tables, _sum(group, members), members[-1], by) for group, members in groups.items()
    ]
    if by is CostDimension.DAY:
        return sorted(sums, key=lambda each: (each.key, each.billing_currency))
    return sorted(
        sums,
        # a minus sign would round to the usual 28 digits
        key=lambda each: (
            each.billed_cost.copy_negate(),
            each.key,
            each.provider or "",
            each.billing_currency,
        ),
    )


def totalled(charges: Iterable[StoredCharge]) -> Mapping[str, Decimal]:
    """Return the billed cost by currency."""
    by_currency: dict[str, list[Decimal]] = {}
    for kept in charges:
        by_currency.setdefault(kept.charge.billing_currency, []).append(kept.charge.billed_cost)
    return {currency: exact_sum(amounts) for currency, amounts in by_currency.items()}


def _group(kept: StoredCharge, by: CostDimension) -> _Group:
    provider = None if by is CostDimension.DAY else kept.provider
    return provider, _key(kept, by), kept.charge.billing_currency


def _key(kept: StoredCharge, by: CostDimension) -> str:
    match by:
        case CostDimension.PROVIDER:
            return kept.provider.value
        case CostDimension.SERVICE:
            return kept.charge.service_name
        case CostDimension.CREDENTIAL:
            return str(kept.credential_id)
        case CostDimension.DAY:
            return kept.day.isoformat()
        case CostDimension.RESOURCE:
            return kept.charge.resource_id or ""


def _sum(group: _Group, members: Sequence[StoredCharge]) -> CostSum:
    provider, key, currency = group
    return CostSum(
        key=key,
        billing_currency=currency,
        billed_cost=exact_sum(kept.charge.billed_cost for kept in members),
        effective_cost=exact_sum(kept.charge.effective_cost for kept in members),
        provider=provider,
    )


def _named(tables: Tables, each: CostSum, latest: StoredCharge, by: CostDimension) -> CostSum:
    """Add what is known of the credential or of the resource."""
    if by is CostDimension.CREDENTIAL:
        return replace(each, name=tables.credential(latest.credential_id).name.text)
    if by is not CostDimension.RESOURCE:
        return each
    item = tables.item_called(latest.credential_id, latest.charge.external_id)
    if item is None:
        return each
    return replace(
        each,
        name=item.resource.name,
        item_id=item.id,
        kind=item.scope.kind,
        state=item.state,
    )
