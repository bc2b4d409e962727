"""Which credentials of one user reach the same."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from adapters.persistence.session import Session
from adapters.persistence.tables import credentials, sync_scopes
from domain.accounts import CredentialName, Overlap, Provider, SubAccountId, UserId
from domain.syncs import ScopeStatus

_OURS: Final = credentials.c
_OWNER: Final[BindParameter[int]] = bindparam("of_user")
_MOST: Final[BindParameter[int]] = bindparam("most")


def overlaps(session: Session, user_id: UserId | None, *, limit: int) -> Sequence[Overlap]:
    """Return what several active credentials of the user, or of any one user, reach."""
    if user_id is None:
        found = session.run(_OF_ANY, most=limit).all()
    else:
        found = session.run(_OF_ONE, most=limit, of_user=user_id).all()
    names = _names(session, found)
    return [
        Overlap(
            user_id=UserId(row.user_id),
            provider=Provider(row.provider),
            credentials=tuple(names[each] for each in row.ids),
            sub_accounts=tuple(map(SubAccountId, row.places)),
        )
        for row in found
    ]


def _names(session: Session, found: Sequence[Row[Any]]) -> Mapping[int, CredentialName]:
    ids = list({each for row in found for each in row.ids})
    if not ids:
        return {}
    chosen = select(_OURS.id, _OURS.name).where(_OURS.id == func.any(ids))
    return {row.id: CredentialName(row.name) for row in session.run(chosen)}


def _overlaps(*, of_one_user: bool) -> Select[Any]:
    """Put the places together that the same credentials reach."""
    reached = _reached(_twins(of_one_user=of_one_user)).subquery("reached").c
    place = (reached.user_id, reached.provider, reached.place)
    oldest_first = aggregate_order_by(reached.credential_id, reached.credential_id)
    shared = (
        select(*place, func.array_agg(oldest_first).label("ids"))
        .group_by(*place)
        .having(func.count() > 1)
        .subquery("shared")
        .c
    )
    alike = (shared.user_id, shared.provider, shared.ids)
    in_order = aggregate_order_by(shared.place, shared.place.collate("C"))
    places = func.array_agg(in_order).label("places")
    return select(*alike, places).group_by(*alike).order_by(*alike).limit(_MOST)


def _twins(*, of_one_user: bool) -> CTE:
    """Find the accounts with several credentials: few have, and only those are looked at closer."""
    known: list[ColumnElement[bool]] = [_OURS.disabled_at.is_(None), _OURS.account_id.is_not(None)]
    if of_one_user:
        known.append(_OURS.user_id == _OWNER)
    account = (_OURS.user_id, _OURS.provider, _OURS.account_id)
    several = select(*account, func.array_agg(_OURS.id).label("ids")).where(*known)
    return several.group_by(*account).having(func.count() > 1).cte("twins")


def _reached(twins: CTE) -> CompoundSelect[Any]:
    """Say what each of them reaches: its account, or of a tenant the subscriptions it listed."""
    is_tenant = twins.c.provider == Provider.AZURE.value
    seen = sync_scopes.c
    listed = (seen.completed_at.is_not(None), seen.status != ScopeStatus.OUT_OF_REACH.value)
    whole = select(
        twins.c.user_id,
        twins.c.provider,
        func.unnest(twins.c.ids).label("credential_id"),
        twins.c.account_id.label("place"),
    ).where(~is_tenant)
    parts = select(twins.c.user_id, twins.c.provider, seen.credential_id, seen.location)
    joined = parts.join(sync_scopes, seen.credential_id == func.any(twins.c.ids))
    return union_all(whole, joined.where(is_tenant, *listed).distinct())


_OF_ANY: Final = _overlaps(of_one_user=False)
_OF_ONE: Final = _overlaps(of_one_user=True)
