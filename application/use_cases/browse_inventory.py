"""Show what exists, what existed, and what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.owning import item_for, user_asking
from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.errors import InvalidValue
from domain.inventory import InventoryChange, InventoryItem, ItemId
from domain.retention import Ledger, RetentionPolicy


class BrowseInventory:
    """Show the items that match a filter, now or at a past time that is still remembered."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        policy: RetentionPolicy,
        page_size: int = 200,
    ) -> None:
        """*page_size*: a screenful or two, for somebody waits for the first."""
        self._unit_of_work = unit_of_work
        self._policy = policy
        self._page_size = page_size

    def __call__(self, chosen: InventoryFilter) -> Iterator[InventoryItem]:
        """Yield the matching items by id, read page by page; none if none match.

        Raises:
            InvalidValue: changes are not kept as long as to know that moment.
        """
        if chosen.at is not None:
            self._must_be_remembered(chosen.at)
        return self._pages(chosen)

    def _must_be_remembered(self, moment: datetime) -> None:
        with self._unit_of_work() as work:
            oldest = self._policy.cutoff(Ledger.INVENTORY_CHANGES, at=work.now())
        if moment < oldest:
            raise InvalidValue(
                "moment",
                moment.isoformat(),
                f"changes are remembered since {oldest.isoformat(timespec='seconds')}",
            )

    def _pages(self, chosen: InventoryFilter) -> Iterator[InventoryItem]:
        after: ItemId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.inventory.page(chosen, after=after, limit=self._page_size)
            yield from page
            if len(page) < self._page_size:
                return
            after = page[-1].id


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStory:
    """One item and everything that happened to it, the latest first."""

    item: InventoryItem
    changes: Sequence[InventoryChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowInventoryItemRequest:
    """Which item to show."""

    item_id: ItemId
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


class ShowInventoryItem:
    """Show one item with its history."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, longest_history: int = 100) -> None:
        self._unit_of_work = unit_of_work
        self._longest_history = longest_history

    def __call__(self, request: ShowInventoryItemRequest) -> ItemStory:
        """Return the item and its latest changes.

        Raises:
            NotFound: this user has no such item, or there is no such user.
        """
        with self._unit_of_work() as work:
            item = item_for(work, user_asking(work, request.user_email), request.item_id)
            changes = work.inventory.changes(item_id=item.id, limit=self._longest_history)
        return ItemStory(item=item, changes=changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInventoryChangesRequest:
    """Whose changes, since when, and how many at most."""

    user_email: str | None = None
    since: datetime | None = None
    limit: int = 100


class ListInventoryChanges:
    """Show what happened in the clouds."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, request: ListInventoryChangesRequest) -> Sequence[InventoryChange]:
        """Return the latest changes first; empty if there are none.

        Raises:
            NotFound: nobody has the address asked for.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, request.user_email)
            return work.inventory.changes(user_id=user, since=request.since, limit=request.limit)
