"""Options that several commands share."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.accounts import Provider

UserOption = Annotated[
    str | None, typer.Option("--user", metavar="EMAIL", help="Only what belongs to this user.")
]
OwnerOption = Annotated[
    str, typer.Option("--user", metavar="EMAIL", help="The user the credential belongs to.")
]
ProviderOption = Annotated[
    Provider | None, typer.Option("--provider", case_sensitive=False, help="Only this cloud.")
]
CredentialOption = Annotated[
    str | None, typer.Option("--credential", metavar="NAME", help="Only this credential.")
]


def parse_time(text: str) -> datetime:
    """Return the moment that *text* names in ISO 8601; without a zone it is meant in UTC.

    Raises:
        BadParameter: it names none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time; write it like 2026-01-31 or 2026-01-31T18:00:00Z."
        ) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
