"""Whatever a cloud may charge comes back as it was, and both stores add it up the same."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.ports.cost_ledger import CostDimension, CostFilter, CostSum
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.costs import Charge, ChargeCategory, DailyCharges
from domain.inventory import ExternalId
from tests.contract.cost_ledger_contract import ALL, DAY, HERE, NEXT, put, stored
from tests.contract.store_builders import HOUR, NOW, add_credential
from tests.integration.persistence.test_round_trip import any_text, on_one_database

amounts = st.decimals(
    min_value=Decimal("-1E29"), max_value=Decimal("1E29"), allow_nan=False, allow_infinity=False
)
some_texts = st.sampled_from(["a", "A", "ä", "", "\\", "NULL", "{}"]) | any_text
charges = st.builds(
    Charge,
    billing_account_id=some_texts,
    service_name=some_texts.filter(bool),
    billing_currency=st.sampled_from(["EUR", "USD"]),
    billed_cost=amounts,
    effective_cost=amounts,
    list_cost=amounts,
    contracted_cost=amounts,
    charge_category=st.sampled_from(ChargeCategory),
    region_id=st.none() | some_texts,
    resource_id=st.none() | some_texts,
    external_id=st.none() | some_texts.map(ExternalId),
)
days = st.lists(charges, max_size=6).map(lambda bill: DailyCharges.of(HERE, DAY, bill).charges)

_numbers = count()


@pytest.fixture
def memory() -> OpenUnitOfWork:
    store = MemoryStore(FakeClock())
    return lambda: MemoryUnitOfWork(store)


@settings(  # without making a failure smaller: over two stores that takes minutes
    on_one_database, max_examples=40, phases=[Phase.explicit, Phase.generate]
)
@given(first=days, second=days, kept=st.integers(0, 6))
def test_a_corrected_day_is_the_day_as_it_was_said_last(
    units: OpenUnitOfWork,
    memory: OpenUnitOfWork,
    first: tuple[Charge, ...],
    second: tuple[Charge, ...],
    kept: int,
) -> None:
    second = DailyCharges.of(
        HERE, DAY, {each.key: each for each in (*second, *first[:kept])}.values()
    ).charges
    name = f"credential {next(_numbers)}"
    seen = [_put_both(store, name, first, second) for store in (units, memory)]
    assert seen[0] == seen[1]
    for store in (units, memory):
        owner = _owner(store, name)
        chosen = CostFilter(period=ALL.period, credential_id=owner.id)
        assert {each.charge for each in stored(store, chosen) if each.day == DAY} == set(second)
    assert _sums(units, name) == _sums(memory, name)


def _put_both(
    store: OpenUnitOfWork, name: str, first: tuple[Charge, ...], second: tuple[Charge, ...]
) -> list[int]:
    owner = add_credential(store, name=name)
    return [
        put(store, owner, first),
        put(store, owner, first, day=NEXT),
        put(store, owner, second, at=NOW + HOUR),
        put(store, owner, second, at=NOW + timedelta(days=1)),
    ]


def _owner(store: OpenUnitOfWork, name: str) -> Credential:
    with store() as work:
        everybody = work.credentials.page(after=None, limit=10_000, active_only=True)
    return next(each for each in everybody if each.name.text == name)


def _sums(store: OpenUnitOfWork, name: str) -> dict[CostDimension, list[CostSum]]:
    chosen = CostFilter(period=ALL.period, credential_id=_owner(store, name).id)
    with store() as work:
        found = {by: list(work.costs.sums(chosen, by, limit=1000)) for by in CostDimension}
    del found[CostDimension.CREDENTIAL]  # its keys are ids, and each store hands out its own
    return found
