"""Through which queue work was seen to go."""

from sqlalchemy import PrimaryKeyConstraint, Table

from adapters.persistence.columns import moment, text
from adapters.persistence.tables.common import metadata

queue_proofs = Table(
    "queue_proofs",
    metadata,
    text("queue"),
    text("worker"),
    moment("proven_at"),
    PrimaryKeyConstraint("queue", "worker"),
)
