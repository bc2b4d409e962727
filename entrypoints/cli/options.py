"""Options that several commands share."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from domain.accounts import Provider
from domain.inventory import ResourceKind

MOST: Final = 1_000_000
"""Rows that one listing may be limited to."""
_LARGEST_ID: Final = 2**63 - 1

UserOption = Annotated[
    str | None, typer.Option("--user", metavar="EMAIL", help="Only what belongs to this user.")
]
OwnerOption = Annotated[
    str, typer.Option("--user", metavar="EMAIL", help="The user the credential belongs to.")
]
WhoseOption = Annotated[
    str | None,
    typer.Option("--user", metavar="EMAIL", help="Only if it belongs to this user."),
]
ProviderOption = Annotated[
    Provider | None, typer.Option("--provider", case_sensitive=False, help="Only this cloud.")
]
CredentialOption = Annotated[
    str | None, typer.Option("--credential", metavar="NAME", help="Only this credential.")
]
KindOption = Annotated[
    ResourceKind | None, typer.Option("--kind", case_sensitive=False, help="Only this kind.")
]
ResourceIdArgument = Annotated[
    int,
    typer.Argument(
        metavar="ID", min=1, max=_LARGEST_ID, help="The id that `multicloud resources` shows."
    ),
]
WaitOption = Annotated[
    bool, typer.Option("--wait", help="Show how it proceeds, and end when it ends.")
]


def must_follow(subcommand: str, *, user: str | None) -> None:
    """Check that nobody wrote --user before *subcommand*, where it would mean nothing.

    Raises:
        BadParameter: somebody did.
    """
    if user is not None:
        raise typer.BadParameter(f"Write --user after {subcommand!r}.")


def parse_time(text: str) -> datetime:
    """Return the moment that *text* names in ISO 8601; without a zone it is meant in UTC.

    Raises:
        BadParameter: it names none.
    """
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and last hours there are leave no room
        raise typer.BadParameter(
            f"{text!r} is no time; write it like 2026-01-31 or 2026-01-31T18:00:00Z."
        ) from None


def parse_past_time(text: str) -> datetime:
    """Return the moment that *text* names, as `parse_time` does.

    Raises:
        BadParameter: it names none, or one that is still to come.
    """
    at = parse_time(text)
    if at > datetime.now(UTC):
        raise typer.BadParameter(f"{text!r} is still to come; name a time that has passed.")
    return at
