"""How quickly 100,000 items are written first, and found unchanged after that.

Both ways of writing take turns, and the best round of each counts: whatever else the machine
does can only slow a round down.
"""

import time
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from adapters.persistence.engine import build_engine
from adapters.persistence.inventory_incoming import copy_lines
from adapters.persistence.session import Session
from adapters.persistence.unit_of_work import SqlUnitOfWork
from domain.accounts import Credential
from domain.inventory import ObservedResource, Scope
from domain.reconciliation import reconcile
from tests.benchmarks.results import Result, Results, Rounds, at_least, at_most
from tests.contract.store_builders import NOW, a_resource, a_scope, add_credential
from tests.integration.persistence.catalog import rows_written

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ITEMS = 100_000
ROUNDS = 5
SMALLEST_SHARE_OF_A_BARE_WRITE = 0.6
LONGEST_RESYNC_SECONDS = 4.0

_BARE_TABLE = """
CREATE TEMPORARY TABLE bare (
    external_id text, name text, region text, status text, uri text, created timestamptz,
    tags jsonb, attributes jsonb, details_fingerprint text, tags_fingerprint text
) ON COMMIT DROP
"""
_BARE_MERGE = """
INSERT INTO resource_inventory (
    user_id, credential_id, provider, kind, location, external_id, name, region, status, uri,
    cloud_created_at, tags, attributes, state, details_fingerprint, tags_fingerprint,
    first_seen_at, changed_at)
SELECT %(user)s, %(credential)s, 'aws', %(kind)s, %(location)s, external_id, name, region, status,
    uri, created, tags, attributes, 'active', details_fingerprint, tags_fingerprint, now(), now()
FROM bare
ON CONFLICT (credential_id, kind, location, external_id) DO UPDATE SET
    name = excluded.name, region = excluded.region, status = excluded.status, uri = excluded.uri,
    tags = excluded.tags, attributes = excluded.attributes,
    details_fingerprint = excluded.details_fingerprint,
    tags_fingerprint = excluded.tags_fingerprint, changed_at = excluded.changed_at
"""


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def owner(engine: Engine) -> Credential:
    return add_credential(lambda: SqlUnitOfWork(engine))


@pytest.fixture(scope="module")
def instances() -> list[ObservedResource]:
    """Instances as a cloud describes them: about 450 bytes each."""
    return [_instance(number) for number in range(ITEMS)]


def _instance(number: int) -> ObservedResource:
    return a_resource(
        f"i-{number * 2_654_435_761 % 2**32:08x}{number:09x}",
        name=f"web-{number}",
        tags={"Name": f"web-{number}", "team": "blue", "env": "production"},
        attributes={
            "instance_type": "t3.micro",
            "vpc_id": "vpc-0a1b2c3d",
            "subnet_id": f"subnet-{number % 50:08x}",
            "private_ip": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            "security_groups": ["sg-1", "sg-2"],
            "image_id": "ami-0a1b2c3d",
            "volumes": [{"device": "/dev/xvda", "id": f"vol-{number:017x}", "gib": 8}],
        },
    )


def _write(engine: Engine, owner: Credential, scope: Scope, seen: list[ObservedResource]) -> float:
    """Do all that a sync does between the end of a listing and its commit."""
    began = time.perf_counter()
    with SqlUnitOfWork(engine) as work:
        changes = reconcile(known=work.inventory.known(scope), observed=seen)
        work.inventory.apply(scope, changes, user_id=owner.user_id, at=NOW)
        work.commit()
    return time.perf_counter() - began


def _write_bare(
    engine: Engine, owner: Credential, scope: Scope, seen: list[ObservedResource]
) -> float:
    """COPY the same rows in the same way and merge them: no comparison, no history, no proof."""
    rows = reconcile(known={}, observed=seen).appeared
    names = {"user": owner.user_id, "credential": owner.id, **_place(scope)}
    began = time.perf_counter()
    with engine.begin() as connection:
        connection.exec_driver_sql(_BARE_TABLE)
        Session(connection).copy("COPY bare FROM STDIN", copy_lines(rows))
        connection.exec_driver_sql(_BARE_MERGE, names)
    return time.perf_counter() - began


def _place(scope: Scope) -> dict[str, str]:
    return {"kind": scope.kind.value, "location": scope.location}


def test_a_first_write_reaches_most_of_the_rate_of_a_bare_copy_and_merge(
    engine: Engine, owner: Credential, instances: list[ObservedResource], results: Results
) -> None:
    numbers = count()
    rounds = Rounds.of(
        ROUNDS,
        ours=lambda: _write(engine, owner, a_scope(owner, f"ours-{next(numbers)}"), instances),
        beside=lambda: _write_bare(
            engine, owner, a_scope(owner, f"bare-{next(numbers)}"), instances
        ),
    )
    results.hold(
        Result(
            line=3,
            what="first write of 100,000 items: share of the rate of a bare COPY and merge",
            value=1 / rounds.ratio,
            target=at_least(0.6),
            ours=f"{ITEMS / rounds.ours:,.0f}/s",
            beside=f"{ITEMS / rounds.beside:,.0f}/s",
            rounds=rounds.pairs,
        )
    )


def test_an_unchanged_resync_costs_little_over_reading_what_is_known(
    engine: Engine, owner: Credential, instances: list[ObservedResource], results: Results
) -> None:
    scope = a_scope(owner)
    _write(engine, owner, scope, instances)
    before = rows_written(engine, "resource_inventory")
    rounds = Rounds.of(
        ROUNDS,
        ours=lambda: _write(engine, owner, scope, instances),
        beside=lambda: _read_keys(engine, scope),
    )
    assert rows_written(engine, "resource_inventory") == before
    results.hold(
        Result(
            line=4,
            what="unchanged re-sync of 100,000 items, beside reading keys and fingerprints",
            value=rounds.ratio,
            target=at_most(2),
            ours=f"{rounds.ours:.2f} s",
            beside=f"{rounds.beside:.2f} s",
            rounds=rounds.pairs,
        )
    )


def _read_keys(engine: Engine, scope: Scope) -> float:
    began = time.perf_counter()
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(
            "SELECT external_id, details_fingerprint, tags_fingerprint FROM resource_inventory"
            " WHERE credential_id = %s AND kind = %s AND location = %s",
            (scope.credential_id, scope.kind.value, scope.location),
        )
        known = {key: (details, tags) for key, details, tags in cursor.fetchall()}
    assert len(known) == ITEMS
    return time.perf_counter() - began
