"""Cost stays quick to show and to read again in a large table."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Select, text

from adapters.persistence.cost_sums import paging, summing
from application.ports.cost_ledger import ChargeId, CostDimension, CostFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.costs import Period
from tests.contract.store_builders import add_credential
from tests.integration.persistence.catalog import plan_of

OWNERS = 20
DAYS = 400
LATELY = Period(date(2030, 1, 25), date(2030, 1, 31))

_MUCH_COST = text("""
INSERT INTO cost_data (user_id, credential_id, provider_name, billing_account_id, sub_account_id,
    billing_currency, charge_period_start, charge_period_end, charge_category, service_name,
    resource_id, external_id, billed_cost, effective_cost, list_cost, contracted_cost, read_at)
SELECT c.user_id, c.id, 'aws', 'payer', 'account ' || c.id / 2, 'EUR', day,
    day + interval '1 day', 'Usage', 'Compute', 'i-' || n, 'i-' || n, n, n, n, n, day
FROM credentials c, generate_series(1, 5) n, generate_series(
    timestamptz '2030-01-31Z' - :days * interval '1 day', '2030-01-31Z', '1 day'
) day
""")
_EVERY_DAY_KNOWN = text("""
INSERT INTO cost_coverage (credential_id, sub_account_id, day, read_at, estimated, known)
SELECT DISTINCT credential_id, sub_account_id, (charge_period_start AT TIME ZONE 'UTC')::date,
    now(), false, true
FROM cost_data
""")
_MUCH_TO_JOIN = text("""
INSERT INTO resource_inventory (user_id, credential_id, provider, kind, location, external_id,
    attributes, state, details_fingerprint, first_seen_at, changed_at)
SELECT user_id, id, 'aws', 'aws_ec2_instance', 'eu-west-1', 'i-' || n, '{}', 'active', '', now(),
    now()
FROM credentials, generate_series(1, 500) n
""")


@pytest.fixture
def owner(units: OpenUnitOfWork, engine: Engine) -> Credential:
    """One of many credentials with much cost each, in tables PostgreSQL has got to know."""
    owners = [add_credential(units, email=f"user{number}@example.org") for number in range(OWNERS)]
    with engine.begin() as connection:
        connection.execute(_MUCH_COST, {"days": DAYS})
        connection.execute(_EVERY_DAY_KNOWN)
        connection.execute(_MUCH_TO_JOIN)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return owners[OWNERS // 2]


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


def _plan(connection: Connection, statement: Select[Any]) -> str:
    compiled = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    return plan_of(connection, compiled.string, dict(compiled.params))


def test_no_sum_over_some_days_reads_the_whole_table(
    owner: Credential, connection: Connection
) -> None:
    for chosen in (
        CostFilter(period=LATELY),
        CostFilter(period=LATELY, user_id=owner.user_id),
        CostFilter(period=LATELY, credential_id=owner.id),
        CostFilter(period=LATELY, user_id=owner.user_id, provider=owner.provider),
    ):
        for by in CostDimension:
            plan = _plan(connection, summing(chosen, by, limit=20))
            assert "Seq Scan on cost_data" not in plan, plan
            assert "Seq Scan on cost_coverage" not in plan, plan
            assert "Seq Scan on resource_inventory" not in plan, plan


def test_days_that_another_credential_knows_are_looked_up_and_not_searched_for(
    owner: Credential, connection: Connection
) -> None:
    for chosen in (CostFilter(period=LATELY), CostFilter(period=LATELY, user_id=owner.user_id)):
        plan = _plan(connection, paging(chosen, after=ChargeId(7), limit=20))
        assert "Anti Join" in plan, plan
        assert "Seq Scan on cost_" not in plan, plan


def test_only_the_resources_that_are_shown_are_looked_up_each_by_its_name(
    owner: Credential, connection: Connection
) -> None:
    chosen = CostFilter(period=LATELY, user_id=owner.user_id)
    for statement in (
        summing(chosen, CostDimension.RESOURCE, limit=20),
        paging(chosen, after=ChargeId(7), limit=20),
    ):
        plan = _plan(connection, statement)
        assert "ix_resource_inventory_external_id_credential_id" in plan, plan
        assert plan.index("Limit") < plan.index("resource_inventory")
        # there are so few credentials that reading all of them is the quickest
        assert "Seq Scan" not in plan.replace("Seq Scan on credentials", ""), plan


def test_neither_a_stored_day_nor_what_is_old_is_searched_for_in_the_whole_table(
    owner: Credential, connection: Connection
) -> None:
    a_day = "charge_period_start = '2030-01-30Z' AND sub_account_id = 'account 1'"
    for condition in (
        f"credential_id = %(owner)s AND {a_day}",
        "charge_period_start < '2029-01-05Z' ORDER BY charge_period_start LIMIT 50",
    ):
        query = f"SELECT * FROM cost_data WHERE {condition}"
        plan = plan_of(connection, query, {"owner": owner.id})
        assert "Seq Scan" not in plan, plan
        assert "Sort" not in plan, plan
