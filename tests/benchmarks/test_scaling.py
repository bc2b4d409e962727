"""Whether one sync still costs what docs/scaling.md multiplies, and a row still takes its room."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from adapters.persistence.engine import build_engine
from tests.benchmarks.cloud_apart import running
from tests.benchmarks.measured import measured
from tests.benchmarks.results import Result, Results, at_most
from tests.benchmarks.scaling import KEPT, MEASURED

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

COUNTED: Final = ("resources", "scopes", "requests", "commits", "rows")
DELAY: Final = 0.080
SYNCS: Final = 5
REGIONS: Final = [f"xx-place-{number}" for number in range(16)]
ACCOUNT: Final[dict[str, Any]] = {
    "regions": ["eu-west-1", *REGIONS],
    "instances": 200,
    "vpcs": 17,
    "buckets": 20,
    "tells_bucket_regions": True,
}
_FILL: Final = (
    "INSERT INTO users (email, created_at) VALUES ('ada@example.org', now())",
    """
    INSERT INTO credentials (user_id, provider, name, secret, created_at)
    SELECT 1, 'aws', 'key ' || n, 'sealed', now() FROM generate_series(1, 200) n
    """,
    """
    INSERT INTO resource_inventory (
        user_id, credential_id, provider, kind, location, external_id, name, region, status, uri,
        tags, attributes, state, details_fingerprint, tags_fingerprint, first_seen_at, changed_at)
    SELECT 1, 1 + n / 250, 'aws', 'aws_ec2_instance', 'eu-west-1', 'i-' || left(md5(n::text), 17),
        'web-' || n, 'eu-west-1', 'running',
        'arn:aws:ec2:eu-west-1:123456789012:instance/i-' || left(md5(n::text), 17),
        '{"Name": "web", "team": "blue", "env": "production"}',
        jsonb_build_object('instance_type', 't3.micro', 'vpc_id', 'vpc-0a1b2c3d', 'private_ip',
            '10.0.0.1', 'security_groups', '["sg-1", "sg-2"]'::jsonb, 'image_id', md5(n::text),
            'volumes', jsonb_build_array(jsonb_build_object('id', md5(n::text), 'gib', 8))),
        'active', md5(n::text), md5(n::text), now(), now()
    FROM generate_series(1, 40000) n
    """,
    """
    INSERT INTO inventory_changes (item_id, user_id, change, at, before)
    SELECT id, user_id, 'changed', now(), to_jsonb(i) FROM resource_inventory i
    """,
    """
    INSERT INTO sync_scopes (
        credential_id, kind, location, status, attempted_at, completed_at, items, held)
    SELECT id, 'aws_ec2_instance', 'region-' || n, 'complete', now(), now(), 10, '{}'
    FROM credentials, generate_series(1, 200) n
    """,
    """
    INSERT INTO sync_runs (
        credential_id, status, started_at, finished_at, scopes_covered, appeared, changed, returned,
        missing, deleted, unchanged, troubles)
    SELECT id, 'succeeded', now() - n * interval '10 minutes', now() - n * interval '10 minutes',
        60, 0, 0, 0, 0, 0, 1000, '[]'
    FROM generate_series(1, 200) n, credentials
    """,
    """
    INSERT INTO cost_data (
        user_id, credential_id, provider_name, billing_account_id, sub_account_id,
        billing_currency, charge_period_start, charge_period_end, charge_category, service_name,
        region_id, billed_cost, effective_cost, list_cost, contracted_cost, read_at)
    SELECT 1, id, 'aws', '123456789012', '123456789012', 'USD', current_date - n / 10,
        current_date - n / 10 + 1, 'Usage', 'Amazon service ' || n % 10, 'eu-west-1', 1.234567,
        1.234567, 1.234567, 1.234567, now()
    FROM generate_series(1, 200) n, credentials
    """,
    """
    INSERT INTO cost_coverage (credential_id, sub_account_id, day, read_at, estimated, known)
    SELECT id, '123456789012', current_date - n, now(), false, true
    FROM credentials, generate_series(1, 200) n
    """,
    "VACUUM ANALYZE",
)
_ROOM: Final = """
SELECT pg_total_relation_size(c.oid) / c.reltuples FROM pg_class c
WHERE c.oid = to_regclass(:table)
"""


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


def test_an_unchanged_sync_costs_what_the_page_multiplies(
    migrated_database_url: str, results: Results
) -> None:
    environment = {
        "DATABASE_URL": migrated_database_url,
        "MULTICLOUD_SECRET_KEY": Fernet.generate_key().decode(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }
    with running("aws", delay=DELAY, **ACCOUNT) as cloud:
        cloud.asked()
        arguments = (cloud.document, str(SYNCS))
        took = measured("unchanged_syncs", *arguments, environment=environment)
        took["requests"] = cloud.asked() / (SYNCS + 1)
    results.hold(_counts_like_the_page(took), *_beside_the_page(took))


def _counts_like_the_page(took: dict[str, Any]) -> Result:
    others = {name: took[name] for name in COUNTED if took[name] != getattr(MEASURED, name)}
    return Result(
        line=0,
        what="unchanged sync of 237 resources in 35 scopes: counts unlike those of docs/scaling.md",
        value=len(others),
        target=at_most(0),
        ours=", ".join(f"{name} {count:g}" for name, count in others.items()),
    )


def _beside_the_page(took: dict[str, Any]) -> Iterator[Result]:
    """Yield what depends on the machine; memory hardly does, so it has less room."""
    for what, name, unit, times in (
        ("time", "seconds", "s", 1.5),
        ("processor time", "cpu_seconds", "s", 1.5),
        ("the database's processor time", "database_cpu_seconds", "s", 1.5),
        ("memory of its process", "peak_mb", "MB", 1.1),
    ):
        figure, known = took[name], getattr(MEASURED, name)
        yield Result(
            line=0,
            what=f"unchanged sync of 237 resources in 35 scopes: {what}, beside docs/scaling.md",
            value=figure / known,
            target=at_most(times),
            ours=f"{figure:.3g} {unit}",
            beside=f"{known:.3g} {unit}",
            peak_mb=took["peak_mb"],
        )


def test_a_row_takes_as_much_room_as_the_page_says(engine: Engine, results: Results) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in _FILL:
            connection.execute(text(statement))
        room = {
            each.table: connection.execute(text(_ROOM), {"table": each.table}).scalar_one()
            for each in KEPT
        }
    worst = max(room[each.table] / each.bytes_each for each in KEPT)
    what = "bytes of a row with its indexes, beside docs/scaling.md: the worst of the tables"
    results.hold(Result(line=0, what=what, value=worst, target=at_most(1.2)))
