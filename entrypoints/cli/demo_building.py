"""The part of the demo in which things are built on three clouds, and taken down again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import typer

from application.ports.errors import PortError
from application.ports.inventory import InventoryFilter
from application.ports.provisioning import ResourceFilter
from application.run_requests import RequestedRun
from application.use_cases.browse_inventory import ListInventoryChangesRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from domain.inventory import Management
from domain.provisioning import ResourceId
from domain.sentences import counted
from entrypoints.cli.demo_step import Step
from entrypoints.cli.failures import CommandFailed, warn
from entrypoints.cli.inventory_columns import CHANGE_COLUMNS, ITEM_COLUMNS
from entrypoints.cli.render import Format, show_listing
from entrypoints.cli.resource_columns import RESOURCE_COLUMNS, ResourceRow
from entrypoints.cli.sandbox import SandboxClouds, change_something
from entrypoints.cli.watching import must_be_done, watched

if TYPE_CHECKING:
    from application.use_cases.list_resources import ResourceOverview
    from entrypoints.bootstrap.container import Container

_MACHINE: Final = "invoice-worker"
SPECS: Final[Mapping[str, Mapping[str, Any]]] = {
    "aws": {
        "kind": "aws_s3_bucket",
        "name": "shop-demo-invoices",
        "region": "eu-central-1",
        "tags": {"team": "finance"},
    },
    "azure": {
        "kind": "azure_virtual_machine",
        "name": _MACHINE,
        "location": "westeurope",
        "tags": {"team": "finance"},
        # nobody has the private half
        "ssh_public_key": "ssh-ed25519 "
        "AAAAC3NzaC1lZDI1NTE5AAAAIChQrWgYq+XIvN9Yo39mDt6TWP/3gcefZwQET97RzgKW demo",
    },
    "gcp": {
        "kind": "gcp_network",
        "name": "invoice-network",
        "region": "europe-west1",
        "subnets": ["10.10.0.0/24"],
    },
}
"""What is built, by cloud."""
_OURS: Final = InventoryFilter(management=Management.MANAGED)
_MANAGED: Final = frozenset({"kind", "name", "region", "status", "managed", "resource_id"})
_DRIFT: Final = frozenset({"id", "kind", "name", "status", "what_differs"})
_GONE: Final = frozenset({"change", "kind", "name", "location"})


class Building:
    """Builds one thing on each cloud, lets one drift, and takes all of them down."""

    def __init__(
        self,
        service: "Container",
        clouds: SandboxClouds,
        *,
        email: str,
        sync: Callable[[str], object],
    ) -> None:
        """*sync* brings the inventory up to date, under a title."""
        self._service = service
        self._clouds = clouds
        self._email = email
        self._sync = sync

    def tell(self) -> None:
        """Build, find it again as managed, find what somebody changed, and take it down.

        Where this machine has no Terraform, it says so and leaves all that out.

        Raises:
            CommandFailed: something of that did not happen.
        """
        try:
            self._service.terraform().program()
        except PortError as error:
            warn(f"The demo builds nothing. {error}")
            return
        self._build()
        self._sync("Sync: what Terraform made is known to be ours")
        self._show_managed(expected=len(SPECS))
        self._let_one_drift()
        self._sync("Sync: it compares what it sees with what was asked for")
        self._show_drift()
        before = self._service.clock().now()
        self._destroy()
        self._sync("Sync: the clouds have nothing left of it")
        self._show_the_end(since=before)

    def _build(self) -> None:
        typer.echo("Building a bucket on AWS, a machine on Azure and a network on Google Cloud:")
        asked = [self._ask(cloud, spec) for cloud, spec in SPECS.items()]
        self._watch(asked)

    def _ask(self, cloud: str, spec: Mapping[str, Any]) -> RequestedRun:
        from application.use_cases.request_resource import (  # noqa: PLC0415 - loads pydantic
            RequestResourceRequest,
        )

        request = RequestResourceRequest(
            user_email=self._email, credential_name=f"{cloud}-shop", spec=spec
        )
        return self._service.request_resource()(request)

    def _watch(self, asked: Sequence[RequestedRun]) -> None:
        for run in watched(self._service, [each.run for each in asked]):
            must_be_done(run)
        typer.echo("")

    def _show_managed(self, *, expected: int) -> None:
        items = list(self._service.browse_inventory()(_OURS))
        shown = [column for column in ITEM_COLUMNS if column.name in _MANAGED]
        show_listing(items, shown, Format.TABLE, nothing="Nothing is managed.")
        typer.echo("")
        found = len({item.resource_id for item in items})
        if found != expected:
            raise CommandFailed(f"{expected} resources were built and {found} were found again.")

    def _let_one_drift(self) -> None:
        with Step("Stopping the machine, behind Terraform's back"):
            change_something(self._clouds.endpoints["azure"], "deallocate-vm", resource=_MACHINE)

    def _show_drift(self) -> None:
        drifted = [each for each in self._overviews() if each.drift]
        rows = [ResourceRow(overview=each) for each in drifted]
        shown = [column for column in RESOURCE_COLUMNS if column.name in _DRIFT]
        show_listing(rows, shown, Format.TABLE, nothing="Nothing has drifted.")
        typer.echo("")
        if [each.resource.name for each in drifted] != [_MACHINE]:
            raise CommandFailed(f"Of {_MACHINE} no drift was found, or of something else.")

    def _destroy(self) -> None:
        typer.echo("Destroying all three:")
        ids = [each.resource.id for each in self._overviews()]
        self._watch([self._ask_for_the_end(number) for number in ids])

    def _ask_for_the_end(self, number: ResourceId) -> RequestedRun:
        return self._service.request_destruction()(RequestDestructionRequest(resource_id=number))

    def _show_the_end(self, *, since: datetime) -> None:
        gone = self._service.list_inventory_changes()(ListInventoryChangesRequest(since=since))
        shown = [column for column in CHANGE_COLUMNS if column.name in _GONE]
        show_listing(gone, shown, Format.TABLE, nothing="Nothing has changed.")
        typer.echo("")
        left = list(self._service.browse_inventory()(_OURS))
        if left or self._overviews():
            raise CommandFailed(
                f"{counted(len(left), 'thing is', 'things are')} left that should be gone."
            )

    def _overviews(self) -> "list[ResourceOverview]":
        """Return everything that is not destroyed."""
        return list(self._service.list_resources()(ResourceFilter()))
