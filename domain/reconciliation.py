"""Decide what a listing means for the inventory; pure, so that proof of deletion is testable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.inventory import ExternalId, Fingerprint, ItemId, ItemState, ObservedResource

SMALLEST_BRAKED_SCOPE = 10
"""Below this many items a scope may empty itself without raising suspicion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What must be remembered of an item in order to compare it; deleted items are not known."""

    id: ItemId
    fingerprint: Fingerprint
    state: ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAgain:
    """A known item together with how it looks now."""

    known: KnownItem
    observed: ObservedResource
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A resource that no live item stands for yet."""

    observed: ObservedResource
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to write so that the inventory agrees with one listing of one scope."""

    appeared: tuple[Newcomer, ...] = ()
    changed: tuple[SeenAgain, ...] = ()
    returned: tuple[SeenAgain, ...] = ()
    """Missing items that were seen again, whether or not they changed meanwhile."""
    missing: tuple[ItemId, ...] = ()
    deleted: tuple[ItemId, ...] = ()
    held: frozenset[ExternalId] = frozenset()
    """Items whose disappearance is not believed yet; empty when the brake is off."""
    unchanged: int = 0

    def __len__(self) -> int:
        return sum(
            map(len, (self.appeared, self.changed, self.returned, self.missing, self.deleted))
        )

    @property
    def suspect(self) -> bool:
        """Whether so much vanished at once that nothing was removed."""
        return bool(self.held)


def reconcile(
    *,
    known: Mapping[ExternalId, KnownItem],
    observed: Iterable[ObservedResource],
    held: frozenset[ExternalId] = frozenset(),
    complete: bool = True,
) -> Changes:
    """Compare one listing of a scope with what we know of it.

    An item is removed in two sights: `missing` after the first complete listing without it,
    `deleted` after the second. When more than half of a scope vanishes at once nothing is
    removed and the vanished are held; the next listing that still lacks all of the *held*, and
    does not lack too many others, releases them. An incomplete listing removes nothing and
    holds what was held before and not seen.
    """
    seen: dict[ExternalId, ObservedResource] = {}
    for resource in observed:
        seen.setdefault(resource.external_id, resource)
    absent = {identity: item for identity, item in known.items() if identity not in seen}
    appeared, changed, returned = _sort_the_seen(known, seen)
    unchanged = len(seen) - len(appeared) - len(changed) - len(returned)
    missing, deleted, now_held = (
        _remove(known, absent, held) if complete else ((), (), held - seen.keys())
    )
    return Changes(
        appeared=appeared,
        changed=changed,
        returned=returned,
        missing=missing,
        deleted=deleted,
        held=now_held,
        unchanged=unchanged,
    )


def _sort_the_seen(
    known: Mapping[ExternalId, KnownItem], seen: Mapping[ExternalId, ObservedResource]
) -> tuple[tuple[Newcomer, ...], tuple[SeenAgain, ...], tuple[SeenAgain, ...]]:
    appeared: list[Newcomer] = []
    changed: list[SeenAgain] = []
    returned: list[SeenAgain] = []
    for identity, resource in seen.items():
        fingerprint = resource.fingerprint()
        item = known.get(identity)
        if item is None:
            appeared.append(Newcomer(observed=resource, fingerprint=fingerprint))
        elif item.state is not ItemState.ACTIVE:
            returned.append(SeenAgain(known=item, observed=resource, fingerprint=fingerprint))
        elif differs(item.fingerprint, fingerprint):
            changed.append(SeenAgain(known=item, observed=resource, fingerprint=fingerprint))
    return tuple(appeared), tuple(changed), tuple(returned)


def differs(before: Fingerprint, now: Fingerprint) -> bool:
    """Tell whether anything that could be read *now* is different from *before*."""
    if before.details != now.details:
        return True
    return now.tags is not None and now.tags != before.tags


def _remove(
    known: Mapping[ExternalId, KnownItem],
    absent: Mapping[ExternalId, KnownItem],
    held: frozenset[ExternalId],
) -> tuple[tuple[ItemId, ...], tuple[ItemId, ...], frozenset[ExternalId]]:
    """Return the items that become missing, those that become deleted, and those held."""
    vanished = {identity for identity, item in absent.items() if item.state is ItemState.ACTIVE}
    news = vanished - held if held <= vanished else vanished
    if _too_many(len(news), of=len(known)):
        return (), (), frozenset(vanished)
    missing = tuple(item.id for item in absent.values() if item.state is ItemState.ACTIVE)
    deleted = tuple(item.id for item in absent.values() if item.state is ItemState.MISSING)
    return missing, deleted, frozenset()


def _too_many(vanished: int, *, of: int) -> bool:
    return of >= SMALLEST_BRAKED_SCOPE and vanished * 2 > of
