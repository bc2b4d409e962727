"""A column for the mark, which stood behind a point in the fingerprint, and when it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TABLE = "resource_inventory"
_WITHOUT_MARK = """
UPDATE resource_inventory SET details_fingerprint = split_part(details_fingerprint, '.', 1)
WHERE details_fingerprint LIKE '%.%'
"""


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("mark", sa.Text()))
    op.add_column(_TABLE, sa.Column("marked_at", sa.DateTime(timezone=True)))
    op.execute(_WITHOUT_MARK)


def downgrade() -> None:
    op.drop_column(_TABLE, "marked_at")
    op.drop_column(_TABLE, "mark")
