"""A million items of 2,000 users, always the same, with their past and with whose they are.

One user has 300,000 of them, 20 have 10,000 each, and 1,979 share the rest. The items of all lie
in turns in the table, which is worse than what syncs leave: those write scope by scope.
"""

from typing import Final

from sqlalchemy import Engine, text

from domain.inventory import ResourceKind
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG

ITEMS: Final = 1_000_000

_FILL: Final = (
    "SET session_replication_role = replica",  # what is made here refers to what is there
    """
    INSERT INTO users (email, created_at)
    SELECT 'user' || n || '@example.org', now() FROM generate_series(1, 2000) n
    """,
    """
    INSERT INTO credentials (user_id, provider, name, secret, created_at)
    SELECT 1 + n / 3, (ARRAY['aws', 'azure', 'gcp'])[1 + n % 3], 'key ' || n, 'sealed', now()
    FROM generate_series(0, 5999) n
    """,
    """
    INSERT INTO resources (
        user_id, credential_id, kind, name, spec, status, terraform_output, created_at, updated_at)
    SELECT owner, 3 * owner, 'network', 'net-' || n, '{}', 'active', '{}',
        now() - interval '60 days', now() - interval '60 days'
    FROM generate_series(1, 2300) n, LATERAL (SELECT greatest(1, n - 300)) one (owner)
    """,
    f"""
    INSERT INTO resource_inventory (
        user_id, credential_id, provider, kind, location, external_id, name, region, status, tags,
        attributes, state, details_fingerprint, tags_fingerprint, first_seen_at, changed_at,
        missing_since, deleted_at)
    SELECT owner, 3 * (owner - 1) + 1 + sort / 3, (ARRAY['aws', 'azure', 'gcp'])[1 + sort / 3],
        (ARRAY[{", ".join(f"'{kind}'" for kind in ResourceKind)}])[1 + sort], place,
        'i-' || md5(n::text), 'web-' || n, place, 'running',
        CASE WHEN sort < 8 THEN jsonb_build_object('Name', 'web-' || n,
            'team', 'team-' || dice % 40, 'owner', 'person-' || dice / 1000 % 5000,
            'env', (ARRAY['production', 'production', 'test', 'spare'])[1 + other / 900000 % 4])
        || CASE WHEN other / 3600000 % 100 = 7 THEN jsonb_build_object('{RESOURCE_TAG}',
            CASE WHEN owner = 1 THEN 1 + dice % 300 ELSE 300 + owner END::text,
            '{INSTALLATION_TAG}', here.id::text) ELSE '{{}}' END END,
        jsonb_build_object('instance_type', 't3.micro', 'vpc_id', 'vpc-0a1b2c3d',
            'subnet_id', md5((n % 50)::text), 'private_ip', '10.1.2.' || n % 256,
            'image_id', 'ami-0a1b2c3d', 'security_groups', ARRAY['sg-1', 'sg-2'],
            'volumes', jsonb_build_array(jsonb_build_object(
                'device', '/dev/xvda', 'id', 'vol-' || n, 'gib', 8))),
        state, md5(n::text), md5(n::text), seen, CASE WHEN state = 'active' AND dice % 9 > 0
            THEN seen ELSE now() - interval '3 days' END,
        CASE WHEN state <> 'active' THEN now() - interval '3 days' END,
        CASE WHEN state = 'deleted' THEN now() - interval '3 days' END
    FROM generate_series(0, {ITEMS - 1}) n
    CROSS JOIN installation here
    CROSS JOIN LATERAL (
        SELECT hashint8extended(n, 1) & 1073741823, hashint8extended(n, 2) & 1073741823
    ) thrown (dice, other)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN other % 10 < 3 THEN 1 WHEN other % 10 < 5 THEN 2 + dice / 7 % 20
            ELSE 22 + dice / 7 % 1979 END,
        other / 10 % 9,
        CASE WHEN other / 90 % 10000 = 0 THEN 'far-away' ELSE 'region-' || other / 90 % 20 END,
        CASE WHEN dice / 100 % 100 < 2 THEN 'deleted' WHEN dice / 100 % 100 < 3 THEN 'missing'
            ELSE 'active' END,
        now() - CASE WHEN dice % 11 = 0 THEN interval '5 days' ELSE interval '30 days' END
    ) drawn (owner, sort, place, state, seen)
    """,
    f"""
    INSERT INTO managed_objects (
        resource_id, address, user_id, type, cloud_id, kind, external_id)
    SELECT (tags ->> '{RESOURCE_TAG}')::bigint, 'thing.' || id, user_id, 'thing', external_id, kind,
        external_id
    FROM resource_inventory WHERE tags ? '{RESOURCE_TAG}' AND id % 50 > 0
    """,
    """
    INSERT INTO inventory_changes (item_id, user_id, change, at)
    SELECT id, user_id, 'appeared', first_seen_at FROM resource_inventory
    """,
    """
    INSERT INTO inventory_changes (item_id, user_id, change, at, before)
    SELECT id, user_id, CASE state WHEN 'active' THEN 'changed' ELSE state END, changed_at,
        jsonb_build_object('state', 'active', 'name', name, 'region', region, 'status', 'stopped',
            'uri', uri, 'cloud_created_at', cloud_created_at, 'tags', tags,
            'attributes', attributes, 'changed_at', first_seen_at, 'missing_since', NULL,
            'deleted_at', NULL)
    FROM resource_inventory WHERE changed_at > first_seen_at
    """,
    """
    INSERT INTO sync_scopes (
        credential_id, kind, location, status, attempted_at, completed_at, items, held)
    SELECT credential_id, kind, location, 'complete', now(), now(), count(*), '{}'
    FROM resource_inventory GROUP BY 1, 2, 3
    """,
    "VACUUM ANALYZE",
)


def fill(engine: Engine) -> None:
    """Bring them into the empty database of *engine*, as its superuser; it takes a minute."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in _FILL:
            connection.execute(text(statement))
