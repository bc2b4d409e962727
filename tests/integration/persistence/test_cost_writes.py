"""Cost is written once: reading the same bill again costs one covered day, and no charge."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, text

from adapters.persistence import schema
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from domain.costs import Charge, Period
from domain.retention import Ledger
from tests.builders import a_charge
from tests.contract.cost_ledger_contract import DAY, NEXT, amounts, put, stored
from tests.contract.store_builders import HOUR, NOW, add_credential
from tests.integration.persistence.catalog import rows_written

MANY = 2_000


def a_day(amount: Callable[[int], str] = str) -> list[Charge]:
    return [
        a_charge("Compute", amount(n), resource=f"arn:i-{n}" if n % 2 else None, region=str(n))
        for n in range(MANY)
    ]


def test_an_equal_day_rewrites_no_charge(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    assert put(units, owner, a_day()) == MANY
    assert put(units, owner, a_day(lambda n: f"{n}.000"), at=NOW + HOUR) == 0
    assert rows_written(engine, "cost_data") == (MANY, 0, 0)
    assert rows_written(engine, "cost_coverage") == (1, 1, 0)


def test_an_equal_day_does_not_even_lock_a_charge(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    for _ in range(2):
        put(units, owner, a_day())
    with engine.connect() as connection:
        locked = connection.execute(text("SELECT count(*) FROM cost_data WHERE xmax <> 0"))
        assert locked.scalar_one() == 0


def test_only_what_differs_is_rewritten(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    put(units, owner, a_day())
    corrected = a_day(lambda n: str(n + (n < 3)))
    assert put(units, owner, [*corrected[:-2], a_charge("New")]) == 3 + 2 + 1
    assert rows_written(engine, "cost_data") == (MANY + 1, 3, 2)


def test_nobody_sees_half_a_day(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    put(units, owner, [a_charge("Compute", "1")])
    with SqlUnitOfWork(engine) as writer:
        session = writer.costs._session
        session.run(text("UPDATE cost_data SET billed_cost = 2"))
        assert amounts(stored(units)) == {"Compute": 1}


def test_what_postgresql_cannot_keep_is_replaced_and_never_comes_twice(
    units: OpenUnitOfWork,
) -> None:
    owner = add_credential(units)
    odd = [a_charge("a\x00", "1", resource="\ud83d"), a_charge("a\u2400", "2", resource="\ufffd")]
    assert put(units, owner, odd) == 1
    assert put(units, owner, odd) == 0
    assert amounts(stored(units)) == {"a␀": 3}


def test_no_charge_is_left_behind_by_forgetting_and_no_day_is_believed_free(
    engine: Engine, units: OpenUnitOfWork
) -> None:
    owner = add_credential(units)
    for day in Period(DAY - timedelta(days=9), NEXT).days():
        put(units, owner, [a_charge("Compute"), a_charge("Storage")], day=day)
    with units() as work:
        while work.archive.forget(Ledger.COSTS, before=datetime_of(NEXT), limit=3) == 3:
            work.commit()
        work.commit()
    with engine.connect() as connection:
        rest = "SELECT DISTINCT (charge_period_start AT TIME ZONE 'UTC')::date FROM cost_data"
        covered = "SELECT day FROM cost_coverage"
        days = [connection.execute(text(query)).scalars().all() for query in (rest, covered)]
    assert days == [[NEXT], [NEXT]]


def datetime_of(day: date) -> datetime:
    return NOW.replace(year=day.year, month=day.month, day=day.day)


def test_cost_of_before_the_sub_accounts_is_the_billing_accounts(empty_database_url: str) -> None:
    schema.upgrade_to(empty_database_url, "0004")
    engine = build_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text(_A_ROW_OF_0004))
    schema.upgrade(empty_database_url)
    with engine.connect() as connection:
        query = "SELECT sub_account_id, billing_account_id FROM cost_data"
        assert connection.execute(text(query)).all() == [("payer", "payer")]
    engine.dispose()


def test_amounts_that_the_older_columns_cannot_hold_do_not_keep_a_step_from_being_taken_back(
    migrated_database_url: str,
) -> None:
    engine = build_engine(migrated_database_url)
    store = lambda: SqlUnitOfWork(engine)  # noqa: E731 - a store, as everywhere
    put(store, add_credential(store), [a_charge("Compute", "1E+20")])
    engine.dispose()
    schema.downgrade(migrated_database_url, "0004")
    assert schema.current_revision(migrated_database_url) == "0004"


_A_ROW_OF_0004 = """
WITH u AS (INSERT INTO users (email, created_at) VALUES ('a@example.org', now()) RETURNING id),
c AS (INSERT INTO credentials (user_id, provider, name, secret, created_at)
      SELECT id, 'aws', 'key', '', now() FROM u RETURNING id, user_id)
INSERT INTO cost_data (user_id, credential_id, provider_name, billing_account_id,
    billing_currency, charge_period_start, charge_period_end, charge_category, service_name,
    billed_cost, effective_cost, list_cost, contracted_cost, read_at)
SELECT user_id, id, 'aws', 'payer', 'USD', '2029-12-30Z', '2029-12-31Z', 'Usage', 'Compute',
    1, 1, 1, 1, now() FROM c
"""
