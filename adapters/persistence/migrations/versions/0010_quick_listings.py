"""Indexes by which a page of a million items is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TABLE = "resource_inventory"
_BY_USER = "ix_resource_inventory_user_id_id"
_BY_USER_AND_FILTERS = "ix_resource_inventory_user_id_id_kind_region_state"
_BY_TAG = "ix_resource_inventory_tags"
_SAYS_WHOSE = "ix_resource_inventory_says_whose"
_NOT_ACTIVE = "ix_resource_inventory_not_active"
_OURS = (
    "(tags ? 'multi-cloud-resource-id' OR"
    " starts_with(attributes ->> 'description', 'managed-by=multi-cloud '))"
)


def upgrade() -> None:
    op.create_index(_BY_USER_AND_FILTERS, _TABLE, ["user_id", "id", "kind", "region", "state"])
    op.create_index(
        _BY_TAG,
        _TABLE,
        ["tags"],
        postgresql_using="gin",
        postgresql_ops={"tags": "jsonb_path_ops"},
    )
    op.create_index(_SAYS_WHOSE, _TABLE, ["user_id", "id"], postgresql_where=sa.text(_OURS))
    op.create_index(_NOT_ACTIVE, _TABLE, ["id"], postgresql_where=sa.text("state <> 'active'"))
    op.drop_index(_BY_USER)  # last: from here on nobody can read before the end


def downgrade() -> None:
    op.drop_index(_NOT_ACTIVE)
    op.drop_index(_SAYS_WHOSE)
    op.drop_index(_BY_TAG)
    op.create_index(_BY_USER, _TABLE, ["user_id", "id"])
    op.drop_index(_BY_USER_AND_FILTERS)
