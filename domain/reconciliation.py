"""Decide what a listing means for the inventory; pure, so that proof of deletion is testable."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.inventory import ExternalId, Fingerprint, ItemId, ItemState, ObservedResource
from domain.sightings import Mark, Sightings

SMALLEST_BRAKED_SCOPE = 10
"""Below this many items a scope may empty itself without raising suspicion."""
MOST_MARKED_ANEW = 5_000
"""So many marks are kept anew at once; a scope with more has them after some listings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What must be remembered of an item in order to compare it; deleted items are not known."""

    id: ItemId
    fingerprint: Fingerprint
    state: ItemState
    mark: Mark | None = None
    """That of an observation which looked as the item does; None where none was kept."""


class KnownItems(Mapping[ExternalId, KnownItem]):
    """All that is known of a scope, for a store that tells marks without making the items."""

    @abstractmethod
    def marks(self) -> Mapping[ExternalId, str]:
        """Return the marks of the active items; empty, or absent, where none was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAgain:
    """A known item together with how it looks now."""

    known: KnownItem
    observed: ObservedResource
    fingerprint: Fingerprint
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A resource that no live item stands for yet."""

    observed: ObservedResource
    fingerprint: Fingerprint
    mark: Mark | None = None


class Newcomers:
    """Those of a listing that are new; each is made when its turn comes.

    A first sync finds everything new, and so takes little more memory than its listing.
    """

    def __init__(self, sightings: Sightings, identities: Sequence[ExternalId]) -> None:
        self._sightings = sightings
        self._identities = identities

    def __len__(self) -> int:
        return len(self._identities)

    def __iter__(self) -> Iterator[Newcomer]:
        for identity in self._identities:
            seen, mark = self._sightings.resource(identity), self._sightings.mark(identity)
            yield Newcomer(observed=seen, fingerprint=seen.fingerprint(), mark=mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to write so that the inventory agrees with one listing of one scope."""

    appeared: Newcomers | Sequence[Newcomer] = ()
    changed: tuple[SeenAgain, ...] = ()
    returned: tuple[SeenAgain, ...] = ()
    """Missing items that were seen again, whether or not they changed meanwhile."""
    missing: tuple[ItemId, ...] = ()
    deleted: tuple[ItemId, ...] = ()
    held: frozenset[ExternalId] = frozenset()
    """Items whose disappearance is not believed yet; empty when the brake is off."""
    unchanged: int = 0
    marked_anew: Sequence[tuple[ItemId, Mark]] = ()
    """Unchanged items with a mark that is not the one known; to keep it is no change."""

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
    seen = observed if isinstance(observed, Sightings) else Sightings(observed)
    there = seen.identities()
    absent = {identity: known[identity] for identity in known if identity not in there}
    found = _Found()
    for identity, mark in _not_proven_the_same(known, seen):
        found.sort(identity, known.get(identity), seen, mark)
    missing, deleted, now_held = (
        _remove(known, absent, held) if complete else ((), (), held - there)
    )
    return Changes(
        appeared=Newcomers(seen, found.appeared) if found.appeared else (),
        changed=tuple(found.changed),
        returned=tuple(found.returned),
        missing=missing,
        deleted=deleted,
        held=now_held,
        unchanged=len(seen) - len(found),
        marked_anew=tuple(found.marked_anew),
    )


class _Found:
    """What those of a listing are that no mark proves to be the same."""

    def __init__(self) -> None:
        self.appeared: list[ExternalId] = []
        self.changed: list[SeenAgain] = []
        self.returned: list[SeenAgain] = []
        self.marked_anew: list[tuple[ItemId, Mark]] = []

    def __len__(self) -> int:
        return len(self.appeared) + len(self.changed) + len(self.returned)

    def sort(
        self, identity: ExternalId, item: KnownItem | None, seen: Sightings, mark: Mark | None
    ) -> None:
        """Put the resource of *identity*, which *item* stands for, where it belongs."""
        if item is None:
            self.appeared.append(identity)
            return
        now = seen.resource(identity)
        fingerprint = now.fingerprint()
        active = item.state is ItemState.ACTIVE
        if active and not differs(item.fingerprint, fingerprint):
            if mark is not None and len(self.marked_anew) < MOST_MARKED_ANEW:
                self.marked_anew.append((item.id, mark))
            return
        again = SeenAgain(known=item, observed=now, fingerprint=fingerprint, mark=mark)
        (self.changed if active else self.returned).append(again)


def _not_proven_the_same(
    known: Mapping[ExternalId, KnownItem], seen: Sightings
) -> Iterable[tuple[ExternalId, Mark | None]]:
    """Return what may have changed; nearly always most of what was seen is proven the same."""
    if not known:
        return ((identity, None) for identity in seen.identities())  # newcomers are marked later
    marks = known.marks() if isinstance(known, KnownItems) else _marks(known)
    return ((id_, mark) for id_, mark in seen.marks() if mark is None or marks.get(id_) != mark)


def _marks(known: Mapping[ExternalId, KnownItem]) -> Mapping[ExternalId, str]:
    return {
        identity: item.mark
        for identity, item in known.items()
        if item.mark is not None and item.state is ItemState.ACTIVE
    }


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
