"""`multicloud inventory`: what exists, what existed, and what changed."""

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

import typer

from application.ports.inventory import InventoryFilter
from application.use_cases.browse_inventory import (
    ListInventoryChangesRequest,
    ShowInventoryItemRequest,
)
from domain.inventory import ItemId, ItemState, Management
from entrypoints.cli.inventory_columns import CHANGE_COLUMNS, ITEM_COLUMNS
from entrypoints.cli.options import (
    MOST,
    CredentialOption,
    KindOption,
    ProviderOption,
    UserOption,
    WhoseOption,
    must_follow,
    parse_past_time,
    parse_time,
)
from entrypoints.cli.ownership import credential_called, user_called
from entrypoints.cli.render import Format, FormatOption, show_listing
from entrypoints.cli.service import opened
from entrypoints.cli.story import show_story

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

app = typer.Typer(help="What exists, what existed, and what changed.")


class Managed(StrEnum):
    """Which items `--managed` shows."""

    MANAGED = Management.MANAGED.value
    UNMANAGED = Management.UNMANAGED.value
    ORPHANED = Management.ORPHANED.value
    MISSING = "missing"


_GONE: Final = frozenset({ItemState.MISSING, ItemState.DELETED})
_NOTHING: Final = "Nothing is in the inventory now. Bring it up to date: multicloud sync"
_NOTHING_FITS: Final = "Nothing in the inventory fits these filters."
_NOTHING_THEN: Final = "Nothing that fits was known at that time."
_TIME_HELP: Final = "ISO 8601, UTC unless it says otherwise."

_RegionOption = Annotated[str | None, typer.Option("--region", help="Only this region.")]
_StateOption = Annotated[
    list[ItemState] | None,
    typer.Option("--state", help="May be repeated. Default: active and missing."),
]
_TagOption = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="KEY=VALUE", help="May be repeated: all must fit."),
]
_ManagedOption = Annotated[
    Managed | None,
    typer.Option(
        "--managed",
        case_sensitive=False,
        help="managed: ours, as Terraform knows it; unmanaged: made without us; orphaned: it "
        "carries our tags and nothing knows it; missing: ours, and gone from the cloud.",
    ),
]
_AtOption = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help=f"As it was then. {_TIME_HELP}")
]
_LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, max=MOST, help="Show at most so many items.")
]


@app.callback(invoke_without_command=True)
def inventory(
    *,
    context: typer.Context,
    user: UserOption = None,
    provider: ProviderOption = None,
    credential: CredentialOption = None,
    kind: KindOption = None,
    region: _RegionOption = None,
    state: _StateOption = None,
    tag: _TagOption = None,
    managed: _ManagedOption = None,
    at: _AtOption = None,
    limit: _LimitOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the inventory, by id; subcommands show one item or the latest changes."""
    if context.invoked_subcommand is not None:
        must_follow(context.invoked_subcommand, user=user)
        return
    chosen = InventoryFilter(
        provider=provider,
        kind=kind,
        region=region,
        states=_states(state, managed),
        tags=tuple(_pair(text) for text in tag or ()),
        management=_management(managed),
        at=parse_past_time(at) if at else None,
    )
    with opened() as service:
        chosen = _owned(service, chosen, user, credential)
        items = islice(service.browse_inventory()(chosen), limit)
        show_listing(items, ITEM_COLUMNS, form, nothing=_nothing(chosen))


@app.command()
def show(
    item_id: Annotated[int, typer.Argument(metavar="ID", help="The id that listings show.")],
    user: WhoseOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show one item, everything known of it, and what happened to it."""
    request = ShowInventoryItemRequest(item_id=ItemId(item_id), user_email=user)
    with opened() as service:
        story = service.show_inventory_item()(request)
    show_story(story, form)


@app.command()
def changes(
    user: UserOption = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help=f"From then on. {_TIME_HELP}")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="At most so many.")] = 100,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what changed in the clouds, the latest first."""
    request = ListInventoryChangesRequest(
        user_email=user, since=parse_time(since) if since else None, limit=limit
    )
    with opened() as service:
        found = service.list_inventory_changes()(request)
    show_listing(found, CHANGE_COLUMNS, form, nothing="Nothing has changed.")


def _nothing(chosen: InventoryFilter) -> str:
    if chosen.at:
        return _NOTHING_THEN
    return _NOTHING if chosen == InventoryFilter() else _NOTHING_FITS


def _owned(
    service: "Container", chosen: InventoryFilter, user: str | None, credential: str | None
) -> InventoryFilter:
    """Return *chosen*, narrowed to a user and a credential where they are named."""
    return replace(
        chosen,
        user_id=user_called(service, user),
        credential_id=credential_called(service, credential, user=user),
    )


def _states(chosen: Collection[ItemState] | None, managed: Managed | None) -> frozenset[ItemState]:
    if managed is not Managed.MISSING:
        return frozenset(chosen) if chosen else InventoryFilter().states
    if chosen:
        raise typer.BadParameter("--managed missing says which states: leave out --state.")
    return _GONE


def _management(managed: Managed | None) -> Management | None:
    """Return who is to answer for the items: what is missing is one of ours."""
    if managed is None:
        return None
    return Management.MANAGED if managed is Managed.MISSING else Management(managed.value)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise typer.BadParameter(f"{text!r} is no tag; write it as KEY=VALUE.")
    return key, value
