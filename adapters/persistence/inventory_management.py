"""Whose the items of the inventory are, as statements see it; by what is known now."""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    ScalarSelect,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)

from adapters.persistence.tables import (
    installation,
    managed_objects,
    resource_inventory,
    resources,
    sync_scopes,
)
from domain.inventory import ItemState, Management, ResourceId
from domain.ownership import (
    DESCRIPTION,
    INSTALLATION_TAG,
    RESOURCE_ID,
    RESOURCE_TAG,
    UNDER_WAY,
    WITHOUT_TAGS,
)

_ITEMS = resource_inventory.c
_KNOWN = managed_objects.alias("known")
_OWNER = resources.alias("owner")
_LOOKED_AT = sync_scopes.alias("looked_at")
_SAME_OBJECT: Final = and_(_KNOWN.c.kind == _ITEMS.kind, _KNOWN.c.external_id == _ITEMS.external_id)
_OF_ITS_USER: Final = and_(_KNOWN.c.user_id == _ITEMS.user_id, _SAME_OBJECT)


def _managed_by() -> ScalarSelect[int]:
    """The resource that an item belongs to; of several that know it, the oldest."""
    known = select(func.min(_KNOWN.c.resource_id)).where(_OF_ITS_USER)
    return known.correlate(resource_inventory).scalar_subquery()


def _managed() -> ColumnElement[bool]:
    return exists().where(_OF_ITS_USER).correlate(resource_inventory)


def _lost() -> ColumnElement[bool]:
    """Whether an item says that it is ours, and no resource accounts for it."""
    words = _ITEMS.attributes["description"].astext
    said = func.regexp_match(words, f"^{DESCRIPTION}$", type_=ARRAY(Text))
    described = _ITEMS.kind.in_(sorted(WITHOUT_TAGS))
    owner = case((described, said[1]), else_=_ITEMS.tags[RESOURCE_TAG].astext)
    whose = case((described, said[2]), else_=_ITEMS.tags[INSTALLATION_TAG].astext)
    here = select(cast(installation.c.id, Text)).scalar_subquery()
    ours = func.coalesce(and_(owner.is_not(None), whose == here), false())
    # the order matters for speed alone: hardly any item that is ours is not managed
    unaccounted = case((_managed_by().is_(None), ~_accounted_for(owner)), else_=false())
    return and_(_ITEMS.state == ItemState.ACTIVE.value, ours, unaccounted)


def _accounted_for(owner: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the resource with the id *owner* knows the item, or may still come to know it."""
    is_id = owner.regexp_match(f"^{RESOURCE_ID}$")
    known = exists().where(_KNOWN.c.resource_id == _OWNER.c.id, _SAME_OBJECT)
    reasons = or_(
        _OWNER.c.status.in_(sorted(UNDER_WAY)),
        _OWNER.c.updated_at >= _seen_at(),
        known.correlate(_OWNER, resource_inventory),
    )
    named = _OWNER.c.id == case((is_id, cast(owner, BigInteger)))
    return exists().where(named, reasons).correlate(resource_inventory)


def _seen_at() -> ScalarSelect[Any]:
    scope = _LOOKED_AT.c
    looked = select(scope.completed_at).where(
        scope.credential_id == _ITEMS.credential_id,
        scope.kind == _ITEMS.kind,
        scope.location == _ITEMS.location,
    )
    return looked.correlate(resource_inventory).scalar_subquery()


SEEN_AT: Final = _seen_at().label("seen_at")
MANAGED_BY: Final = _managed_by().label("managed_by")
LOST: Final = _lost().label("lost")
"""Three columns to select beside those of an item."""


def under(management: Management) -> ColumnElement[bool]:
    """Choose the items under *management*."""
    match management:
        case Management.MANAGED:
            return _managed()
        case Management.ORPHANED:
            return _lost()
        case Management.UNMANAGED:
            return ~or_(_managed(), _lost())


def management_of(row: Row[Any]) -> tuple[Management, ResourceId | None]:
    """Return whose the item of *row* is, and of which resource."""
    if row.managed_by is not None:
        return Management.MANAGED, ResourceId(row.managed_by)
    return (Management.ORPHANED if row.lost else Management.UNMANAGED), None
