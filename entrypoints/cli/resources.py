"""`multicloud resources`: what was asked for, and whether the cloud still has it so."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from application.ports.errors import PortError
from application.ports.provisioning import ResourceFilter
from domain.errors import DomainError
from domain.plan_drift import DriftedObject
from domain.provisioning import ResourceId, ResourceStatus
from entrypoints.cli.failures import FAILED, warn
from entrypoints.cli.options import (
    CredentialOption,
    KindOption,
    ProviderOption,
    ResourceIdArgument,
    UserOption,
    WhoseOption,
    must_follow,
)
from entrypoints.cli.ownership import credential_called, user_called
from entrypoints.cli.render import Format, FormatOption, show_listing
from entrypoints.cli.resource_columns import CONFIRMED_COLUMNS, RESOURCE_COLUMNS, ResourceRow
from entrypoints.cli.resource_story import show_resource_story
from entrypoints.cli.service import opened

if TYPE_CHECKING:
    from application.use_cases.list_resources import ResourceOverview
    from entrypoints.bootstrap.container import Container

app = typer.Typer(help="What was built for whom, and whether it is still so.")

_MISSING: Final = "missing"
_NOTHING: Final = "Nothing was asked for yet. Ask for something: multicloud provision --help"
_NOTHING_FITS: Final = "No resource fits these filters."
_NOTHING_DRIFTED: Final = "Nothing differs from what was asked for, as far as the last sync saw."
_NOTHING_CONFIRMED: Final = "Nothing differs from what was asked for, where Terraform could look."

_StatusOption = Annotated[
    list[ResourceStatus] | None,
    typer.Option("--status", help="May be repeated. Default: all but destroyed."),
]
_EverythingOption = Annotated[bool, typer.Option("--all", help="Destroyed ones too.")]
_DriftOption = Annotated[
    bool, typer.Option("--drift", help="Only what differs from what was asked for, or is gone.")
]
_MissingOption = Annotated[bool, typer.Option("--missing", help="Only what is gone.")]
_ConfirmOption = Annotated[
    bool,
    typer.Option("--confirm", help="Have Terraform compare each with the cloud; be patient."),
]


@app.callback(invoke_without_command=True)
def resources(
    *,
    context: typer.Context,
    user: UserOption = None,
    credential: CredentialOption = None,
    provider: ProviderOption = None,
    kind: KindOption = None,
    status: _StatusOption = None,
    everything: _EverythingOption = False,
    drift: _DriftOption = False,
    missing: _MissingOption = False,
    confirm: _ConfirmOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what was asked for, by id, beside what the last sync saw of it.

    Nothing is asked of a cloud, unless --confirm has Terraform look at what is active. Where it
    cannot, the exit code is 1.
    """
    if context.invoked_subcommand is not None:
        must_follow(context.invoked_subcommand, user=user)
        return
    statuses = _statuses(status, everything=everything)
    view = _View.GONE if missing else _View.DRIFTED if drift else _View.EVERYTHING
    with opened() as service:
        chosen = ResourceFilter(
            user_id=user_called(service, user),
            credential_id=credential_called(service, credential, user=user),
            provider=provider,
            kind=kind,
            statuses=statuses,
        )
        found = service.list_resources()(chosen)
        show = partial(_show_confirmed, service) if confirm else _show_seen
        show(found, view, form, nothing=view.nothing(chosen, confirmed=confirm))


@app.command()
def show(
    resource_id: ResourceIdArgument,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show sensitive outputs too, such as passwords.")
    ] = False,
    user: WhoseOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show one resource: what was asked for, what was built, its outputs and its runs."""
    from application.use_cases.show_resource import (  # noqa: PLC0415 - loads pydantic
        ShowResourceRequest,
    )

    request = ShowResourceRequest(
        resource_id=ResourceId(resource_id), reveal=reveal, user_email=user
    )
    with opened() as service:
        story = service.show_resource()(request)
    show_resource_story(story, form)


def _statuses(
    chosen: Iterable[ResourceStatus] | None, *, everything: bool
) -> frozenset[ResourceStatus]:
    if chosen and everything:
        raise typer.BadParameter("--all means every status: leave out --status.")
    if everything:
        return frozenset(ResourceStatus)
    return frozenset(chosen) if chosen else ResourceFilter().statuses


class _View(Enum):
    """How much of what was found is shown."""

    EVERYTHING = auto()
    DRIFTED = auto()
    GONE = auto()

    def shows(self, row: ResourceRow) -> bool:
        """Tell whether *row* is to be shown: what Terraform found counts where it was asked."""
        gone = row.overview.presence == _MISSING
        match self:
            case _View.EVERYTHING:
                return True
            case _View.DRIFTED:
                return bool(row.overview.drift or row.confirmed) or gone
            case _View.GONE:
                return gone

    def nothing(self, chosen: ResourceFilter, *, confirmed: bool) -> str:
        """Return what is said where nothing that was *chosen* is to be shown."""
        if self is not _View.EVERYTHING:
            return _NOTHING_CONFIRMED if confirmed else _NOTHING_DRIFTED
        return _NOTHING if chosen == ResourceFilter() else _NOTHING_FITS


def _show_seen(
    found: Iterable["ResourceOverview"], view: _View, form: Format, *, nothing: str
) -> None:
    rows = filter(view.shows, (ResourceRow(overview=overview) for overview in found))
    show_listing(rows, RESOURCE_COLUMNS, form, nothing=nothing)


def _show_confirmed(
    service: "Container",
    found: Iterable["ResourceOverview"],
    view: _View,
    form: Format,
    *,
    nothing: str,
) -> None:
    """Have Terraform look at each; one that it cannot look at stops no other."""
    failed: list[ResourceId] = []
    rows = list(filter(view.shows, _compared(service, found, failed.append)))
    show_listing(rows, CONFIRMED_COLUMNS, form, nothing=nothing)
    if failed:
        raise typer.Exit(FAILED)


def _compared(
    service: "Container",
    found: Iterable["ResourceOverview"],
    failed: Callable[[ResourceId], object],
) -> Iterator[ResourceRow]:
    for overview in found:
        confirmed: tuple[DriftedObject, ...] | None = None
        if overview.resource.status is ResourceStatus.ACTIVE:
            try:
                confirmed = _confirmed(service, overview.resource.id)
            except (PortError, DomainError) as error:
                failed(overview.resource.id)
                warn(f"{overview.resource}: {error}")
        yield ResourceRow(overview=overview, confirmed=confirmed)


def _confirmed(service: "Container", resource_id: ResourceId) -> tuple[DriftedObject, ...]:
    from application.use_cases.confirm_drift import (  # noqa: PLC0415 - loads pydantic
        ConfirmDriftRequest,
    )

    return service.confirm_drift()(ConfirmDriftRequest(resource_id=resource_id)).objects
