"""Show what was asked for, and whether the cloud still has it so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from application.ports.provisioning import ResourceFilter
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.drift import drift
from domain.errors import InvalidValue
from domain.inventory import FieldChange, InventoryItem, ItemState
from domain.provisioning import Resource, ResourceId, ResourceStatus, Run, RunAction
from domain.specs.reading import read_spec


class Presence(StrEnum):
    """Whether the inventory has what was built. The value is public."""

    PRESENT = "present"
    MISSING = "missing"
    """It was there, and a listing after its last run did not have it."""
    NOT_SEEN = "not_seen"
    """No sync has seen it since it was built."""
    NOT_BUILT = "not_built"
    """It is not active, and no state knows anything of it that the inventory has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceOverview:
    """One resource, its last run, and what the inventory says of it."""

    resource: Resource
    last_run: Run | None
    presence: Presence
    drift: tuple[FieldChange, ...] = ()
    """What the last sync saw otherwise than it was asked for; a hint, which Terraform confirms."""


class ListResources:
    """Show resources by what the last sync saw; nothing is asked of any cloud."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, page_size: int = 1000) -> None:
        self._unit_of_work = unit_of_work
        self._page_size = page_size

    def __call__(self, chosen: ResourceFilter) -> Iterator[ResourceOverview]:
        """Yield the matching resources by id, read page by page; none if none match."""
        after: ResourceId | None = None
        while True:
            page = self._page(chosen, after)
            yield from page
            if len(page) < self._page_size:
                return
            after = page[-1].resource.id

    def _page(self, chosen: ResourceFilter, after: ResourceId | None) -> Sequence[ResourceOverview]:
        with self._unit_of_work() as work:
            resources = work.resources.page(chosen, after=after, limit=self._page_size)
            ids = [resource.id for resource in resources]
            runs = work.runs.latest(ids)
            items = work.resources.main_objects(ids)
            return [
                overview(
                    resource,
                    runs.get(resource.id),
                    items.get(resource.id, ()),
                    built=_built(work, resource),
                )
                for resource in resources
            ]


def _built(work: UnitOfWork, resource: Resource) -> bool:
    """Tell whether a state knows anything of it; only what stopped half-way has to be asked."""
    if resource.status in {ResourceStatus.FAILED, ResourceStatus.DESTROYING}:
        return bool(work.states.objects(resource.id))
    return resource.status is ResourceStatus.ACTIVE


def overview(
    resource: Resource, last_run: Run | None, items: Sequence[InventoryItem], *, built: bool
) -> ResourceOverview:
    """Return *resource* beside what the inventory has of its objects; *built*: there are some."""
    items = [item for item in items if item.scope.kind is resource.kind]
    presence = _presence(items, last_run, built=built)
    seen = [item for item in items if item.state is ItemState.ACTIVE and _since(last_run, item)]
    return ResourceOverview(
        resource=resource,
        last_run=last_run,
        presence=presence,
        drift=_drift(resource, seen[0]) if presence is Presence.PRESENT and seen else (),
    )


def _presence(items: Sequence[InventoryItem], run: Run | None, *, built: bool) -> Presence:
    if not items:
        return Presence.NOT_SEEN if built else Presence.NOT_BUILT
    if any(item.state is ItemState.ACTIVE for item in items):
        return Presence.PRESENT
    missed = any(not _built_since(run, item) for item in items)
    return Presence.MISSING if missed else Presence.NOT_SEEN


def _built_since(run: Run | None, item: InventoryItem) -> bool:
    """Tell whether the item was missed before the run made it: an older one had its name."""
    if run is None or run.action is not RunAction.PROVISION:
        return False
    return run.ended_at is not None and item.changed_at < run.ended_at


def _since(run: Run | None, item: InventoryItem) -> bool:
    """Tell whether the item was seen after the run ended: before, it was not finished yet."""
    ended, seen = run.ended_at if run else None, item.last_seen_at
    return ended is not None and seen is not None and seen >= ended


def _drift(resource: Resource, item: InventoryItem) -> tuple[FieldChange, ...]:
    try:
        expected = read_spec(resource.spec).expectation()
    except InvalidValue:  # asked for when the rules were others: there is nothing to compare
        return ()
    return drift(expected, item.resource)
