"""What exists in the clouds, and what was there before."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from adapters.persistence.columns import document, identity, moment, one_of, text
from adapters.persistence.tables.common import (
    credential_id,
    metadata,
    owned_by_credential,
    user_id,
)
from domain.accounts import Provider
from domain.inventory import ChangeKind, ItemState
from domain.ownership import DESCRIPTION_BEGINS, RESOURCE_TAG

SAYS_WHOSE: Final = sql(
    f"(tags ? '{RESOURCE_TAG}' OR"
    f" starts_with(attributes ->> 'description', '{DESCRIPTION_BEGINS}'))"
)
"""Which items may say that they are ours: few, so that the lost ones are found quickly."""

resource_inventory = Table(
    "resource_inventory",
    metadata,
    identity(),
    user_id(),
    credential_id(),
    text("provider"),
    text("kind"),
    text("location"),
    text("external_id"),
    text("name", required=False),
    text("region", required=False),
    text("status", required=False),
    text("uri", required=False),
    moment("cloud_created_at", required=False),
    document("tags", required=False),
    document("attributes"),
    text("state"),
    text("details_fingerprint"),
    text("tags_fingerprint", required=False),
    moment("first_seen_at"),
    moment("changed_at"),
    moment("missing_since", required=False),
    moment("deleted_at", required=False),
    text("mark", required=False),
    moment("marked_at", required=False),  # it counts only where this is when the row changed
    owned_by_credential(),
    UniqueConstraint("credential_id", "kind", "location", "external_id"),
    Index(None, "external_id", "credential_id"),  # the bill asks for both; not for the latter alone
    one_of("provider", Provider),
    one_of("state", ItemState),
    # what people filter by is in the index: what does not fit is passed over without its row
    Index(None, "user_id", "id", "kind", "region", "state"),
    Index(None, "tags", postgresql_using="gin", postgresql_ops={"tags": "jsonb_path_ops"}),
    Index("ix_resource_inventory_says_whose", "user_id", "id", postgresql_where=SAYS_WHOSE),
    Index("ix_resource_inventory_not_active", "id", postgresql_where=sql("state <> 'active'")),
    Index(None, "deleted_at", postgresql_where=sql("deleted_at IS NOT NULL")),
    postgresql_with={"fillfactor": "90"},  # room for the next version beside the last one
)

inventory_changes = Table(  # no foreign key: checking it costs a tenth of a first write
    "inventory_changes",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    user_id(),
    text("change"),
    moment("at"),
    document("before", required=False),
    PrimaryKeyConstraint("item_id", "id"),
    one_of("change", ChangeKind),
    Index(None, "at", "id"),
    Index(None, "user_id", "at", "id"),
)
