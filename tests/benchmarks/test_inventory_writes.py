"""How quickly 100,000 items are written first, and found unchanged, or nearly so, after that.

Both ways of writing take turns, and the best round of each counts: whatever else the machine
does can only slow a round down.
"""

import gc
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Engine, text

from adapters.persistence.engine import build_engine
from adapters.persistence.inventory_incoming import copy_lines
from adapters.persistence.session import Session
from adapters.persistence.unit_of_work import SqlUnitOfWork
from domain.accounts import Credential
from domain.inventory import ObservedResource, Scope
from domain.reconciliation import reconcile
from tests.benchmarks.peak_memory import peak_mb_of
from tests.benchmarks.results import Result, Results, Rounds, at_least, at_most
from tests.contract.store_builders import NOW, a_resource, a_scope, add_credential
from tests.integration.persistence.catalog import rows_written

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ITEMS = 100_000
ROUNDS = 5
FIRST_WRITES = 3  # of ours and of the bare ones each; they take ten times as long
ONE_IN = 100

_BARE_TABLE = """
CREATE TEMPORARY TABLE bare (
    external_id text, name text, region text, status text, uri text, created timestamptz,
    tags jsonb, attributes jsonb, details_fingerprint text, tags_fingerprint text, mark text
) ON COMMIT DROP
"""
_BARE_MERGE = """
INSERT INTO resource_inventory (
    user_id, credential_id, provider, kind, location, external_id, name, region, status, uri,
    cloud_created_at, tags, attributes, state, details_fingerprint, tags_fingerprint, mark,
    first_seen_at, changed_at, marked_at)
SELECT %(user)s, %(credential)s, 'aws', %(kind)s, %(location)s, external_id, name, region, status,
    uri, created, tags, attributes, 'active', details_fingerprint, tags_fingerprint, mark, now(),
    now(), now()
FROM bare
ON CONFLICT (credential_id, kind, location, external_id) DO UPDATE SET
    name = excluded.name, region = excluded.region, status = excluded.status, uri = excluded.uri,
    tags = excluded.tags, attributes = excluded.attributes,
    details_fingerprint = excluded.details_fingerprint,
    tags_fingerprint = excluded.tags_fingerprint, mark = excluded.mark,
    changed_at = excluded.changed_at, marked_at = excluded.marked_at
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
def instances() -> Iterator[list[ObservedResource]]:
    """Instances as a cloud describes them: about 450 bytes each.

    They stand for the pages of a cloud, of which a sync holds one at a time, so the garbage
    collector is not to walk through them; nor, as in a worker, through what was imported.
    """
    all_of_them = [_instance(number) for number in range(ITEMS)]
    gc.collect()
    gc.freeze()
    yield all_of_them
    gc.unfreeze()


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
    rows = list(reconcile(known={}, observed=seen).appeared)
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

    def ours() -> float:
        return _write(engine, owner, a_scope(owner, f"ours-{next(numbers)}"), instances)

    rounds = Rounds.of(
        FIRST_WRITES,
        ours=ours,
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
            peak_mb=peak_mb_of(ours),
            rounds=rounds.pairs,
        )
    )


@pytest.fixture
def settled(engine: Engine, owner: Credential, instances: list[ObservedResource]) -> Scope:
    """A scope that holds the instances, and that autovacuum has already been through."""
    scope = a_scope(owner)
    _write(engine, owner, scope, instances)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE resource_inventory"))
    return scope


def test_an_unchanged_resync_writes_nothing(
    engine: Engine,
    owner: Credential,
    settled: Scope,
    instances: list[ObservedResource],
    results: Results,
) -> None:
    before, logged = rows_written(engine, "resource_inventory"), _log_position(engine)
    _write(engine, owner, settled, instances)
    grown = _log_position(engine) - logged
    written = rows_written(engine, "resource_inventory")
    rewritten = sum(written) - sum(before)
    results.hold(
        Result(
            line=4,
            what="unchanged re-sync of 100,000 items: rows rewritten",
            value=rewritten,
            target=at_most(0),
        ),
        Result(
            line=4,
            what="unchanged re-sync of 100,000 items: MB added to the write-ahead log",
            value=grown / 1e6,
            target=at_most(1),
        ),
    )


def test_an_unchanged_resync_costs_little_over_reading_what_is_known(
    engine: Engine,
    owner: Credential,
    settled: Scope,
    instances: list[ObservedResource],
    results: Results,
) -> None:
    def ours() -> float:
        return _write(engine, owner, settled, instances)

    rounds = Rounds.of(ROUNDS, ours=ours, beside=lambda: _read_keys(engine, settled))
    results.hold(
        Result(
            line=4,
            what="unchanged re-sync of 100,000 items, beside reading keys and fingerprints",
            value=rounds.ratio,
            target=at_most(2),
            ours=f"{rounds.ours:.2f} s",
            beside=f"{rounds.beside:.2f} s",
            peak_mb=peak_mb_of(ours),
            rounds=rounds.pairs,
        )
    )


def test_one_item_in_a_hundred_changed_costs_little_more_than_none(
    engine: Engine,
    owner: Credential,
    settled: Scope,
    instances: list[ObservedResource],
    results: Results,
) -> None:
    numbers = count()
    seen = list(instances)
    some = slice(None, None, ONE_IN)

    def ours() -> float:
        status = f"state {next(numbers)}"
        seen[some] = [replace(each, status=status) for each in seen[some]]
        return _write(engine, owner, settled, seen)

    def beside() -> float:
        return _write(engine, owner, settled, seen) + _copy_bare(engine, seen[some])

    rounds = Rounds.of(ROUNDS, ours=ours, beside=beside)
    results.hold(
        Result(
            line=5,
            what="1,000 of 100,000 items changed, beside none changed and a COPY of 1,000",
            value=rounds.ratio,
            target=at_most(1.5),
            ours=f"{rounds.ours:.2f} s",
            beside=f"{rounds.beside:.2f} s",
            peak_mb=peak_mb_of(ours),
            rounds=rounds.pairs,
        )
    )
    rewritten = (ROUNDS + 1) * ITEMS // ONE_IN  # once more for its memory
    assert rows_written(engine, "resource_inventory") == (ITEMS, rewritten, 0)


def _copy_bare(engine: Engine, seen: list[ObservedResource]) -> float:
    """COPY the rows into a table of the transaction, and leave them there."""
    rows = list(reconcile(known={}, observed=seen).appeared)
    began = time.perf_counter()
    with engine.begin() as connection:
        connection.exec_driver_sql(_BARE_TABLE)
        Session(connection).copy("COPY bare FROM STDIN", copy_lines(rows))
    return time.perf_counter() - began


def _log_position(engine: Engine) -> int:
    """Return how many bytes the database has ever written to its write-ahead log."""
    with engine.connect() as connection:
        position = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
        return int(connection.execute(position).scalar_one())


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
