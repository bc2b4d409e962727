"""A column for the mark, which stood behind a point in the fingerprint, and when it was made.

And more samples of tags: of the usual hundred perhaps none has the tag of a team, and then
PostgreSQL believes that it is rare and sorts all items that have it for one page of them.
"""

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
    op.execute(_WITHOUT_MARK)  # first: once there is a column more nobody can read before the end
    op.add_column(_TABLE, sa.Column("mark", sa.Text()))
    op.add_column(_TABLE, sa.Column("marked_at", sa.DateTime(timezone=True)))
    op.execute(f"ALTER TABLE {_TABLE} ALTER COLUMN tags SET STATISTICS 400")


def downgrade() -> None:
    op.execute(f"ALTER TABLE {_TABLE} ALTER COLUMN tags SET STATISTICS -1")
    op.drop_column(_TABLE, "marked_at")
    op.drop_column(_TABLE, "mark")
