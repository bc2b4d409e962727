"""What the demo shows, step by step."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import typer

from application.ports.cost_ledger import CostDimension
from application.ports.inventory import InventoryFilter
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.browse_inventory import ListInventoryChangesRequest
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.show_costs import ShowCostsRequest
from domain.inventory import InventoryItem, ResourceKind
from domain.sentences import counted
from domain.syncs import ChangeCounts, SyncStatus
from entrypoints.cli.checking import check_now
from entrypoints.cli.costs import show_overview
from entrypoints.cli.credential_columns import HEALTH_COLUMNS, trouble_line
from entrypoints.cli.demo_building import Building
from entrypoints.cli.demo_step import Step
from entrypoints.cli.demo_tally import Tally
from entrypoints.cli.demo_work import cost_read_by_the_worker, synced_by_the_worker
from entrypoints.cli.failures import CommandFailed, warn
from entrypoints.cli.inventory_columns import CHANGE_COLUMNS, ITEM_COLUMNS
from entrypoints.cli.render import Column, Format, show_listing
from entrypoints.cli.sandbox import SandboxClouds, change_something

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

_EMAIL: Final = "demo@example.org"
_CHANGES: Final = {"aws": "stop-instance", "azure": "deallocate-vm", "gcp": "stop-instance"}
_SAMPLE_COLUMNS: Final = frozenset({"id", "kind", "name", "region", "status"})
_HEALTH: Final = frozenset({"provider", "name", "status", "what_to_mend"})
_CHANGE: Final = frozenset({"change", "kind", "name", "location", "what_changed"})
_MOST_SERVICES: Final = 12


class Demo:
    """Tells the story with a running service and sandbox clouds."""

    def __init__(self, service: "Container", clouds: SandboxClouds) -> None:
        self._service = service
        self._clouds = clouds
        self._tally = Tally(service)

    def tell(self) -> None:
        """Sync: everything, nothing new, three changes. Then cost, building, and health."""
        with Step(f"Adding the user {_EMAIL} and a sealed credential for each cloud"):
            self._add_user()
        first = self._sync("First sync, through the broker, by the worker")
        typer.echo(f"  {counted(first.appeared, 'resource')} appeared\n")
        self._show_inventory()
        second = self._sync("Second sync: nothing happened meanwhile")
        typer.echo(f"  {_changes(second)}, {second.unchanged} unchanged\n")
        before = self._service.clock().now()
        self._change_the_clouds()
        third = self._sync("Third sync: it finds exactly that")
        typer.echo(f"  {_changes(third)}, {third.unchanged} unchanged\n")
        self._show_changes(before)
        self._show_cost()
        Building(self._service, self._clouds, email=_EMAIL, sync=self._sync).tell()
        self._show_health()

    def _add_user(self) -> None:
        self._service.add_user()(AddUserRequest(email=_EMAIL))
        for provider, document in self._clouds.credentials.items():
            self._service.add_credential()(
                AddCredentialRequest(
                    user_email=_EMAIL, provider=provider, name=f"{provider}-shop", document=document
                )
            )

    def _sync(self, title: str) -> ChangeCounts:
        with Step(title):
            overviews = synced_by_the_worker(self._service)
        for overview in overviews:
            _must_have_succeeded(overview)
        return self._tally()

    def _change_the_clouds(self) -> None:
        with Step("Changing one thing in each cloud, behind the service's back"):
            happened = [
                change_something(endpoint, _CHANGES[cloud])
                for cloud, endpoint in self._clouds.endpoints.items()
            ]
        for happening in happened:
            typer.echo("  {kind} {name} in {region}: {change}".format_map(happening))
        typer.echo("")

    def _show_inventory(self) -> None:
        items = list(self._service.browse_inventory()(InventoryFilter()))
        kinds = [kind for kind in ResourceKind if any(kind is item.scope.kind for item in items)]
        show_listing(kinds, _kind_columns(items), Format.TABLE, nothing="")
        typer.echo("")
        sample = [column for column in ITEM_COLUMNS if column.name in _SAMPLE_COLUMNS]
        show_listing(_one_of_each(items), sample, Format.TABLE, nothing="")
        typer.echo("")

    def _show_changes(self, since: datetime) -> None:
        changes = self._service.list_inventory_changes()(ListInventoryChangesRequest(since=since))
        shown = [column for column in CHANGE_COLUMNS if column.name in _CHANGE]
        show_listing(changes, shown, Format.TABLE, nothing="Nothing was found.")
        typer.echo("")
        if len(changes) != len(self._clouds.endpoints):
            done = counted(len(self._clouds.endpoints), "thing was", "things were")
            found = counted(len(changes), "change was", "changes were")
            raise CommandFailed(f"{done} changed and {found} found.")

    def _show_cost(self) -> None:
        with Step("Reading what each cloud charges, by the worker"):
            chosen = cost_read_by_the_worker(self._service)
        by_service = ShowCostsRequest(chosen=chosen, by=CostDimension.SERVICE, limit=_MOST_SERVICES)
        show_overview(self._service.show_costs()(by_service), by_service)
        typer.echo("")

    def _show_health(self) -> None:
        with Step("Letting the secret of the Azure credential expire"):
            change_something(self._clouds.endpoints["azure"], "expire-secret")
        with Step("Asking each cloud how well its credential works"):
            found = check_now(self._service, CredentialChoice())
        shown = [column for column in HEALTH_COLUMNS if column.name in _HEALTH]
        show_listing(found, shown, Format.TABLE, nothing="")


def _must_have_succeeded(overview: CredentialOverview) -> None:
    """Warn of what the last sync of a credential could not do.

    Raises:
        CommandFailed: it did not succeed.
    """
    run = overview.last_run
    for trouble in run.troubles if run else ():
        warn(trouble_line(trouble))
    if run is None or run.status is not SyncStatus.SUCCEEDED:
        ended = run.status if run else "nothing"
        raise CommandFailed(f"The sync of {overview.credential.name} ended as {ended}.")


def _changes(counts: ChangeCounts) -> str:
    return counted(counts.total, "change")


def _kind_columns(items: Iterable[InventoryItem]) -> Sequence[Column[ResourceKind]]:
    regions: Mapping[ResourceKind, Counter[str]] = {kind: Counter() for kind in ResourceKind}
    for item in items:
        regions[item.scope.kind][item.resource.region or "everywhere"] += 1
    return (
        Column[ResourceKind]("cloud", lambda kind: kind.provider.value),
        Column[ResourceKind]("kind", lambda kind: kind.value),
        Column[ResourceKind]("resources", lambda kind: regions[kind].total()),
        Column[ResourceKind]("in", lambda kind: _places(regions[kind])),
    )


def _places(regions: "Counter[str]") -> str:
    return ", ".join(f"{region} {count}" for region, count in regions.most_common())


def _one_of_each(items: Iterable[InventoryItem]) -> list[InventoryItem]:
    first: dict[ResourceKind, Any] = {}
    for item in items:
        first.setdefault(item.scope.kind, item)
    return [first[kind] for kind in ResourceKind if kind in first]
